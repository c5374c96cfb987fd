"""Which days the town hall is open."""

from datetime import date

import pytest

from yakuba.townhall import queries
from yakuba.townhall.models import ClosedDay

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 24), True),  # Tuesday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 9, 22), False),  # between two holidays: 国民の休日
        (date(2027, 3, 22), False),  # 振替休日
    ],
)
def test_weekends_and_national_holidays_are_closed(day: date, is_open: bool) -> None:
    assert queries.is_open_day(day) is is_open


def test_the_town_closes_on_days_of_its_own_as_well() -> None:
    ClosedDay.objects.create(day=date(2026, 12, 29), reason="年末年始")

    assert not queries.is_open_day(date(2026, 12, 29))


def test_the_next_open_day_passes_over_everything_that_is_closed() -> None:
    for day in (29, 30, 31):
        ClosedDay.objects.create(day=date(2026, 12, day), reason="年末年始")

    assert queries.next_open_day(date(2026, 12, 28)) == date(2027, 1, 4)
