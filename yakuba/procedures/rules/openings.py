"""Whether the desk is open: dates of opening and closing, with the grace for whoever has begun."""

from dataclasses import dataclass
from datetime import datetime

from yakuba.procedures.definition import Definition
from yakuba.procedures.rules import wording


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it may be begun or handed in, and what to say; `sentence` may announce a closed day."""

    is_open: bool
    sentence: str = ""


def opening(
    definition: Definition,
    *,
    now: datetime,
    language: str = "ja",
    has_begun: bool = False,
    is_closed_day: bool = False,
) -> Opening:
    """Say whether `now` is within the opening; the server's clock decides, not the page that is open.

    Whoever has begun may hand in until the end of the grace, and on a closed day.
    """
    desk = definition.opening
    ends_at = desk.closes_finally_at() if has_begun else desk.closes_at
    closed_message = desk.closed_message
    if desk.opens_at is not None and now < desk.opens_at:
        return Opening(False, (closed_message or wording.NOT_YET_OPEN).pick(language))
    if ends_at is not None and now >= ends_at:
        return Opening(False, (closed_message or wording.CLOSED).pick(language))
    if is_closed_day and not has_begun and desk.on_closed_days != "accept":
        sentence = (desk.closed_day_message or wording.CLOSED_TODAY).pick(language)
        return Opening(desk.on_closed_days == "announce", sentence)
    return Opening(True)
