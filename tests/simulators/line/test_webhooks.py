"""Webhooks: signed, in order, repeated when nobody answers, and muddled on demand."""

import base64
import hashlib
import hmac
import json

import pytest

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.simulators.line.conftest import Api, Ear


def is_signed(sim: Running, signature: str, body: bytes) -> bool:
    secret = sim.settings.channel_secret.encode()
    return base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode() == signature


def test_every_request_is_signed_over_its_raw_body(
    sim: Running, ear: Ear, hanako: Resident
) -> None:
    signature, body = ear.requests[0]

    assert is_signed(sim, signature, body)
    assert not is_signed(sim, signature, body + b" ")
    assert json.loads(body)["destination"] == sim.world.bot_id


def test_a_follow_says_if_it_ends_a_block(ear: Ear, hanako: Resident) -> None:
    hanako.block()
    hanako.unblock()

    follow, unfollow, again = ear.events(3)

    assert (follow["type"], follow["follow"]) == ("follow", {"isUnblocked": False})
    assert unfollow["type"] == "unfollow"
    assert "replyToken" not in unfollow
    assert again["follow"] == {"isUnblocked": True}


def test_a_text_comes_with_everything_line_says_about_it(ear: Ear, hanako: Resident) -> None:
    hanako.says("道に穴があります")

    event = ear.events(2)[1]

    assert event["message"]["text"] == "道に穴があります"
    assert event["message"].keys() == {"id", "type", "text", "quoteToken", "markAsReadToken"}
    assert event["source"] == {"type": "user", "userId": hanako.id}
    assert event["mode"] == "active"
    assert len(event["webhookEventId"]) == 26
    assert event["deliveryContext"] == {"isRedelivery": False}


def test_one_persons_events_arrive_in_order(ear: Ear, hanako: Resident) -> None:
    for number in range(20):
        hanako.says(str(number))

    said = [event["message"]["text"] for event in ear.events(21)[1:]]

    assert said == [str(number) for number in range(20)]


def test_an_event_that_is_not_taken_comes_again(ear: Ear, hanako: Resident) -> None:
    ear.statuses = [500, 503]

    hanako.says("もしもし")
    events = ear.events(4)[1:]

    assert len({event["webhookEventId"] for event in events}) == 1
    assert len({event["replyToken"] for event in events}) == 1
    assert [event["deliveryContext"]["isRedelivery"] for event in events] == [False, True, True]


def test_two_seconds_without_an_answer_count_as_none(ear: Ear, hanako: Resident) -> None:
    ear.sleeps = [2.3]

    hanako.says("もしもし")
    events = ear.events(3)[1:]

    assert sorted(event["deliveryContext"]["isRedelivery"] for event in events) == [False, True]


def test_a_redelivered_reply_token_still_answers(api: Api, ear: Ear, hanako: Resident) -> None:
    ear.statuses = [500]

    hanako.says("もしもし")
    token = ear.events(3)[2]["replyToken"]

    assert api.reply(token).status_code == 200


