"""How forms are drawn: Django's own widgets with our classes, in our frame."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

_CLASSES = {
    "django/forms/widgets/textarea.html": "yk-textarea",
    "django/forms/widgets/select.html": "yk-select",
    "django/forms/widgets/checkbox.html": "yk-check",
    "django/forms/widgets/radio_option.html": "yk-check",
    "django/forms/widgets/checkbox_option.html": "yk-check",
    "django/forms/widgets/file.html": "yk-file",
    "django/forms/widgets/clearable_file_input.html": "yk-file",
    "django/forms/widgets/hidden.html": "",
    "django/forms/widgets/multiple_hidden.html": "",
    "django/forms/widgets/radio.html": "yk-field__choices",
    "django/forms/widgets/checkbox_select.html": "yk-field__choices",
}


_INSTEAD = {"django/forms/errors/list/default.html": "ui/forms/errors.html"}


class Renderer(DjangoTemplates):
    """Give each widget the class of our design system; a form has an error summary, a field its frame."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        drawn_by = _INSTEAD.get(template_name, template_name)
        widget = context.get("widget")
        if widget is not None:
            context = {**context, "widget": _dressed(widget, template_name)}
        return mark_safe(super().render(drawn_by, dict(context), request))


def _dressed(widget: dict[str, Any], template_name: str) -> dict[str, Any]:
    ours = _CLASSES.get(template_name, "yk-input")
    attrs = {
        **widget["attrs"],
        "class": " ".join(filter(None, (ours, widget["attrs"].get("class")))),
    }
    if not attrs["class"]:
        del attrs["class"]
    groups = [
        (name, [_option(option) for option in options], index)
        for name, options, index in widget.get("optgroups", [])
    ]
    return {**widget, "attrs": attrs, **({"optgroups": groups} if groups else {})}


def _option(option: dict[str, Any]) -> dict[str, Any]:
    # The options of a group are drawn by an include, which does not pass through `render`.
    ours = _CLASSES.get(option["template_name"], "")
    return {**option, "attrs": {**option["attrs"], "class": ours}} if ours else option


def speak_kindly() -> None:
    """Let every form say what to do now, instead of that a "field" is "required"."""
    forms.Field.default_error_messages |= {"required": _("入力してください。")}
    for choosing in (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField):
        choosing.default_error_messages |= {"required": _("選んでください。")}
    forms.BooleanField.default_error_messages = {"required": _("チェックを入れてください。")}
    forms.FileField.default_error_messages |= {"required": _("ファイルを選んでください。")}
    forms.EmailField.default_error_messages = {
        "invalid": _("メールアドレスは「name@example.jp」のように入力してください。")
    }
    MinValueValidator.message = _("%(limit_value)s以上で入力してください。")
    MaxValueValidator.message = _("%(limit_value)s以下で入力してください。")
    forms.IntegerField.default_error_messages |= {"invalid": _("数字で入力してください。")}
