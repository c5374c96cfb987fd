"""What is sent again and again: each occurrence once, moved around holidays, never late by itself."""

import threading
import time as machine
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.broadcasts.cast import OTOSUGI, Town, make_broadcasting_town
from tests.cast import make_staff
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Delivery, Series
from yakuba.broadcasts.operations import repeating
from yakuba.broadcasts.queries import series as queries
from yakuba.broadcasts.rules.recurring import Around, Holidays, Rule, Weekly
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.line import sender
from yakuba.mail.models import Letter
from yakuba.residents.models import FamilyMember
from yakuba.townhall.models import ClosedDay, StaffMember

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=JAPAN)  # a Friday; Monday the 23rd is a holiday
GARBAGE = Rule(when=Weekly(weekdays=(0, 3)), at=time(7), holidays=Holidays.BEFORE)


def make_series(
    town: Town,
    rule: Rule = GARBAGE,
    *,
    condition: object = OTOSUGI,
    text: str = "燃えるごみの日です",
) -> Series:
    return operations.repeat(
        town.draft(text, condition=condition),
        rule=rule,
        begins_on=date(2026, 11, 20),
        ends_on=None,
        staff=town.manager,
    )


def begun(town: Town, rule: Rule = GARBAGE, **more: object) -> Series:
    with clock.stopped_at(NOON):
        series = make_series(town, rule, **more)  # type: ignore[arg-type]
        operations.begin_series(series, staff=town.manager, expected=queries.people(series) or None)
    return series


def desk_of(staff: StaffMember) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def days_of(series: Series) -> list[str]:
    rows = series.deliveries.order_by("occurs_at")
    return [f"{one.occurs_at.astimezone(JAPAN):%m-%d} {one.state}" for one in rows if one.occurs_at]


class TestMaking:
    def test_two_weeks_stand_in_the_list_and_the_holiday_is_moved(self, town: Town) -> None:
        series = begun(town)

        assert days_of(series) == [
            "11-22 scheduled",
            "11-26 scheduled",
            "11-30 scheduled",
            "12-03 scheduled",
        ]

    def test_making_twice_is_the_same_as_once(self, town: Town) -> None:
        series = begun(town)

        with clock.stopped_at(NOON + timedelta(hours=1)):
            operations.make_occurrences()
            operations.make_occurrences()

        assert series.deliveries.count() == 4

    def test_each_goes_out_at_its_time_and_once(self, town: Town) -> None:
        begun(town)
        for moment in ("11-22 06:55", "11-22 07:00", "11-22 07:05", "11-23 07:00"):
            at = datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)
            with clock.stopped_at(at):
                operations.make_occurrences()
                operations.attend()
                sender.send_waiting()

        assert town.heard("花子") == ["燃えるごみの日です"]
        assert town.heard("次郎") == []

    def test_a_closed_day_that_is_added_later_moves_what_was_made(self, town: Town) -> None:
        series = begun(town)
        ClosedDay.objects.create(day=date(2026, 11, 26), reason="町の記念日")

        with clock.stopped_at(NOON + timedelta(hours=1)):
            operations.make_occurrences()

        assert "11-25 scheduled" in days_of(series)
        assert "11-26 scheduled" not in days_of(series)

    def test_what_a_clerk_called_off_is_not_made_again(self, town: Town) -> None:
        series = begun(town)
        first = series.deliveries.order_by("occurs_at").first()
        assert first is not None
        operations.call_off(first, staff=town.manager)

        with clock.stopped_at(NOON + timedelta(hours=1)):
            operations.make_occurrences()

        assert days_of(series)[0] == "11-22 dropped"


