"""A form drawn from a contract with somebody outside: its fields are the settings, and secrets never come out again."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

_KEPT = _("入力してあります。替えるときだけ、新しいものを入れます。")
_CHOICES = {"test": _("試験"), "live": _("本番"), "utf-8": "UTF-8", "cp932": "Shift_JIS"}


class ContractForm(forms.Form):
    """The settings of one contract. A subclass adds what it is called."""

    def __init__(
        self,
        data: Any = None,
        *,
        contract: type[BaseModel],
        known: Mapping[str, object] | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial) if initial else None)
        self._contract = contract
        self._known: Mapping[str, object] = known or {}
        for key, field in contract.model_fields.items():
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
            named = field.json_schema_extra
            own = named.get("choices") if isinstance(named, dict) else None
            words = own if isinstance(own, dict) else _CHOICES
            choices = [(one, words.get(one, one)) for one in get_args(field.annotation)]
            return forms.ChoiceField(label=label, help_text=hint, choices=choices, initial=initial)
        return forms.CharField(
            label=label, help_text=hint, required=field.is_required(), initial=initial
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self._contract.model_validate(self.settings())
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
        for key, field in self._contract.model_fields.items():
            typed = self.cleaned_data.get(f"s_{key}", "")
            if field.annotation is SecretStr and not typed:
                typed = self._known.get(key, "")
            if typed == "" and not field.is_required():
                continue
            found[key] = typed
        return found
