"""What clerks type."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yakuba.procedures.models import Procedure
from yakuba.submissions.models import Export
from yakuba.submissions.operations.answering import MOST_EXTRA, TEMPLATES
from yakuba.submissions.operations.handling import MOST_LETTERS
from yakuba.townhall.models import Capability, StaffMember


class Assignment(forms.Form):
    to = forms.ModelChoiceField(
        StaffMember.objects.none(), label=_("担当"), required=False, empty_label=_("担当なし")
    )

    def __init__(self, handlers: QuerySet[StaffMember], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = handlers


class NoteText(forms.Form):
    text = forms.CharField(
        label=_("新しいメモ"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("職員だけが見ます。本人には見えません。"),
    )


class AnswerText(forms.Form):
    template = forms.ChoiceField(
        label=_("本人に送る言葉"),
        choices=[(one.key, one.label) for one in TEMPLATES],
        widget=forms.RadioSelect,
    )
    extra = forms.CharField(
        label=_("つけ加える文"),
        max_length=MOST_EXTRA,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("LINEのトークに届きます。氏名や電話番号などの個人情報は書けません。"),
    )


class ExportWish(forms.Form):
    """Which procedure, in which format, with personal data or without."""

    procedure = forms.ModelChoiceField(
        Procedure.objects.none(), label=_("手続"), empty_label=_("選んでください")
    )
    format = forms.ChoiceField(
        label=_("形式"),
        choices=Export.Format.choices,
        initial=Export.Format.XLSX,
        widget=forms.RadioSelect,
        help_text=_(
            "Shift_JISにない文字は〓になり、一覧がつきます。"
            "ZIPは、届いた写真・ファイルを受付番号のフォルダーに分けたものです。"
        ),
    )
    has_personal = forms.BooleanField(
        label=_("個人情報も入れる"),
        required=False,
        help_text=_("個人情報を見る権限のある手続だけで使えます。入れたことが記録されます。"),
    )

    def __init__(self, staff: StaffMember, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        if isinstance(field, forms.ModelChoiceField):
            mine = Procedure.objects.visible_to(staff, Capability.EXPORT)
            field.queryset = mine.exclude(current=None).order_by("title")
        if not Procedure.objects.visible_to(staff, Capability.PERSONAL).exists():
            del self.fields["has_personal"]
