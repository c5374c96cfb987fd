"""Photos of the talk: fetched at once, checked, kept, and the talk goes on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.files.test_files import make_photo
from tests.line.wire import make_row
from yakuba.files import queries
from yakuba.files.models import StoredFile
from yakuba.line import content, inbox, operations, sender, sockets
from yakuba.line.models import Content, Outgoing, WebhookEvent
from yakuba.line.rules import CONTENT, Event
from yakuba.line.sockets import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.FILES_URL = str(tmp_path)


@pytest.fixture
def came() -> Iterator[list[Event]]:
    """What came of the photos that a question waits for."""
    events: list[Event] = []

    @sockets.event_handler(order=0)
    def ask(event: Event, person: Person) -> bool:
        if event.type == CONTENT:
            events.append(event)
            return True
        if event.message.get("type") in ("image", "file"):
            operations.want_content(event, keep_location=True)
            return True
        return False

    yield events
    sockets.unplug(ask)


def send(sim: Running, person: Resident, photo: bytes) -> None:
    """Have the person send a photo, and bring its event to the inbox."""
    person.sends_photos(photo)
    message_id = max(sim.world.contents)
    make_row(user_id=person.id, message={"type": "image", "id": message_id})


def go_on() -> None:
    for _turn in range(3):
        inbox.work_off()
        content.fetch_due()


def make_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE line_content SET next_at = clock_timestamp()")


def test_fetches_a_photo_and_lets_the_talk_go_on(
    sim: Running, hanako: Resident, came: list[Event]
) -> None:
    send(sim, hanako, make_photo(location=True))

    go_on()

    [event] = came
    file = StoredFile.objects.get(pk=event.content["file"])
    assert queries.read(file).startswith(b"\xff\xd8")
    assert event.content["latitude"] == pytest.approx(36.698, abs=0.001)
    assert event.user_id == hanako.id


def test_comes_again_while_line_prepares(
    sim: Running, phone: Phone, hanako: Resident, came: list[Event]
) -> None:
    phone.faults(content_202=True, count=2)
    send(sim, hanako, make_photo())

    for _try in range(4):
        go_on()
        make_due()

    assert len(came) == 1
    assert Content.objects.get().attempts == 3


def test_says_kindly_what_cannot_be_taken(
    sim: Running, hanako: Resident, came: list[Event]
) -> None:
    send(sim, hanako, make_photo(size=(300, 300))[:-100])

    go_on()

    assert came[0].content == {
        "trouble": "写真を読み取れませんでした。こわれていないか確かめて、もう一度送ってください。"
    }


def test_says_so_when_line_has_it_no_more(
    sim: Running, phone: Phone, hanako: Resident, came: list[Event]
) -> None:
    phone.faults(content_410=True)
    send(sim, hanako, make_photo())

    go_on()

    assert "もう一度送ってください" in came[0].content["trouble"]


def test_gives_up_after_a_while(
    sim: Running, phone: Phone, hanako: Resident, came: list[Event]
) -> None:
    phone.faults(http_500_before_accept=True, endpoint="content")
    send(sim, hanako, make_photo())

    for _try in range(20):
        go_on()
        make_due()

    assert len(came) == 1
    assert Content.objects.get().state == Content.State.FAILED


def test_a_kill_after_keeping_announces_once_and_leaves_one_file(
    sim: Running, hanako: Resident, came: list[Event]
) -> None:
    send(sim, hanako, make_photo())
    inbox.work_off()
    wish = Content.objects.get()

    content.fetch(wish)
    content.fetch(wish)  # the lease ended while the first was at work
    go_on()

    assert len(came) == 1
    assert WebhookEvent.objects.filter(event_id__startswith="content:").count() == 1
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [Content.objects.get().file_id]


def test_what_nobody_waits_for_any_more_is_not_kept(
    sim: Running, hanako: Resident, came: list[Event]
) -> None:
    send(sim, hanako, make_photo())
    inbox.work_off()
    content.fetch_due()
    busy = sockets.event_handlers[:]
    sockets.event_handlers[:] = [place for place in busy if place.order == 1000]

    inbox.work_off()

    sockets.event_handlers[:] = busy
    assert not StoredFile.objects.exists()


def test_a_trouble_nobody_takes_is_told(sim: Running, hanako: Resident) -> None:
    row = make_row(user_id=hanako.id, message={"type": "image", "id": "4711"})
    operations.want_content(
        Event(row.event_id, "message", hanako.id, 1, message={"type": "image", "id": "4711"})
    )

    go_on()
    sender.send_waiting()

    assert any("もう一度送ってください" in said for said in hanako.heard())


def test_bodies_are_emptied_after_thirty_days_and_ids_stay() -> None:
    old, young = make_row(age_s=31 * 86400), make_row()
    waiting = make_row(age_s=31 * 86400)
    WebhookEvent.objects.exclude(pk=waiting.pk).update(state=WebhookEvent.State.DONE)
    operations.say(old.user_id, [{"type": "text", "text": "x"}])
    Outgoing.objects.update(state=2, created_at=datetime.now(UTC) - timedelta(days=31))

    operations.empty_old_bodies()

    old.refresh_from_db()
    assert old.body is None
    assert old.event_id
    assert WebhookEvent.objects.get(pk=young.pk).body is not None
    assert WebhookEvent.objects.get(pk=waiting.pk).body is not None
    assert Outgoing.objects.get().messages is None
