"""The intake over HTTP, with a real database."""

import json

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.line.wire import HANAKO, TARO, body_of, deliver, make_event
from yakuba.line import postgres, rules
from yakuba.line.models import RejectedBody, WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)


def test_stores_every_event_before_it_answers() -> None:
    [answer] = deliver(body_of([make_event(user_id=HANAKO), make_event(user_id=TARO)]))

    assert answer.status_code == 200
    stored = WebhookEvent.objects.order_by("id")
    assert [event.user_id for event in stored] == [HANAKO, TARO]
    assert (stored[0].body or {})["message"]["text"] == "こんにちは"


def test_stores_an_event_once_however_often_it_comes() -> None:
    event = make_event()
    again = event | {"deliveryContext": {"isRedelivery": True}}

    answers = deliver(body_of([event]), body_of([event, event]), body_of([again]))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert WebhookEvent.objects.count() == 1


def test_answers_200_to_an_empty_delivery() -> None:
    [answer] = deliver(body_of([]))

    assert answer.status_code == 200
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("signature", [b"", b"AAAA", "こ".encode()])
def test_refuses_a_wrong_signature(signature: bytes) -> None:
    [answer] = deliver(body_of([make_event()]), headers={b"x-line-signature": signature})

    assert answer.status_code == 401
    assert not WebhookEvent.objects.exists()


def test_refuses_a_missing_signature() -> None:
    [answer] = deliver(body_of([make_event()]), headers={})

    assert answer.status_code == 401


def test_refuses_what_is_larger_than_line_sends() -> None:
    [answer] = deliver(b"x" * (2 * 1024 * 1024 + 1))

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"events": 1}', b"\xff\xfe", b"null", b"[" * 100_000, b'{"events":[1]}']
)
def test_keeps_aside_what_it_cannot_read(body: bytes) -> None:
    [answer] = deliver(body)

    assert answer.status_code == 200
    assert RejectedBody.objects.count() == 1


def test_keeps_the_good_events_beside_strange_ones() -> None:
    good = make_event()
    strange = [7, None, {"type": "brandNew", "source": []}, {"timestamp": 1e300}, {}]

    [answer] = deliver(body_of([good, *strange]))

    assert answer.status_code == 200
    assert WebhookEvent.objects.filter(event_id=good["webhookEventId"]).exists()
    assert WebhookEvent.objects.count() == 4
    assert RejectedBody.objects.count() == 1


def test_takes_out_what_postgresql_cannot_keep() -> None:
    event = make_event(text="a\0b\ud800c", event_id="x\0y")
    event["source"]["userId"] = "U\0" + "あ" * 300

    [answer] = deliver(body_of([event]))

    assert answer.status_code == 200
    stored = WebhookEvent.objects.get()
    assert stored.event_id == "xy"
    assert stored.user_id == ""
    assert (stored.body or {})["message"]["text"] == "ab?c"


def test_one_bad_event_does_not_sink_the_others() -> None:
    good, bad = make_event(), make_event(text="bad")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE line_webhookevent ADD CONSTRAINT only_for_this_test"
            f" CHECK (event_id <> '{bad['webhookEventId']}')"
        )
    try:
        answers = deliver(body_of([good]), body_of([bad]), body_of([make_event()]))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE line_webhookevent DROP CONSTRAINT only_for_this_test")

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert WebhookEvent.objects.count() == 2
    assert RejectedBody.objects.get().reason == "cannot be stored: CheckViolation"


def test_asks_line_to_come_again_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "conninfo", lambda: "postgresql://nobody@127.0.0.1:9/none")

    [answer] = deliver(body_of([make_event()]))

    assert answer.status_code == 500
    assert "Traceback" not in answer.text


def test_blots_out_my_numbers_and_card_numbers() -> None:
    number = "123456789018"  # the check digit fits

    [answer] = deliver(body_of([make_event(text=f"番号は{number}です")]))

    assert answer.status_code == 200
    stored = WebhookEvent.objects.get()
    assert number not in json.dumps(stored.body)
    assert rules.read_event(stored.body or {}).is_masked


def test_seals_the_bodies() -> None:
    deliver(body_of([make_event(text="secret words")]))

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM line_webhookevent")
        sealed = bytes(cursor.fetchone()[0])
    assert b"secret" not in sealed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = ("type", "timestamp", "source", "webhookEventId", "message", "mode", "postback", "text")
EVENTS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON, max_size=8)
BODIES = (
    st.binary(max_size=400)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(EVENTS | JSON, max_size=5).map(body_of)
)


@effort(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies=st.lists(BODIES, min_size=20, max_size=40))
def test_never_breaks_whatever_it_is_sent(bodies: list[bytes]) -> None:
    answers = deliver(*bodies)

    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.text == "" for answer in answers)
