"""The form of a provider, drawn from the settings of its kind. Secrets go in and never come out again."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from yakuba.identity import sockets
from yakuba.identity.models import Evidence

_KEPT = _("入力してあります。替えるときだけ、新しいものを入れます。")
_CHOSEN = dict(Evidence.Custody.choices)


class Settings(forms.Form):
    """Name and settings of one provider."""

    name = forms.CharField(
        label=_("名称"),
        max_length=80,
        help_text=_("住民の画面のボタンに出ます。例：〇〇本人確認サービス"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        verifier: sockets.Verifier,
        known: Mapping[str, object] | None = None,
        name: str = "",
    ) -> None:
        super().__init__(data, initial={"name": name})
        self._verifier, self._known = verifier, dict(known or {})
        for key, field in verifier.settings.model_fields.items():
            self.fields[key] = self._field(key, field)

    def _field(self, key: str, field: FieldInfo) -> forms.Field:
        label, hint = field.title or key, field.description or ""
        known = self._known.get(key)
        if field.annotation is SecretStr:
            return forms.CharField(
                label=label,
                help_text=f"{hint}{_KEPT}" if known else hint,
                required=field.is_required() and not known,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        initial = known if known is not None else field.get_default()
        if get_origin(field.annotation) is Literal:
            choices = [(one, _CHOSEN.get(one, one)) for one in get_args(field.annotation)]
            return forms.ChoiceField(
                label=label, help_text=hint, choices=choices, initial=initial,
                widget=forms.RadioSelect,
            )  # fmt: skip
        extra = field.json_schema_extra
        lines = extra.get("lines") if isinstance(extra, dict) else None
        return forms.CharField(
            label=label,
            help_text=hint,
            required=field.is_required(),
            initial=initial if field.is_required() is False or known else "",
            strip=True,
            widget=forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self._verifier.reads(self.settings())
        except ValidationError as error:
            for one in error.errors():
                place = str(one["loc"][0]) if one["loc"] else None
                place = place if place in self.fields else None
                self.add_error(place, str(_("この形では使えません。見直してください。")))
        return cleaned

    def settings(self) -> dict[str, object]:
        """Return what is to be stored: secrets that were left empty stay what they were."""
        found: dict[str, object] = {}
        for key, field in self._verifier.settings.model_fields.items():
            typed = self.cleaned_data.get(key, "")
            is_kept = field.annotation is SecretStr and not typed
            found[key] = self._known.get(key, "") if is_kept else typed
        return found
