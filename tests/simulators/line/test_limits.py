"""What LINE refuses is refused here, and nothing that LINE takes."""

import copy
from typing import Any

import pytest

from simulators.line.checks import sending
from tests.simulators.line import samples
from tests.simulators.line.conftest import Api
from tests.simulators.line.samples import action, column, flex, quick_reply, template, text, word

Message = dict[str, Any]
FAMILY = "👨‍👩‍👧‍👦"  # one grapheme, eleven units of UTF-16


def details(*messages: Message) -> list[dict[str, object]]:
    found = sending.problems({"messages": list(messages)}, sending.VALIDATE)
    return found.details or ([{"message": found.message}] if found.message else [])


def box(*contents: Message, **more: Any) -> Message:
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


def bubble_of(size: int) -> Message:
    """A flex message whose bubble is so many bytes of tight JSON."""
    message = flex(*(word("x" * 4000) for _ in range(size // 5000)), word("x"))
    from simulators.line.checks.flex import size_of

    missing = size - size_of(message["contents"])
    last = message["contents"]["body"]["contents"]
    while missing > 0:
        part = min(missing - 40, 4500) if missing > 4600 else missing
        if part == missing:
            last[-1]["text"] += "x" * missing
        else:
            last.insert(0, word("x" * part))
        missing = size - size_of(message["contents"])
    return message


def long(most: int) -> str:
    return "あ" * most


AT_LIMIT: dict[str, tuple[Message, Message]] = {
    "text": (text(long(5000)), text(long(5001))),
    "text counts units of UTF-16": (text("𠮷" * 2500), text("𠮷" * 2500 + "a")),
    "label of a quick reply counts graphemes": (
        text(quickReply=quick_reply(action(label=FAMILY * 20))),
        text(quickReply=quick_reply(action(label=FAMILY * 21))),
    ),
    "quick replies": (
        text(quickReply=quick_reply(*[action()] * 13)),
        text(quickReply=quick_reply(*[action()] * 14)),
    ),
    "postback data": (
        text(quickReply=quick_reply(action("postback", data=long(300)))),
        text(quickReply=quick_reply(action("postback", data=long(301)))),
    ),
    "postback data counts units of UTF-16": (
        text(quickReply=quick_reply(action("postback", data="𠮷" * 150))),
        text(quickReply=quick_reply(action("postback", data="𠮷" * 151))),
    ),
    "displayText counts graphemes": (
        text(quickReply=quick_reply(action("postback", displayText="𠮷" * 300))),
        text(quickReply=quick_reply(action("postback", displayText="𠮷" * 301))),
    ),
    "message action": (
        text(quickReply=quick_reply(action(text="𠮷" * 300))),
        text(quickReply=quick_reply(action(text="𠮷" * 301))),
    ),
    "link": (
        text(quickReply=quick_reply(action("uri", uri="https://a.jp/" + "x" * 9987))),
        text(quickReply=quick_reply(action("uri", uri="https://a.jp/" + "x" * 9988))),
    ),
    "clipboard": (
        text(quickReply=quick_reply(action("clipboard", clipboardText=long(1000)))),
        text(quickReply=quick_reply(action("clipboard", clipboardText=long(1001)))),
    ),
    "sender's name": (text(sender={"name": long(20)}), text(sender={"name": long(21)})),
    "emojis": (
        text("$" * 20, emojis=[{"index": i, "productId": "1", "emojiId": "1"} for i in range(20)]),
        text("$" * 21, emojis=[{"index": i, "productId": "1", "emojiId": "1"} for i in range(21)]),
    ),
    "picture's address": (
        {**samples.ALL["image"], "previewImageUrl": "https://a.jp/" + "x" * 1987},
        {**samples.ALL["image"], "previewImageUrl": "https://a.jp/" + "x" * 1988},
    ),
    "location's title": (
        {**samples.ALL["location"], "title": long(100)},
        {**samples.ALL["location"], "title": long(101)},
    ),
    "altText": (
        {**samples.ALL["flex"], "altText": long(1500)},
        {**samples.ALL["flex"], "altText": long(1501)},
    ),
    "text of buttons": (
        template("buttons", text=long(160), actions=[action()]),
        template("buttons", text=long(161), actions=[action()]),
    ),
    "text of buttons with a title": (
        template("buttons", title="題", text=long(60), actions=[action()]),
        template("buttons", title="題", text=long(61), actions=[action()]),
    ),
    "title of buttons": (
        template("buttons", title=FAMILY * 40, text="文", actions=[action()]),
        template("buttons", title=FAMILY * 41, text="文", actions=[action()]),
    ),
    "buttons": (
        template("buttons", text="文", actions=[action()] * 4),
        template("buttons", text="文", actions=[action()] * 5),
    ),
    "text of confirm": (
        template("confirm", text=long(240), actions=[action()] * 2),
        template("confirm", text=long(241), actions=[action()] * 2),
    ),
    "buttons of confirm": (
        template("confirm", text="文", actions=[action()] * 2),
        template("confirm", text="文", actions=[action()]),
    ),
    "columns": (
        template("carousel", columns=[column()] * 10),
        template("carousel", columns=[column()] * 11),
    ),
    "text of a column": (
        template("carousel", columns=[column(text=long(120))]),
        template("carousel", columns=[column(text=long(121))]),
    ),
    "actions of a column": (
        template("carousel", columns=[column(actions=[action()] * 3)]),
        template("carousel", columns=[column(actions=[action()] * 4)]),
    ),
    "label in an image carousel": (
        template(
            "image_carousel",
            columns=[{"imageUrl": samples.PICTURE, "action": action(label=long(12))}],
        ),
        template(
            "image_carousel",
            columns=[{"imageUrl": samples.PICTURE, "action": action(label=long(13))}],
        ),
    ),
    "label in flex": (
        flex({"type": "button", "action": action(label=long(40))}),
        flex({"type": "button", "action": action(label=long(41))}),
    ),
    "bubbles": (
        samples.ALL["flex_carousel"],
        {
            **samples.ALL["flex_carousel"],
            "contents": {"type": "carousel", "contents": [flex(word())["contents"]] * 13},
        },
    ),
    "size of a bubble": (bubble_of(30_000), bubble_of(30_001)),
    "actions of an imagemap": (
        {**samples.ALL["imagemap"], "actions": samples.ALL["imagemap"]["actions"][:1] * 50},
        {**samples.ALL["imagemap"], "actions": samples.ALL["imagemap"]["actions"][:1] * 51},
    ),
}


@pytest.mark.parametrize("name", AT_LIMIT)
def test_takes_what_is_at_the_limit_and_refuses_one_more(name: str) -> None:
    at, over = AT_LIMIT[name]

    assert details(at) == []
    assert details(over) != []


@pytest.mark.parametrize("kind", samples.ALL)
def test_takes_a_full_message_of_every_kind(kind: str) -> None:
    assert details(samples.ALL[kind]) == []


@pytest.mark.parametrize("kind", samples.ALL)
def test_refuses_a_field_that_line_does_not_know(kind: str) -> None:
    message = copy.deepcopy(samples.ALL[kind]) | {"colour": "red"}

    assert {"message": "unknown field", "property": "messages[0].colour"} in details(message)


REFUSED: dict[str, tuple[Message, str]] = {
    "empty text": (text(""), "May not be empty"),
    "text that is a number": ({"type": "text", "text": 5}, "messages[0].text"),
    "unknown type": ({"type": "poem", "text": "x"}, "Must be one of"),
    "no type": ({"text": "x"}, "May not be empty"),
    "plain http": (
        {**samples.ALL["image"], "originalContentUrl": "http://a.jp/x.png"},
        "invalid uri scheme",
    ),
    "address with Japanese": (
        text(quickReply=quick_reply(action("uri", uri="https://a.jp/町"))),
        "invalid uri",
    ),
    "unknown scheme": (
        text(quickReply=quick_reply(action("uri", uri="javascript:alert(1)"))),
        "invalid uri scheme",
    ),
    "camera outside a quick reply": (
        flex({"type": "button", "action": action("camera")}),
        "Must be one of",
    ),
    "menu switch in flex": (
        flex(
            {
                "type": "button",
                "action": {"type": "richmenuswitch", "richMenuAliasId": "a", "data": "x"},
            }
        ),
        "Must be one of",
    ),
    "button without label": (
        flex({"type": "button", "action": {"type": "message", "text": "x"}}),
        "May not be null",
    ),
    "empty text in flex": (flex(word("")), "must be non-empty text"),
    "icon in a vertical box": (flex({"type": "icon", "url": samples.PICTURE}), "Must be one of"),
    "button in a baseline box": (
        flex(
            {
                "type": "box",
                "layout": "baseline",
                "contents": [{"type": "button", "action": action()}],
            }
        ),
        "Must be one of",
    ),
    "colour by name": (flex(word(color="red")), "invalid color"),
    "empty bubble": (
        {"type": "flex", "altText": "x", "contents": {"type": "bubble"}},
        "At least one block",
    ),
    "bubbles of two sizes": (
        {
            "type": "flex",
            "altText": "x",
            "contents": {
                "type": "carousel",
                "contents": [flex(word(), size=size)["contents"] for size in ("kilo", "mega")],
            },
        },
        "one size",
    ),
    "columns that differ": (
        template("carousel", columns=[column(title="A"), column()]),
        "in all columns or in none",
    ),
    "picker with the end first": (
        text(
            quickReply=quick_reply(
                {
                    "type": "datetimepicker",
                    "label": "日",
                    "data": "d",
                    "mode": "date",
                    "min": "2026-12-02",
                    "max": "2026-12-01",
                }
            )
        ),
        "max must be greater",
    ),
    "picker with a wrong date": (
        text(quickReply=quick_reply(action("datetimepicker", initial="2026-02-30T10:00"))),
        "invalid format",
    ),
    "displayText and text": (
        text(quickReply=quick_reply(action("postback", text="x"))),
        "can't both be used",
    ),
    "sender called LINE": (text(sender={"name": "LINE公式"}), "not allowed"),
    "emoji that is nowhere": (
        text("x", emojis=[{"index": 0, "productId": "1", "emojiId": "1"}]),
        "invalid index",
    ),
    "brace without substitution": ({"type": "textV2", "text": "{name}"}, "invalid substitution"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_and_says_why(name: str) -> None:
    message, why = REFUSED[name]

    assert why in str(details(message))


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000"])
def test_counts_this_machine_as_https(host: str) -> None:
    here = f"http://{host}/a.png"

    assert details({"type": "image", "originalContentUrl": here, "previewImageUrl": here}) == []


def test_says_it_in_the_json_of_line(api: Api) -> None:
    answer = api.validate(text(""), flex(word("")))

    assert answer.status_code == 400
    assert answer.json()["message"] == "A message (messages[1]) in the request body is invalid"
    assert {"message": "May not be empty", "property": "messages[0].text"} in answer.json()[
        "details"
    ]


def test_refuses_six_messages_and_none(api: Api) -> None:
    assert api.validate(*[text()] * 5).status_code == 200
    assert api.validate(*[text()] * 6).status_code == 400
    assert api.validate().status_code == 400


def test_takes_five_hundred_people_and_no_more() -> None:
    people = [f"U{number:032x}" for number in range(501)]
    body = {"messages": [text()]}

    assert not sending.problems({**body, "to": people[:500]}, sending.MULTICAST)
    assert sending.problems({**body, "to": people}, sending.MULTICAST)
