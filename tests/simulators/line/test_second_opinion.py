"""Two second opinions: LINE's own OpenAPI description, and LINE's own SDK."""

import copy
import uuid
from typing import Any

import pytest
from linebot.v3 import WebhookParser, messaging, oauth
from linebot.v3.messaging import exceptions as sdk_exceptions
from linebot.v3.webhooks import FollowEvent, MessageEvent, PostbackEvent, TextMessageContent

from simulators.line.checks import sending
from simulators.line.driver import Resident
from simulators.line.server import Running
from tests.simulators.line import openapi, samples
from tests.simulators.line.conftest import Api, Ear
from tests.simulators.line.test_menus import picture

needs_openapi = pytest.mark.skipif(
    not openapi.IS_PRESENT, reason=f"LINE's OpenAPI description is not at {openapi.FOLDER}"
)


@needs_openapi
@pytest.mark.parametrize("kind", samples.ALL)
def test_line_knows_every_field_that_is_taken_here(kind: str) -> None:
    body = {"to": f"U{1:032x}", "messages": [samples.ALL[kind]]}

    assert openapi.complaints("PushMessageRequest", body) == []
    assert not sending.problems(body, sending.PUSH)


@needs_openapi
def test_the_second_opinion_is_one() -> None:
    message = samples.flex({"type": "button", "hue": 1}) | {"altText": 5}

    found = openapi.complaints("PushMessageRequest", {"to": "U", "messages": [message]})

    assert any("hue" in one for one in found)
    assert any("action is missing" in one for one in found)
    assert any("altText" in one for one in found)


@needs_openapi
@pytest.mark.parametrize("kind", samples.ALL)
def test_what_line_does_not_describe_is_refused_here_too(kind: str) -> None:
    for place, damaged in _damaged(samples.ALL[kind]):
        body = {"to": f"U{1:032x}", "messages": [damaged]}
        if openapi.complaints("PushMessageRequest", body):
            assert sending.problems(body, sending.PUSH), place


