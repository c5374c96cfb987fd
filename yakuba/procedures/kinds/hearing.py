"""What all kinds share when they read: one text of whatever came, and refusals as values."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import mask_numbers
from yakuba.kit.text import is_blank, stored
from yakuba.procedures.definition import Text
from yakuba.procedures.rules.answering import At, Blank, Given, Wrong
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.values import Value

NOT_UNDERSTOOD = Wrong("", understood=False)

_MASKED = "＊" * 8  # what intake leaves of a forbidden number
_FORBIDDEN = Text(
    ja="マイナンバー（個人番号）やクレジットカードの番号は、送らないでください。受け取っていません。",
    easy="マイナンバーや カードの ばんごうは おくらないで ください。うけとっていません。",
    en="Please do not send a My Number or a card number. It was not taken.",
)
_WITHOUT = Text(
    ja="その番号を除いて、もう一度入力してください。",
    easy="その ばんごうを けして、もういちど おくってください。",
    en="Please send it again without that number.",
)
_UNREADABLE = Text(
    ja="",
    easy="読めませんでした。もういちど おねがいします。",
    en="Sorry, we could not read that. Please try again.",
)

Read = TypeVar("Read", bound=Value)


def wrong(sentence: Text, at: At, mend: Text | None = None, **facts: object) -> Wrong:
    """Return what was wrong in the person's language."""
    said = sentence.pick(at.language).format(**facts)
    return Wrong(said, mend.pick(at.language).format(**facts) if mend else "")


def typed_text(sent: Sent) -> str | None:
    """Return the text that was typed, in stored form; None if something else was sent, or nothing."""
    if not isinstance(sent, Typed) or is_blank(sent.text):
        return None
    return stored(sent.text)


def posted_text(raw: Raw) -> str:
    """Return the text of a form field; of several the last."""
    if isinstance(raw, str):
        return "" if is_blank(raw) else stored(raw)
    if isinstance(raw, Mapping):
        return ""
    values = list(raw)
    return posted_text(values[-1]) if values else ""


def posted_part(raw: Raw, part: str) -> str:
    """Return one part of a composite field."""
    return posted_text(raw.get(part, "")) if isinstance(raw, Mapping) else ""


def posted_list(raw: Raw) -> list[str]:
    if isinstance(raw, str):
        return [raw] if raw else []
    return [] if isinstance(raw, Mapping) else [value for value in raw if value]


def read_with(parse: Callable[[str], Read], text: str, at: At, *, mend: str = "") -> Given | Wrong:
    """Read `text` with a parser of `kit`, which refuses in a sentence of its own."""
    forbidden = forbidden_number(text, at)
    if forbidden is not None:
        return forbidden
    try:
        return Given(parse(text))
    except Refusal as no:
        return Wrong(str(no) if at.language == "ja" else _UNREADABLE.pick(at.language), mend)


def hear_with(parse: Callable[[str], Read], sent: Sent, at: At, *, mend: str = "") -> Given | Wrong:
    text = typed_text(sent)
    return NOT_UNDERSTOOD if text is None else read_with(parse, text, at, mend=mend)


def form_with(
    parse: Callable[[str], Read], raw: Raw, at: At, *, mend: str = ""
) -> Given | Wrong | Blank:
    text = posted_text(raw)
    return read_with(parse, text, at, mend=mend) if text else Blank()


def forbidden_number(text: str, at: At) -> Wrong | None:
    """Refuse what looks like マイナンバー or a card number; also what intake has masked already."""
    _masked, found = mask_numbers(text)
    if not found and _MASKED not in text:
        return None
    return Wrong(_FORBIDDEN.pick(at.language), _WITHOUT.pick(at.language), is_forbidden=True)
