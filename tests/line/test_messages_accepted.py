"""Whatever is given to the builder, LINE accepts what comes out.

Two judges who know nothing of the builder: LINE's own OpenAPI, where it is at hand, and the limits of the
reference, typed here a second time. A builder without limits is refused by them, so they do judge.
"""

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import regex
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yakuba.kit.errors import Refusal
from yakuba.line import messages
from yakuba.line.messages import Message

OPENAPI = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "line-openapi" / "messaging-api.yml"
)
RECEIVER = "U" + "0123456789abcdef" * 2


# --- The first judge: LINE's OpenAPI ---


def line_schema() -> dict[str, Any]:
    """Turn LINE's schemas into one JSON Schema: unknown fields are refused."""
    schemas = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))["components"]["schemas"]
    definitions: dict[str, Any] = {}
    for name, schema in schemas.items():
        definitions[name] = {**_flat(schema, schemas), "additionalProperties": False}
        if "discriminator" in schema:
            mapping = schema["discriminator"]["mapping"].items()
            definitions[name] = {"kinds": {kind: ref.rsplit("/", 1)[1] for kind, ref in mapping}}
    return {"$ref": "#/$defs/PushMessageRequest", "$defs": definitions}


def _flat(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with what it inherits written out."""
    if "$ref" in schema:
        return _flat(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if schema.get("type", "object") != "object":
        return schema
    flat = {
        "type": "object",
        "properties": {
            name: _pointed(value) for name, value in schema.get("properties", {}).items()
        },
        "required": list(schema.get("required", [])),
    }
    for part in schema.get("allOf", []):
        inherited = _flat(part, schemas)
        flat["properties"] = inherited["properties"] | flat["properties"]
        flat["required"] += inherited["required"]
    return flat


def _pointed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field, with its reference where JSON Schema looks for it."""
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref'].rsplit('/', 1)[1]}"}
    if "items" in schema:
        return {**schema, "items": _pointed(schema["items"])}
    return schema


def one_of_the_kinds(
    judge: Any, kinds: dict[str, str], value: Any, _schema: object
) -> Iterator[jsonschema.ValidationError]:
    """Judge `value` by the schema of its type; this is what OpenAPI means by a discriminator."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in kinds:
        yield from judge.descend(value, {"$ref": f"#/$defs/{kinds[kind]}"})
    else:
        yield jsonschema.ValidationError(f"no such type: {kind}")


Judge: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"kinds": one_of_the_kinds}
)
formats = jsonschema.FormatChecker(formats=())


@formats.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or (value.isascii() and bool(urlsplit(value).scheme))


@pytest.fixture(scope="module")
def line() -> Any:
    """The first judge, or nobody where LINE's OpenAPI is not at hand; the second always judges."""
    if not OPENAPI.exists():
        warnings.warn(f"messages are not judged by LINE: no {OPENAPI}", stacklevel=1)
        return None
    return Judge(line_schema(), format_checker=formats)


def objections(line: Any, request: dict[str, Any]) -> list[str]:
    return [error.message for error in line.iter_errors(request)] if line else []


# --- The second judge: the limits of the reference ---


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def letters(text: str) -> int:
    return len(regex.findall(r"\X", text))


def complaints(request: dict[str, Any]) -> Iterator[str]:
    """Say everything for which LINE would refuse the request."""
    said = request["messages"]
    if not 1 <= len(said) <= 5:
        yield f"{len(said)} messages"
    if len(json.dumps(request)) > 2_000_000:
        yield "2 MB"
    for text in _strings(request):
        if regex.search(r"[\p{Cs}\p{Cc}--\n]", text, regex.V1):
            yield "control character or half of a pair"
    for message in said:
        yield from _of_message(message)
        if "quickReply" in message and message is not said[-1]:
            yield "quick replies that nobody sees"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _of_message(message: dict[str, Any]) -> Iterator[str]:
    kind = message["type"]
    if kind == "text":
        yield from _text("text", message["text"], 5000, units)
    elif kind in ("image", "video"):
        for name in ("originalContentUrl", "previewImageUrl"):
            yield from _picture(message[name])
    elif kind == "location":
        yield from _text("title", message["title"], 100, units)
        yield from _text("address", message["address"], 100, units)
        if abs(message["latitude"]) > 90 or abs(message["longitude"]) > 180:
            yield "not on earth"
    elif kind == "flex":
        yield from _text("altText", message["altText"], 1500, units)
        yield from _of_container(message["contents"])
    else:
        yield f"{kind} is not built"
    items = message.get("quickReply", {"items": [{}]})["items"]
    if not 1 <= len(items) <= 13:
        yield f"{len(items)} quick replies"
    for item in filter(None, items):
        yield from _of_action(item["action"], label=20, in_quick_reply=True)


def _of_container(contents: dict[str, Any]) -> Iterator[str]:
    bubbles = [contents]
    if contents["type"] == "carousel":
        bubbles = contents["contents"]
        if not 1 <= len(bubbles) <= 12:
            yield f"{len(bubbles)} bubbles"
        if len(json.dumps(contents)) > 50_000:
            yield "50 KB"
        if len({bubble.get("size") for bubble in bubbles}) > 1:
            yield "bubbles of several widths"
    for bubble in bubbles:
        if len(json.dumps(bubble)) > 30_000:
            yield "30 KB"
        for place in ("hero", "body", "footer"):
            if place in bubble:
                yield from _of_component(bubble[place])


def _of_component(part: dict[str, Any]) -> Iterator[str]:
    if part["type"] == "box":
        if not part["contents"]:
            yield "empty box"
        for inner in part["contents"]:
            yield from _of_component(inner)
    elif part["type"] == "text":
        yield from _text("flex text", part["text"], 2000, units)
        if not part.get("scaling") or not part.get("wrap") or "color" not in part:
            yield "text that does not grow, wrap or stand out"
    elif part["type"] == "button":
        yield from _of_action(part["action"], label=40, in_quick_reply=False)
        if not part.get("scaling"):
            yield "button that does not grow"
    elif part["type"] == "image":
        yield from _picture(part["url"])


def _of_action(action: dict[str, Any], *, label: int, in_quick_reply: bool) -> Iterator[str]:
    yield from _text("label", action["label"], label, letters)
    if action["type"] in ("camera", "cameraRoll", "location"):
        if not in_quick_reply:
            yield f"{action['type']} on a card"
    elif action["type"] in ("postback", "datetimepicker"):
        yield from _text("data", action["data"], 300, units)
        if "displayText" in action:
            yield from _text("displayText", action["displayText"], 300, letters)
        if "fillInText" in action:
            yield from _text("fillInText", action["fillInText"], 300, letters)
            if action.get("inputOption") != "openKeyboard":
                yield "fillInText without keyboard"
    elif action["type"] == "message":
        yield from _text("text", action["text"], 300, letters)
    elif action["type"] == "clipboard":
        yield from _text("clipboardText", action["clipboardText"], 1000, units)
    elif action["type"] == "uri":
        yield from _text("uri", action["uri"], 1000, len)
        if urlsplit(action["uri"]).scheme not in ("http", "https", "line", "tel"):
            yield "scheme"
    else:
        yield f"action {action['type']}"
    if action["type"] == "datetimepicker":
        yield from _of_picker(action)


def _of_picker(action: dict[str, Any]) -> Iterator[str]:
    parse: Callable[[str], Any] = {
        "date": date.fromisoformat,
        "time": time.fromisoformat,
        "datetime": datetime.fromisoformat,
    }[action["mode"]]
    length = {"date": 10, "time": 5, "datetime": 16}[action["mode"]]
    given = {name: action[name] for name in ("min", "initial", "max") if name in action}
    if any(len(value) != length for value in given.values()):
        yield "form of a date"
    values = {name: parse(value) for name, value in given.items()}
    if list(values.values()) != sorted(values.values()):
        yield "initial outside its bounds"
    if "min" in values and values["min"] == values.get("max"):
        yield "nothing to pick"
    if action["mode"] != "time" and any(not 1900 <= at.year <= 2100 for at in values.values()):
        yield "year of the picker"


def _text(name: str, text: str, limit: int, count: Callable[[str], int]) -> Iterator[str]:
    if not text.strip() or not 1 <= count(text) <= limit:
        yield f"{name} of {count(text)}"


def _picture(url: str) -> Iterator[str]:
    address = urlsplit(url)
    if len(url) > 2000 or not url.isascii():
        yield "address of a picture"
    if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1"):
        yield "picture without https"


# --- What people and clerks write ---

ODD = [
    "",
    " ",
    "\u3000",
    "\u200b",
    "\x00",
    "\ud83d",
    "\u202e",
    "👨‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "e" + "\u0301" * 50,
    "$",
    "\n",
    "。",
]
LINES = [
    "役場からのお知らせです。",
    "はい",
    "𠮷野家の申請",
    "住民票の写しがほしい（本人・同じ世帯の人）",
    "line\r\nbreak",
]
piece = st.one_of(st.sampled_from(ODD + LINES), st.text(st.characters(), max_size=40))
words = st.builds(
    lambda pieces, times: "".join(pieces) * times,
    st.lists(piece, max_size=5),
    st.sampled_from([1, 1, 1, 1, 3, 30]),
)
long_words = words | st.builds(lambda once, times: once * times, words, st.integers(1, 200))
title = st.builds(lambda before, after: before + "申請" + after, piece, words)
data = st.builds(lambda n: "procedures:" + "x" * n, st.integers(0, 289))
uri = st.one_of(
    st.builds("https://example.jp/{}".format, piece),
    st.builds(lambda n: "https://liff.line.me/1-x/" + "p" * n, st.integers(0, 1200)),
    st.sampled_from(["tel:0764721111", "line://nv/location", "http://localhost:8000/p/?a=%&b=[1]"]),
    piece,
)
days = st.none() | st.dates()
moments = st.none() | st.datetimes()
hours = st.none() | st.times()
keyboard = st.sampled_from([None, "openKeyboard", "closeRichMenu"])
card_actions = st.one_of(
    st.builds(messages.Postback, title, data, words, keyboard, words),
    st.builds(messages.Say, title, title),
    st.builds(messages.Link, title, uri),
    st.builds(messages.Copy, title, words),
    st.builds(messages.PickDate, title, data, days, days, days),
    st.builds(messages.PickTime, title, data, hours, hours, hours),
    st.builds(messages.PickMoment, title, data, moments, moments, moments),
)
reply_actions = card_actions | st.one_of(
    st.builds(messages.Camera, title),
    st.builds(messages.CameraRoll, title),
    st.builds(messages.SendLocation, title),
)
replies = st.lists(reply_actions, max_size=13)
facts = st.lists(st.tuples(piece, words), max_size=4) | st.builds(
    lambda rows, times: rows * times, st.lists(st.tuples(piece, words), max_size=2), st.just(50)
)
pictures = st.sampled_from(["", "", "https://example.jp/a.jpg", "http://localhost:8000/f/1"])
cards = st.builds(
    messages.Card,
    title=title,
    kicker=words,
    facts=facts,
    note=words,
    main_button=st.none() | card_actions,
    quiet_buttons=st.lists(card_actions, max_size=2),
    image=pictures,
)
often = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
sometimes = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


def accepted(line: Any, said: list[Message]) -> None:
    for pack in messages.packed(said):
        request = {"to": RECEIVER, "messages": pack}
        assert list(complaints(request)) == []
        assert objections(line, request) == []


# The judges are given as fixtures of the module: hypothesis may use them for every example.
@often
@given(said=long_words, below=replies)
def test_every_text_is_accepted(line: Any, said: str, below: list[messages.Action]) -> None:
    try:
        built = messages.text(said, quick_replies=below)
    except Refusal:
        return

    accepted(line, built)


@sometimes
@given(said=title, shown=cards, below=replies)
def test_every_card_is_accepted(
    line: Any,
    said: str,
    shown: messages.Card,
    below: list[messages.Action],
) -> None:
    try:
        built = messages.card(
            title=shown.title,
            kicker=shown.kicker,
            facts=shown.facts,
            note=shown.note,
            main_button=shown.main_button,
            quiet_buttons=shown.quiet_buttons,
            image=shown.image,
            quick_replies=below,
        )
        before = messages.text(said)
    except Refusal:
        return

    accepted(line, [*before, built])


@sometimes
@given(shown=st.lists(cards, min_size=1, max_size=14))
def test_every_carousel_is_accepted(line: Any, shown: list[messages.Card]) -> None:
    try:
        built = messages.carousel(shown)
    except Refusal:
        return

    accepted(line, built)
    rows: list[Any] = built
    assert sum(len(row["contents"]["contents"]) for row in rows) == len(shown)


@sometimes
@given(labels=st.lists(title, max_size=20), url=uri, address=title)
def test_everything_else_is_accepted(line: Any, labels: list[str], url: str, address: str) -> None:
    below = messages.choices([(label, f"a:{place}") for place, label in enumerate(labels)])
    built = [messages.location(address, address, latitude=36.7, longitude=137.4)] * 3
    with suppress(Refusal):
        built += [messages.image(url, quick_replies=below or ())] * 4

    accepted(line, built)


# --- The negative control: a builder that knows no limits ---


def bare(message: dict[str, Any]) -> dict[str, Any]:
    return {"to": RECEIVER, "messages": [message]}


def bare_card(*, label: str = "はい", words: str = "x", **action: Any) -> dict[str, Any]:
    button = {"type": "postback", "label": label, "data": "a:b", **action}
    body = {"type": "text", "text": words, "wrap": True, "scaling": True, "color": "#000000"}
    parts = [body, {"type": "button", "scaling": True, "action": button}]
    box = {"type": "box", "layout": "vertical", "contents": parts}
    return bare({"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": box}})


