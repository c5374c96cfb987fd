"""What is typed to make a procedure, to copy one, and to bring one in from a file."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from yakuba.procedures import definition, sockets
from yakuba.procedures.console.samples import BEGINNINGS
from yakuba.procedures.models import Procedure
from yakuba.segments.queries import departments_of_makers
from yakuba.townhall.models import Department, StaffMember

_slug = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{1,38}$", _("英小文字・数字・ハイフンで入力してください。")
)
_MOST_BYTES = 2_000_000


class _OfADepartment(forms.Form):
    department = forms.ModelChoiceField(
        queryset=Department.objects.none(), label=_("担当課"), empty_label=None
    )
    slug = forms.CharField(
        label=_("リンク用の名前"),
        max_length=40,
        required=False,
        validators=[_slug],
        help_text=_("英小文字と数字。空けておくと自動で決めます。公開したあとは変えられません。"),
    )

    def __init__(self, *given: Any, staff: StaffMember, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["department"] = forms.ModelChoiceField(
            queryset=departments_of_makers(staff), label=_("担当課"), empty_label=None
        )


class NewProcedure(_OfADepartment):
    """A title and what to begin with are enough."""

    title = forms.CharField(
        label=_("名称"),
        max_length=100,
        help_text=_("住民が読む名前です。例：町民運動会のアンケート"),
    )
    beginning = forms.ChoiceField(
        label=_("はじめ方"),
        choices=[(one.key, f"{one.label}　{one.words}") for one in BEGINNINGS],
        widget=forms.RadioSelect,
        initial="blank",
    )
    kind = forms.ChoiceField(
        label=_("種類"),
        choices=Procedure.Kind.choices,
        help_text=_(
            "「何もないところから」のときに使います。申請は、選択以外をすべてページで聞きます。"
        ),
    )
    field_order = ["title", "beginning", "kind", "department", "slug"]


class CopyOfProcedure(_OfADepartment):
    """Where the copy belongs."""


class _WithFile(forms.Form):
    file = forms.FileField(label=_("ファイル（YAML）"), widget=forms.FileInput)

    def clean_file(self) -> definition.Definition:
        """Read the file, and refuse with the place and the reason what is no procedure."""
        content = self.cleaned_data["file"]
        if content.size > _MOST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（2MBまで）。"))
        try:
            text = content.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("文字コードがUTF-8ではありません。UTF-8で保存し直してください。")
            ) from None
        known = [kind.key for kind in sockets.question_kinds]
        try:
            return definition.from_yaml(text, kinds=known)
        except definition.UnreadableDefinition as unreadable:
            raise forms.ValidationError(
                [f"{fault.where}：{fault.sentence}".lstrip("：") for fault in unreadable.faults]
            ) from unreadable


class Upload(_WithFile):
    """A file for a procedure that is there."""


class NewFromFile(_OfADepartment, _WithFile):
    """A file for a new procedure."""

    field_order = ["file", "department", "slug"]
