"""What a button does: every action, with the label that its place allows."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from simulators.line.checks.base import (
    Problems,
    Rule,
    also,
    anything,
    chosen,
    graphemes,
    link,
    matching,
    one_of,
    shape,
    text,
)

LONGEST_LINK = 10_000  # 1,000 until 2026-10-27
EVERYWHERE = ("postback", "message", "uri", "datetimepicker", "clipboard")
QUICK = (*EVERYWHERE, "camera", "cameraRoll", "location")
FORMATS = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dt%H:%M"}
SHAPES = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d[tT]\d\d:\d\d"),
}
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)


def action(*, label: int, required: bool, kinds: tuple[str, ...], mark: str = ".") -> Rule:
    """An action of one of `kinds` whose label has at most `label` characters."""
    said = {"label": text(label, count=graphemes)}
    fields = _fields(mark)

    def rule(kind: str) -> Rule:
        needed, allowed = fields[kind]
        must = required and kind != "richmenuswitch"
        return also(
            shape(
                {"type": anything, **needed, **(said if must else {})},
                {**allowed, **({} if must else said)},
                mark=mark,
            ),
            MORE.get(kind, anything),
        )

    return chosen({kind: rule(kind) for kind in kinds}, mark=mark)


def _fields(mark: str) -> dict[str, tuple[Mapping[str, Rule], Mapping[str, Rule]]]:
    """The fields of each kind besides type and label: required ones, then optional ones."""
    seen = text(300, count=graphemes)
    link_rule = link(LONGEST_LINK)
    return {
        "postback": (
            {"data": text(300)},
            {
                "displayText": seen,
                "text": seen,
                "fillInText": seen,
                "inputOption": one_of("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
            },
        ),
        "message": ({"text": seen}, {}),
        "uri": ({"uri": link_rule}, {"altUri": shape({"desktop": link_rule}, mark=mark)}),
        "datetimepicker": (
            {"data": text(300), "mode": one_of(*FORMATS)},
            {"initial": anything, "max": anything, "min": anything},
        ),
        "clipboard": ({"clipboardText": text(1000)}, {}),
        "camera": ({}, {}),
        "cameraRoll": ({}, {}),
        "location": ({}, {}),
        "richmenuswitch": (
            {"richMenuAliasId": matching(r"[a-z0-9_-]{1,32}"), "data": text(300)},
            {},
        ),
    }


def _one_way_to_speak(problems: Problems, value: object, place: str) -> None:
    """A postback cannot both show and send a text, nor fill in what no keyboard shows."""
    if not isinstance(value, dict):
        return
    if value.get("displayText") and value.get("text"):
        problems.say("displayText and text can't both be used", place)
    if value.get("fillInText") and value.get("inputOption") != "openKeyboard":
        problems.say("fillInText needs inputOption openKeyboard", place)


def _times_in_order(problems: Problems, value: object, place: str) -> None:
    """Initial, smallest and largest value are written as the mode says, and in this order."""
    if not isinstance(value, dict):
        return
    mode = value.get("mode")
    if not isinstance(mode, str) or mode not in FORMATS:
        return
    read: dict[str, datetime] = {}
    for name in ("min", "initial", "max"):
        if (given := value.get(name)) is None:
            continue
        moment = _moment(given, mode) if isinstance(given, str) else None
        if moment is None:
            problems.say("invalid format", f"{place}.{name}")
        else:
            read[name] = moment
    if "min" in read and "max" in read and read["min"] >= read["max"]:
        problems.say("max must be greater than min", f"{place}.max")
    if "initial" in read and not (
        read.get("min", datetime.min) <= read["initial"] <= read.get("max", datetime.max)
    ):
        problems.say("initial must be between min and max", f"{place}.initial")


def _moment(given: str, mode: str) -> datetime | None:
    if not SHAPES[mode].fullmatch(given):
        return None
    try:
        moment = datetime.strptime(given.replace("T", "t"), FORMATS[mode])
    except ValueError:
        return None
    if mode == "time":
        return datetime.combine(FIRST, time(moment.hour, moment.minute))
    return moment if FIRST <= moment.date() <= LAST else None


MORE: dict[str, Rule] = {"postback": _one_way_to_speak, "datetimepicker": _times_in_order}

IN_QUICK_REPLY = action(label=20, required=True, kinds=QUICK)
IN_TEMPLATE = action(label=20, required=True, kinds=EVERYWHERE)
BEHIND_TEMPLATE = action(label=20, required=False, kinds=EVERYWHERE)  # a default action
IN_IMAGE_CAROUSEL = action(label=12, required=False, kinds=EVERYWHERE)
IN_RICH_MENU = action(label=20, required=False, kinds=(*EVERYWHERE, "richmenuswitch"))
IN_FLEX_BUTTON = action(label=40, required=True, kinds=EVERYWHERE, mark="/")
IN_FLEX = action(label=40, required=False, kinds=EVERYWHERE, mark="/")
