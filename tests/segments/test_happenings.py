"""What happened to people: counted once each, summed up, and following the person."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import close_old_connections, connection, transaction

from tests.cast import make_department, make_resident, make_staff, user_id
from yakuba.kit import clock
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import operations
from yakuba.segments.models import Happening, HappeningKind, HappeningLast
from yakuba.segments.operations import happenings

TAPPED = "broadcasts.delivery:1:tapped"
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def tap(resident: Resident, *, at: datetime = NOON, key: str = TAPPED) -> None:
    operations.happened(resident=resident, key=key, label="除雪のお知らせを開いた", at=at)


def sums(resident: Resident) -> dict[str, tuple[int, datetime, datetime]]:
    rows = HappeningLast.objects.filter(resident=resident).select_related("kind")
    return {row.kind.key: (row.times, row.first_at, row.last_at) for row in rows}


@pytest.mark.django_db
class TestHappened:
    def test_counts_and_keeps_the_first_and_the_last_in_whatever_order_they_come(self) -> None:
        hanako, taro = make_resident(), make_resident()

        tap(hanako)
        tap(hanako, at=NOON + HOUR)
        tap(hanako, at=NOON - HOUR)
        tap(taro)

        assert sums(hanako) == {TAPPED: (3, NOON - HOUR, NOON + HOUR)}
        assert sums(taro) == {TAPPED: (1, NOON, NOON)}
        assert Happening.objects.filter(resident=hanako).count() == 3

    def test_is_now_unless_a_moment_is_said(self) -> None:
        hanako = make_resident()

        with clock.stopped_at(NOON):
            operations.happened(resident=hanako, key=TAPPED, label="開いた")

        assert sums(hanako) == {TAPPED: (1, NOON, NOON)}

    def test_a_kind_has_its_latest_name(self) -> None:
        hanako = make_resident()

        operations.happened(resident=hanako, key=TAPPED, label="前の名前", at=NOON)
        tap(hanako)

        assert HappeningKind.objects.get().label == "除雪のお知らせを開いた"

    def test_nothing_stays_of_whoever_is_forgotten(self) -> None:
        hanako, taro = make_resident(), make_resident()
        tap(hanako)
        tap(taro)

        residents.forget(hanako, staff_id=None, actor="本人")

        assert [row.resident for row in Happening.objects.all()] == [taro]
        assert [row.resident for row in HappeningLast.objects.all()] == [taro]

    def test_a_new_telephone_brings_it_along_and_taking_back_parts_it_again(self) -> None:
        old, new = make_resident(line_user=user_id(1)), make_resident(line_user=user_id(2))
        tap(old)
        tap(new, at=NOON + HOUR)
        tap(new, key="broadcasts.link:7:tapped")
        clerk = make_staff(department=make_department())

        done = residents.reattach(user_id=user_id(2), to=old, staff=clerk, reason="窓口")
        together = (sums(old), sums(new))
        tap(old, at=NOON + 2 * HOUR)
        residents.take_back(done, staff=clerk)

        assert together == (
            {TAPPED: (2, NOON, NOON + HOUR), "broadcasts.link:7:tapped": (1, NOON, NOON)},
            {},
        )
        assert sums(old) == {TAPPED: (2, NOON, NOON + 2 * HOUR)}
        assert sums(new) == {
            TAPPED: (1, NOON + HOUR, NOON + HOUR),
            "broadcasts.link:7:tapped": (1, NOON, NOON),
        }


def at_once(*deeds: Callable[[], None]) -> list[BaseException]:
    """Do all of it at the same moment, each on a connection of its own; return what went wrong."""
    ready, wrong = threading.Barrier(len(deeds)), list[BaseException]()

    def run(deed: Callable[[], None]) -> None:
        close_old_connections()
        ready.wait()
        try:
            deed()
        except BaseException as error:  # the main thread looks at it
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_first_taps_on_one_message_all_count(self) -> None:
        hanako, taro = make_resident(), make_resident()

        wrong = at_once(*[lambda one=one: tap(one) for one in (hanako, taro) for _tap in range(4)])

        assert wrong == []
        assert HappeningKind.objects.count() == 1
        assert sums(hanako)[TAPPED][0] == sums(taro)[TAPPED][0] == 4

    def test_a_tap_while_the_sums_are_reckoned_anew_counts_once(self) -> None:
        """The tap began before and ends after: its row is in no sum when the others are counted."""
        hanako, taro = make_resident(), make_resident()
        tap(taro)
        tapped, summed = threading.Event(), threading.Event()

        def slow_tap() -> None:
            with transaction.atomic():
                tap(hanako, at=NOON + HOUR)
                tapped.set()
                summed.wait(0.5)

        def hand_over() -> None:
            tapped.wait(5)
            operations.hand_over(before=taro, after=hanako)
            summed.set()

        wrong = at_once(slow_tap, hand_over)

        assert wrong == []
        assert sums(hanako) == {TAPPED: (2, NOON, NOON + HOUR)}

    def test_without_adding_up_the_race_would_be_lost(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The negative control: whoever writes the sum last would write over the other."""
        monkeypatch.setattr(
            happenings,
            "_ADD_UP",
            " ON CONFLICT (kind_id, resident_id) DO UPDATE SET times = excluded.times",
        )
        hanako = make_resident()

        at_once(*[lambda: tap(hanako) for _tap in range(4)])

        assert sums(hanako)[TAPPED][0] == 1
