"""The edge cases of locks, one by one (Wi-Fi, battery, another PIN, tokens, lost answers, two doors)."""

import uuid
from datetime import timedelta

import pytest

from simulators.locks.server import Running
from tests.cast import make_resident, make_staff
from tests.locks.making import NOON, Gym, book, code_of, grant_of, make_connection, tasks
from yakuba.bookings import operations as bookings
from yakuba.line.models import Outgoing
from yakuba.locks import operations, queries, rules
from yakuba.locks.models import AccessGrant, Connection, Door, GrantDoor
from yakuba.locks.operations import driving

FOUR = NOON + timedelta(hours=4)


def test_a_lost_answer_is_found_again_under_our_name(gym: Gym) -> None:
    gym.desk.faults(endpoint="bookings.create", http_500_after_commit=True, count=1)
    booking = book(gym, gym.left, FOUR)
    gym.sync()

    gym.turn(FOUR)

    assert len(gym.desk.state()["persons"]) == 1
    assert gym.hand.types("gym-left", code_of(booking))


def test_a_second_door_whose_answer_was_lost_is_added(gym: Gym) -> None:
    gym.desk.faults(endpoint="accesses.create", http_500=True, count=1)
    booking = book(gym, gym.left, FOUR)
    gym.sync()

    gym.turn(FOUR)

    assert gym.hand.types("gym-front", code_of(booking))
    assert gym.hand.types("gym-left", code_of(booking))


