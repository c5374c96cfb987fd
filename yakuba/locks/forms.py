"""What administrators and clerks type about doors and codes. Keys go in and never come out again."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Facility, Unit
from yakuba.locks.models import Connection, Door
from yakuba.locks.operations.doors import COLUMNS
from yakuba.locks.sockets import LockMaker
from yakuba.ui.contract_form import ContractForm


class Settings(ContractForm):
    """Name and contract of one connection, drawn from the contract of its kind."""

    name = forms.CharField(label=_("表示名"), max_length=60)

    def __init__(
        self, data: Any = None, *, maker: LockMaker, connection: Connection | None = None
    ) -> None:
        super().__init__(
            data,
            contract=maker.contract,
            known=connection.settings if connection else None,
            initial={"name": connection.name if connection else maker.label},
        )


if TYPE_CHECKING:
    _OfDoor = forms.ModelForm[Door]
else:
    _OfDoor = forms.ModelForm


class DoorForm(_OfDoor):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("このドアの奥にある部屋"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばないと、この施設を予約した全員が通るドアになります（玄関など）。"),
    )

    class Meta:
        model = Door
        fields = ["connection", *COLUMNS]
        labels = {"connection": _("錠のメーカー")}
        widgets = {"mode": forms.RadioSelect, "tells": forms.RadioSelect}
        help_texts = {
            "device": _("メーカーの管理画面にある番号。手入力の錠では空欄にします。"),
            "order": _("玄関が0、つぎのドアが1です。"),
            "before_minutes": _("前の利用者がいるときは、その終わりまでしか早まりません。"),
            "mode": _("その日の共通番号は、取り消された人にも知られたままになります。"),
            "heartbeat_minutes": _("メーカーが教えてくれるときは、自動で直ります。"),
        }

    def __init__(self, data: Any = None, *, facility: Facility, **given: Any) -> None:
        super().__init__(data, **given)
        field = self.fields["units"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Unit.objects.filter(facility=facility, closed_at=None).order_by("order")
        if self.instance.pk:
            field.initial = self.instance.units.all()

    def validate_constraints(self) -> None:
        """Names and locks that are taken are refused by the operation, in its own words."""

    def values(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in COLUMNS}


class Code(forms.Form):
    code = forms.CharField(
        label=_("錠に登録した番号"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class Why(forms.Form):
    """The second step of an emergency: why, and that it is meant."""

    reason = forms.CharField(label=_("理由"), max_length=200)
