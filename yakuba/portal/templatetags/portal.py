"""What templates of citizen pages may use."""

from django import template
from django.template.context import Context

from yakuba.portal import wording

register = template.Library()

_LARGER = {"m": "l", "l": "xl", "xl": "m"}


@register.simple_tag(takes_context=True)
def say(context: Context, words: str, **facts: object) -> str:
    """Write `words` in the language of whoever reads the page."""
    return wording.say(words, language_of(context), **facts)


@register.simple_tag(takes_context=True)
def language_of(context: Context) -> str:
    """Return ja, ja-easy or en: the resident's choice, and Japanese as long as nobody is signed in."""
    resident = getattr(context.get("request"), "resident", None)
    return resident.language if resident is not None else "ja"


@register.filter
def next_size(text_size: str) -> str:
    """Return the size that the button in the frame changes to."""
    return _LARGER.get(text_size, "l")
