"""A clerk who looks too closely: at a few people by difference, and at what another department asks."""

import json

import pytest
from django.test import Client

from tests.cast import make_department, make_district, make_procedure, make_resident, make_staff
from tests.cast import make_town as make_the_town
from yakuba.conditions.checking import BrokenCondition
from yakuba.residents import operations as residents
from yakuba.residents.models import Attribute
from yakuba.segments import operations, queries
from yakuba.segments.models import Segment
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db
OTOSUGI = {"fact": "resident.district", "operator": "is", "value": "otosugi"}
LOOK = "/console/segments/look/"


@pytest.fixture
def clerk() -> StaffMember:
    make_the_town()
    make_district()
    return make_staff(department=make_department("企画課"), role="clerk")


@pytest.fixture
def foreign(clerk: StaffMember) -> dict[str, object]:
    """A condition about a procedure of a department that the clerk is not of."""
    procedure = make_procedure(department=make_department("福祉課"))
    key = f"procedure.{procedure.public_id.hex}.state"
    return {"fact": key, "operator": "one_of", "value": ["done"]}


def desk_of(staff: StaffMember) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def test_two_groups_that_overlap_do_not_tell_by_their_difference(clerk: StaffMember) -> None:
    for _number in range(13):
        residents.keep(make_resident(), key="district", value="otosugi")
    Attribute.objects.update(is_sensitive=True)
    posted = {"condition": json.dumps(OTOSUGI)}

    shown = [
        desk_of(clerk).post(address, posted).content.decode() for address in (LOOK, f"{LOOK}whole/")
    ]

    assert all("約10<" in page and "13" not in page for page in shown)


def test_what_another_department_asks_is_neither_counted_nor_kept(
    clerk: StaffMember, foreign: dict[str, object]
) -> None:
    posted = {"condition": json.dumps(foreign)}

    pages = [
        desk_of(clerk).post(address, posted).content.decode() for address in (LOOK, f"{LOOK}whole/")
    ]
    desk_of(clerk).post(
        "/console/segments/new/",
        {**posted, "name": "のぞき", "department": clerk.memberships.get().department_id},
    )

    assert all("ほかの課の手続や配信" in page for page in pages)
    assert not any("人に届きます" in page for page in pages)
    assert not Segment.objects.exists()


def test_a_colleague_keeps_what_was_built_with_a_right_that_they_have_not(
    clerk: StaffMember, foreign: dict[str, object]
) -> None:
    more = {"all_of": [foreign, OTOSUGI]}

    queries.check(more, by=clerk, kept=foreign)

    with pytest.raises(BrokenCondition):
        queries.check(more, by=clerk, kept=OTOSUGI)


def test_the_page_of_a_group_counts_it_to_the_end_for_whoever_sees_it(
    clerk: StaffMember, foreign: dict[str, object]
) -> None:
    segment = operations.make(
        department=clerk.memberships.get().department,
        name="提出した方",
        condition=foreign,
        staff=clerk,
    )

    page = desk_of(clerk).get(f"/console/segments/{segment.pk}/").content.decode()

    assert "ほかの課の手続や配信" not in page
