"""What is typed when a delivery is let go: the number of people, when, and why it may."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, wareki
from yakuba.kit.clock import JAPAN
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import whole

NOW, LATER = "now", "later"


class Number(forms.Form):
    """The number of people, typed: a hand that only presses does not send."""

    number = forms.CharField(
        label=_("送る人数"),
        help_text=_("上に表示された人数を、数字で入力してください。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        expected: int | None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(posted, initial=initial)
        self.expected = expected
        if expected is None:
            del self.fields["number"]
            self.fields["sure"] = forms.BooleanField(label=_("この相手に送ることを確かめました"))

    def clean_number(self) -> int:
        try:
            number = whole(self.cleaned_data["number"])
        except Refusal as no:
            raise forms.ValidationError(str(no)) from no
        if number != self.expected:
            raise forms.ValidationError(
                _t("表示された人数と違います。相手をもう一度確かめてください。")
            )
        return number


class Confirmation(Number):
    """When, to whom as they are then or as they are now, why at night, why in spite of a warning."""

    when = forms.ChoiceField(
        label=_("いつ送るか"),
        choices=[(NOW, _("いまから（待ち時間のあと）")), (LATER, _("日時を決めて"))],
        widget=forms.RadioSelect,
        initial=NOW,
        required=False,
    )
    day = forms.CharField(
        label=_("送る日"),
        help_text=_("例：令和8年12月1日、12/1、あした"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    time = forms.CharField(
        label=_("送る時刻"),
        help_text=_("例：9:00、午後3時"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    audience = forms.ChoiceField(
        label=_("送る相手の決め方"),
        choices=[
            ("judged", _("送るときに、条件にあてはまる人に送る")),
            ("frozen", _("いま条件にあてはまる人に決めておく")),
        ],
        widget=forms.RadioSelect,
        initial="judged",
        required=False,
    )
    night_reason = forms.CharField(
        label=_("夜間に送る理由"), max_length=200, required=False, widget=forms.TextInput
    )
    why = forms.CharField(label=_("上の注意を承知で送る理由"), max_length=300, required=False)

    due_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("when") == LATER:
            self.due_at = self._moment(said)
        return said

    def _moment(self, said: Mapping[str, Any]) -> datetime | None:
        day = at = None
        try:
            day = wareki.parse_date(said.get("day", ""), today=clock.today(), lean="future")
        except Refusal as no:
            self.add_error("day", str(no))
        try:
            at = wareki.parse_time(said.get("time", ""))
        except Refusal as no:
            self.add_error("time", str(no))
        return datetime.combine(day, at, JAPAN) if day and at else None


class Release(Number):
    """What lets a held delivery go: the number of people as they are now, and a reason."""

    why = forms.CharField(
        label=_("それでも送る理由"), max_length=300, help_text=_("記録に残ります。")
    )
    night_reason = forms.CharField(label=_("夜間に送る理由"), max_length=200, required=False)


class Returning(forms.Form):
    words = forms.CharField(
        label=_("直してほしいこと"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
