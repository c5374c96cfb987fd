"""How fast and how much may be sent, to whom, and by several senders at once."""

import threading
import time

import pytest
from django.db import connections
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.line.test_sending import event_with, only, say
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
from yakuba.line.models import Lane, Outgoing, Quota, SendRate
from yakuba.line.rules import Event

pytestmark = pytest.mark.django_db


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
