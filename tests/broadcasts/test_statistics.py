"""How a delivery was read, as far as LINE says it and the town counts it (6(1)エ)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.broadcasts.cast import OTOSUGI, Town
from tests.broadcasts.test_console import desk_of
from tests.cast import make_department, make_staff
from yakuba.audit.models import Entry
from yakuba.broadcasts.models import Delivery, Link, Reading
from yakuba.broadcasts.operations import statistics as asking
from yakuba.broadcasts.queries import results
from yakuba.broadcasts.rules import statistics
from yakuba.kit import clock
from yakuba.line import sender
from yakuba.residents.models import Attribute

SENT = datetime(2026, 11, 22, 9, 0, tzinfo=clock.JAPAN)


@pytest.mark.parametrize(
    ("age", "asked", "is_due"),
    [
        (timedelta(minutes=59), None, False),
        (timedelta(hours=1), None, True),
        (timedelta(hours=5), timedelta(hours=1), False),
        (timedelta(hours=6), timedelta(hours=1), True),
        (timedelta(hours=29), timedelta(hours=6), False),
        (timedelta(hours=30), timedelta(hours=6), True),
        (timedelta(days=14, hours=3), timedelta(days=13, hours=8), True),
        (timedelta(days=20), timedelta(days=14, hours=3), False),
        (timedelta(days=40), None, True),
    ],
)
def test_line_is_asked_after_one_hour_six_hours_and_then_daily_for_fourteen_days(
    age: timedelta, asked: timedelta | None, is_due: bool
) -> None:
    asked_at = SENT + asked if asked else None

    assert statistics.is_due(sent_at=SENT, asked_at=asked_at, now=SENT + age) is is_due


def test_what_line_hides_is_never_taken_for_zero() -> None:
    assert statistics.together([30, None]) == statistics.Count(known=30, hidden=1)
    assert statistics.together([None]).is_hidden
    assert not statistics.together([0, 5]).hidden


def test_a_rate_of_nobody_is_no_rate() -> None:
    assert statistics.percent(1, 3) == "33.3%"
    assert statistics.percent(0, 0) == "—"


pytestmark = pytest.mark.django_db


def crowd(town: Town, count: int) -> None:
    for number in range(count):
        town.join(f"町民{number:02d}", district="otosugi")


def read_by(town: Town, count: int) -> None:
    """Let so many open their talk."""
    for name in list(town.people)[:count]:
        town.people[name].talk()


def turn(hours: float, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now() + timedelta(hours=hours)
    monkeypatch.setattr(clock, "now", lambda: now)


class TestAsking:
    def test_keeps_what_line_counted_and_says_it_with_its_denominator(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crowd(town, 30)
        delivery = town.send(town.draft())
        sender.send_waiting()
        read_by(town, 25)
        turn(1.1, monkeypatch)

        asking.follow()

        found = results.of(Delivery.objects.get(pk=delivery.pk))
        assert (found.reached, found.impressions.known) == (33, 25)
        page = desk_of(town.manager).get(f"/console/deliveries/{delivery.public_id}/results/")
        assert "25人（既読率 75.8%）" in page.content.decode()

    def test_fewer_than_twenty_stay_hidden_and_are_no_zero(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        delivery = town.send(town.draft())
        sender.send_waiting()
        read_by(town, 3)
        turn(1.1, monkeypatch)

        asking.follow()

        assert Reading.objects.get().impressions is None
        page = desk_of(town.manager).get(f"/console/deliveries/{delivery.public_id}/results/")
        assert "20人未満（LINEは表示しません）" in page.content.decode()
        assert "既読率" not in page.content.decode()

    def test_asks_once_and_not_again_before_it_is_time(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town.send(town.draft())
        sender.send_waiting()
        turn(1.1, monkeypatch)

        asking.follow()
        asking.follow()

        asked = [one for one in town.phone.wire() if "/aggregation" in one.get("path", "")]
        assert len(asked) == 1

    def test_stops_asking_when_this_hours_share_is_used(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "_ASK_AN_HOUR", 1)
        for number in range(3):
            town.send(town.draft(f"第{number}報"))
        sender.send_waiting()
        turn(1.1, monkeypatch)

        asking.follow()
        asking.follow()

        assert Reading.objects.count() == 1

    def test_a_line_that_is_tired_of_us_is_asked_another_time(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town.send(town.draft())
        sender.send_waiting()
        turn(1.1, monkeypatch)
        town.phone.faults(rate_wall=True, endpoint="insight/*", count=1)

        asking.follow()
        assert not Reading.objects.exists()
        asking.follow()

        assert Reading.objects.count() == 1

    def test_when_the_names_of_the_month_are_used_up_nothing_is_pretended(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(statistics, "UNITS_A_MONTH", 51)
        first, second = town.send(town.draft("第1報")), town.send(town.draft("第2報"))

        sender.send_waiting()

        assert first.arms.get().unit
        assert not second.arms.get().unit
        assert town.heard("花子") == ["第1報", "第2報"]


class TestPage:
    def test_taps_of_small_groups_are_told_by_our_own_count(self, town: Town) -> None:
        delivery = town.send(town.draft("https://www.town.example.jp/yuki"))
        sender.send_waiting()
        Link.objects.update(taps=3)

        page = desk_of(town.manager).get(f"/console/deliveries/{delivery.public_id}/results/")

        assert "3回押された" in page.content.decode()

    def test_few_people_of_something_sensitive_are_not_counted_aloud(self, town: Town) -> None:
        delivery = town.send(town.draft(condition=OTOSUGI))
        sender.send_waiting()
        Attribute.objects.update(is_sensitive=True)

        page = desk_of(town.manager).get(f"/console/deliveries/{delivery.public_id}/results/")

        assert "少ない人数は表示しません" in page.content.decode()
        assert "2人" not in page.content.decode()

    def test_another_department_sees_nothing(self, town: Town) -> None:
        delivery = town.send(town.draft())
        stranger = desk_of(make_staff(department=make_department("税務課")))

        address = f"/console/deliveries/{delivery.public_id}/results/"

        assert stranger.get(address).status_code == 404

    def test_the_table_is_taken_away_and_the_trail_knows(self, town: Town) -> None:
        town.send(town.draft())
        sender.send_waiting()
        desk: Client = desk_of(town.manager)

        answer = desk.get("/console/deliveries/results/?format=csv")

        rows = answer.content.decode("utf-8-sig").splitlines()
        assert rows[0].startswith("配信の名前,種類,状態")
        assert "除雪,お知らせ,送信済み" in rows[1]
        assert Entry.objects.filter(action="exported", subject="broadcasts.results").count() == 1
