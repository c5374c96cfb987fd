"""What every template may use: dates, money and masks as a town hall writes them, and our icons."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from yakuba.kit import wareki as calendar
from yakuba.kit.clock import JAPAN
from yakuba.ui.icons import ICONS

register = template.Library()


@register.filter
def wareki(value: date | datetime | None) -> str:
    """Write 令和8年11月22日（日）; a moment as the day it is in Japan; nothing as a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(JAPAN).date()
    return calendar.full(value)


@register.filter
def wareki_time(value: datetime | None) -> str:
    """Write 令和8年11月22日（日）18:00 in Japan time; nothing as a dash."""
    return "—" if value is None or value == "" else calendar.moment(value)


@register.filter
def wareki_short(value: date | datetime | None) -> str:
    """Write 令和8.11.22, for tables."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(JAPAN).date()
    return calendar.short(value)


@register.filter
def yen(value: int | None) -> str:
    """Write 1,500円."""
    return "—" if value is None else f"{value:,}円"


@register.filter
def number(value: int) -> str:
    """Write 12,345."""
    return f"{value:,}"


@register.filter
def clockwise(seconds: int) -> str:
    """Write how long it still takes: 4分05秒, 1時間20分."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}時間{minutes:02}分" if hours else f"{minutes}分{rest:02}秒"


@register.filter
def masked(value: str | None) -> str:
    """Keep the first letter and hide how long the rest is."""
    return f"{str(value)[0]}●●●●" if value else "—"


@register.simple_tag
def icon(name: str, label: str = "", size: str = "m") -> SafeString:
    """Draw an icon; without a label it is an ornament that screen readers pass over."""
    strokes = mark_safe(ICONS[name])
    if label:
        return format_html(
            '<svg class="yk-icon" data-size="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            size,
            label,
            strokes,
        )
    return format_html(
        '<svg class="yk-icon" data-size="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        size,
        strokes,
    )


@register.filter
def undo_id(tags: str) -> str:
    """Return the number of the undo that a message offers, as `messages` carries it in its tags."""
    for tag in tags.split():
        if tag.startswith("undo:"):
            return tag.removeprefix("undo:")
    return ""