def _damaged(message: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the message with each field, wherever it is, once renamed and once left out."""
    found: list[tuple[str, dict[str, Any]]] = []
    for path in _paths(message):
        for damage in ("renamed", "left out"):
            copied = copy.deepcopy(message)
            place: Any = copied
            for step in path[:-1]:
                place = place[step]
            value = place.pop(path[-1])
            if damage == "renamed":
                place["unheardOf"] = value
            found.append((f"{path} {damage}", copied))
    return found


def _paths(value: object, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        here = [(*before, key) for key in value if "substitution" not in before]
        return here + [
            path for key, inner in value.items() for path in _paths(inner, (*before, key))
        ]
    if isinstance(value, list):
        return [
            path for index, inner in enumerate(value) for path in _paths(inner, (*before, index))
        ]
    return []


@needs_openapi
def test_the_answers_are_as_line_describes_them(api: Api, hanako: Resident) -> None:
    described = {
        "/v2/bot/info": "BotInfoResponse",
        f"/v2/bot/profile/{hanako.id}": "UserProfileResponse",
        "/v2/bot/followers/ids": "GetFollowersResponse",
        "/v2/bot/message/quota": "MessageQuotaResponse",
        "/v2/bot/message/quota/consumption": "QuotaConsumptionResponse",
        "/v2/bot/message/delivery/push?date=20260101": "NumberOfMessagesResponse",
        "/v2/bot/message/aggregation/info": "GetAggregationUnitUsageResponse",
        "/v2/bot/message/aggregation/list": "GetAggregationUnitNameListResponse",
        "/v2/bot/channel/webhook/endpoint": "GetWebhookEndpointResponse",
        "/v2/bot/richmenu/list": "RichMenuListResponse",
        "/v2/bot/richmenu/alias/list": "RichMenuAliasListResponse",
    }

    for path, name in described.items():
        assert openapi.complaints(name, api("GET", path).json()) == [], path
    sent = api.push(hanako.id, samples.text()).json()
    assert openapi.complaints("PushMessageResponse", sent) == []


@needs_openapi
def test_webhooks_are_as_line_describes_them(ear: Ear, hanako: Resident) -> None:
    hanako.says("こんにちは")
    hanako.sends_sticker()
    hanako.shares_location(36.7, 137.3)
    hanako.do("postback", data="x", params={"date": "2026-12-01"})
    hanako.sends_photos(picture(), picture())
    hanako.block()

    for event in ear.events(8):
        assert openapi.complaints("Event", event, file="webhook.yml") == []


def make_sdk(sim: Running) -> messaging.ApiClient:
    configuration = oauth.Configuration(host=sim.base)
    with oauth.ApiClient(configuration) as client:
        issued = oauth.ChannelAccessToken(client).issue_stateless_channel_token_by_client_secret(
            client_id=sim.settings.channel_id, client_secret=sim.settings.channel_secret
        )
    token = issued.access_token
    return messaging.ApiClient(messaging.Configuration(host=sim.base, access_token=token))


def test_the_official_sdk_sends(sim: Running, hanako: Resident) -> None:
    key = str(uuid.uuid4())
    with make_sdk(sim) as client:
        api = messaging.MessagingApi(client)
        request = messaging.PushMessageRequest(
            to=hanako.id, messages=[messaging.TextMessage(text="SDKから")]
        )

        sent = api.push_message(request, x_line_retry_key=key)
        with pytest.raises(sdk_exceptions.ApiException) as again:
            api.push_message(request, x_line_retry_key=key)

    assert sent.sent_messages[0].id
    assert again.value.status == 409
    assert again.value.headers["x-line-accepted-request-id"]
    assert hanako.heard() == ["SDKから"]


def test_the_official_sdk_reads_profile_quota_and_friends(sim: Running, hanako: Resident) -> None:
    with make_sdk(sim) as client:
        api = messaging.MessagingApi(client)

        assert api.get_profile(hanako.id).display_name == "山田 花子"
        assert api.get_message_quota().type == "none"
        assert api.get_followers().user_ids == [hanako.id]
        assert api.get_bot_info().basic_id == sim.settings.account_id


def test_the_official_sdk_makes_a_menu(sim: Running, hanako: Resident) -> None:
    body = {**samples.MENU, "areas": samples.MENU["areas"][1:]}
    with make_sdk(sim) as client:
        api, blob = messaging.MessagingApi(client), messaging.MessagingApiBlob(client)

        menu = api.create_rich_menu(messaging.RichMenuRequest.from_dict(body)).rich_menu_id
        blob.set_rich_menu_image(
            menu, body=bytearray(picture()), _headers={"Content-Type": "image/png"}
        )
        api.set_default_rich_menu(menu)

        assert api.get_default_rich_menu_id().rich_menu_id == menu
    assert hanako.screen()["menu"]["richMenuId"] == menu


def test_the_official_sdk_fetches_a_photo(sim: Running, ear: Ear, hanako: Resident) -> None:
    hanako.sends_photos(picture())
    message = ear.events(2)[1]["message"]["id"]

    with make_sdk(sim) as client:
        content = messaging.MessagingApiBlob(client).get_message_content(message)

    assert bytes(content) == picture()


def test_the_official_sdk_understands_the_webhooks(
    sim: Running, ear: Ear, hanako: Resident
) -> None:
    hanako.says("こんにちは")
    hanako.do("postback", data="x")
    ear.events(3)

    parser = WebhookParser(sim.settings.channel_secret)
    events = [parser.parse(body.decode(), signature)[0] for signature, body in ear.requests]

    follow, message, postback = events
    assert isinstance(follow, FollowEvent)
    assert isinstance(message, MessageEvent)
    assert isinstance(message.message, TextMessageContent)
    assert isinstance(postback, PostbackEvent)
    assert message.message.text == "こんにちは"
