"""Sending: once, to those who hear, with LINE's answers to everybody else."""

import time
import uuid

import pytest

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.simulators.line.conftest import Api, Ear
from tests.simulators.line.samples import text


def test_a_reply_token_answers_once(api: Api, ear: Ear, hanako: Resident) -> None:
    token = ear.events(1)[0]["replyToken"]

    first, second = api.reply(token), api.reply(token)

    assert first.status_code == 200
    assert first.json()["sentMessages"][0]["id"].isdecimal()
    assert (second.status_code, second.json()) == (400, {"message": "Invalid reply token"})
    assert hanako.heard() == ["はい"]


def test_a_reply_token_is_good_for_a_minute(
    api: Api, ear: Ear, hanako: Resident, sim: Running
) -> None:
    token = ear.events(1)[0]["replyToken"]
    sim.world.reply_tokens[token].good_until = time.monotonic() - 0.001

    answer = api.reply(token)

    assert answer.json() == {"message": "Invalid reply token"}


def test_turning_the_clock_does_not_age_a_reply_token(
    api: Api, ear: Ear, hanako: Resident, phone: Phone
) -> None:
    phone.turn_clock(advanceSeconds=86_400)

    assert api.reply(ear.events(1)[0]["replyToken"]).status_code == 200


def test_a_retry_key_sends_once(api: Api, hanako: Resident) -> None:
    key = str(uuid.uuid4())

    first = api.push(hanako.id, text(), X_Line_Retry_Key=key)
    again = api.push(hanako.id, text(), X_Line_Retry_Key=key)

    assert again.status_code == 409
    assert again.json()["message"] == "The retry key is already accepted"
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    accepted = again.headers["x-line-accepted-request-id"]
    assert accepted == first.headers["x-line-request-id"] != again.headers["x-line-request-id"]
    assert hanako.heard() == ["こんにちは"]


def test_a_retry_key_belongs_to_one_body(api: Api, hanako: Resident) -> None:
    key = str(uuid.uuid4())
    api.push(hanako.id, text(), X_Line_Retry_Key=key)

    other = api.push(hanako.id, text("別の話"), X_Line_Retry_Key=key)

    assert other.status_code == 400
    assert hanako.heard() == ["こんにちは"]


def test_a_refused_request_does_not_use_up_its_retry_key(api: Api, hanako: Resident) -> None:
    key = str(uuid.uuid4())

    refused = api.push(hanako.id, text(""), X_Line_Retry_Key=key)
    accepted = api.push(hanako.id, text(), X_Line_Retry_Key=key)

    assert (refused.status_code, accepted.status_code) == (400, 200)


@pytest.mark.parametrize("key", ["1234", "", "not-a-uuid"])
def test_a_retry_key_is_a_uuid(api: Api, hanako: Resident, key: str) -> None:
    assert api.push(hanako.id, text(), X_Line_Retry_Key=key).status_code == 400


def test_a_reply_takes_no_retry_key(api: Api, ear: Ear, hanako: Resident) -> None:
    body = {"replyToken": ear.events(1)[0]["replyToken"], "messages": [text()]}

    answer = api("POST", "/v2/bot/message/reply", body, X_Line_Retry_Key=str(uuid.uuid4()))

    assert answer.status_code == 400


def test_a_blocker_gets_nothing_and_the_sender_is_not_told(api: Api, hanako: Resident) -> None:
    hanako.block()

    answer = api.push(hanako.id, text())

    assert answer.status_code == 200
    assert hanako.heard() == []
    assert api("GET", "/v2/bot/message/quota/consumption").json() == {"totalUsage": 0}


def test_who_never_was_a_friend_gets_nothing(api: Api, phone: Phone) -> None:
    taro = phone.person("太郎")

    assert api.push(taro.id, text()).status_code == 200
    assert taro.heard() == []


def test_an_unknown_person_is_refused_by_push_and_skipped_by_multicast(
    api: Api, hanako: Resident
) -> None:
    stranger = f"U{7:032x}"

    pushed = api.push(stranger, text())
    body = {"to": [stranger, hanako.id], "messages": [text()]}
    multicast = api("POST", "/v2/bot/message/multicast", body)

    assert (pushed.status_code, pushed.json()) == (400, {"message": "Failed to send messages"})
    assert (multicast.status_code, multicast.json()) == (200, {})
    assert hanako.heard() == ["こんにちは"]


def test_one_malformed_id_stops_the_whole_multicast(api: Api, hanako: Resident) -> None:
    body = {"to": [hanako.id, "hanako"], "messages": [text()]}

    answer = api("POST", "/v2/bot/message/multicast", body)

    said = "The property, to[1], in the request body is invalid (line: -, column: -)"
    assert (answer.status_code, answer.json()) == (400, {"message": said})
    assert hanako.heard() == []


def test_a_broadcast_reaches_all_friends(api: Api, phone: Phone, hanako: Resident) -> None:
    taro, ichiro = phone.person("太郎").follow(), phone.person("一郎")

    api("POST", "/v2/bot/message/broadcast", {"messages": [text()]})

    assert [one.heard() for one in (hanako, taro, ichiro)] == [["こんにちは"], ["こんにちは"], []]


