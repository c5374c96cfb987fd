"""A resident sees which department looked at what they handed in, and nobody sees another's."""

import pytest

from tests.cast import make_resident, make_town
from tests.portal.signing import signed_in
from tests.submissions.making import desk_of, hand_in, make_clerk, make_procedure
from yakuba.portal import queries
from yakuba.residents.models import Resident
from yakuba.submissions.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in() -> Submission:
    make_town("上市町")
    return hand_in(make_procedure())


def owner_of(submission: Submission) -> Resident:
    assert submission.resident is not None
    return submission.resident


def test_who_looked_is_told_by_department_and_day(handed_in: Submission) -> None:
    clerk = make_clerk(handed_in.procedure)
    desk = desk_of(clerk)
    desk.get(f"/console/submissions/{handed_in.pk}/")
    desk.get(f"/console/submissions/{handed_in.pk}/")
    desk.post(f"/console/submissions/{handed_in.pk}/reveal/")

    unmasked, masked = queries.looks_at(owner_of(handed_in))
    page = signed_in(owner_of(handed_in)).get("/p/looks/").content.decode()

    department = handed_in.procedure.scope.department.name
    assert (unmasked.is_unmasked, unmasked.times) == (True, 1)
    assert (masked.is_unmasked, masked.times) == (False, 2)
    assert {unmasked.department, masked.department} == {department}
    assert handed_in.receipt_no in page
    assert "かくしてある個人情報も見ました。" in page
    assert clerk.name not in page


def test_nobody_sees_who_looked_at_others(handed_in: Submission) -> None:
    desk_of(make_clerk(handed_in.procedure)).get(f"/console/submissions/{handed_in.pk}/")
    stranger = make_resident()

    page = signed_in(stranger).get("/p/looks/").content.decode()

    assert queries.looks_at(stranger) == []
    assert "まだだれも見ていません。" in page
    assert handed_in.receipt_no not in page