def test_a_cancellation_while_the_maker_is_asked_is_revoked_and_its_name_kept(
    gym: Gym, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = book(gym, gym.left, FOUR)
    operations.plan_all()
    keep = driving._keep_issued

    def cancelled_meanwhile(grant: AccessGrant, issued: object, *, rev: int | None) -> None:
        bookings.cancel(booking)
        monkeypatch.undo()
        keep(grant, issued, rev=rev)  # type: ignore[arg-type]

    monkeypatch.setattr(driving, "_keep_issued", cancelled_meanwhile)
    gym.drive()
    grant = AccessGrant.objects.get()
    assert (grant.is_wanted, bool(grant.external)) == (False, True)

    gym.sync()

    assert [one["status"] for one in gym.desk.state()["persons"]] == ["deactivated"]
    assert AccessGrant.objects.get().gone_at is not None


def test_a_booking_is_given_up_at_once_while_the_maker_is_down(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    old = code_of(booking)
    gym.desk.faults(http_500=True)

    bookings.cancel(booking)
    theirs = book(gym, gym.left, FOUR)
    gym.work()
    gym.turn(FOUR)
    gym.work()

    assert gym.hand.types("gym-left", old)  # the door has not heard of it
    assert len(tasks("may_open")) == 1
    gym.desk.faults(reset=True)
    gym.sync()
    assert code_of(theirs) != old
    assert not gym.hand.types("gym-left", old)
    assert tasks("may_open") == []


def test_a_deletion_that_does_nothing_is_not_believed(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    gym.desk.faults(endpoint="persons.deactivate", delete_does_nothing=True, count=1)

    bookings.cancel(booking)
    operations.plan_all()
    gym.drive()
    assert AccessGrant.objects.get().cloud == AccessGrant.Cloud.ACCEPTED

    gym.sync()
    assert AccessGrant.objects.get().cloud == AccessGrant.Cloud.GONE


def test_too_many_calls_let_the_maker_rest(gym: Gym) -> None:
    gym.desk.faults(endpoint="bookings.create", rate_wall=True, count=1)
    book(gym, gym.left, FOUR)
    operations.plan_all()

    operations.drive(grant_id=str(AccessGrant.objects.get().pk))

    assert (Connection.objects.get().quiet_until or NOON) > queries.machine_now()
    assert driving._due() == []


def test_a_lock_that_was_replaced_is_noticed_and_learns_its_codes_again(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    operations.look_at_devices(gym.connection)
    gym.sync()
    gym.desk.door("gym-left", replace=True)

    operations.look_at_devices(gym.connection)
    gym.work()

    assert len(tasks("replaced")) == 1
    states = {one.device: one.state for one in grant_of(booking).at_doors.all()}
    assert states["gym-left"] == GrantDoor.State.PENDING
    gym.sync()
    gym.turn(FOUR)
    assert gym.hand.types("gym-left", code_of(booking))


def test_a_low_battery_and_a_lost_network_are_tasks_until_they_are_over(gym: Gym) -> None:
    gym.desk.door("gym-left", battery=10, online=False)
    operations.look_at_devices(gym.connection)
    gym.work()
    assert {task.kind for task in tasks()} == {"battery", "offline"}

    gym.desk.door("gym-left", battery=100, online=True)
    operations.look_at_devices(gym.connection)
    gym.work()
    assert tasks() == []


def test_a_refresh_token_that_has_expired_is_red_and_says_what_to_do(
    gym: Gym, sim: Running
) -> None:
    connection = make_connection(sim, way="authorization_code", code=sim.settings.code)
    assert operations.check(connection) == []
    known = Connection.objects.get(pk=connection.pk).memory
    operations.keep_tokens(connection, {**known, "until": 0})
    gym.desk.faults(endpoint="oauth.token", refresh_expired=True)

    said = operations.check(connection)

    assert "新しい認可コード" in said[0]
    assert connection.faults


def test_keys_of_a_connection_are_not_readable_in_the_table(gym: Gym, sim: Running) -> None:
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute("SELECT settings::text, memory::text FROM locks_connection")
        assert sim.settings.client_secret not in str(cursor.fetchall())


def test_one_of_two_doors_that_fails_keeps_the_code_from_being_told(gym: Gym) -> None:
    gym.desk.faults(endpoint="gym-left", sync_fails=True)
    book(gym, gym.left, NOON + timedelta(hours=1))

    gym.sync()

    assert Outgoing.objects.count() == 0
    assert len(tasks("not_ready")) == 1


def test_the_common_code_of_a_day_is_shown_late_and_only_to_those_of_the_day(gym: Gym) -> None:
    Door.objects.filter(device="gym-front").update(mode="daily")
    Door.objects.exclude(device="gym-front").update(is_on=False)
    first = book(gym, gym.left, FOUR)
    second = book(gym, gym.whole, FOUR + timedelta(hours=2))
    gym.sync()
    assert code_of(first) == code_of(second)
    assert not queries.is_shown(grant_of(first), first)

    gym.turn(FOUR - timedelta(hours=1))
    gym.work()

    assert queries.is_shown(grant_of(first), first)
    assert not queries.is_shown(grant_of(second), second)
    assert Outgoing.objects.count() == 1


def test_a_lock_without_network_is_done_by_a_clerk(gym: Gym) -> None:
    manual = operations.connect(kind="manual", name="キーボックス", settings={}, staff=None)
    Connection.objects.filter(pk=manual.pk).update(is_on=True)
    Door.objects.exclude(device="gym-left").update(is_on=False)
    Door.objects.filter(device="gym-left").update(connection=manual, device="")
    booking = book(gym, gym.left, FOUR)
    gym.work()
    assert [task.kind for task in tasks("type_in")] == ["type_in"]
    clerk = make_staff()

    with pytest.raises(operations.handling.NotDigits):
        operations.enter_code(grant_of(booking), code="鍵", staff=clerk)
    operations.enter_code(grant_of(booking), code="4829 13", staff=clerk)
    gym.work()

    assert tasks() == []
    assert "482 913" in str(Outgoing.objects.get().messages)
    bookings.cancel(booking)
    gym.work()
    assert [task.kind for task in tasks()] == ["take_out"]
    operations.taken_out(AccessGrant.objects.get(), staff=clerk)
    gym.work()
    assert tasks() == []


def test_who_has_no_line_is_called_by_a_clerk(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR, made_for={"name": "山田"}, by_staff=make_staff())

    gym.sync()

    assert [task.booking for task in tasks("call")] == [booking]
    assert "山田" not in tasks("call")[0].words


def test_a_door_that_tells_on_the_page_only_writes_no_code_in_the_talk(gym: Gym) -> None:
    Door.objects.filter(device="gym-left").update(tells="page")
    booking = book(gym, gym.left, FOUR, resident=make_resident())

    gym.sync()

    code = code_of(booking)
    words = str(Outgoing.objects.get().messages)
    assert f"{code[:3]} {code[3:]}" not in words
    assert f"/key/{booking.pk}/" in words


def test_a_message_that_is_forged_is_not_kept_and_one_that_comes_twice_is_kept_once(
    gym: Gym,
) -> None:
    body = b'{"data":{"attributes":{"publisher_id":"gym-left"}}}'
    right = {"x-remotelock-secret": "a-secret-that-does-not-exist"}

    assert not operations.take_message(gym.connection, {"x-remotelock-secret": "x"}, body)
    assert operations.take_message(gym.connection, right, body)
    assert operations.take_message(gym.connection, right, body)

    assert gym.connection.messages.count() == 1
    operations.read_messages()
    assert gym.connection.messages.get().processed_at is not None


@pytest.mark.parametrize("code", ["111111", "123456", "987654", "121212", "112233", "19850317"])
def test_codes_that_somebody_would_guess_are_not_given(code: str) -> None:
    assert rules.is_weak(code)


def test_the_last_digits_of_a_telephone_are_not_given() -> None:
    assert rules.is_weak("482913", phone="076-472-2913")
    assert not rules.is_weak("482913")


def test_nobody_is_written_to_at_night_unless_the_night_would_be_too_late() -> None:
    night = NOON.replace(hour=23)

    assert rules.tell_at(night, NOON + timedelta(days=1)) == NOON.replace(hour=8) + timedelta(
        days=1
    )
    assert rules.tell_at(night, night + timedelta(hours=8)) == night


def use(who: str, start: float, end: float) -> rules.Use:
    at = [NOON + timedelta(hours=hours) for hours in (start, end)]
    return rules.Use(booking=uuid.uuid4(), who=who, doors=(1,), starts=at[0], ends=at[1])


def test_only_neighbouring_times_of_one_person_are_one_code() -> None:
    found = rules.plans([use("a", 0, 1), use("a", 1, 2), use("b", 2, 3), use("a", 4, 5)])

    assert [(one.who, len(one.bookings)) for one in found] == [("a", 2), ("a", 1), ("b", 1)]
