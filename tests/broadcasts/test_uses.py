"""A group says who came and who went since the delivery before, whoever that was for."""

import pytest

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.broadcasts.cast import OTOSUGI, Town, make_broadcasting_town
from yakuba.residents import operations as residents
from yakuba.segments import operations as segments
from yakuba.segments import queries
from yakuba.segments.models import Segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(sim: Running, phone: Phone) -> Town:
    return make_broadcasting_town(sim, phone)


@pytest.fixture
def otosugi(town: Town) -> Segment:
    return segments.make(
        department=town.department, name="音杉", condition=OTOSUGI, staff=town.manager
    )


def send_to(town: Town, segment: Segment, text: str = "除雪に入ります") -> None:
    delivery = town.draft(text, condition=segment.condition)
    delivery.segment = segment
    delivery.save()
    town.send(delivery)


def test_a_group_that_was_never_used_has_no_difference(town: Town, otosugi: Segment) -> None:
    town.send(town.draft(condition=OTOSUGI))  # to the same people, but not to the group

    assert queries.changes(otosugi, OTOSUGI) is None


def test_people_are_compared_and_not_their_number(town: Town, otosugi: Segment) -> None:
    send_to(town, otosugi)
    residents.keep(town.records["花子"], key="district", value="yunosho")
    residents.keep(town.records["次郎"], key="district", value="otosugi")

    change = queries.changes(otosugi, OTOSUGI)

    assert change is not None
    assert (change.came, change.went) == (1, 1)


def test_the_newest_delivery_counts(town: Town, otosugi: Segment) -> None:
    send_to(town, otosugi)
    residents.keep(town.records["次郎"], key="district", value="otosugi")
    send_to(town, otosugi, "除雪が終わりました")

    change = queries.changes(otosugi, OTOSUGI)

    assert change is not None
    assert (change.came, change.went) == (0, 0)
