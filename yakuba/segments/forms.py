"""What is typed about a segment."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yakuba.conditions.checking import BrokenCondition, read
from yakuba.conditions.tree import document_of
from yakuba.segments import queries
from yakuba.townhall.models import Department, StaffMember


class ConditionField(forms.JSONField):
    """A condition as JSON in a hidden input, which the island `condition-builder` writes.

    What comes out is the document of a condition that can be asked of all residents.
    """

    widget = forms.HiddenInput
    default_error_messages = {
        "invalid": _("条件を読み取れませんでした。ページを開き直してください。"),
    }

    def clean(self, value: object) -> dict[str, object] | None:
        document = super().clean(value)
        if document is None and not self.required:
            return None
        try:
            queries.check(document)
            return document_of(read(document))
        except BrokenCondition as broken:
            raise forms.ValidationError(
                [problem.sentence for problem in broken.problems], code="broken"
            ) from broken


def typed_condition(posted: Mapping[str, object], name: str = "condition") -> object:
    """Return the condition as it was posted, checked by nobody; one that is no JSON becomes None."""
    try:
        return json.loads(str(posted.get(name, "")))
    except ValueError:
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
        offer_departments(self, staff, is_new=is_new)


def offer_departments(form: forms.Form, staff: StaffMember, *, is_new: bool) -> None:
    """Let the form ask for the department of something new, with the only possible one chosen."""
    if not is_new:
        del form.fields["department"]
        return
    mine = queries.departments_of_makers(staff)
    form.fields["department"] = forms.ModelChoiceField(
        queryset=mine, label=_("担当課"), initial=mine.first() if mine.count() == 1 else None
    )
