"""When something is sent again and again, as a clerk says it."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.rules import recurring
from yakuba.broadcasts.rules.recurring import LAST, Holidays, Rule
from yakuba.conditions.facts import Kind
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import whole
from yakuba.segments import sockets

KINDS = [
    ("weekly", _("毎週、曜日を決めて")),
    ("nth", _("毎月、第何曜日を決めて")),
    ("monthly", _("毎月、日にちを決めて")),
    ("yearly", _("毎年、月日を決めて")),
    ("around", _("ひとりひとりの日付に合わせて（お子さんの誕生日など）")),
]
_HOLIDAYS = [
    (Holidays.SEND, _("祝日や休みの日でも送る")),
    (Holidays.SKIP, _("祝日や休みの日には送らない")),
    (Holidays.BEFORE, _("祝日や休みの日のときは、前の日に送る")),
    (Holidays.AFTER, _("祝日や休みの日のときは、次の日に送る")),
    (Holidays.PREVIOUS_OPEN, _("土日も休みとみなし、その前の開庁日に送る")),
    (Holidays.NEXT_OPEN, _("土日も休みとみなし、次の開庁日に送る")),
]
_NTHS = [
    (1, _("第1")),
    (2, _("第2")),
    (3, _("第3")),
    (4, _("第4")),
    (5, _("第5")),
    (LAST, _("最後")),
]
_WEEKDAYS = [(number, name) for number, name in enumerate(recurring.WEEKDAYS)]
_PARTS = re.compile(r"[、,，・\s]+")
_OFF = {"autocomplete": "off"}


class Recurring(forms.Form):
    kind = forms.ChoiceField(label=_("いつくり返すか"), choices=KINDS, widget=forms.RadioSelect)
    nths = forms.TypedMultipleChoiceField(
        label=_("第何"), choices=_NTHS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("曜日"), choices=_WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    month_days = forms.CharField(
        label=_("日にち"), required=False, help_text=_("例：10、25、末日"), widget=forms.TextInput(attrs=_OFF)
    )  # fmt: skip
    year_days = forms.CharField(
        label=_("月日"), required=False, help_text=_("例：11/3、12月1日"), widget=forms.TextInput(attrs=_OFF)
    )  # fmt: skip
    fact = forms.ChoiceField(label=_("どの日付に合わせるか"), required=False)
    years = forms.ChoiceField(
        label=_("いつの同じ日か"),
        choices=[
            ("once", _("その日付そのもの（生まれて100日など）")),
            ("every", _("毎年の同じ月日")),
            ("ages", _("決めた年（1歳、3歳など）")),
        ],
        required=False,
        initial="ages",
    )
    ages = forms.CharField(
        label=_("何歳・何年目"), required=False, help_text=_("例：1、3"), widget=forms.TextInput(attrs=_OFF)
    )  # fmt: skip
    shift = forms.CharField(
        label=_("何日前・何日後"),
        required=False,
        help_text=_("当日は空けておきます。例：14日前、100日後"),
        widget=forms.TextInput(attrs=_OFF),
    )
    at = forms.CharField(
        label=_("送る時刻"), help_text=_("例：7:00、午後3時"), widget=forms.TextInput(attrs=_OFF)
    )
    holidays = forms.ChoiceField(label=_("祝日・休みの日"), choices=_HOLIDAYS)
    stops_at_year_end = forms.BooleanField(
        label=_("年末年始（12月29日〜1月3日）は送らない"), required=False
    )
    begins_on = forms.CharField(
        label=_("始める日"), help_text=_("例：令和8年12月1日、あした"), widget=forms.TextInput(attrs=_OFF)
    )  # fmt: skip
    ends_on = forms.CharField(
        label=_("終わる日"),
        required=False,
        help_text=_("決まっていなければ、空けておきます。"),
        widget=forms.TextInput(attrs=_OFF),
    )
    rev = forms.IntegerField(widget=forms.HiddenInput, required=False)

    rule: Rule | None = None

    def __init__(
        self, posted: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(posted, initial=initial)
        dates = [
            (key, fact.label) for key, fact in sockets.facts().items() if fact.kind is Kind.DATE
        ]
        children = [("resident.children_born_on", _t("お子さんの生年月日（ひとりずつ）"))]
        self.fields["fact"] = forms.ChoiceField(
            label=_("どの日付に合わせるか"), choices=[*children, *dates], required=False
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        begins = self._day("begins_on")
        ends = self._day("ends_on") if said.get("ends_on") else None
        at = self._time()
        when = self._when(said)
        if begins and at and when and not self.errors:
            self.rule = recurring.read(
                {
                    "when": when,
                    "at": at.isoformat(),
                    "holidays": said["holidays"],
                    "stops_at_year_end": said["stops_at_year_end"],
                }
            )
        return {**said, "begins_on": begins, "ends_on": ends}

    def _day(self, name: str) -> date | None:
        try:
            return wareki.parse_date(
                self.cleaned_data.get(name, ""), today=clock.today(), lean="future"
            )
        except Refusal as no:
            self.add_error(name, str(no))
            return None

    def _time(self) -> time | None:
        try:
            return wareki.parse_time(self.cleaned_data.get("at", ""))
        except Refusal as no:
            if "at" not in self.errors:
                self.add_error("at", str(no))
            return None

    def _when(self, said: Mapping[str, Any]) -> dict[str, object] | None:
        kind = said.get("kind")
        if kind in ("weekly", "nth") and not said.get("weekdays"):
            self.add_error("weekdays", _t("曜日を選んでください。"))
        if kind == "nth" and not said.get("nths"):
            self.add_error("nths", _t("第何かを選んでください。"))
        match kind:
            case "weekly":
                return {"kind": kind, "weekdays": said.get("weekdays")}
            case "nth":
                return {"kind": kind, "nths": said.get("nths"), "weekdays": said.get("weekdays")}
            case "monthly":
                return {"kind": kind, "days": self._month_days(said["month_days"])}
            case "yearly":
                return {"kind": kind, "days": self._year_days(said["year_days"])}
            case "around":
                return self._around(said)
        return None

    def _month_days(self, text: str) -> list[int]:
        found: list[int] = []
        for part in filter(None, _PARTS.split(text.strip())):
            if part in ("末日", "月末", "最終日"):
                found.append(LAST)
                continue
            number = self._whole("month_days", part.removesuffix("日"))
            if number is not None and not 1 <= number <= 31:
                self.add_error("month_days", _t("日にちは1から31まで、または「末日」です。"))
            elif number is not None:
                found.append(number)
        if not found and "month_days" not in self.errors:
            self.add_error("month_days", _t("日にちを書いてください。例：10、25、末日"))
        return found

    def _year_days(self, text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for part in filter(None, _PARTS.split(text.strip())):
            try:
                day = wareki.parse_date(part, today=clock.today(), lean="future")
            except Refusal as no:
                self.add_error("year_days", str(no))
            else:
                found.append((day.month, day.day))
        if not found and "year_days" not in self.errors:
            self.add_error("year_days", _t("月日を書いてください。例：11/3、12月1日"))
        return found

    def _around(self, said: Mapping[str, Any]) -> dict[str, object]:
        fact = said.get("fact") or ""
        facts = sockets.facts()
        ages: list[int] | None = None
        if said.get("years") == "every":
            ages = []
        elif said.get("years") == "ages":
            parts = [p.rstrip("歳年目") for p in _PARTS.split(said.get("ages", "").strip()) if p]
            numbers = [self._whole("ages", part) for part in parts]
            ages = [one for one in numbers if one is not None and one <= recurring.MOST_AGE]
            if not ages and "ages" not in self.errors:
                self.add_error("ages", _t("何歳（何年目）かを書いてください。例：1、3"))
        return {
            "kind": "around",
            "fact": fact,
            "label": facts[fact].label if fact in facts else "",
            "days": self._shift(said.get("shift", "")),
            "ages": ages,
        }

    def _shift(self, text: str) -> int:
        plain = text.strip()
        if not plain or plain == "当日":
            return 0
        is_before = plain.endswith("前")
        if not plain.endswith(("前", "後")):
            self.add_error("shift", _t("「14日前」か「100日後」のように書いてください。"))
            return 0
        number = self._whole("shift", plain[:-1].removesuffix("日")) or 0
        return -number if is_before else number

    def _whole(self, field: str, text: str) -> int | None:
        try:
            return whole(text)
        except Refusal as no:
            self.add_error(field, str(no))
            return None


def spoken(rule: Rule, begins_on: date, ends_on: date | None) -> dict[str, Any]:
    """Return what the form shows for a rule that is there already."""
    when = rule.when
    said: dict[str, Any] = {
        "kind": when.kind,
        "at": f"{rule.at.hour}:{rule.at:%M}",
        "holidays": rule.holidays.value,
        "stops_at_year_end": rule.stops_at_year_end,
        "begins_on": f"{begins_on:%Y/%-m/%-d}",
        "ends_on": f"{ends_on:%Y/%-m/%-d}" if ends_on else "",
    }
    if isinstance(when, recurring.Weekly | recurring.NthWeekday):
        said["weekdays"] = list(when.weekdays)
    if isinstance(when, recurring.NthWeekday):
        said["nths"] = list(when.nths)
    if isinstance(when, recurring.Monthly):
        said["month_days"] = "、".join("末日" if d == LAST else str(d) for d in when.days)
    if isinstance(when, recurring.Yearly):
        said["year_days"] = "、".join(f"{month}/{day}" for month, day in when.days)
    if isinstance(when, recurring.Around):
        said["fact"] = when.fact
        said["years"] = "once" if when.ages is None else "ages" if when.ages else "every"
        said["ages"] = "、".join(str(age) for age in when.ages or ())
        said["shift"] = f"{abs(when.days)}日{'後' if when.days > 0 else '前'}" if when.days else ""
    return said
