"""The small rules that everything else is put together from, and the list of what is wrong."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

import regex

Rule: TypeAlias = Callable[["Problems", object, str], None]

LOCAL = {"localhost", "127.0.0.1"}
LINKS = ("http", "https", "line", "tel")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")


class Problems:
    """What is wrong with a request, in LINE's words.

    `message` is set where LINE says something else than "The request body has n error(s)".
    """

    def __init__(self) -> None:
        self.details: list[dict[str, object]] = []
        self.message = ""

    def say(self, message: str, place: str) -> None:
        self.details.append({"message": message, "property": place})

    def wrong_type(self, place: str) -> None:
        """LINE cannot even read a value of the wrong type, and names the first one alone."""
        self.message = self.message or (
            f"The property, {place}, in the request body is invalid (line: -, column: -)"
        )

    def __bool__(self) -> bool:
        return bool(self.details or self.message)


def utf16(text: str) -> int:
    """Count as most of LINE does: units of UTF-16, so that 𠮷 and most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Count as LINE does for labels and templates: what a reader sees as one character."""
    return len(regex.findall(r"\X", text))


def text(most: int, *, least: int = 1, count: Callable[[str], int] = utf16) -> Rule:
    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, str):
            problems.wrong_type(place)
        elif least and not value:
            problems.say("May not be empty", place)
        elif count(value) > most:
            problems.say(f"Length must be between 0 and {most}", place)

    return check


def matching(pattern: str, message: str = "invalid property") -> Rule:
    compiled = re.compile(pattern)

    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, str):
            problems.wrong_type(place)
        elif not compiled.fullmatch(value):
            problems.say(message, place)

    return check


def one_of(*choices: str) -> Rule:
    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, str):
            problems.wrong_type(place)
        elif value not in choices:
            listed = ", ".join(choices)
            problems.say(f"Must be one of the following values: [{listed}]", place)

    return check


def boolean(problems: Problems, value: object, place: str) -> None:
    if not isinstance(value, bool):
        problems.wrong_type(place)


def whole(least: int, most: int = 2**31 - 1) -> Rule:
    def check(problems: Problems, value: object, place: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.wrong_type(place)
        elif not least <= value <= most:
            problems.say(f"Must be between {least} and {most}", place)

    return check


def number(least: float, most: float) -> Rule:
    def check(problems: Problems, value: object, place: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.wrong_type(place)
        elif not least <= value <= most:
            problems.say(f"Must be between {least} and {most}", place)

    return check


def picture_url(problems: Problems, value: object, place: str) -> None:
    """An address of a picture, film or sound: at most 2,000 long, https, nothing to encode."""
    _url(problems, value, place, most=2000, schemes=("https",))


def link(most: int) -> Rule:
    """An address to open: http, https, line or tel."""

    def check(problems: Problems, value: object, place: str) -> None:
        _url(problems, value, place, most=most, schemes=LINKS)

    return check


def _url(
    problems: Problems, value: object, place: str, *, most: int, schemes: tuple[str, ...]
) -> None:
    if not isinstance(value, str):
        problems.wrong_type(place)
        return
    if not value:
        problems.say("May not be empty", place)
        return
    if utf16(value) > most:
        problems.say(f"Length must be between 0 and {most}", place)
        return
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        problems.say("invalid uri", place)
        return
    if not value.isascii() or re.search(r'[\s<>"{}|\\^`]', value):
        problems.say("invalid uri", place)
    elif parts.scheme not in schemes and not (parts.scheme == "http" and host in LOCAL):
        problems.say("invalid uri scheme", place)
    elif parts.scheme in ("http", "https") and not host:
        problems.say("invalid uri", place)


def colour(problems: Problems, value: object, place: str) -> None:
    if not isinstance(value, str):
        problems.wrong_type(place)
    elif not COLOUR.fullmatch(value):
        problems.say("invalid color", place)


def listing(rule: Rule, *, least: int = 0, most: int = 10_000, mark: str = ".") -> Rule:
    """A list of `least` to `most` things. A place in it is a[0], and /a/0 where the mark is /."""

    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, list):
            problems.wrong_type(place)
            return
        if not least <= len(value) <= most:
            problems.say(f"Size must be between {least} and {most}", place)
        for index, inner in enumerate(value):
            rule(problems, inner, f"{place}/{index}" if mark == "/" else f"{place}[{index}]")

    return check


def shape(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *, mark: str = "."
) -> Rule:
    """An object with exactly these fields; LINE refuses a field that it does not know."""
    known = {**required, **(optional or {})}

    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, dict):
            problems.wrong_type(place)
            return
        for name in required:
            if value.get(name) is None:
                problems.say("May not be null", _inside(place, name, mark))
        for name, inner in value.items():
            if name not in known:
                problems.say("unknown field", _inside(place, name, mark))
            elif inner is not None:
                known[name](problems, inner, _inside(place, name, mark))

    return check


def chosen(kinds: Mapping[str, Rule], *, by: str = "type", mark: str = ".") -> Rule:
    """An object whose `by` says which of the rules is for it."""

    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, dict):
            problems.wrong_type(place)
            return
        kind = value.get(by)
        if kind is None or kind == "":
            problems.say("May not be empty", _inside(place, by, mark))
        elif not isinstance(kind, str) or kind not in kinds:
            listed = ", ".join(kinds)
            problems.say(
                f"Must be one of the following values: [{listed}]", _inside(place, by, mark)
            )
        else:
            kinds[kind](problems, value, place)

    return check


def also(*rules: Rule) -> Rule:
    """All of the rules, one after the other."""

    def check(problems: Problems, value: object, place: str) -> None:
        for rule in rules:
            rule(problems, value, place)

    return check


def anything(problems: Problems, value: object, place: str) -> None:
    """Accept: another rule looks at this value."""


def _inside(place: str, name: str, mark: str) -> str:
    return f"{place}{mark}{name}" if place or mark == "/" else name
