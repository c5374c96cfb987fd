"""What is typed in a disaster, and in calm hours for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.forms.sending import Number
from yakuba.broadcasts.models import Safeguards
from yakuba.segments import queries as segments
from yakuba.segments.models import Segment
from yakuba.townhall.models import Department, StaffMember

EVERYBODY = "everybody"


class Blanks(forms.Form):
    """The places of the template, and to whom: everybody unless a group is chosen."""

    who = forms.ChoiceField(label=_("送る相手"))

    def __init__(
        self, posted: Mapping[str, Any] | None, *, blanks: Sequence[str], staff: StaffMember
    ) -> None:
        super().__init__(posted, initial={"who": EVERYBODY})
        self.blanks = list(blanks)
        self.groups = {str(one.pk): one for one in Segment.objects.visible_to(staff)}
        choices = [(EVERYBODY, _("友だち全員")), *((key, g.name) for key, g in self.groups.items())]
        self.fields["who"] = forms.ChoiceField(label=_("送る相手"), choices=choices)
        for place, name in enumerate(self.blanks):
            self.fields[f"blank_{place}"] = forms.CharField(
                label=name, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
            )

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"blank_{n}"] for n, name in enumerate(self.blanks)}

    def group(self) -> Segment | None:
        return self.groups.get(self.cleaned_data["who"])

    def condition(self) -> object:
        group = self.group()
        return group.condition if group is not None else segments.everybody()


class Sending(Number):
    why = forms.CharField(
        label=_("注意を承知で送る理由"), max_length=300, required=False, help_text=_("一文で。記録に残ります。")
    )  # fmt: skip


class Prepared(forms.Form):
    name = forms.CharField(label=_("ひな形の名前"), max_length=80)
    text = forms.CharField(
        label=_("文面"),
        max_length=5000,
        help_text=_("あとで書く所は〔場所〕〔日時〕のように、亀甲かっこで囲みます。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    easy = forms.CharField(
        label=_("文面（やさしい日本語）"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    en = forms.CharField(
        label=_("文面（英語）"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    rev = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Guards(forms.Form):
    """The numbers of the fuse."""

    two_persons_above = forms.IntegerField(
        label=_("2人で確かめる人数"), min_value=0, max_value=10_000_000,
        help_text=_("これより多い人への配信は、もう1人が承認します。友だち全員への配信は、人数によらず承認がいります。"),
    )  # fmt: skip
    grace_minutes = forms.IntegerField(
        label=_("送信前の待ち時間（分）"), min_value=1, max_value=60,
        help_text=_("この間は、だれにも届かず、いつでも止められます。"),
    )  # fmt: skip
    missed_after_minutes = forms.IntegerField(
        label=_("遅れて送らない時間（分）"), min_value=5, max_value=1440,
        help_text=_("システムが止まっていて、これより遅れたものは、送らずにお聞きします。"),
    )  # fmt: skip
    night_from = forms.TimeField(
        label=_("夜間の始まり"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    night_until = forms.TimeField(
        label=_("夜間の終わり"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    most_per_person = forms.IntegerField(
        label=_("1人に送る回数の上限"), min_value=1, max_value=100, required=False,
        help_text=_("空けておくと、上限はありません。災害と訂正は数えません。"),
    )  # fmt: skip
    most_within_days = forms.IntegerField(label=_("上限を数える日数"), min_value=1, max_value=31)
    kept_for_disaster = forms.IntegerField(
        label=_("災害用に残す通数"), min_value=0, max_value=100_000_000,
        help_text=_("今月のLINEの通数のうち、災害の配信だけが使える分です。"),
    )  # fmt: skip
    feed_stale_minutes = forms.IntegerField(
        label=_("連携の情報が古いとみなす時間（分）"), min_value=1, max_value=1440
    )
    feed_most_per_hour = forms.IntegerField(
        label=_("連携から1時間に送る件数の上限"), min_value=1, max_value=100
    )

    @staticmethod
    def of(town: Safeguards) -> dict[str, object]:
        return {name: getattr(town, name) for name in Guards.base_fields}


class Entrusting(forms.Form):
    department = forms.ModelChoiceField(
        queryset=Department.objects.filter(closed_on=None).order_by("order", "pk"),
        label=_("災害の配信を受け持つ課"),
    )
