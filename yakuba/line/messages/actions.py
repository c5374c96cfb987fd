"""What happens when a button is pressed.

A label is cut where the button is placed, because LINE allows 20 letters in a quick reply and 40 on a card.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Literal, TypeAlias
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal
from yakuba.kit.text import clean, cut_graphemes, cut_utf16, is_blank, utf16_length
from yakuba.line.messages import limits
from yakuba.line.messages.shapes import UNITS_PER_LETTER, Json, one_line, said

Keyboard: TypeAlias = Literal["closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"]

_TELEPHONE = re.compile(r"tel:\+?[0-9-]{3,20}")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_LOCAL = ("localhost", "127.0.0.1")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)  # of LINE's picker


class LinkNotPossible(Refusal):
    sentence = _(
        "リンク先として使えないアドレスです。「https://」で始まるアドレスを入力してください。"
    )


@dataclass(frozen=True, slots=True)
class Postback:
    """Send `data` back to us, and show `shown` as if the person had written it.

    `data` is opaque to the person and ≤ 300 units: `<package>:<nonce>`, never personal data.
    """

    label: str
    data: str
    shown: str = ""
    opens: Keyboard | None = None
    fill_in: str = ""

    def json(self, *, letters: int) -> dict[str, Json]:
        action: dict[str, Json] = {"type": "postback", "data": _data(self.data)}
        action["label"] = one_line(self.label, letters=letters)
        if not is_blank(clean(self.shown)):
            action["displayText"] = _action_text(self.shown)
        if self.opens:
            action["inputOption"] = self.opens
        if self.opens == "openKeyboard" and not is_blank(clean(self.fill_in)):
            action["fillInText"] = _action_text(self.fill_in)
        return action


@dataclass(frozen=True, slots=True)
class Say:
    """Write `words` in the name of the person."""

    label: str
    words: str

    def json(self, *, letters: int) -> dict[str, Json]:
        return {
            "type": "message",
            "label": one_line(self.label, letters=letters),
            "text": _action_text(self.words),
        }


@dataclass(frozen=True, slots=True)
class Link:
    """Open a page, a telephone call (tel:) or a place inside LINE (line://)."""

    label: str
    uri: str

    def json(self, *, letters: int) -> dict[str, Json]:
        return {
            "type": "uri",
            "label": one_line(self.label, letters=letters),
            "uri": link(self.uri),
        }


@dataclass(frozen=True, slots=True)
class Copy:
    """Put `words` on the clipboard of the telephone, to be pasted elsewhere."""

    label: str
    words: str

    def json(self, *, letters: int) -> dict[str, Json]:
        return {
            "type": "clipboard",
            "label": one_line(self.label, letters=letters),
            "clipboardText": cut_utf16(said(self.words), limits.CLIPBOARD),
        }


@dataclass(frozen=True, slots=True)
class PickDate:
    """Let the person pick a day; a bound that LINE's picker does not know is left out."""

    label: str
    data: str
    initial: date | None = None
    first: date | None = None
    last: date | None = None

    def json(self, *, letters: int) -> dict[str, Json]:
        first = max(self.first, _EARLIEST) if self.first else None
        last = min(self.last, _LATEST) if self.last else None
        bounds = _bounds(_iso(self.initial), _iso(first), _iso(last))
        return _picker(self.label, self.data, "date", bounds, letters=letters)


@dataclass(frozen=True, slots=True)
class PickTime:
    """Let the person pick a time of the day."""

    label: str
    data: str
    initial: time | None = None
    first: time | None = None
    last: time | None = None

    def json(self, *, letters: int) -> dict[str, Json]:
        written = [_hour_and_minute(at) for at in (self.initial, self.first, self.last)]
        return _picker(self.label, self.data, "time", _bounds(*written), letters=letters)


@dataclass(frozen=True, slots=True)
class PickMoment:
    """Let the person pick a day and a time; the values are in Japan time and naive, as LINE's are."""

    label: str
    data: str
    initial: datetime | None = None
    first: datetime | None = None
    last: datetime | None = None

    def json(self, *, letters: int) -> dict[str, Json]:
        first = max(self.first, datetime.combine(_EARLIEST, time.min)) if self.first else None
        last = min(self.last, datetime.combine(_LATEST, time(23, 59))) if self.last else None
        written = [_iso_moment(at) for at in (self.initial, first, last)]
        return _picker(self.label, self.data, "datetime", _bounds(*written), letters=letters)


@dataclass(frozen=True, slots=True)
class _Device:
    """Something of the telephone; LINE has it in quick replies only."""

    kind: ClassVar[str]
    label: str

    def json(self, *, letters: int) -> dict[str, Json]:
        return {"type": self.kind, "label": one_line(self.label, letters=letters)}


class Camera(_Device):
    kind = "camera"


class CameraRoll(_Device):
    kind = "cameraRoll"


class SendLocation(_Device):
    kind = "location"


CardAction: TypeAlias = Postback | Say | Link | Copy | PickDate | PickTime | PickMoment
Action: TypeAlias = CardAction | Camera | CameraRoll | SendLocation


def link(uri: str) -> str:
    """Return `uri` as LINE takes it, with what is not ASCII percent-encoded.

    Raises:
        LinkNotPossible: another scheme than http, https, line or tel; no host; longer than LINE takes.
    """
    plain = _encoded(uri)
    if _TELEPHONE.fullmatch(plain) or _scheme_and_host(plain)[0] in ("http", "https", "line"):
        return _within(plain, limits.URI)
    raise LinkNotPossible


def picture(url: str) -> str:
    """Return the address of a picture: https, or http on this machine (for the demonstration).

    Raises:
        LinkNotPossible: LINE would not fetch it.
    """
    plain = _encoded(url)
    scheme, host = _scheme_and_host(plain)
    if scheme == "https" or (scheme == "http" and host in _LOCAL):
        return _within(plain, limits.URL)
    raise LinkNotPossible


def _encoded(uri: str) -> str:
    plain = quote(clean(uri).strip(), safe="%/:=&?~#+!$,;'@()*")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", plain)


def _scheme_and_host(plain: str) -> tuple[str, str]:
    try:
        parts = urlsplit(plain)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise LinkNotPossible from None
    # A name before @ makes an address look like that of somebody else.
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        raise LinkNotPossible
    return parts.scheme, host


def _within(plain: str, limit: int) -> str:
    if len(plain) > limit:
        raise LinkNotPossible
    return plain


def _action_text(words: str) -> str:
    letters = cut_graphemes(said(words), limits.ACTION_TEXT)
    return cut_utf16(letters, limits.ACTION_TEXT * UNITS_PER_LETTER)


def _data(data: str) -> str:
    # Data are made by us, never typed by anybody: a wrong one is a bug.
    if not data or utf16_length(data) > limits.DATA or clean(data) != data:
        raise ValueError(f"postback data of {utf16_length(data)} units, or not printable")
    return data


def _picker(
    label: str, data: str, mode: str, bounds: dict[str, Json], *, letters: int
) -> dict[str, Json]:
    action: dict[str, Json] = {"type": "datetimepicker", "data": _data(data), "mode": mode}
    return action | {"label": one_line(label, letters=letters)} | bounds


def _bounds(initial: str | None, first: str | None, last: str | None) -> dict[str, Json]:
    """Return what LINE accepts of the three: it refuses first ≥ last, and an initial outside them.

    All are written in a form that sorts by time. When the bounds allow one value or none, only the
    first is said: whoever asked checks the answer anyway.
    """
    if first and last and first >= last:
        last = None
    if initial:
        initial = max(initial, first) if first else initial
        initial = min(initial, last) if last else initial
    named = {"initial": initial, "min": first, "max": last}
    return {name: value for name, value in named.items() if value}


def _iso(day: date | None) -> str | None:
    return min(max(day, _EARLIEST), _LATEST).isoformat() if day else None


def _hour_and_minute(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _iso_moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is not None:
        raise ValueError("LINE's picker knows no time zone: give naive Japan time")
    return f"{_iso(at.date())}T{at:%H:%M}"
