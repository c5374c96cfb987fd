"""Cards: whatever has structure, always with the same skeleton, and rows of cards.

Kicker, title, facts as label–value rows, a note, one main button, at most two quiet ones. All texts grow with
the person's font size. Every surface and every letter has its colour said, so that dark mode changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from yakuba.kit.text import clean, cut_utf16, grapheme_length, is_blank
from yakuba.line.messages import limits
from yakuba.line.messages.actions import Action, CardAction, Link, picture
from yakuba.line.messages.choices import with_choices
from yakuba.line.messages.shapes import Json, Message, TooMuchToSay, said, size

# Digital Agency design system: key colour, solid greys, blue 50.
KEY = "#0017C1"
INK = "#1A1A1A"
QUIET_INK = "#4D4D4D"
PAPER = "#FFFFFF"
LINE_COLOUR = "#CCCCCC"
QUIET_BUTTON = "#E8F1FE"

_QUIET_BUTTONS = 2
_KICKER, _TITLE, _LABEL = 100, 300, 100  # UTF-16 units
# A card that is too large gets shorter values and a shorter note, then fewer rows.
_LENGTHS = (1_000, 300, 100, 40)
_MOST_ROWS = 90  # a row takes at least a 90th of what LINE allows, however short it is
_LONGEST_LABEL_BESIDE = 6  # letters of a label that stand beside the value; longer ones stand above


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; `image` is the address of a picture in landscape (20:13)."""

    title: str
    kicker: str = ""
    facts: Sequence[tuple[str, str]] = ()
    note: str = ""
    main_button: CardAction | None = None
    quiet_buttons: Sequence[CardAction] = ()
    image: str = ""


def card(
    *,
    title: str,
    kicker: str = "",
    facts: Sequence[tuple[str, str]] = (),
    note: str = "",
    main_button: CardAction | None = None,
    quiet_buttons: Sequence[CardAction] = (),
    image: str = "",
    alt: str = "",
    quick_replies: Sequence[Action] = (),
) -> Message:
    """Return one card as a message.

    `alt` is read aloud, notified and shown in the list of talks; without it, it is made of what the card
    says. A fact without value says so; facts for which LINE has no room are counted in the last row.

    Raises:
        NothingToSay: there is no title.
        LinkNotPossible: a button or the picture has an address that LINE does not take.
    """
    shown = Card(title, kicker, facts, note, main_button, quiet_buttons, image)
    return with_choices(_flex(_bubble(shown), alt or _spoken(shown)), quick_replies)


def carousel(
    cards: Sequence[Card], *, alt: str = "", quick_replies: Sequence[Action] = ()
) -> list[Message]:
    """Return `cards` side by side; more than LINE has room for in one row go on in the next.

    Raises:
        NothingToSay: a card has no title.
        TooMuchToSay: no card, or more rows than one reply may have.
    """
    rows: list[list[Card]] = []
    bubbles: list[list[Json]] = []
    room = 0
    for shown in cards:
        bubble = _bubble(shown)
        needed = size(bubble) + 2
        if not rows or len(rows[-1]) == limits.CAROUSEL_BUBBLES or needed > room:
            rows.append([])
            bubbles.append([])
            room = limits.CAROUSEL_BYTES - size(_row([]))
        rows[-1].append(shown)
        bubbles[-1].append(bubble)
        room -= needed
    if not 1 <= len(rows) <= limits.MESSAGES:
        raise TooMuchToSay(limit=limits.MESSAGES)
    messages = [
        _flex(_row(row), alt or " ".join(map(_spoken, shown)))
        for row, shown in zip(bubbles, rows, strict=True)
    ]
    return [*messages[:-1], with_choices(messages[-1], quick_replies)]


def tappable_image(url: str, *, link: Link, alt: str, shape: tuple[int, int]) -> Message:
    """Show a picture that opens `link`; `shape` is its width and height, of which LINE takes up to 1:3.

    Raises:
        NothingToSay: `alt` says nothing.
        LinkNotPossible: LINE would not open or fetch it.
    """
    width, height = max(1, shape[0]), max(1, shape[1])
    height = min(height, 3 * width)
    drawn: Json = dict(link.json(letters=limits.FLEX_LABEL))
    hero: dict[str, Json] = {
        "type": "image",
        "url": picture(url),
        "size": "full",
        "aspectRatio": f"{max(1, round(width * 1000 / max(width, height)))}"
        f":{max(1, round(height * 1000 / max(width, height)))}",
        "aspectMode": "cover",
        "action": drawn,
    }
    return flex({"type": "bubble", "size": "mega", "hero": hero}, alt)


def with_small_link(message: Message, link: Link) -> Message:
    """Return `message` with `link` at its end in small letters: in the card if there is room, else below it."""
    contents = message.get("contents")
    body = contents.get("body") if isinstance(contents, dict) else None
    if isinstance(contents, dict) and isinstance(body, dict) and isinstance(body["contents"], list):
        line: dict[str, Json] = {
            **_plain(link.label, _LABEL, size="xs", color=KEY, margin="lg"),
            "decoration": "underline",
            "action": dict(link.json(letters=limits.FLEX_LABEL)),
        }
        larger: dict[str, Json] = {
            **contents,
            "body": {**body, "contents": [*body["contents"], line]},
        }
        if size(larger) <= limits.BUBBLE_BYTES:
            return {**message, "contents": larger}
    return with_choices(message, [link])