def test_events_are_batched_on_demand(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.faults(batch=3, count=1)

    for number in range(3):
        hanako.says(str(number))
    requests = ear.wait(2)

    assert [event["message"]["text"] for event in requests[1]] == ["0", "1", "2"]


def test_a_held_event_does_not_wait_for_company_for_ever(
    ear: Ear, phone: Phone, hanako: Resident
) -> None:
    phone.faults(batch=3, count=1)

    hanako.says("ひとりです")

    assert ear.events(2)[1]["message"]["text"] == "ひとりです"


def test_events_come_twice_on_demand(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.faults(duplicate=1, count=1)

    hanako.says("一回だけ言いました")
    first, second = ear.events(3)[1:]

    assert first == second


def test_events_come_in_the_wrong_order_on_demand(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.faults(reorder=2, count=1)

    hanako.says("先")
    hanako.says("後")

    assert [event["message"]["text"] for event in ear.events(3)[1:]] == ["後", "先"]


def test_events_are_lost_on_demand(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.faults(drop=1, count=1)

    hanako.says("届きません")
    hanako.says("届きます")

    assert ear.events(2)[1]["message"]["text"] == "届きます"


def test_a_signature_is_wrong_on_demand(
    sim: Running, ear: Ear, phone: Phone, hanako: Resident
) -> None:
    phone.faults(bad_signature=1, count=1)

    hanako.says("にせもの")
    ear.wait(2)

    assert not is_signed(sim, *ear.requests[1])


def test_standby_brings_no_reply_token(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.faults(standby=1, count=1)

    hanako.says("別の窓口の人と話しています")
    event = ear.events(2)[1]

    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_any_event_can_be_sent(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.post("/__control/event", {"person": hanako.id, "event": {"type": "telepathy", "deep": 1}})
    ear.wait(2)
    phone.post("/__control/event", {"raw": []})

    events = ear.wait(3)

    assert events[1][0]["type"] == "telepathy"
    assert events[1][0]["source"]["userId"] == hanako.id
    assert events[2] == []


def test_webhooks_carry_the_turned_time(ear: Ear, phone: Phone, hanako: Resident) -> None:
    phone.turn_clock(now="2027-01-01T09:00:00")

    hanako.says("明けましておめでとうございます")
    event = ear.events(2)[1]

    assert event["timestamp"] // 60_000 == 1_798_761_600_000 // 60_000
    assert hanako.talk()[-1]["at"].startswith("2027-01-01T09:00")


def test_the_webhook_address_can_be_asked_set_and_tried(api: Api, ear: Ear) -> None:
    endpoint = "/v2/bot/channel/webhook/endpoint"

    assert api("GET", endpoint).json() == {"endpoint": ear.url, "active": True}
    tried = api("POST", "/v2/bot/channel/webhook/test", {}).json()
    assert (tried["success"], tried["statusCode"], tried["reason"]) == (True, 200, "OK")
    assert api("PUT", endpoint, {"endpoint": "http://town.example/"}).status_code == 400
    assert api("PUT", endpoint, {"endpoint": "https://town.example/"}).status_code == 200
    assert api("GET", endpoint).json()["endpoint"] == "https://town.example/"


@pytest.mark.parametrize("fault", ["rate_wall", "http_500_before_accept", "http_500_after_commit"])
def test_sending_fails_on_demand_as_often_as_asked(
    api: Api, phone: Phone, hanako: Resident, fault: str
) -> None:
    phone.faults(**{fault: True}, endpoint="push", count=1)

    failed = api.push(hanako.id, {"type": "text", "text": "一"})
    passed = api.push(hanako.id, {"type": "text", "text": "二"})

    assert failed.status_code == (429 if fault == "rate_wall" else 500)
    assert passed.status_code == 200
    assert hanako.heard() == (["一", "二"] if fault == "http_500_after_commit" else ["二"])


def test_the_month_is_full_on_demand(api: Api, phone: Phone, hanako: Resident) -> None:
    phone.faults(monthly_quota=1)

    first = api.push(hanako.id, {"type": "text", "text": "一"})
    second = api.push(hanako.id, {"type": "text", "text": "二"})

    assert api("GET", "/v2/bot/message/quota").json() == {"type": "limited", "value": 1}
    assert first.status_code == 200
    assert second.json() == {"message": "You have reached your monthly limit."}
    assert second.status_code == 429


def test_an_answer_comes_late_on_demand_though_the_work_is_done(
    api: Api, phone: Phone, hanako: Resident
) -> None:
    phone.faults(delay_ms=300, endpoint="push", count=1)

    answer = api.push(hanako.id, {"type": "text", "text": "遅い"})

    assert answer.elapsed.total_seconds() >= 0.3
    assert hanako.heard() == ["遅い"]


def test_reset_ends_all_faults(phone: Phone) -> None:
    phone.faults(drop=1)

    assert phone.faults(reset=True)["faults"] == []


def test_an_unknown_fault_is_refused(phone: Phone) -> None:
    with pytest.raises(AssertionError, match="no such fault: explode"):
        phone.faults(explode=1)


def test_the_rate_of_an_endpoint_can_be_set(api: Api, phone: Phone, hanako: Resident) -> None:
    phone.faults(rate="2/h", endpoint="push")

    statuses = [api.push(hanako.id, {"type": "text", "text": "一"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert api("GET", "/v2/bot/info").status_code == 200


def test_tokens_and_login_fail_on_demand(api: Api, phone: Phone) -> None:
    phone.faults(http_500_before_accept=1, endpoint="/oauth2/*", count=1)

    failed = api.http.get("/oauth2/v2.1/certs")

    assert failed.status_code == 500
    assert api.http.get("/oauth2/v2.1/certs").status_code == 200