def bare_replies(count: int, label: str = "はい") -> dict[str, Any]:
    action = {"type": "message", "label": label, "text": "はい"}
    items = [{"type": "action", "action": action}] * count
    return bare({"type": "text", "text": "x", "quickReply": {"items": items}})


def test_the_judges_accept_what_is_right(line: Any) -> None:
    for request in (bare({"type": "text", "text": "x"}), bare_card(), bare_replies(13)):
        assert list(complaints(request)) == []
        assert objections(line, request) == []


@pytest.mark.parametrize(
    "request_",
    [
        bare({"type": "text", "text": ""}),
        bare({"type": "text", "text": " \n"}),
        bare({"type": "text", "text": "あ" * 5001}),
        bare({"type": "text", "text": "𠮷" * 2501}),
        bare({"type": "text", "text": "a\x00"}),
        bare({"type": "text", "text": "a"}) | {"messages": [{"type": "text", "text": "a"}] * 6},
        bare({"type": "image", "originalContentUrl": "http://a.jp/", "previewImageUrl": "x"}),
        bare_replies(14),
        bare_replies(1, "あ" * 21),
        bare_replies(1, ""),
        bare_card(label="あ" * 41),
        bare_card(words=""),
        bare_card(words="あ" * 6000),
        bare_card(data="x" * 301),
        bare_card(displayText="あ" * 301),
        bare_card(type="camera"),
        bare_card(type="uri", uri="javascript:alert(1)"),
        bare_card(type="datetimepicker", mode="date", min="2026-01-02", max="2026-01-01"),
    ],
)
def test_a_builder_without_limits_is_refused(request_: dict[str, Any]) -> None:
    assert list(complaints(request_))


@pytest.mark.parametrize(
    "request_",
    [
        bare({"type": "speech", "text": "x"}),
        bare({"type": "text", "text": "x", "size": "large"}),
        bare({"type": "text"}),
        bare({"type": "flex", "altText": "x", "contents": {"type": "bubble", "size": "huge"}}),
        bare_replies(14),
        bare_card(data="x" * 301),
        bare_card(color="#000000"),
        bare_card(inputOption="openDoor"),
    ],
)
def test_a_builder_with_wrong_fields_is_refused(line: Any, request_: dict[str, Any]) -> None:
    if line is None:
        pytest.skip("LINE's OpenAPI is not at hand")

    assert objections(line, request_)
