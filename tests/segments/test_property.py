"""Whatever condition is drawn over what residents know of themselves, PostgreSQL and the judge mean the same people."""

from random import Random

import pytest

from tests.cast import make_district, make_interests, make_resident
from tests.segments.drawn import DAYS, NOW, NUMBERS, TODAY, agreement
from yakuba.kit import clock
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import sockets

pytestmark = pytest.mark.django_db

PEOPLE = 60


def make_everybody() -> list[Resident]:
    """People who have told little or much, near the ends of what can be asked."""
    make_district()
    make_interests()
    residents.define_attribute(key="cars", label="車の台数", kind="number")
    residents.define_attribute(key="moved", label="引っ越した日", kind="date")
    chance = Random("上市町")
    born = [day for day in DAYS if day <= TODAY]
    for number in range(PEOPLE):
        person = make_resident(friend=number % 7 != 0)
        if chance.random() < 0.6:
            residents.keep(person, key="district", value=chance.choice(["otosugi", "yunosho"]))
        if chance.random() < 0.6:
            wanted = chance.sample(["garbage", "events", "snow"], chance.randint(1, 3))
            residents.keep(person, key="interests", value=wanted)
        if chance.random() < 0.7:
            residents.keep(person, key="born_on", value=chance.choice(born))
        if chance.random() < 0.5:
            residents.keep(person, key="cars", value=str(chance.choice(NUMBERS)))
        if chance.random() < 0.5:
            residents.keep(person, key="moved", value=chance.choice(DAYS))
        children = chance.sample(born, chance.choice([0, 0, 1, 2]))
        residents.keep_family(
            person,
            members=[{"name": f"子{at}", "born_on": day} for at, day in enumerate(children)],
        )
        if chance.random() < 0.4:
            person.refresh_from_db()
            person.latitude, person.longitude = 36.698 + chance.uniform(-0.02, 0.02), 137.362
            person.save()
    return list(Resident.objects.order_by("pk"))


def test_the_database_and_the_judge_mean_the_same_people() -> None:
    with clock.stopped_at(NOW):
        people = make_everybody()
        agree, telling = agreement(people, list(sockets.facts().values()), examples=150)

        agree()

        # The conditions tell people apart, or this test would prove nothing.
        assert len(telling) > 20
