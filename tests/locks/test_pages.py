"""What residents and clerks see of doors and codes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import make_resident, make_staff
from tests.locks.making import NOON, Gym, book, code_of, grant_of, tasks
from yakuba.audit.models import Entry
from yakuba.bookings import operations as bookings
from yakuba.bookings.models import Booking
from yakuba.locks import operations
from yakuba.locks.models import Connection, Door, Emergency
from yakuba.portal import operations as portal
from yakuba.portal import queries as sessions
from yakuba.residents.models import Resident
from yakuba.townhall.models import Membership

FOUR = NOON + timedelta(hours=4)


def phone_of(resident: Resident) -> Client:
    browser = Client(HTTP_HOST="localhost")
    browser.cookies[sessions.COOKIE] = portal.sign_in(user_id=resident.accounts.get().line_user_id)
    return browser


def desk_of(gym: Gym, role: str = Membership.Role.MANAGER) -> Client:
    browser = Client(HTTP_HOST="localhost")
    staff = make_staff("窓口 花", department=gym.facility.scope.department, role=role)
    browser.force_login(staff, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return browser


def words(browser: Client, booking: Booking) -> str:
    return browser.get(f"/p/key/{booking.pk}/").content.decode()


def spaced(code: str) -> str:
    return f"{code[:3]} {code[3:]}"


def test_the_resident_sees_the_code_only_when_the_doors_know_it(gym: Gym) -> None:
    hanako = make_resident()
    booking = book(gym, gym.left, FOUR, resident=hanako)
    phone = phone_of(hanako)
    gym.work()
    assert "前日ごろ" in words(phone, booking)
    assert spaced(code_of(booking)) not in words(phone, booking)

    gym.sync()

    shown = words(phone, booking)
    assert spaced(code_of(booking)) in shown
    assert shown.index("正面玄関") < shown.index("左の扉")
    assert "鍵の番号" in phone.get("/p/").content.decode()


def test_without_time_for_a_sync_the_code_is_shown_with_what_to_do_at_the_door(gym: Gym) -> None:
    hanako = make_resident()
    booking = book(gym, gym.left, NOON + timedelta(hours=1), resident=hanako)

    gym.work()

    shown = words(phone_of(hanako), booking)
    assert spaced(code_of(booking)) in shown
    assert "411" in shown


def test_nobody_else_sees_the_code_and_nobody_after_a_cancellation(gym: Gym) -> None:
    hanako = make_resident()
    booking = book(gym, gym.left, FOUR, resident=hanako)
    gym.sync()
    phone = phone_of(hanako)
    assert phone_of(make_resident()).get(f"/p/key/{booking.pk}/").status_code == 404

    bookings.cancel(booking)

    assert phone.get(f"/p/key/{booking.pk}/").status_code == 404


def test_a_clerk_reads_a_code_out_and_the_trail_knows(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    grant = grant_of(booking)
    desk = desk_of(gym)
    page = desk.get(f"/console/locks/codes/{grant.pk}/").content.decode()
    assert spaced(code_of(booking)) not in page

    shown = desk.post(f"/console/locks/codes/{grant.pk}/code/").content.decode()

    assert spaced(code_of(booking)) in shown
    entry = Entry.objects.get(subject=grant.subject, action="revealed")
    assert code_of(booking) not in entry.sentence


def test_a_reader_sees_no_code(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    desk = desk_of(gym, Membership.Role.READER)

    answer = desk.post(f"/console/locks/codes/{grant_of(booking).pk}/code/")

    assert answer.status_code == 403


def test_something_forgotten_is_fetched_within_a_quarter_of_an_hour(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    grant = grant_of(booking)
    gym.turn(FOUR + timedelta(hours=3))
    gym.sync()

    desk_of(gym).post(f"/console/locks/codes/{grant.pk}/", {"act": "again"})
    gym.sync()

    again = booking.grant_uses.exclude(grant=grant).select_related("grant")
    codes = [use.grant.code or "" for use in again]
    assert any(gym.hand.types("gym-left", code) for code in codes)
    gym.later(minutes=16)
    assert not any(gym.hand.types("gym-left", code) for code in codes)


def test_a_task_is_done_with_words(gym: Gym) -> None:
    for door in ("gym-front", "gym-left"):
        gym.desk.door(door, online=False)
    book(gym, gym.left, NOON + timedelta(hours=1))
    gym.sync()
    desk, task = desk_of(gym), tasks("not_ready")[0]
    assert "番号がドアに届いていない" in desk.get("/console/locks/tasks/").content.decode()

    desk.post("/console/locks/tasks/", {"task": task.pk, "words": ""})
    assert len(tasks("not_ready")) == 1
    desk.post("/console/locks/tasks/", {"task": task.pk, "words": "鍵を持って行きました"})
    task.refresh_from_db()

    assert task.resolution == "鍵を持って行きました"


def test_an_emergency_asks_once_more_says_how_many_and_can_be_taken_back(gym: Gym) -> None:
    Door.objects.filter(device="gym-front").update(is_shelter=True)
    desk = desk_of(gym)
    assert "1か所" in desk.get("/console/locks/emergency/?do=open").content.decode()
    desk.post("/console/locks/emergency/", {"do": "open"})
    assert Emergency.objects.count() == 0  # no reason was given

    desk.post("/console/locks/emergency/", {"do": "open", "reason": "大雨"})
    emergency = Emergency.objects.get()
    assert Door.objects.get(device="gym-front").want_open
    desk.post("/console/locks/emergency/", {"do": "back", "emergency": emergency.pk})

    assert not Door.objects.get(device="gym-front").want_open
    assert {"opened", "ended"} <= set(Entry.objects.values_list("action", flat=True))


@pytest.mark.parametrize("path", ["connections/", "connections/new/remotelock/"])
def test_keys_are_not_shown_again(gym: Gym, path: str) -> None:
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(
        make_staff(is_administrator=True), backend=settings.AUTHENTICATION_BACKENDS[-1]
    )
    secret = gym.sim.settings.client_secret

    here = f"/console/locks/connections/{gym.connection.public_id}/"
    pages = [browser.get(f"/console/locks/{path}"), browser.get(here)]

    assert [page.status_code for page in pages] == [200, 200]
    assert all(secret not in page.content.decode() for page in pages)
    assert "予約ごとの番号" in pages[1].content.decode()


def test_a_wrong_key_is_red_and_the_contract_cannot_be_used(gym: Gym) -> None:
    wrong = {**gym.connection.settings, "client_secret": "wrong"}
    operations.change(gym.connection, name="RemoteLOCK", settings=wrong, staff=None)

    said = operations.check(Connection.objects.get())

    assert "Client Secret" in said[0]
    with pytest.raises(operations.connecting.NotInOrder):
        operations.switch(Connection.objects.get(), on=True, staff=None)


def test_a_door_is_hung_and_changed_and_a_taken_name_is_refused(gym: Gym) -> None:
    desk = desk_of(gym)
    form = {
        "connection": gym.connection.pk,
        "name": "裏口",
        "device": "gym-back",
        "order": 0,
        "mode": "booking",
        "tells": "talk",
        "before_minutes": 10,
        "after_minutes": 10,
        "is_on": "on",
        "heartbeat_minutes": 60,
    }
    new = f"/console/locks/doors/new/{gym.facility.public_id}/"
    assert desk.post(new, form).status_code == 302

    refused = desk.post(new, {**form, "device": "other"}).content.decode()

    assert "同じ名前のドア" in refused
    assert "裏口" in desk.get("/console/locks/doors/").content.decode()
