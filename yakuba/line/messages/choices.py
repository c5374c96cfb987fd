"""Quick replies: the buttons that hang under the last message until something is said."""

from collections.abc import Sequence

from yakuba.line.messages import limits
from yakuba.line.messages.actions import Action, Postback
from yakuba.line.messages.shapes import Json, Message, one_line


def choices(
    options: Sequence[tuple[str, str]], *, ways_out: Sequence[Action] = ()
) -> list[Action] | None:
    """Return buttons for `options` (label, data) and the ways out, or None when a list page is better.

    That is when there are more than LINE shows, or when two labels, cut to what LINE shows, read alike.
    Pressing one shows its whole label in the talk.
    """
    buttons: list[Action] = [Postback(label, data, shown=label) for label, data in options]
    buttons += ways_out
    if not fits(buttons):
        return None
    return buttons


def fits(buttons: Sequence[Action]) -> bool:
    """Tell whether LINE shows all of `buttons` under one message, and a reader can tell them apart."""
    shown = {one_line(button.label, letters=limits.QUICK_REPLY_LABEL) for button in buttons}
    return len(buttons) <= limits.QUICK_REPLIES and len(shown) == len(buttons)


def with_choices(message: Message, buttons: Sequence[Action]) -> Message:
    """Return `message` with `buttons` under it.

    Raises:
        ValueError: more buttons than LINE shows; ask `choices` first.
    """
    if not buttons:
        return message
    if len(buttons) > limits.QUICK_REPLIES:
        raise ValueError(f"{len(buttons)} quick replies; LINE shows {limits.QUICK_REPLIES}")
    items: list[Json] = [
        {"type": "action", "action": button.json(letters=limits.QUICK_REPLY_LABEL)}
        for button in buttons
    ]
    return message | {"quickReply": {"items": items}}
