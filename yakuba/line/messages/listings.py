"""A list to tap: more choices than fit under a message as quick replies, each on a line of its own."""

from collections.abc import Sequence

from yakuba.kit.text import cut_utf16
from yakuba.line.messages import limits
from yakuba.line.messages.actions import Action, CardAction
from yakuba.line.messages.cards import INK, KEY, LINE_COLOUR, PAPER, QUIET_INK
from yakuba.line.messages.choices import with_choices
from yakuba.line.messages.shapes import Json, Message, said, size

MOST_LINES = 20
_WORDS = 300  # UTF-16 units


def listing(
    *,
    kicker: str,
    title: str,
    lines: Sequence[CardAction],
    quick_replies: Sequence[Action] = (),
) -> Message | None:
    """Return a card with one line to tap for each of `lines`, or None when there are too many.

    Labels wrap, so nothing is cut that a reader needs to tell two of them apart.
    """
    if not 0 < len(lines) <= MOST_LINES:
        return None
    head: list[Json] = [_text(kicker, size="sm", weight="bold", color=KEY)] if kicker else []
    head.append(_text(title, size="md", weight="bold", color=INK))
    taps: list[Json] = [_tap(line) for line in lines]
    body: list[Json] = [*head, _box(taps, spacing="sm", margin="lg")]
    bubble: dict[str, Json] = {
        "type": "bubble",
        "size": "mega",
        "body": _box(body, spacing="sm"),
        "styles": {"body": {"backgroundColor": PAPER}},
    }
    if size(bubble) > limits.BUBBLE_BYTES:
        return None
    labels = "、".join(line.label for line in lines)
    spoken = cut_utf16(f"{said(title)} {labels}から選んでください。", limits.ALT_TEXT)
    return with_choices({"type": "flex", "altText": spoken, "contents": bubble}, quick_replies)


def _tap(line: CardAction) -> Json:
    action: Json = dict(line.json(letters=limits.FLEX_LABEL))
    words = _text(line.label, size="md", color=KEY)
    mark: Json = {"type": "text", "text": "›", "color": QUIET_INK, "flex": 0, "scaling": True}
    inside: dict[str, Json] = {
        "type": "box",
        "layout": "horizontal",
        "contents": [words, mark],
        "paddingAll": "12px",
        "borderWidth": "1px",
        "borderColor": LINE_COLOUR,
        "cornerRadius": "8px",
        "action": action,
    }
    return inside


def _text(words: str, **looks: Json) -> Json:
    shown = cut_utf16(said(words), _WORDS)
    return {"type": "text", "text": shown, "wrap": True, "scaling": True, **looks}


def _box(contents: list[Json], **looks: Json) -> dict[str, Json]:
    return {"type": "box", "layout": "vertical", "contents": contents, **looks}
