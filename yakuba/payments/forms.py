"""What administrators and clerks type about money. Secrets go in and never come out again."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yakuba.payments.models import Connection
from yakuba.payments.sockets import PaymentProvider
from yakuba.townhall.models import Department
from yakuba.ui.contract_form import ContractForm


class Settings(ContractForm):
    """Name and contract of one connection, drawn from the contract of its kind."""

    key = forms.SlugField(
        label=_("呼び名（手続のファイルで使う）"), max_length=40, help_text=_("例：card")
    )
    name = forms.CharField(label=_("表示名"), max_length=60)

    def __init__(
        self, data: Any = None, *, provider: PaymentProvider, connection: Connection | None = None
    ) -> None:
        super().__init__(
            data,
            contract=provider.contract,
            known=connection.settings if connection else None,
            initial={"key": connection.key, "name": connection.name} if connection else None,
        )
        if connection:
            del self.fields["key"]


class CounterPayment(forms.Form):
    """All that is open, as the clerk saw it."""

    amount = forms.IntegerField(widget=forms.HiddenInput)
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    note = forms.CharField(
        label=_("控えの番号など"), max_length=200, required=False, help_text=_("氏名は書きません。")
    )


class Refund(forms.Form):
    amount = forms.IntegerField(label=_("返金する金額（円）"), min_value=1)
    reason = forms.CharField(
        label=_("返金の理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class Note(forms.Form):
    """How money went back by hand, what was decided, or why a claim is taken back."""

    words = forms.CharField(label=_("どうしたか"), max_length=200)


class SettlementUpload(forms.Form):
    connection = forms.ModelChoiceField(
        Connection.objects.order_by("order", "pk"), label=_("決済サービス")
    )
    file = forms.FileField(label=_("入金の明細（CSV）"))


class Days(forms.Form):
    """The days of the cashier's list."""

    first = forms.DateField(label=_("はじめの日"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("おわりの日"), widget=forms.DateInput(attrs={"type": "date"}))


class Entrusting(forms.Form):
    """The department that keeps the town's books."""

    department = forms.ModelChoiceField(
        Department.objects.filter(closed_on=None).order_by("order", "pk"), label=_("会計の課")
    )
