"""What templates of citizen pages may use."""

from django import template
from django.template.context import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from yakuba.kit import furigana
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
def ruby(text: str) -> SafeString:
    """Draw the furigana of a text small above its words; everything is escaped."""
    drawn = (
        format_html("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>", word, reading)
        if reading
        else escape(word)
        for word, reading in furigana.parts(text)
    )
    return mark_safe("".join(drawn))


@register.filter
def unruby(text: str) -> str:
    """Leave the furigana out, where there is room for plain words only: attributes, titles, menus."""
    return furigana.plain(text)


@register.filter
def next_size(text_size: str) -> str:
    """Return the size that the button in the frame changes to."""
    return _LARGER.get(text_size, "l")
