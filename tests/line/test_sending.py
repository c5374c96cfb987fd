"""What is said reaches LINE: as a reply while the token is fresh, else as a push, never twice by our doing."""

import time
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from yakuba.line import (
    client,
    limiter,
    messages,
    operations,
    outgoing,
    postgres,
    sender,
)
from yakuba.line.models import ChannelToken, Lane, Outgoing
from yakuba.line.rules import Event

pytestmark = pytest.mark.django_db


def event_with(sim: Running, person: Resident, *, age_s: float = 0.0) -> Event:
    """An event whose reply token is good."""
    person.says("やあ")
    token = next(
        key for key, token in reversed(sim.world.reply_tokens.items()) if token.person == person.id
    )
    received = datetime.fromtimestamp(time.time() - age_s, UTC)
    return Event("e", "message", person.id, 1, reply_token=token, received_at=received)


def say(
    person: Resident, words: str, reply_to: Event | None = None, lane: Lane = Lane.ANSWER
) -> None:
    operations.say(person.id, messages.text(words), reply_to=reply_to, lane=lane)


def endpoints(phone: Phone) -> list[str]:
    return [sent["endpoint"] for sent in phone.sent()]


def make_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE line_outgoing SET next_at = clock_timestamp()")


def end_leases() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE line_outgoing SET lease_until = clock_timestamp() - interval '1s' WHERE state = 1"
        )


def only() -> Outgoing:
    return Outgoing.objects.get()


class TestReply:
    def test_replies_while_the_token_is_fresh(
        self, sim: Running, phone: Phone, hanako: Resident
    ) -> None:
        say(hanako, "こんにちは", event_with(sim, hanako))

        sender.send_waiting()

        assert endpoints(phone) == ["reply"]
        assert hanako.heard() == ["こんにちは"]
        assert only().state == Outgoing.State.SENT
        assert only().reply_token is None

    def test_pushes_when_the_token_is_old(
        self, sim: Running, phone: Phone, hanako: Resident
    ) -> None:
        say(hanako, "遅れました", event_with(sim, hanako, age_s=55))

        sender.send_waiting()

        assert endpoints(phone) == ["push"]

    def test_a_refused_reply_becomes_a_push_under_the_stored_key(
        self, sim: Running, phone: Phone, hanako: Resident
    ) -> None:
        event = event_with(sim, hanako)
        client.reply(event.reply_token, messages.text("もう使った"))
        say(hanako, "答え", event)
        key = only().retry_key

        sender.send_waiting()

        assert endpoints(phone) == ["reply", "push"]
        assert str(key) in sim.world.retry_keys
        assert not only().replied_once

    def test_a_reply_with_unknown_end_is_pushed_once_more_and_counted(
        self, sim: Running, phone: Phone, hanako: Resident
    ) -> None:
        phone.faults(http_500_after_commit=True, endpoint="reply", count=1)
        say(hanako, "質問", event_with(sim, hanako))

        sender.send_waiting()

        assert hanako.heard() == ["質問", "質問"]
        assert only().state == Outgoing.State.SENT
        assert Outgoing.objects.perhaps_twice().count() == 1

    def test_a_killed_reply_is_pushed_when_its_lease_ends(
        self, sim: Running, phone: Phone, hanako: Resident
    ) -> None:
        say(hanako, "質問", event_with(sim, hanako))
        [_killed] = outgoing.Outbox().claim(Lane.ANSWER, limit=5)  # and nothing more happens

        assert sender.send_waiting() == 0
        end_leases()
        sender.send_waiting()

        assert endpoints(phone) == ["push"]
        assert Outgoing.objects.perhaps_twice().count() == 1

    def test_what_one_turn_says_is_one_reply(
        self, sim: Running, phone: Phone, hanako: Resident
    ) -> None:
        event = event_with(sim, hanako)
        with operations.turn(event):
            for words in "1234567":
                say(hanako, words, event)

        sender.send_waiting()

        assert endpoints(phone) == ["reply", "push"]
        assert hanako.heard() == list("1234567")

    def test_words_taken_back_by_a_savepoint_are_not_said(
        self, sim: Running, hanako: Resident
    ) -> None:
        event = event_with(sim, hanako)
        with operations.turn(event):
            self.say_and_take_back(hanako, "最初は無し", event)
            say(hanako, "残る", event)
            self.say_and_take_back(hanako, "これも無し", event)
            say(hanako, "続く", event)

        sender.send_waiting()

        assert hanako.heard() == ["残る", "続く"]

    def say_and_take_back(self, person: Resident, words: str, event: Event) -> None:
        with transaction.atomic():
            say(person, words, event)
            transaction.set_rollback(True)


