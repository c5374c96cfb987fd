"""What it costs, line by line, and what is kept when it is given up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yakuba.bookings.rules.minutes import Span
from yakuba.bookings.rules.terms import Terms
from yakuba.payments.rules import Line, line


@dataclass(frozen=True, slots=True)
class Choice:
    """What the resident chose that makes a difference to the price."""

    category: str = ""
    equipment: Mapping[str, int] = field(default_factory=dict)


def lines(terms: Terms, label: str, span: Span, quantity: int, choice: Choice) -> list[Line]:
    """Return what a time costs, in yen; nothing for what is free. A begun hour is a whole one.

    A reduction is a line of its own, rounded in favour of the resident, so that both are seen.
    """
    price = terms.price
    hours = -(-(span[1] - span[0]) // 60)
    times = quantity * (hours if price.per == "hour" else 1)
    found = [line(label, price.yen, times)] if price.yen and times else []
    category = next((one for one in price.categories if one.key == choice.category), None)
    base = price.yen * times
    if found and category is not None and category.percent != 100:
        difference = base * category.percent // 100 - base
        found.append(line(f"{category.label}（{category.percent}％）", difference))
    for one in price.equipment:
        count = max(0, min(choice.equipment.get(one.key, 0), one.most))
        if count and one.yen:
            found.append(line(one.label, one.yen, count * (hours if one.per == "hour" else 1)))
    return found


def kept(terms: Terms, fee: int, minutes_left: int) -> int:
    """Return what of a fee is kept when so many minutes are left until the start; the strictest step counts."""
    percent = max(
        (step.percent for step in terms.cancel if minutes_left < step.hours * 60), default=0
    )
    return fee * percent // 100
