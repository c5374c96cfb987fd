"""What is typed about menus: to begin one, when to publish, who sees one, and how long a disaster's lasts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import whole
from yakuba.richmenus.models import MenuRule, RichMenu
from yakuba.richmenus.samples import BEGINNINGS
from yakuba.segments import queries as segments
from yakuba.segments.forms import ConditionField
from yakuba.segments.queries import departments_of_makers
from yakuba.townhall.models import Department, StaffMember


class Moment(forms.DateTimeField):
    """A day and a time of Japan, picked in the browser's own calendar."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(widget=widget, input_formats=formats, **given)


class NewMenu(forms.Form):
    """A name and what to begin with are enough."""

    name = forms.CharField(
        label=_("メニューの名前"),
        max_length=60,
        help_text=_("職員だけが見る名前です。例：町民向け、町外の方、防災"),
    )
    department = forms.ModelChoiceField(
        queryset=Department.objects.none(), label=_("担当課"), empty_label=None
    )
    beginning = forms.ChoiceField(
        label=_("はじめ方"),
        choices=[(one.key, f"{one.label}　{one.words}") for one in BEGINNINGS],
        widget=forms.RadioSelect,
        initial=BEGINNINGS[0].key,
    )

    def __init__(self, *given: Any, staff: StaffMember, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["department"] = forms.ModelChoiceField(
            queryset=departments_of_makers(staff), label=_("担当課"), empty_label=None
        )


class Publishing(forms.Form):
    """Now, or at a time; `rev` is of the draft whose difference was read."""

    when = forms.ChoiceField(
        label=_("いつ公開しますか"),
        choices=[("now", _("いますぐ")), ("later", _("日時を決めて"))],
        widget=forms.RadioSelect,
    )
    at = Moment(label=_("公開する日時"), required=False, help_text=_("「日時を決めて」のときだけ"))
    rev = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("when") == "later" and not said.get("at") and "at" not in self.errors:
            self.add_error("at", _t("公開する日時を入れてください。"))
        return said


class Rule(forms.Form):
    """Who sees a menu, from when until when, and before which other rules."""

    name = forms.CharField(
        label=_("決まりの名前"), max_length=80, help_text=_("例：町外の方、3歳未満の子がいる家庭")
    )
    starts_at = Moment(label=_("始まり"))
    ends_at = Moment(
        label=_("終わり"),
        help_text=_("終わると、自動で元のメニューにもどります。必ず決めてください。"),
    )
    priority = forms.IntegerField(
        label=_("優先順位"),
        min_value=1,
        max_value=9999,
        help_text=_(
            "いくつかの決まりにあてはまる人には、この数字の小さい決まりのメニューが見えます。"
        ),
    )
    condition = ConditionField(label=_("条件"))
    rev = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def beginning() -> dict[str, Any]:
        """What the form shows at first: from now, for a year."""
        now = clock.now().replace(second=0, microsecond=0)
        return {
            "starts_at": now,
            "ends_at": now + timedelta(days=365),
            "priority": 100,
            "condition": segments.everybody(),
        }

    @staticmethod
    def of(rule: MenuRule) -> dict[str, Any]:
        return {
            "name": rule.name,
            "starts_at": rule.starts_at,
            "ends_at": rule.ends_at,
            "priority": rule.priority,
            "condition": rule.condition,
            "rev": rule.rev,
        }

    def clean_condition(self) -> object:
        condition = self.cleaned_data["condition"]
        if condition == segments.everybody():
            raise forms.ValidationError(
                _t(
                    "だれに見せるか、条件を1つ以上加えてください。全員に見せるときは「ふだんのメニュー」にします。"
                )
            )
        return condition


class End(forms.Form):
    ends_at = Moment(label=_("終わる日時"))


class Disaster(forms.Form):
    """Which menu, until when; and the number of people, typed: a hand that only presses does not switch."""

    menu = forms.ModelChoiceField(queryset=RichMenu.objects.none(), label=_("見せるメニュー"))
    ends_at = Moment(
        label=_("終わる日時"),
        help_text=_("この日時に、自動で一人ひとりの元のメニューにもどります。あとで延ばせます。"),
    )
    number = forms.CharField(
        label=_("切り替える人数"),
        help_text=_("上に表示された人数を、数字で入力してください。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        menus: QuerySet[RichMenu],
        expected: int,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(posted, initial=initial)
        self.expected = expected
        self.fields["menu"] = forms.ModelChoiceField(
            queryset=menus.order_by("name"),
            label=_("見せるメニュー"),
            empty_label=_("選んでください"),
        )

    def clean_number(self: Self) -> int:
        try:
            number = whole(self.cleaned_data["number"])
        except Refusal as no:
            raise forms.ValidationError(str(no)) from no
        if number != self.expected:
            raise forms.ValidationError(_t("表示された人数と違います。もう一度確かめてください。"))
        return number
