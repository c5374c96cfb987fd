"""What staff see of the wire."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from pytest_django import Settings

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.line.wire import HANAKO, make_row
from tests.townhall.factories import make_department, make_scope, make_staff, make_town
from yakuba.audit.models import Entry
from yakuba.kit import clock
from yakuba.line import connection, desk, messages, operations, queries, sender
from yakuba.line.models import ConnectionCheck, Lane, Outgoing, Pause, WebhookEvent
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


@pytest.fixture
def chief() -> StaffMember:
    """An administrator whose department also handles the register of residents."""
    department = make_department()
    make_scope(department=department, kind="residents", name="住民の台帳")
    return make_staff(is_administrator=True, department=department)


@pytest.fixture
def desktop(client: Client, chief: StaffMember, settings: Settings) -> Client:
    """The browser of an administrator who is signed in."""
    client.force_login(chief, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def titles(kind: str) -> list[str]:
    return [finding.title for finding in connection.findings() if finding.kind == kind]


class TestFindings:
    def test_says_that_the_address_is_another(self, sim: Running) -> None:
        found = next(one for one in connection.findings() if "Webhook" in one.title)

        assert (found.kind, found.press) == ("danger", "register")
        assert "127.0.0.1:9" in found.sentence

    def test_is_content_when_the_address_is_ours(self, sim: Running, chief: StaffMember) -> None:
        desk.register_webhook(connection.webhook_url(), staff=chief)

        found = next(one for one in connection.findings() if "Webhook" in one.title)

        assert (found.kind, found.press) == ("good", "test")
        assert Entry.objects.filter(subject="line.webhook").exists()

    def test_says_that_the_secret_is_wrong(self, sim: Running, settings: Settings) -> None:
        settings.LINE_CHANNEL_SECRET = "wrong"

        [found] = connection.findings()

        assert "チャネルシークレット" in found.sentence

    def test_says_that_line_does_not_answer(self, sim: Running, settings: Settings) -> None:
        settings.LINE_API_BASE = "http://127.0.0.1:9"

        [found] = connection.findings()

        assert found.title == "LINEから返事がありません"

    def test_says_how_many_messages_are_left(self, sim: Running, phone: Phone) -> None:
        phone.faults(monthly_quota=1000)

        found = next(one for one in connection.findings() if "今月" in one.title)

        assert (found.kind, found.sentence) == (
            "good",
            "上限は1,000通で、あと1,000通送れます（これまでに0通）。",
        )

    def test_says_when_something_came_last(self, sim: Running) -> None:
        before = titles("caution")
        make_row()

        assert "最後に届いた知らせ" in before
        assert "最後に届いた知らせ" in titles("good")


class TestPages:
    def test_shows_the_connection_and_ticks_what_was_looked_at(
        self, sim: Running, desktop: Client
    ) -> None:
        page = desktop.get("/console/line/")
        assert "届け先が別のアドレス" in page.content.decode()

        desktop.post("/console/line/", {"press": "redelivery", "done": "1"})
        assert ConnectionCheck.objects.get().key == "redelivery"
        desktop.post("/console/line/", {"press": "redelivery"})
        assert not ConnectionCheck.objects.exists()

    def test_registers_and_tests_the_address(self, sim: Running, desktop: Client) -> None:
        desktop.post("/console/line/", {"press": "register"})
        page = desktop.post("/console/line/", {"press": "test"}, follow=True)

        assert sim.world.webhook_url == connection.webhook_url()
        assert "LINEからの試し送り" in page.content.decode()

    def test_lists_dead_letters_and_replays_them(self, desktop: Client) -> None:
        dead = make_row()
        WebhookEvent.objects.update(state=WebhookEvent.State.DEAD, trouble="ZeroDivisionError")

        page = desktop.get("/console/line/troubles/").content.decode()
        desktop.post("/console/line/troubles/", {"row": dead.pk, "do": "replay"})

        dead.refresh_from_db()
        assert "ZeroDivisionError" in page
        assert HANAKO not in page
        assert dead.state == WebhookEvent.State.NEW

    def test_closes_a_dead_letter(self, desktop: Client) -> None:
        dead = make_row()
        WebhookEvent.objects.update(state=WebhookEvent.State.DEAD)

        desktop.post("/console/line/troubles/", {"row": dead.pk, "do": "close"})

        dead.refresh_from_db()
        assert dead.state == WebhookEvent.State.DONE

    def test_sends_a_refused_message_again_under_a_new_key(
        self, desktop: Client, hanako: Resident
    ) -> None:
        operations.say(hanako.id, messages.text("もう一度"))
        row = Outgoing.objects.get()
        Outgoing.objects.update(state=Outgoing.State.UNCERTAIN, trouble="no answer", attempts=4)

        page = desktop.get("/console/line/unsent/").content.decode()
        desktop.post("/console/line/unsent/", {"row": row.pk, "do": "send_again"})
        sender.send_waiting()

        assert "もう一度</" not in page
        assert "no answer" in page
        assert hanako.heard() == ["もう一度"]
        assert Outgoing.objects.get().retry_key != row.retry_key

    def test_puts_a_message_aside(self, desktop: Client) -> None:
        operations.say(HANAKO, messages.text("要らない"))
        Outgoing.objects.update(state=Outgoing.State.REFUSED)

        desktop.post("/console/line/unsent/", {"row": Outgoing.objects.get().pk, "do": "put_aside"})

        assert Outgoing.objects.get().state == Outgoing.State.DROPPED

    def test_pauses_and_resumes_for_one_person(self, desktop: Client) -> None:
        address = f"/console/line/people/{HANAKO}/pause/"
        assert desktop.get(address).status_code == 200

        desktop.post(address, {"until": "tomorrow", "reason": "窓口の件"})
        assert queries.pause_of(HANAKO) is not None
        assert "窓口の件" not in desktop.get("/console/line/pauses/").content.decode()
        assert "今すぐ再開する" in desktop.get(address).content.decode()

        desktop.post(address, {"resume": "1"})
        assert queries.pause_of(HANAKO) is None
        assert Entry.objects.filter(subject=f"line.person:{HANAKO}").count() == 2

    def test_the_wire_is_for_administrators(self, client: Client, settings: Settings) -> None:
        department = make_department()
        make_scope(department=department)
        clerk = make_staff(department=department)
        client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])

        for path in ("", "troubles/", "unsent/"):
            assert client.get(f"/console/line/{path}").status_code == 403

    def test_a_pause_is_for_those_who_handle_something(
        self, client: Client, settings: Settings
    ) -> None:
        client.force_login(make_staff(), backend=settings.AUTHENTICATION_BACKENDS[-1])

        assert client.get(f"/console/line/people/{HANAKO}/pause/").status_code == 403
        assert client.get("/console/line/pauses/").status_code == 403

    def test_the_reason_of_a_pause_is_sealed_and_shown_only_when_asked_for_which_is_recorded(
        self, desktop: Client, chief: StaffMember
    ) -> None:
        desk.pause(
            HANAKO, until=clock.now() + timedelta(hours=1), staff=chief, reason="<b>窓口</b>の件"
        )
        with database.cursor() as cursor:
            cursor.execute("SELECT reason FROM line_pause")
            [(stored,)] = cursor.fetchall()

        before = desktop.get("/console/line/pauses/").content.decode()
        asked = Entry.objects.filter(action="revealed").count()
        part = desktop.post(
            f"/console/line/people/{HANAKO}/reason/", headers={"HX-Request": "true"}
        ).content.decode()
        whole = desktop.post(f"/console/line/people/{HANAKO}/reason/").content.decode()

        assert "窓口".encode() not in bytes(stored)
        assert "窓口" not in before
        assert asked == 0
        assert part == "&lt;b&gt;窓口&lt;/b&gt;の件"
        assert part in whole
        assert Entry.objects.filter(action="revealed", subject=f"line.person:{HANAKO}").count() == 2

    def test_a_person_who_is_nobody_elses_matter_does_not_exist_for_them(
        self, client: Client, chief: StaffMember, settings: Settings
    ) -> None:
        department = make_department(name="税務課")
        make_scope(department=department)
        client.force_login(
            make_staff(department=department), backend=settings.AUTHENTICATION_BACKENDS[-1]
        )
        desk.pause(HANAKO, until=clock.now() + timedelta(hours=1), staff=chief, reason="窓口の件")

        listed = client.get("/console/line/pauses/").content.decode()
        answers = [
            client.get(f"/console/line/people/{HANAKO}/pause/").status_code,
            client.post(f"/console/line/people/{HANAKO}/pause/", {"resume": "1"}).status_code,
            client.post(f"/console/line/people/{HANAKO}/reason/").status_code,
        ]

        assert HANAKO not in listed
        assert answers == [404, 404, 404]
        assert queries.pause_of(HANAKO) is not None


class TestDesk:
    def test_a_pause_needs_an_end_in_the_future_and_not_too_far(self, chief: StaffMember) -> None:
        with pytest.raises(desk.EndsTooEarly):
            desk.pause(HANAKO, until=clock.now(), staff=chief)
        with pytest.raises(desk.PausesTooLong):
            desk.pause(HANAKO, until=clock.now() + timedelta(days=15), staff=chief)

    def test_answers_are_dropped_during_a_pause_and_notices_go_out(
        self, chief: StaffMember
    ) -> None:
        desk.pause(HANAKO, until=clock.now() + timedelta(hours=1), staff=chief)

        operations.say(HANAKO, messages.text("返事"))
        operations.say(HANAKO, messages.text("お知らせ"), lane=Lane.NOTICE)

        states = list(Outgoing.objects.order_by("id").values_list("state", flat=True))
        assert states == [Outgoing.State.DROPPED, Outgoing.State.PENDING]

    def test_forgets_what_was_said_by_and_to_a_person(self, chief: StaffMember) -> None:
        row = make_row()
        WebhookEvent.objects.update(state=WebhookEvent.State.DONE)
        operations.say(HANAKO, messages.text("x"))
        Pause.objects.create(user_id=HANAKO, until=clock.now(), staff_id=chief.pk)

        operations.forget(HANAKO)

        row.refresh_from_db()
        outgoing = Outgoing.objects.get()
        assert (row.body, outgoing.messages) == (None, None)
        assert outgoing.state == Outgoing.State.DROPPED
        with database.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM line_pause")
            assert cursor.fetchone() == (0,)
