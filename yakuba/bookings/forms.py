"""What staff type about facilities and bookings."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as Unfit

from yakuba.bookings import queries
from yakuba.bookings.models import Block, Facility, Offer, OpeningRule
from yakuba.bookings.operations.sampling import minute
from yakuba.bookings.rules import minutes
from yakuba.bookings.rules.terms import Terms
from yakuba.kit import clock, wareki
from yakuba.townhall.models import Department, StaffMember

WEEKDAYS = [(str(n), f"{name}曜") for n, name in enumerate("月火水木金土日")]


class Day(forms.CharField):
    """A day in the way people write it: 令和9年6月5日, 6/5, 2027-06-05."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "")
        if not text:
            return None
        try:
            return wareki.parse_date(text, today=clock.today(), lean="future")
        except ValueError as no:
            raise forms.ValidationError(str(no)) from None


class Time(forms.CharField):
    """A time of a day, as its minute; 24:00 and 25:00 are after midnight."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "")
        try:
            return minute(text.replace("：", ":")) if text else None
        except ValueError as no:
            raise forms.ValidationError(str(no)) from None


def moment(day: date, at: int) -> datetime:
    return minutes.moment(minutes.midnight(day) + at)


class About(forms.Form):
    """What is said of a facility."""

    name = forms.CharField(label=_("施設名"), max_length=80)
    kana = forms.CharField(
        label=_("ふりがな"), max_length=120, help_text=_("一覧は、ふりがなの順に並びます。")
    )
    department = forms.ModelChoiceField(queryset=Department.objects.none(), label=_("担当課"))
    about = forms.CharField(
        label=_("案内"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    to_bring = forms.CharField(
        label=_("持ち物・注意"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    address = forms.CharField(label=_("所在地"), max_length=200, required=False)
    phone = forms.CharField(label=_("電話番号"), max_length=20, required=False)
    is_open = forms.BooleanField(label=_("住民に見せる"), required=False)

    def __init__(self, *given: Any, staff: StaffMember, is_new: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = queries.departments_of_makers(staff)
        if is_new:
            field = self.fields["department"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices
            field.initial = choices.first()
            del self.fields["is_open"]
        else:
            del self.fields["department"]


class NewUnit(forms.Form):
    name = forms.CharField(
        label=_("部屋・区画の名前"),
        max_length=60,
        help_text=_("これ以上分けない単位で。例：アリーナ左、会議室"),
    )
    turnover_minutes = forms.IntegerField(
        label=_("片付けの時間（分）"), min_value=0, max_value=240, initial=0
    )


class OfferForm(forms.Form):
    """What residents pick, and under which terms."""

    name = forms.CharField(
        label=_("予約できるもの"), max_length=80, help_text=_("例：アリーナ全面、会議室、コート1面")
    )
    units = forms.MultipleChoiceField(label=_("使う区画"), widget=forms.CheckboxSelectMultiple)
    takes = forms.ChoiceField(
        label=_("区画の使い方"), choices=Offer.Takes.choices, initial=Offer.Takes.ALL
    )
    shape = forms.ChoiceField(
        label=_("時間の決め方"),
        choices=[one for one in Offer.Shape.choices if one[0] != Offer.Shape.SESSIONS],
        initial=Offer.Shape.GRID,
    )
    periods = forms.CharField(
        label=_("区分"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("決まった区分のとき、1行に1つ。例：午前 9:00 12:00"),
    )
    step_minutes = forms.IntegerField(label=_("何分きざみ"), min_value=5, max_value=480, initial=60)
    shortest_minutes = forms.IntegerField(
        label=_("いちばん短い時間（分）"), min_value=5, max_value=1440, initial=60
    )
    longest_minutes = forms.IntegerField(
        label=_("いちばん長い時間（分）"), min_value=5, max_value=1440, initial=240
    )
    horizon_by = forms.ChoiceField(
        label=_("いつから予約できるか"),
        choices=[("days", _("何日前から")), ("months", _("何か月前の1日9時から"))],
        initial="months",
    )
    horizon_amount = forms.IntegerField(
        label=_("日数・月数"), min_value=1, max_value=400, initial=3
    )
    notice_minutes = forms.IntegerField(
        label=_("利用の何分前まで予約できるか"), min_value=0, max_value=100_000, initial=0
    )
    yen = forms.IntegerField(label=_("料金（円）"), min_value=0, max_value=999_999, initial=0)
    per = forms.ChoiceField(
        label=_("料金の数え方"), choices=[("hour", _("1時間につき")), ("use", _("1回につき"))]
    )
    categories = forms.CharField(
        label=_("料金の区分"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("1行に1つ、名前と割合（％）。例：町外の方 200"),
    )
    cancel = forms.CharField(
        label=_("取消料"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("1行に1つ、利用の何時間前を過ぎたら何％か。例：72 50"),
    )
    pay = forms.ChoiceField(
        label=_("支払い"),
        choices=[
            ("now", _("予約のときに払う")),
            ("later", _("後で払う（請求）")),
            ("counter", _("窓口で払う")),
        ],
    )
    needs_approval = forms.BooleanField(label=_("職員が承認してから確定する"), required=False)
    is_open = forms.BooleanField(label=_("受け付ける"), required=False, initial=True)

    def __init__(self, *given: Any, facility: Facility, **more: Any) -> None:
        super().__init__(*given, **more)
        self.facility = facility
        field = self.fields["units"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(unit.pk), unit.name)
            for unit in facility.units.filter(closed_at=None).order_by("order")
        ]

    def clean_periods(self) -> list[tuple[str, int, int]]:
        found = []
        for number, line in enumerate(self.cleaned_data["periods"].splitlines(), 1):
            parts = line.replace("　", " ").replace("〜", " ").split()
            try:
                name, starts, ends = parts
                found.append((name, minute(starts), minute(ends)))
            except ValueError:
                raise forms.ValidationError(
                    _t("{number}行目を「午前 9:00 12:00」のように書いてください。").format(
                        number=number
                    )
                ) from None
        return found

    def clean_categories(self) -> list[dict[str, object]]:
        return [
            {"key": f"c{number}", "label": " ".join(words), "percent": percent}
            for number, (words, percent) in enumerate(self._lines("categories"), 1)
        ]

    def clean_cancel(self) -> list[dict[str, int]]:
        try:
            return [
                {"hours": int(words[0]), "percent": percent}
                for words, percent in self._lines("cancel")
            ]
        except (ValueError, IndexError):
            raise forms.ValidationError(
                _t("「72 50」のように、時間と割合を書いてください。")
            ) from None

    def _lines(self, name: str) -> list[tuple[list[str], int]]:
        found = []
        for number, line in enumerate(self.cleaned_data[name].splitlines(), 1):
            *words, percent = line.replace("　", " ").replace("％", "").replace(
                "%", ""
            ).split() or [""]
            if not words or not percent.isdecimal():
                raise forms.ValidationError(
                    _t("{number}行目の最後に、割合を数字で書いてください。").format(number=number)
                )
            found.append((words, int(percent)))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["shape"] == Offer.Shape.PERIODS and not data["periods"]:
            self.add_error("periods", _t("区分を1つ以上書いてください。"))
        if data["shortest_minutes"] > data["longest_minutes"]:
            self.add_error("longest_minutes", _t("いちばん短い時間より長くしてください。"))
        return data

    def terms(self) -> Terms:
        """Return the terms that were typed.

        Raises:
            ValueError: they do not fit each other.
        """
        data = self.cleaned_data
        try:
            return Terms.model_validate(
                {
                    **{
                        name: data[name]
                        for name in (
                            "step_minutes",
                            "shortest_minutes",
                            "longest_minutes",
                            "notice_minutes",
                            "pay",
                        )
                    },
                    "horizon": {"by": data["horizon_by"], "amount": data["horizon_amount"]},
                    "price": {
                        "yen": data["yen"],
                        "per": data["per"],
                        "categories": data["categories"],
                    },
                    "cancel": data["cancel"],
                }
            )
        except Unfit as no:
            raise ValueError(str(no.errors()[0]["msg"])) from None

    @staticmethod
    def of(offer: Offer) -> dict[str, Any]:
        """Return what the form shows of an offer that is there."""
        terms = queries.terms_of(offer)
        clock_time = "{:d}:{:02d}".format
        return {
            "name": offer.name,
            "units": [str(one.unit_id) for one in offer.parts.all()],
            "takes": offer.takes,
            "shape": offer.shape,
            "periods": "\n".join(
                f"{one.name} {clock_time(*divmod(one.starts_minute, 60))} {clock_time(*divmod(one.ends_minute, 60))}"
                for one in offer.periods.all()
            ),
            "step_minutes": terms.step_minutes,
            "shortest_minutes": terms.shortest_minutes,
            "longest_minutes": terms.longest_minutes,
            "horizon_by": terms.horizon.by,
            "horizon_amount": terms.horizon.amount,
            "notice_minutes": terms.notice_minutes,
            "yen": terms.price.yen,
            "per": terms.price.per,
            "categories": "\n".join(f"{one.label} {one.percent}" for one in terms.price.categories),
            "cancel": "\n".join(f"{one.hours} {one.percent}" for one in terms.cancel),
            "pay": terms.pay,
            "needs_approval": offer.needs_approval,
            "is_open": offer.is_open,
        }


class Hours(forms.Form):
    """When a facility is open."""

    weekdays = forms.MultipleChoiceField(
        label=_("開ける曜日"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    opens = Time(label=_("開く時刻"), help_text=_("例：9:00"))
    closes = Time(label=_("閉まる時刻"), help_text=_("例：21:00"))
    holidays = forms.ChoiceField(label=_("祝日"), choices=OpeningRule.Holidays.choices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (
            data.get("opens") is not None
            and data.get("closes") is not None
            and data["opens"] >= data["closes"]
        ):
            self.add_error("closes", _t("開く時刻より後にしてください。"))
        return data


class When(forms.Form):
    """A time on a day; what it is for comes with the subclass."""

    day = Day(label=_("日"), max_length=30, help_text=_("例：6月5日、令和9年6月5日"))
    starts = Time(label=_("開始"), help_text=_("例：9:00"))
    ends = Time(label=_("終了"), help_text=_("例：12:00"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (
            data.get("starts") is not None
            and data.get("ends") is not None
            and data["starts"] >= data["ends"]
        ):
            self.add_error("ends", _t("開始より後にしてください。"))
        return data

    def period(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        return moment(data["day"], data["starts"]), moment(data["day"], data["ends"])


class Closing(When):
    is_open = forms.ChoiceField(
        label=_("どうするか"), choices=[("0", _("休みにする")), ("1", _("臨時に開ける"))]
    )
    reason = forms.CharField(label=_("理由"), max_length=100)


class Blocking(When):
    units = forms.MultipleChoiceField(label=_("使う区画"), widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(label=_("種類"), choices=Block.Kind.choices)
    title = forms.CharField(label=_("内容"), max_length=100)

    def __init__(self, *given: Any, facility: Facility, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["units"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(unit.pk), unit.name)
            for unit in facility.units.filter(closed_at=None).order_by("order")
        ]


class Moving(When):
    because = forms.CharField(
        label=_("理由"), max_length=200, help_text=_("利用者にLINEで伝わります。")
    )


class Giving(forms.Form):
    because = forms.CharField(
        label=_("理由"), max_length=200, help_text=_("利用者にLINEで伝わります。")
    )
    waive = forms.BooleanField(label=_("取消料をとらない（雨天、町の都合など）"), required=False)


class AtTheDesk(When):
    """A booking for somebody at the counter or on the telephone, with or without LINE."""

    offer = forms.ChoiceField(label=_("予約するもの"))
    name = forms.CharField(label=_("お名前・団体名"), max_length=80)
    kana = forms.CharField(label=_("ふりがな"), max_length=120, required=False)
    phone = forms.CharField(label=_("電話番号"), max_length=20)

    field_order = ("offer", "day", "starts", "ends", "name", "kana", "phone")

    def __init__(self, *given: Any, staff: StaffMember, **more: Any) -> None:
        super().__init__(*given, **more)
        self.offers = {
            str(offer.public_id): offer
            for offer in Offer.objects.visible_to(staff, "handle")
            .exclude(shape=Offer.Shape.SESSIONS)
            .select_related("facility")
            .order_by("facility__kana", "order", "pk")
        }
        field = self.fields["offer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, f"{offer.facility.name}　{offer.name}") for key, offer in self.offers.items()
        ]

    def clean_offer(self) -> Offer:
        return self.offers[self.cleaned_data["offer"]]
