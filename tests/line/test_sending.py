"""What is said reaches LINE: as a reply while the token is fresh, else as a push, never twice by our doing."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.line.wire import make_row
from yakuba.line import (
    client,
    inbox,
    limiter,
    messages,
    operations,
    outgoing,
    quota,
    sender,
    sockets,
)
from yakuba.line.models import ChannelToken, Lane, Outgoing, Quota, SendRate
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


class TestQuota:
    def test_keeps_what_the_month_has_no_room_for(self, phone: Phone, hanako: Resident) -> None:
        phone.faults(monthly_quota=1)
        say(hanako, "1")
        say(hanako, "2")

        sender.send_waiting()

        assert hanako.heard() == ["1"]
        assert Outgoing.objects.filter(state=Outgoing.State.HELD).count() == 1

    def test_replies_are_free(self, sim: Running, phone: Phone, hanako: Resident) -> None:
        Quota.objects.create(month=quota.month(), allowed=0)
        say(hanako, "押せない", lane=Lane.ANSWER)
        say(hanako, "答えられる", event_with(sim, hanako))

        sender.send_waiting()

        assert hanako.heard() == ["答えられる"]

    def test_goes_on_when_line_says_that_there_is_room(
        self, phone: Phone, hanako: Resident
    ) -> None:
        phone.faults(monthly_quota=1)
        quota.refresh()
        for words in ("1", "2", "3"):
            say(hanako, words)
        sender.send_waiting()
        phone.faults(monthly_quota=2)

        quota.refresh()
        sender.send_waiting()

        assert hanako.heard() == ["1", "2"]

    def test_the_reserve_is_for_disasters(self, sim: Running, hanako: Resident) -> None:
        Quota.objects.create(month=quota.month(), allowed=10, kept_for_disaster=10)
        say(hanako, "お知らせ", lane=Lane.NOTICE)
        say(hanako, "避難", lane=Lane.DISASTER)

        sender.send_waiting()

        assert hanako.heard() == ["避難"]

    def test_a_delivery_sets_aside_what_it_needs_or_nothing(self) -> None:
        Quota.objects.create(month=quota.month(), allowed=100, used=50, kept_for_disaster=20)

        assert quota.reserve(30, lane=Lane.DELIVERY)
        assert not quota.reserve(1, lane=Lane.DELIVERY)
        assert quota.reserve(20, lane=Lane.DISASTER)

        quota.settle(reserved=30, sent=10)
        row = Quota.objects.get()
        assert (row.used, row.reserved) == (60, 20)


class TestTrial:
    def test_writes_to_listed_testers_only(
        self, settings: DjangoSettings, hanako: Resident, taro: Resident, phone: Phone
    ) -> None:
        settings.ENVIRONMENT = "trial"
        judge = sockets.tester_judge(lambda ids: {one for one in ids if one == hanako.id})
        say(hanako, "試し")
        say(taro, "届かない")
        Outgoing.objects.update(state=Outgoing.State.PENDING)  # as if written before the switch

        sender.send_waiting()

        with pytest.raises(client.NotATester):
            client.multicast(
                [hanako.id, taro.id], messages.text("x"), retry_key=Outgoing().retry_key
            )
        sockets.unplug_judge(judge)
        assert hanako.heard() == ["試し"]
        assert taro.heard() == []

    def test_nobody_is_written_to_when_nobody_lists_testers(
        self, settings: DjangoSettings, hanako: Resident
    ) -> None:
        settings.ENVIRONMENT = "trial"

        say(hanako, "届かない")

        assert only().state == Outgoing.State.DROPPED


class TestLimiter:
    def test_spreads_requests_over_time(self) -> None:
        SendRate.objects.create(name="multicast", per_second=100)

        waits = limiter.reserve(["multicast"] * 5) + limiter.reserve(["multicast"] * 5)

        assert waits[0] < 0.005
        assert waits[9] == pytest.approx(0.09, abs=0.03)
        assert waits == sorted(waits)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_senders_never_hold_two_of_one_person(self) -> None:
        assert self.meetings() == 0

    def test_without_queueing_they_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "lock_name", lambda name: None)
        monkeypatch.setattr(
            outgoing,
            "_CHOOSE",
            outgoing._CHOOSE.replace("other.state = 1\n", "false AND other.state = 1\n"),
        )

        assert self.meetings() > 0

    def meetings(self) -> int:
        """Count how often four claimants hold two rows of one person at the same time."""
        person = "U" + "1" * 32
        for _row in range(60):
            operations.say(person, messages.text("x"))
        held: list[int] = []
        met: list[int] = []
        guard = threading.Lock()
        done = threading.Event()

        def take() -> None:
            while not done.is_set():
                letters = outgoing.Outbox().claim(Lane.ANSWER, limit=3)
                with guard:
                    held.extend(letter.row.pk for letter in letters)
                    if len(set(held)) > 1 or len(held) > 1:
                        met.append(len(held))
                time.sleep(0.002)
                with guard:
                    for letter in letters:
                        held.remove(letter.row.pk)
                for letter in letters:
                    letter._sent(client.Result(client.Verdict.ACCEPTED, 200))
            connections.close_all()

        threads = [threading.Thread(target=take) for _number in range(4)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while Outgoing.objects.exclude(state=2).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        done.set()
        for thread in threads:
            thread.join()
        assert not Outgoing.objects.exclude(state=2).exists()
        return len(met)

    def test_the_loop_sends_what_is_said_and_stops_when_told(self, hanako: Resident) -> None:
        stop = threading.Event()
        loop = threading.Thread(target=_send_until, args=(stop,))
        loop.start()
        try:
            for number in range(20):
                say(hanako, str(number))
            hanako.wait_for(lambda talk: len([m for m in talk if m["from"] == "account"]) == 20)
        finally:
            stop.set()
            loop.join(10)

        assert hanako.heard() == [str(number) for number in range(20)]
        assert not loop.is_alive()

    def test_a_turn_goes_from_webhook_to_reply(self, sim: Running, hanako: Resident) -> None:
        @sockets.event_handler(order=-5)
        def answer(event: Event, person: sockets.Person) -> bool:
            operations.say(person.user_id, messages.text("はい"), reply_to=event)
            return True

        stop = threading.Event()
        loops = [
            threading.Thread(target=_send_until, args=(stop,)),
            threading.Thread(target=_handle_until, args=(stop,)),
        ]
        for loop in loops:
            loop.start()
        try:
            event = event_with(sim, hanako)
            make_row(user_id=hanako.id, reply_token=event.reply_token)
            operations.ring("line_inbox")
            hanako.hears("はい")
        finally:
            stop.set()
            for loop in loops:
                loop.join(10)
            sockets.unplug(answer)


def _send_until(stop: threading.Event) -> None:
    sender.run(stop, threads=4)
    connections.close_all()


def _handle_until(stop: threading.Event) -> None:
    inbox.run(stop)
    connections.close_all()