class TestPush:
    def test_a_lost_answer_is_asked_again_under_the_same_key(
        self, phone: Phone, hanako: Resident
    ) -> None:
        phone.faults(http_500_after_commit=True, endpoint="push", count=2)
        say(hanako, "一度だけ")

        for _try in range(4):
            sender.send_waiting()
            make_due()

        assert hanako.heard() == ["一度だけ"]
        assert (only().state, only().http_status) == (Outgoing.State.SENT, 409)

    def test_waits_longer_after_each_failure(self, phone: Phone, hanako: Resident) -> None:
        phone.faults(http_500_before_accept=True, endpoint="push")
        say(hanako, "あとで")
        waits = []

        for _try in range(5):
            sender.send_waiting()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT extract(epoch FROM next_at - clock_timestamp()) FROM line_outgoing"
                )
                waits.append(float(cursor.fetchone()[0]))
            make_due()

        assert waits == sorted(waits)
        assert waits[-1] > 8

    def test_after_23_hours_a_person_decides(self, phone: Phone, hanako: Resident) -> None:
        phone.faults(http_500_after_commit=True, endpoint="push", count=1)
        say(hanako, "古い")
        sender.send_waiting()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE line_outgoing SET next_at = clock_timestamp(), first_sent_at = first_sent_at - interval '24h'"
            )

        sender.send_waiting()

        assert only().state == Outgoing.State.UNCERTAIN
        assert hanako.heard() == ["古い"]

    def test_a_refusal_is_kept_with_the_words_of_line(self, phone: Phone, hanako: Resident) -> None:
        operations.say(hanako.id, [{"type": "text", "text": ""}])

        sender.send_waiting()

        assert (only().state, only().http_status) == (Outgoing.State.REFUSED, 400)
        assert "messages[0].text" in only().trouble

    def test_the_next_message_goes_on_after_a_refusal(self, hanako: Resident) -> None:
        operations.say(hanako.id, [{"type": "text", "text": ""}])
        say(hanako, "続き")

        sender.send_waiting()

        assert hanako.heard() == ["続き"]

    def test_too_fast_slows_everybody_down_and_is_tried_again(
        self, phone: Phone, hanako: Resident
    ) -> None:
        phone.faults(rate_wall=True, endpoint="push", count=1)
        say(hanako, "急がない")

        sender.send_waiting()

        assert only().state == Outgoing.State.PENDING
        assert only().first_sent_at is None
        assert limiter.reserve(["push"])[0] > 0.5
        make_due()
        sender.send_waiting()
        assert hanako.heard() == ["急がない"]

    def test_a_token_that_line_does_not_take_is_replaced(
        self, phone: Phone, hanako: Resident
    ) -> None:
        say(hanako, "1")
        sender.send_waiting()
        phone.faults(revoke_tokens=True)
        say(hanako, "2")

        for _try in range(2):
            sender.send_waiting()
            make_due()

        assert hanako.heard() == ["1", "2"]
        assert ChannelToken.objects.count() == 1

    def test_processes_share_one_token(self, sim: Running) -> None:
        first = client.access_token()
        client.start_afresh()

        assert client.access_token() == first

    def test_says_a_keyed_thing_once(self, hanako: Resident) -> None:
        for _time in range(2):
            operations.say(hanako.id, messages.text("一回"), dedupe_key="reminder:1")

        sender.send_waiting()

        assert hanako.heard() == ["一回"]


class TestOrder:
    def test_never_two_of_one_person_at_once_and_older_first(
        self, hanako: Resident, taro: Resident
    ) -> None:
        for words in ("1", "2"):
            say(hanako, words)
        say(taro, "1")

        first = outgoing.Outbox().claim(Lane.ANSWER, limit=10)
        second = outgoing.Outbox().claim(Lane.ANSWER, limit=10)

        assert [letter.row.user_id for letter in first] == [hanako.id, taro.id]
        assert second == []

    def test_an_answer_does_not_wait_for_a_notice(self, phone: Phone, hanako: Resident) -> None:
        phone.faults(http_500_before_accept=True, endpoint="push", count=1)
        say(hanako, "お知らせ", lane=Lane.NOTICE)
        sender.send_waiting()
        say(hanako, "答え")

        sender.send_waiting()

        assert hanako.heard() == ["答え"]

    def test_the_urgent_lane_goes_first(
        self, phone: Phone, hanako: Resident, taro: Resident
    ) -> None:
        say(hanako, "お知らせ", lane=Lane.NOTICE)
        say(taro, "避難してください", lane=Lane.DISASTER)

        sender.send_waiting()

        assert [sent["to"] for sent in phone.sent()] == [[taro.id], [hanako.id]]

    def test_a_killed_sender_blocks_nobody_for_ever(self, hanako: Resident) -> None:
        for words in ("1", "2", "3"):
            say(hanako, words)
        outgoing.Outbox().claim(Lane.ANSWER, limit=10)
        end_leases()

        sender.send_waiting()

        assert hanako.heard() == ["1", "2", "3"]


@pytest.mark.django_db(transaction=True)
class TestTheNextIsCalled:
    def test_when_another_message_of_the_same_person_waits(self, hanako: Resident) -> None:
        for words in ("1", "2"):
            say(hanako, words)

        assert self.rings() == 1

    def test_and_nobody_is_woken_for_nothing(self, hanako: Resident, taro: Resident) -> None:
        say(hanako, "1")

        assert self.rings() == 0

    def rings(self) -> int:
        """Deliver the oldest message, and count how often senders are woken by that."""
        [letter, *_more] = outgoing.Outbox().claim(Lane.ANSWER, limit=10)
        with psycopg.connect(postgres.conninfo(), autocommit=True) as ear:
            ear.execute("LISTEN line_outgoing")
            letter.deliver()
            return len(list(ear.notifies(timeout=0.5)))