class TestMissing:
    def test_what_fell_into_a_standstill_is_asked_about_and_what_is_old_is_put_down(
        self, town: Town
    ) -> None:
        series = begun(town)

        with clock.stopped_at(NOON + timedelta(days=25)):  # Tuesday, 15 December
            operations.make_occurrences()
            operations.attend()
            sender.send_waiting()

        states = {day.split()[0]: day.split()[1] for day in days_of(series)}
        assert states["11-22"] == states["11-26"] == states["12-07"] == states["12-14"] == "held"
        assert states["12-17"] == states["12-28"] == "scheduled"
        assert town.heard("花子") == []
        assert Letter.objects.filter(to=[town.manager.email]).count() == 1

    def test_what_is_held_is_called_off_in_one_press_and_the_series_goes_on(
        self, town: Town
    ) -> None:
        series = begun(town)
        with clock.stopped_at(NOON + timedelta(days=25)):
            operations.make_occurrences()
            operations.attend()
            held = series.deliveries.filter(state="held").count()
            page = reverse("console:series", args=[series.public_id])
            act = reverse("console:do_series", args=[series.public_id])
            shown = desk_of(town.manager).get(page).content.decode()

            desk_of(town.manager).post(act, {"press": "call_off_held", "held": held})

            assert f"{held}回をすべて取りやめる" in shown
            assert not series.deliveries.filter(state="held").exists()
            assert series.deliveries.filter(state="scheduled").exists()
            assert "すべて取りやめる" not in desk_of(town.manager).get(page).content.decode()

    def test_more_that_was_held_meanwhile_is_not_called_off_unseen(self, town: Town) -> None:
        series = begun(town)
        with clock.stopped_at(NOON + timedelta(days=25)):
            operations.make_occurrences()
            operations.attend()
            held = series.deliveries.filter(state="held").count()

            with pytest.raises(operations.HeldChanged, match=f"いまは{held}回"):
                operations.call_off_held(series, expected=held - 1, staff=town.manager)

            assert series.deliveries.filter(state="held").count() == held

    def test_whoever_may_not_send_calls_nothing_off(self, town: Town) -> None:
        series = begun(town)
        with clock.stopped_at(NOON + timedelta(days=25)):
            operations.make_occurrences()
            operations.attend()
        act = reverse("console:do_series", args=[series.public_id])
        clerk = make_staff(department=town.department, role="clerk")

        answer = desk_of(clerk).post(act, {"press": "call_off_held", "held": 4})

        assert answer.status_code == 403
        assert series.deliveries.filter(state="held").exists()

    def test_the_long_forgotten_is_not_asked_about(self, town: Town) -> None:
        series = begun(town)
        series.deliveries.all().delete()

        with clock.stopped_at(NOON + timedelta(days=60)):
            operations.make_occurrences()

        states = [day.split()[1] for day in days_of(series)]
        assert states.count("dropped") > 10
        assert states.count("held") == 4


class TestBeginning:
    def test_everybody_needs_a_second_person(self, town: Town) -> None:
        with clock.stopped_at(NOON):
            series = make_series(town, condition={"all_of": []})
            operations.begin_series(series, staff=town.manager, expected=3)
            assert series.state == "asked"
            assert not series.deliveries.exists()
            with pytest.raises(operations.OwnWords):
                operations.agree_series(series, staff=town.manager)
            operations.agree_series(series, staff=town.second)

        first = series.deliveries.order_by("occurs_at")[0]
        assert town.begin(town.near(first)).state == "sending"

    def test_night_hours_need_a_reason_from_the_beginning(self, town: Town) -> None:
        from yakuba.broadcasts.models import Safeguards

        Safeguards.objects.update(night_from=time(20), night_until=time(8))
        with clock.stopped_at(NOON):
            series = make_series(town)
            with pytest.raises(operations.NeedsAReason, match="夜間"):
                operations.begin_series(series, staff=town.manager, expected=2)
            operations.begin_series(
                series, staff=town.manager, expected=2, night_reason="収集は朝8時からです"
            )

        assert series.state == "running"

    def test_a_rule_without_a_day_is_refused(self, town: Town) -> None:
        from yakuba.broadcasts.rules.recurring import Yearly

        with pytest.raises(operations.NeverHappens):
            make_series(town, Rule(when=Yearly(days=((2, 30),)), at=time(7)))

    def test_a_change_takes_back_what_was_made_and_begins_anew(self, town: Town) -> None:
        series = begun(town)

        with clock.stopped_at(NOON + timedelta(minutes=5)):
            operations.change_series(
                series,
                rule=Rule(when=Weekly(weekdays=(5,)), at=time(8)),
                begins_on=date(2026, 11, 20),
                ends_on=None,
                staff=town.manager,
            )
            assert (series.state, series.deliveries.count()) == ("draft", 0)
            operations.begin_series(series, staff=town.manager, expected=2)

        assert days_of(series) == ["11-21 scheduled", "11-28 scheduled"]

    def test_a_pause_sends_nothing_and_what_fell_into_it_is_not_missed(self, town: Town) -> None:
        series = begun(town)
        with clock.stopped_at(NOON + timedelta(hours=1)):
            operations.pause(series, staff=town.manager)
        assert not series.deliveries.exists()

        with clock.stopped_at(NOON + timedelta(days=8)):
            operations.resume(series, staff=town.manager)

        assert days_of(series)[0] == "11-30 scheduled"


