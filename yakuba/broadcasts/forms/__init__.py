"""What is typed about a delivery."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import rules
from yakuba.broadcasts.rules import content as contents
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.segments.forms import ConditionField, of_staff, offer_departments
from yakuba.segments.models import Segment
from yakuba.townhall.models import Department, StaffMember

EVERYBODY, HERE = "everybody", "here"


class Draft(forms.Form):
    name = forms.CharField(
        label=_("配信の名前"),
        max_length=80,
        help_text=_("職員だけが見る名前です。例：11月の除雪のお知らせ"),
    )
    department = forms.ModelChoiceField(queryset=Department.objects.none(), label=_("担当課"))
    who = forms.ChoiceField(label=_("送る相手"))
    condition = ConditionField(label=_("条件"), required=False)
    text = forms.CharField(
        label=_("本文"),
        widget=forms.Textarea(attrs={"rows": 9}),
        strip=True,
        help_text=_("5,000文字をこえると、読みやすいところで分けて送ります（5通まで）。"),
    )
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
        self.segments = {
            str(one.pk): one for one in Segment.objects.visible_to(staff).order_by("name")
        }
        registered = [(key, one.name) for key, one in self.segments.items()]
        groups = [(_("登録したグループ"), registered)] if registered else []
        self.fields["who"] = forms.ChoiceField(
            label=_("送る相手"),
            choices=[
                ("", _("選んでください")),
                *groups,
                (_("そのほか"), [(HERE, _("条件をここで作る")), (EVERYBODY, _("友だち全員"))]),
            ],
        )
        of_staff(self, staff, kept=initial.get("condition"))
        offer_departments(self, staff, is_new=is_new)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        troubles = text_troubles(text)
        if troubles:
            raise forms.ValidationError(troubles)
        return text

    def clean(self) -> dict[str, object]:
        said: dict[str, object] = super().clean() or {}
        # A condition that was begun and then not chosen must not stand in the way.
        if said.get("who") != HERE:
            self.errors.pop("condition", None)
        is_empty = said.get("condition") in (None, segments.everybody())
        if said.get("who") == HERE and is_empty and "condition" not in self.errors:
            self.add_error(
                "condition",
                _t("送る相手の条件を加えてください。全員に送るときは「友だち全員」を選びます。"),
            )
        if "who" in said:
            said["segment"] = self.segments.get(str(said["who"]))
            said["condition"] = condition_of(said["who"], said.get("condition"), self.segments)
        return said


def condition_of(who: object, built: object, known: dict[str, Segment]) -> object:
    """Return the condition behind the choice of people; None while nobody is chosen."""
    if who == EVERYBODY:
        return segments.everybody()
    if who == HERE:
        return built
    segment = known.get(str(who))
    return segment.condition if segment else None


def text_troubles(text: str) -> list[str]:
    """Return sentences about what is wrong with a text: too long for LINE, or a forbidden number in it."""
    try:
        rules.composed(contents.read(contents.plain(text)), language="ja")
    except Refusal as no:
        return [str(no)]
    return rules.forbidden(text)