def test_a_narrowcast_is_sent_afterwards(api: Api, hanako: Resident) -> None:
    answer = api("POST", "/v2/bot/message/narrowcast", {"messages": [text()]})
    request = answer.headers["x-line-request-id"]

    hanako.hears("こんにちは")
    progress = api("GET", f"/v2/bot/message/progress/narrowcast?requestId={request}").json()

    assert answer.status_code == 202
    assert progress["phase"] == "succeeded"
    assert (progress["successCount"], progress["failureCount"]) == (1, 0)


def test_a_narrowcast_reaches_the_people_of_an_audience(
    api: Api, phone: Phone, hanako: Resident
) -> None:
    taro = phone.person("太郎").follow()
    upload = {"description": "子育て中の方", "audiences": [{"id": taro.id}]}
    number = api("POST", "/v2/bot/audienceGroup/upload", upload).json()["audienceGroupId"]
    recipient = {"type": "audience", "audienceGroupId": number}

    body = {"messages": [text()], "recipient": recipient}
    api("POST", "/v2/bot/message/narrowcast", body)
    taro.hears("こんにちは")
    turned = {"messages": [text("他の方")], "recipient": {"type": "operator", "not": recipient}}
    api("POST", "/v2/bot/message/narrowcast", turned)
    hanako.hears("他の方")

    assert (taro.heard(), hanako.heard()) == (["こんにちは"], ["他の方"])


def test_one_malformed_id_stops_the_whole_upload(api: Api) -> None:
    upload = {"description": "x", "audiences": [{"id": f"U{1:032x}"}, {"id": "taro"}]}

    assert api("POST", "/v2/bot/audienceGroup/upload", upload).status_code == 400
    assert api("GET", "/v2/bot/audienceGroup/list").json()["audienceGroups"] == []


def test_a_town_is_too_small_for_attributes(api: Api, hanako: Resident) -> None:
    filtered = {"demographic": {"type": "gender", "oneOf": ["female"]}}

    answer = api("POST", "/v2/bot/message/narrowcast", {"messages": [text()], "filter": filtered})

    said = {"message": "Your account does not have enough friends"}
    assert (answer.status_code, answer.json()) == (403, said)


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic abc", ""])
def test_nobody_sends_without_a_token(api: Api, hanako: Resident, header: str) -> None:
    answer = api.push(hanako.id, text(), Authorization=header)

    assert answer.status_code == 401
    assert "Authentication failed" in answer.json()["message"]


def test_a_request_over_two_megabytes_is_refused(api: Api, hanako: Resident) -> None:
    assert api.push(hanako.id, text("x" * (2 * 1024 * 1024))).status_code == 413


def test_a_request_must_say_that_it_is_json(api: Api, hanako: Resident) -> None:
    answer = api.push(hanako.id, text(), Content_Type="text/plain")

    assert answer.status_code == 415


def test_broken_json_is_refused_with_its_place(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}

    answer = api.http.post("/v2/bot/message/push", content=b'{"to": }', headers=headers)

    said = "The request body could not be parsed as JSON (line: 1, column: 8)"
    assert (answer.status_code, answer.json()) == (400, {"message": said})


def test_sixty_broadcasts_an_hour_and_no_more(api: Api) -> None:
    broadcast = ("POST", "/v2/bot/message/broadcast", {"messages": [text()]})

    statuses = [api(*broadcast).status_code for _ in range(61)]

    assert statuses == [200] * 60 + [429]


def test_units_are_counted_by_name(api: Api, hanako: Resident) -> None:
    body = {"to": [hanako.id], "messages": [text()], "customAggregationUnits": ["broadcast_1"]}
    api("POST", "/v2/bot/message/multicast", body)

    assert api("GET", "/v2/bot/message/aggregation/info").json() == {
        "numOfCustomAggregationUnits": 1
    }
    names = api("GET", "/v2/bot/message/aggregation/list").json()["customAggregationUnits"]
    assert names == ["broadcast_1"]


def test_few_people_are_not_told_of(api: Api, phone: Phone, hanako: Resident) -> None:
    sent = api("POST", "/v2/bot/message/broadcast", {"messages": [text()]})
    hanako.talk()

    request = sent.headers["x-line-request-id"]
    overview = api("GET", f"/v2/bot/insight/message/event?requestId={request}").json()["overview"]

    assert overview["delivered"] == 1
    assert overview["uniqueImpression"] is None


def test_counts_of_a_day_are_ready_the_next_day(api: Api, phone: Phone, hanako: Resident) -> None:
    api.push(hanako.id, text())
    today = phone.turn_clock(advanceSeconds=0)["now"][:10].replace("-", "")

    before = api("GET", f"/v2/bot/message/delivery/push?date={today}").json()
    phone.turn_clock(advanceSeconds=86_400)
    after = api("GET", f"/v2/bot/message/delivery/push?date={today}").json()

    assert before == {"status": "unready"}
    assert after == {"status": "ready", "success": 1}


def test_each_person_sees_what_was_sent_to_them(api: Api, phone: Phone, hanako: Resident) -> None:
    api.push(hanako.id, text())

    sent = phone.sent()[-1]

    assert (sent["endpoint"], sent["reached"]) == ("push", [hanako.id])
    assert sent["messages"] == [text()]
