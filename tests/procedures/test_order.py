"""In which order residents are shown what they can begin."""

import pytest

from tests.procedures.on_page import CHOOSING, make_open_procedure
from yakuba.kit import clock
from yakuba.procedures import operations, queries

pytestmark = pytest.mark.django_db


def test_the_order_that_residents_see_is_moved_one_place_and_taken_back() -> None:
    first, second, third = (make_open_procedure(CHOOSING, slug=slug) for slug in ("a", "b", "c"))

    earlier = operations.move({third.pk}, up=True)
    assert [one.slug for one in queries.offered(now=clock.now())] == ["a", "c", "b"]

    operations.move({first.pk}, up=False)
    assert [one.slug for one in queries.offered(now=clock.now())] == ["c", "a", "b"]

    operations.put_back(earlier)
    operations.move({first.pk, second.pk}, up=True)  # who is first already stays
    assert [one.slug for one in queries.offered(now=clock.now())] == ["a", "b", "c"]
