"""The processor: once, in order, and never stuck."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.line.wire import HANAKO, TARO, body_of, deliver, make_event, make_row
from tests.townhall.factories import make_staff
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.line import desk, inbox, operations, sockets
from yakuba.line.models import Outgoing, Pause, WebhookEvent
from yakuba.line.rules import Event
from yakuba.line.sockets import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What a handler hears that takes everything, in the order in which it hears it."""
    words: list[str] = []

    def listen(event: Event, person: Person) -> bool:
        words.append(event.text)
        return True

    sockets.event_handler(order=0)(listen)
    yield words
    sockets.unplug(listen)


@pytest.fixture
def broken() -> Iterator[list[str]]:
    """A handler that writes something and then fails."""
    tries: list[str] = []

    def fail(event: Event, person: Person) -> bool:
        if event.text != "壊れている":
            return False
        tries.append(event.event_id)
        operations.say(person.user_id, [{"type": "text", "text": "途中"}], reply_to=event)
        raise ZeroDivisionError

    sockets.event_handler(order=-1)(fail)
    yield tries
    sockets.unplug(fail)


def make_due() -> None:
    """Let every wait be over."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE line_webhookevent SET next_at = clock_timestamp() WHERE state = 0")


def said_to(user_id: str) -> list[str]:
    rows = Outgoing.objects.filter(user_id=user_id).order_by("id")
    return [message["text"] for row in rows for message in row.messages or []]


class TestOnce:
    def test_handles_what_is_stored(self, heard: list[str]) -> None:
        row = make_row(text="ごみの日は？")

        assert inbox.work_off() == 1

        row.refresh_from_db()
        assert heard == ["ごみの日は？"]
        assert row.state == WebhookEvent.State.DONE
        assert inbox.work_off() == 0

    def test_orders_by_when_it_happened_not_by_when_it_came(self, heard: list[str]) -> None:
        for text, moment in (("3", 3000), ("1", 1000), ("2", 2000)):
            make_row(text=text, timestamp=moment)

        inbox.work_off()

        assert heard == ["1", "2", "3"]

    def test_offers_an_event_to_the_first_who_takes_it(self, heard: list[str]) -> None:
        later: list[str] = []

        def never_asked(event: Event, person: Person) -> bool:
            later.append(event.text)
            return True

        sockets.event_handler(order=1)(never_asked)
        make_row()

        inbox.work_off()

        sockets.unplug(never_asked)
        assert (len(heard), later) == (1, [])

    def test_brings_a_postback_to_its_package_alone(self, heard: list[str]) -> None:
        got: list[str] = []

        @sockets.postbacks("bookings")
        def take(event: Event, person: Person) -> bool:
            got.append(event.postback_rest)
            return True

        make_row(type="postback", message=None, postback={"data": "bookings:a:b"})
        make_row(type="postback", message=None, postback={"data": "nobody:c"})

        inbox.work_off()

        sockets.unplug(take)
        assert got == ["a:b"]
        assert len(heard) == 1

    def test_handles_events_of_nobody_and_of_groups_without_asking_anybody(
        self, heard: list[str]
    ) -> None:
        arrived: list[str] = []

        @sockets.event_arrived.connect
        def listen(event: Event) -> None:
            arrived.append(event.type)

        make_row(type="delivery", source={})
        make_row(type="join", source={"type": "group", "groupId": "G1", "userId": HANAKO})

        assert inbox.work_off() == 2

        sockets.event_arrived.disconnect(listen)
        assert sorted(arrived) == ["delivery", "join"]
        assert heard == []


class TestFailure:
    def test_takes_back_what_a_failed_handler_wrote(self, broken: list[str]) -> None:
        make_row(text="壊れている")

        inbox.work_off()

        assert said_to(HANAKO) == []
        event = WebhookEvent.objects.get()
        assert (event.state, event.attempts) == (WebhookEvent.State.NEW, 1)
        assert event.trouble.startswith("ZeroDivisionError")

    def test_lets_later_events_of_the_person_wait_but_nobody_else(
        self, heard: list[str], broken: list[str]
    ) -> None:
        make_row(text="壊れている")
        make_row(text="次")
        make_row(text="他の人", user_id=TARO)

        inbox.work_off()
        inbox.work_off()

        assert heard == ["他の人"]
        assert len(broken) == 1

    def test_gives_up_after_a_minute_and_says_so_once(
        self, heard: list[str], broken: list[str]
    ) -> None:
        make_row(text="壊れている")
        make_row(text="次")

        waited = timedelta()
        for _try in range(20):
            inbox.work_off()
            waiting = WebhookEvent.objects.filter(state=0, attempts__gt=0).first()
            if waiting is None:
                break
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT next_at - clock_timestamp() FROM line_webhookevent WHERE attempts > 0"
                )
                waited += cursor.fetchone()[0]
            make_due()

        assert WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).count() == 1
        assert timedelta(seconds=30) < waited <= timedelta(seconds=60)
        assert heard == ["次"]
        assert len(said_to(HANAKO)) == 1
        assert said_to(HANAKO)[0].startswith("申し訳ありません")

    def test_does_not_apologise_again_within_ten_minutes(self, broken: list[str]) -> None:
        for _event in range(3):
            make_row(text="壊れている")

        for _try in range(40):
            inbox.work_off()
            make_due()

        assert len(broken) == 18
        assert len(said_to(HANAKO)) <= 2  # the ten minutes may turn in the middle

    def test_replays_a_dead_letter(self, heard: list[str], broken: list[str]) -> None:
        make_row(text="壊れている")
        for _try in range(6):
            inbox.work_off()
            make_due()
        dead = WebhookEvent.objects.get(state=WebhookEvent.State.DEAD)
        dead.body = (dead.body or {}) | {"message": {"type": "text", "text": "直った"}}
        dead.save()

        desk.replay(dead, staff=make_staff())
        with pytest.raises(desk.NotWaiting):
            desk.replay(dead, staff=make_staff())
        inbox.work_off()

        assert heard == ["直った"]

    def test_a_body_that_cannot_be_opened_becomes_a_dead_letter(self, heard: list[str]) -> None:
        make_row(text="開かない")
        make_row(text="次")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE line_webhookevent SET body = 'x' WHERE id = (SELECT min(id) FROM line_webhookevent)"
            )

        for _try in range(7):
            inbox.work_off()
            make_due()

        assert heard == ["次"]

    def test_tells_the_person_a_refusal_and_is_done(self, heard: list[str]) -> None:
        class Full(Refusal):
            sentence = "満員です。"

        def refuse(event: Event, person: Person) -> bool:
            raise Full

        sockets.event_handler(order=-1)(refuse)
        make_row(reply_token="r1")

        inbox.work_off()

        sockets.unplug(refuse)
        assert said_to(HANAKO) == ["満員です。"]
        assert WebhookEvent.objects.get().state == WebhookEvent.State.DONE

    def test_one_persons_backlog_does_not_hide_the_others(
        self, heard: list[str], broken: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inbox, "_LOOK_AHEAD", 5)
        make_row(text="壊れている")
        for _event in range(10):
            make_row(text="待つ")
        make_row(text="他の人", user_id=TARO)
        inbox.work_off()

        inbox.work_off()

        assert heard == ["他の人"]


class TestSilence:
    def test_says_nothing_in_standby(self, heard: list[str]) -> None:
        make_row(mode="standby")

        inbox.work_off()

        assert heard == []
        assert WebhookEvent.objects.get().state == WebhookEvent.State.DONE

    def test_is_silent_while_paused_and_speaks_again_after(self, heard: list[str]) -> None:
        desk.pause(HANAKO, until=clock.now() + timedelta(hours=1), staff=make_staff())
        make_row(text="止めている間")
        inbox.work_off()
        Pause.objects.update(until=clock.now() - timedelta(seconds=1))
        make_row(text="終わった後")

        inbox.work_off()

        assert heard == ["終わった後"]

    def test_still_hears_facts_while_paused(self) -> None:
        facts: list[str] = []

        def note(event: Event, person: Person) -> bool:
            facts.append(event.type)
            return True

        sockets.event_handler(order=-1, while_silent=True)(note)
        desk.pause(HANAKO, until=clock.now() + timedelta(hours=1), staff=make_staff())
        make_row(type="unfollow", message=None)

        inbox.work_off()

        sockets.unplug(note)
        assert facts == ["unfollow"]

    def test_warns_of_a_number_and_does_not_take_it_as_an_answer(self, heard: list[str]) -> None:
        make_row(**{"yakuba.masked": True})

        inbox.work_off()

        assert heard == []
        assert "マイナンバー" in said_to(HANAKO)[0]


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_four_processors_keep_the_order_of_each_person(self) -> None:
        assert self.disorder() == 0

    def test_without_the_turn_the_order_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(inbox, "_has_turn", lambda user_id: True)
        monkeypatch.setattr(inbox, "_TAKE", inbox._TAKE.replace("OF event", "OF event SKIP LOCKED"))

        assert self.disorder() > 0

    def disorder(self) -> int:
        """Handle 160 events of 4 people by 4 processors; count those that ran beside or before another."""
        begun: dict[str, int] = {}
        wrong: list[str] = []
        guard = threading.Lock()

        def slow(event: Event, person: Person) -> bool:
            with guard:
                if begun.get(person.user_id, 0) + 1 != int(event.text):
                    wrong.append(event.text)
            time.sleep(0.004)
            with guard:
                begun[person.user_id] = max(begun.get(person.user_id, 0), int(event.text))
            return True

        events = [
            make_event(user_id="U" + f"{who:032x}", text=str(number + 1), timestamp=1000 + number)
            for who in range(4)
            for number in range(40)
        ]
        random.Random(7).shuffle(events)
        deliver(body_of(events), body_of(events[:50]), body_of(events[50:]))
        sockets.event_handler(order=-1)(slow)
        stop = threading.Event()
        threads = [threading.Thread(target=_work, args=(stop,)) for _number in range(4)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while WebhookEvent.objects.filter(state=0).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()
        for thread in threads:
            thread.join()
        sockets.unplug(slow)
        assert WebhookEvent.objects.filter(state=WebhookEvent.State.DONE).count() == 160
        return len(wrong)

    def test_threads_of_one_process_call_nobody_twice(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = inbox.WaitingRoom()

        assert self.visits(monkeypatch, room, room) == 24

    def test_threads_with_a_room_each_knock_in_vain(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.visits(monkeypatch, inbox.WaitingRoom(), inbox.WaitingRoom()) > 24

    def visits(self, monkeypatch: pytest.MonkeyPatch, *rooms: inbox.WaitingRoom) -> int:
        """Handle one event each of 24 people by a thread for each room; count the visits it took."""
        for who in range(24):
            make_row(user_id="U" + f"{who:032x}")
        visited: list[str] = []
        handle, gate = inbox.handle_next, threading.Barrier(len(rooms))

        def visit(user_id: str) -> bool:
            visited.append(user_id)
            time.sleep(0.01)
            return handle(user_id)

        def work(room: inbox.WaitingRoom) -> None:
            gate.wait()
            inbox.work_off(room)
            connections.close_all()

        monkeypatch.setattr(inbox, "handle_next", visit)
        threads = [threading.Thread(target=work, args=(room,)) for room in rooms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert WebhookEvent.objects.filter(state=WebhookEvent.State.DONE).count() == 24
        return len(visited)


def _work(stop: threading.Event) -> None:
    while not stop.is_set():
        inbox.work_off()
    connections.close_all()