class TestOwnDays:
    def test_each_child_has_a_day_and_a_holiday_joins_two(self, town: Town) -> None:
        for name, born in (
            ("花子", date(2023, 11, 24)),
            ("太郎", date(2023, 11, 23)),
            ("次郎", date(2022, 11, 24)),
        ):
            for born_on in (born, date(2015, 1, 1)):
                FamilyMember.objects.create(
                    resident=town.records[name], name="子", born_on=born_on, relation="child"
                )
        rule = Rule(
            when=Around(fact="resident.children_born_on", ages=(3,)),
            at=time(10),
            holidays=Holidays.NEXT_OPEN,
        )
        begun(town, rule, condition={"all_of": []}, text="3歳児健診のご案内")

        moments = (time(9, 55), time(10), time(10, 1))
        for day, at in ((day, at) for day in range(1, 7) for at in moments):
            with clock.stopped_at(datetime.combine(NOON + timedelta(days=day), at, JAPAN)):
                operations.make_occurrences()
                operations.attend()
        sender.send_waiting()

        assert town.heard("花子") == town.heard("太郎") == ["3歳児健診のご案内"]
        assert town.heard("次郎") == []
        [sent] = Delivery.objects.filter(state="sent")
        assert sent.sent_at is not None
        assert sent.sent_at.astimezone(JAPAN).date() == date(2026, 11, 24)
        # A day on which nobody has a birthday is no failure that a clerk is asked about.
        assert not Delivery.objects.filter(state="held").exists()


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def make_at_once(self, series: Series) -> None:
        ready = threading.Barrier(2)

        def make() -> None:
            ready.wait()
            try:
                operations.make_for(series.pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=make) for _worker in range(2)]
        with clock.stopped_at(NOON):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def running(self, sim: Running, phone: Phone) -> Series:
        series = begun(make_broadcasting_town(sim, phone))
        series.deliveries.all().delete()
        return series

    def test_make_each_occurrence_once(
        self,
        sim: Running,
        phone: Phone,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        series = self.running(sim, phone)
        monkeypatch.setattr(repeating, "lock", lambda row: row.refresh_from_db())
        slow(monkeypatch)

        self.make_at_once(series)

        assert series.deliveries.count() == 4

    def test_without_the_constraint_they_would_make_it_twice(
        self,
        sim: Running,
        phone: Phone,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        series = self.running(sim, phone)
        monkeypatch.setattr(repeating, "lock", lambda row: row.refresh_from_db())
        slow(monkeypatch)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE broadcasts_delivery DROP CONSTRAINT occurrence_once")
        try:
            self.make_at_once(series)
            assert series.deliveries.count() == 8
        finally:
            Delivery.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute(
                    "ALTER TABLE broadcasts_delivery"
                    " ADD CONSTRAINT occurrence_once UNIQUE (series_id, occurs_at)"
                )


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    make = repeating._make

    def slowly(*given: object) -> None:
        machine.sleep(0.1)
        make(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(repeating, "_make", slowly)
