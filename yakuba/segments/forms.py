"""What is typed about a segment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yakuba.conditions.checking import BrokenCondition, read
from yakuba.conditions.tree import document_of
from yakuba.residents import queries as people
from yakuba.segments import queries
from yakuba.segments.models import Segment
from yakuba.townhall.models import Department, StaffMember


class ConditionField(forms.JSONField):
    """A condition as JSON in a hidden input, which the island `condition-builder` writes.

    What comes out is the document of a condition that can be asked of all residents.
    """

    widget = forms.HiddenInput
    by: StaffMember | None = None  # whose form it is: what they may not see they cannot ask about
    kept: object = None  # the condition as a colleague may have built it
    default_error_messages = {
        "invalid": _("条件を読み取れませんでした。ページを開き直してください。"),
    }

    def clean(self, value: object) -> dict[str, object] | None:
        try:
            document = super().clean(value)
        except RecursionError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if document is None and not self.required:
            return None
        try:
            queries.check(document, by=self.by, kept=self.kept)
            return document_of(read(document))
        except BrokenCondition as broken:
            raise forms.ValidationError(
                [problem.sentence for problem in broken.problems], code="broken"
            ) from broken


def typed_condition(posted: Mapping[str, object], name: str = "condition") -> object:
    """Return the condition as it was posted, checked by nobody; one that is no JSON becomes None."""
    try:
        return json.loads(str(posted.get(name, "")))
    except (ValueError, RecursionError):
        return None


class SegmentDetails(forms.Form):
    name = forms.CharField(
        label=_("グループの名前"),
        max_length=80,
        help_text=_("例：3歳未満の子がいる家庭"),
    )
    department = forms.ModelChoiceField(queryset=Department.objects.none(), label=_("担当課"))
    condition = ConditionField(label=_("条件"))
    rev = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        staff: StaffMember,
        is_new: bool,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(posted, initial=initial)
        of_staff(self, staff, kept=initial.get("condition"))
        offer_departments(self, staff, is_new=is_new)


def of_staff(form: forms.Form, staff: StaffMember, *, kept: object) -> None:
    """Let the form's condition name only what `staff` may see, and what stood there before."""
    field = form.fields["condition"]
    assert isinstance(field, ConditionField)
    field.by, field.kept = staff, kept


def offer_departments(form: forms.Form, staff: StaffMember, *, is_new: bool) -> None:
    """Let the form ask for the department of something new, with the only possible one chosen."""
    if not is_new:
        del form.fields["department"]
        return
    mine = queries.departments_of_makers(staff)
    form.fields["department"] = forms.ModelChoiceField(
        queryset=mine, label=_("担当課"), initial=mine.first() if mine.count() == 1 else None
    )


class NewTag(forms.Form):
    label = forms.CharField(
        label=_("タグの名前"), max_length=60, help_text=_("例：防災士の名簿（令和8年度）")
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a tag is to be given: their ids, how they were chosen in words, and numbers that fit nobody."""

    ids: tuple[int, ...]
    whom: str
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()


class Tagging(forms.Form):
    """Whom to give a tag: a group, or numbers that are pasted or in a file; `expected` were counted before."""

    segment = forms.ModelChoiceField(
        queryset=Segment.objects.none(), label=_("グループの人に付ける"), required=False
    )
    numbers = forms.CharField(
        label=_("番号の人に付ける"),
        widget=forms.Textarea({"rows": 5}),
        required=False,
        max_length=2_000_000,
        help_text=_(
            "住民の台帳にある番号を貼り付けます。例：R-3F2A90C1。番号のほかに何が書いてあってもかまいません。"
        ),
    )
    file = forms.FileField(
        label=_("番号の入ったCSVファイル"),
        widget=forms.FileInput({"accept": ".csv,.txt"}),
        required=False,
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        posted: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        staff: StaffMember,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(posted, files, initial=initial)
        mine = Segment.objects.visible_to(staff).order_by("name")
        self.fields["segment"] = forms.ModelChoiceField(
            queryset=mine,
            label=_("グループの人に付ける"),
            required=False,
            empty_label=_("選ばない"),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("file"):
            said["numbers"] = f"{said.get('numbers', '')}\n{_text_of(said['file'].read())}"
        if bool(said.get("segment")) == bool(said.get("numbers", "").strip()):
            raise forms.ValidationError(
                _("グループか番号の、どちらか一方で決めてください。"), code="one"
            )
        if said.get("segment") and queries.is_delicate(said["segment"].condition):
            # The tag would carry to every desk, person by person, what the group veils.
            raise forms.ValidationError(
                _(
                    "このグループの条件には、少人数のときに人数を表示しない項目があります。"
                    "だれのことか分かってしまうため、タグは付けられません。"
                ),
                code="delicate",
            )
        if said.get("segment") is None and not people.numbered(said["numbers"]).ids:
            raise forms.ValidationError(
                _(
                    "住民の番号が見つかりませんでした。R-3F2A90C1 のような番号が入っているか確かめてください。"
                ),
                code="nobody",
            )
        return said

    def chosen(self) -> Chosen:
        segment = self.cleaned_data["segment"]
        if segment is not None:
            ids = queries.residents_meant(segment.condition)
            return Chosen(tuple(ids), f"グループ「{segment.name}」の")
        found = people.numbered(self.cleaned_data["numbers"])
        return Chosen(found.ids, "番号で選んだ", found.unknown, found.ambiguous)

    def carried(self) -> dict[str, Any]:
        """Return what the page of confirmation carries on: the choice, not the people."""
        segment = self.cleaned_data["segment"]
        return {
            "segment": segment.pk if segment else "",
            "numbers": self.cleaned_data["numbers"],
            "expected": len(self.chosen().ids),
        }


def _text_of(content: bytes) -> str:
    """Read a file of the town hall: UTF-8, or what Excel writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932", errors="replace")