def flex(contents: dict[str, Json], alt: str) -> Message:
    """Wrap a bubble or a row of bubbles; `alt` is read aloud and notified."""
    return _flex(contents, alt)


def _flex(contents: dict[str, Json], alt: str) -> Message:
    spoken = cut_utf16(" ".join(said(alt).split()), limits.ALT_TEXT)
    return {"type": "flex", "altText": spoken, "contents": contents}


def _row(bubbles: list[Json]) -> dict[str, Json]:
    return {"type": "carousel", "contents": bubbles}


def _bubble(card: Card) -> dict[str, Json]:
    """Return the largest version of the card that LINE takes."""
    rows = len(card.facts)
    if rows <= _MOST_ROWS:
        for length in _LENGTHS:
            bubble = _drawn(card, length=length, rows=rows)
            if size(bubble) <= limits.BUBBLE_BYTES:
                return bubble
    rows = min(rows, _MOST_ROWS)
    while True:
        bubble = _drawn(card, length=_LENGTHS[-1], rows=rows)
        if size(bubble) <= limits.BUBBLE_BYTES or not rows:
            return bubble
        rows = rows * 9 // 10


def _drawn(card: Card, *, length: int, rows: int) -> dict[str, Json]:
    body: list[Json] = []
    if not is_blank(clean(card.kicker)):
        body.append(_text(card.kicker, _KICKER, size="sm", weight="bold", color=KEY))
    body.append(_text(card.title, _TITLE, size="lg", weight="bold"))
    if card.facts:
        drawn: list[Json] = [_fact(label, value, length) for label, value in card.facts[:rows]]
        if rows < len(card.facts):
            more = gettext("ほか{count}件は、ここに表示できませんでした。")
            drawn.append(_text(more.format(count=len(card.facts) - rows), _LABEL, color=QUIET_INK))
        body.append({"type": "separator", "margin": "lg", "color": LINE_COLOUR})
        body.append(_box("vertical", drawn, spacing="md", margin="lg"))
    if not is_blank(clean(card.note)):
        body.append(_text(card.note, length, size="sm", color=QUIET_INK, margin="lg"))

    bubble: dict[str, Json] = {"type": "bubble", "size": "mega"}
    surfaces = ["body"]
    if card.image:
        bubble["hero"] = _picture(card.image)
        surfaces.append("hero")
    bubble["body"] = _box("vertical", body, spacing="sm")
    buttons = _buttons(card)
    if buttons:
        bubble["footer"] = _box("vertical", buttons, spacing="sm")
        surfaces.append("footer")
    bubble["styles"] = {name: {"backgroundColor": PAPER} for name in surfaces}
    return bubble


def _fact(label: str, value: str, length: int) -> Json:
    answer = gettext("（未記入）") if is_blank(clean(value)) else value
    if is_blank(clean(label)):
        return _text(answer, length, size="md")
    beside = grapheme_length(label) <= _LONGEST_LABEL_BESIDE
    layout = "horizontal" if beside else "vertical"
    return _box(
        layout,
        [
            _text(label, _LABEL, size="sm", color=QUIET_INK, flex=1 if beside else 0),
            _text(answer, length, size="md", flex=2 if beside else 0),
        ],
        spacing="sm" if beside else "none",
    )


def _buttons(card: Card) -> list[Json]:
    if len(card.quiet_buttons) > _QUIET_BUTTONS:
        raise ValueError(f"{len(card.quiet_buttons)} quiet buttons; a card has {_QUIET_BUTTONS}")
    buttons: list[Json] = []
    if card.main_button:
        buttons.append(_button(card.main_button, style="primary", color=KEY))
    buttons += [
        _button(action, style="secondary", color=QUIET_BUTTON) for action in card.quiet_buttons
    ]
    return buttons


def _button(action: CardAction, *, style: str, color: str) -> Json:
    if not isinstance(action, CardAction):
        raise TypeError(f"{type(action).__name__} is possible in quick replies only")
    drawn: Json = dict(action.json(letters=limits.FLEX_LABEL))
    return {
        "type": "button",
        "style": style,
        "color": color,
        "height": "md",
        "scaling": True,
        "action": drawn,
    }


def _text(words: str, units: int, *, color: str = INK, **looks: Json) -> Json:
    return _plain(words, units, color=color, **looks)


def _plain(words: str, units: int, *, color: str, **looks: Json) -> dict[str, Json]:
    shown = cut_utf16(said(words), units)
    return {"type": "text", "text": shown, "color": color, "wrap": True, "scaling": True, **looks}


def _box(layout: str, contents: list[Json], **looks: Json) -> dict[str, Json]:
    return {"type": "box", "layout": layout, "contents": contents, **looks}


def _picture(url: str) -> Json:
    return {
        "type": "image",
        "url": picture(url),
        "size": "full",
        "aspectRatio": "20:13",
        "aspectMode": "cover",
    }


def _spoken(card: Card) -> str:
    """Return what the card says as sentences."""
    facts = gettext("、").join(
        f"{label}：{value}" if not is_blank(clean(label)) else value
        for label, value in card.facts[:50]
        if not is_blank(clean(value))
    )
    sentences = [card.kicker, card.title, facts, card.note]
    return " ".join(
        words if words.endswith(("。", "！", "？", "!", "?", ".")) else f"{words}。"
        for words in (clean(sentence).strip() for sentence in sentences)
        if not is_blank(words)
    )
