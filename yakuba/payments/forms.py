"""What administrators and clerks type about money. Secrets go in and never come out again."""

import uuid
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from yakuba.payments.models import Connection
from yakuba.payments.sockets import PaymentProvider
from yakuba.townhall.models import Department

_KEPT = _("入力してあります。替えるときだけ、新しいものを入れます。")
_CHOICES = {"test": _("試験"), "live": _("本番"), "utf-8": "UTF-8", "cp932": "Shift_JIS"}


class Settings(forms.Form):
    """Name and contract of one connection, drawn from the contract of its kind."""

    key = forms.SlugField(
        label=_("呼び名（手続のファイルで使う）"), max_length=40, help_text=_("例：card")
    )
    name = forms.CharField(label=_("表示名"), max_length=60)

    def __init__(
        self, data: Any = None, *, provider: PaymentProvider, connection: Connection | None = None
    ) -> None:
        initial = {"key": connection.key, "name": connection.name} if connection else None
        super().__init__(data, initial=initial)
        self._provider = provider
        self._known: Mapping[str, object] = connection.settings if connection else {}
        if connection:
            del self.fields["key"]
        for key, field in provider.contract.model_fields.items():
            self.fields[f"s_{key}"] = self._field(key, field)

    def _field(self, key: str, field: FieldInfo) -> forms.Field:
        label, hint, known = field.title or key, field.description or "", self._known.get(key)
        if field.annotation is SecretStr:
            return forms.CharField(
                label=label,
                help_text=f"{hint}{_KEPT}" if known else hint,
                required=field.is_required() and not known,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        usual = None if field.is_required() else field.get_default()
        initial = usual if known is None else known
        if field.annotation is bool:
            return forms.BooleanField(
                label=label, help_text=hint, required=False, initial=bool(initial)
            )
        if get_origin(field.annotation) is Literal:
            choices = [(one, _CHOICES.get(one, one)) for one in get_args(field.annotation)]
            return forms.ChoiceField(label=label, help_text=hint, choices=choices, initial=initial)
        return forms.CharField(
            label=label, help_text=hint, required=field.is_required(), initial=initial
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self._provider.contract.model_validate(self.settings())
        except ValidationError as error:
            for one in error.errors():
                place = f"s_{one['loc'][0]}" if one["loc"] else ""
                self.add_error(
                    place if place in self.fields else None,
                    str(_("この形では使えません。契約書の控えと見比べてください。")),
                )
        return cleaned

    def settings(self) -> dict[str, object]:
        """Return what is to be stored: secrets that were left empty stay what they were."""
        found: dict[str, object] = {}
        for key, field in self._provider.contract.model_fields.items():
            typed = self.cleaned_data.get(f"s_{key}", "")
            if field.annotation is SecretStr and not typed:
                typed = self._known.get(key, "")
            if typed == "" and not field.is_required():
                continue
            found[key] = typed
        return found


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
