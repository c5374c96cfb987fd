"""What residents can begin: what is offered on "my page" and in the talk, and what is not."""

from datetime import datetime

import pytest
from pydantic import JsonValue

from tests.cast import make_resident
from tests.portal.signing import signed_in
from tests.procedures.making import make_section
from tests.procedures.on_page import ask, make_open_procedure
from yakuba.kit import clock
from yakuba.procedures import operations, queries
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import inputs
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db

SUNDAY, MONDAY = (datetime(2026, 11, day, 10, tzinfo=clock.JAPAN) for day in (22, 24))


def make_open(slug: str = "survey", **fields: JsonValue) -> Procedure:
    section = make_section("one", ask("car", "yes_no", "車を使いますか。"))
    return make_open_procedure(section, slug=slug, **fields)


def answer(procedure: Procedure, resident: Resident) -> None:
    turn = operations.begin(procedure=procedure, resident=resident)
    operations.take(turn.run, given=inputs.Page("one", {"car": "yes"}))
    done = operations.take(turn.run, given=inputs.Submit())
    assert done.run.status == Run.Status.DONE


def slugs(resident: Resident) -> list[str]:
    return [one.slug for one in queries.offered_to(resident, now=clock.now())]


def test_my_page_offers_what_is_open_in_the_towns_order() -> None:
    make_open("second")
    make_open("first", title={"ja": "車の調べ"}, summary={"ja": "車のことを聞きます。"}, minutes=3)
    Procedure.objects.filter(slug="second").update(order=2)

    page = signed_in(make_resident()).get("/p/").content.decode()

    assert page.index("/p/x/first/") < page.index("/p/x/second/")
    assert "車のことを聞きます。" in page
    assert "かかる時間は3分ほど" in page


@pytest.mark.parametrize("status", ["draft", "paused", "archived"])
def test_what_is_not_open_is_not_offered(status: str) -> None:
    procedure = make_open()
    Procedure.objects.filter(pk=procedure.pk).update(status=status)

    assert slugs(make_resident()) == []


def test_what_was_begun_is_continued_and_not_offered_again() -> None:
    procedure, hanako = make_open(), make_resident()

    operations.begin(procedure=procedure, resident=hanako)

    page = signed_in(hanako).get("/p/").content.decode()
    assert "つづける" in page
    assert "始められること" not in page


def test_what_is_answered_once_is_offered_until_it_was() -> None:
    procedure, hanako, taro = make_open(answers="once"), make_resident(), make_resident()

    answer(procedure, hanako)

    assert slugs(hanako) == []
    assert slugs(taro) == ["survey"]


def test_what_is_refused_on_closed_days_is_offered_on_open_ones() -> None:
    make_open(opening={"on_closed_days": "refuse"})
    hanako = make_resident()

    with clock.stopped_at(SUNDAY):
        on_sunday = slugs(hanako)
    with clock.stopped_at(MONDAY):
        on_monday = slugs(hanako)

    assert (on_sunday, on_monday) == ([], ["survey"])
