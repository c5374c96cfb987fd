"""What is looked for in the trail."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _


class Search(forms.Form):
    actor = forms.CharField(label=_("職員"), max_length=80, required=False)
    subject = forms.CharField(label=_("対象・内容"), max_length=120, required=False)
    sought = forms.CharField(
        label=_("検索された氏名・かな・電話番号"),
        max_length=100,
        required=False,
        help_text=_("だれがこの人を検索したかを調べます。"),
    )
    action = forms.ChoiceField(label=_("操作"), required=False)
    since = forms.DateField(
        label=_("この日から"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("この日まで"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: object, actions: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["action"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("すべて")), *actions]
