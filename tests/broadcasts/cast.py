"""The people of the broadcasts: friends in LINE and residents of ours alike."""

from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import connection

from simulators.line.driver import Phone
from simulators.line.driver import Resident as Person
from simulators.line.server import Running
from tests.cast import make_department, make_district, make_staff, make_town
from yakuba.broadcasts import fuse, operations
from yakuba.broadcasts.models import Delivery, Safeguards
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import queries as segments
from yakuba.townhall.models import Department, StaffMember

OTOSUGI: dict[str, object] = {
    "fact": "resident.district",
    "operator": "is",
    "value": "otosugi",
}


@dataclass
class Town:
    sim: Running
    phone: Phone
    department: Department
    manager: StaffMember
    second: StaffMember
    people: dict[str, Person] = field(default_factory=dict)
    records: dict[str, Resident] = field(default_factory=dict)

    def join(self, name: str, *, district: str = "") -> Person:
        """Let somebody become a friend, in LINE and with us."""
        person = self.phone.person(name).follow()
        resident, _news = residents.befriend(user_id=person.id, at_ms=1_700_000_000_000)
        if district:
            residents.keep(resident, key="district", value=district)
        self.people[name], self.records[name] = person, resident
        return person

    def draft(self, text: str = "除雪に入ります", condition: object = None) -> Delivery:
        return operations.draft(
            department=self.department,
            name="除雪",
            content=contents.plain(text),
            condition=segments.everybody() if condition is None else condition,
            staff=self.manager,
        )

    def confirm(
        self,
        delivery: Delivery,
        *,
        expected: int | None = None,
        rev: int | None = None,
        due_at: datetime | None = None,
    ) -> Delivery:
        """Confirm however many are meant now, and let a second person agree where two are needed."""
        count = audience.count(delivery) if expected is None else expected
        operations.submit(delivery, staff=self.manager, expected=count, rev=rev, due_at=due_at)
        if delivery.state == Delivery.State.ASKED:
            operations.agree(delivery, staff=self.second)
        return delivery

    def send(self, delivery: Delivery, *, expected: int | None = None) -> Delivery:
        """Confirm, agree, wait for the end of the grace, and plan; small numbers are not hidden from a test."""
        self.confirm(delivery, expected=expected)
        return self.begin(delivery)

    def near(self, delivery: Delivery) -> Delivery:
        """Let the grace of a scheduled delivery begin."""
        assert delivery.begins_at is not None
        with clock.stopped_at(delivery.begins_at - fuse.grace()):
            operations.attend()
        delivery.refresh_from_db()
        return delivery

    def begin(self, delivery: Delivery) -> Delivery:
        """Let the grace be over."""
        assert delivery.begins_at is not None
        with clock.stopped_at(delivery.begins_at):
            operations.attend()
        delivery.refresh_from_db()
        return delivery

    def heard(self, name: str) -> list[str]:
        return self.people[name].heard()

    def multicasts(self) -> list[list[str]]:
        return [sent["to"] for sent in self.phone.sent() if sent["endpoint"] == "multicast"]


def make_broadcasting_town(sim: Running, phone: Phone) -> Town:
    make_town()
    make_district()
    department = make_department()
    town = Town(
        sim,
        phone,
        department,
        make_staff(department=department),
        make_staff("林 茂", department=department),
    )
    # What a test sends at three in the morning is no night message.
    Safeguards.objects.create(pk=1, night_from=time(0), night_until=time(0))
    town.join("花子", district="otosugi")
    town.join("太郎", district="otosugi")
    town.join("次郎", district="yunosho")
    return town


def make_due() -> None:
    """Let what waits for its next try be tried now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE broadcasts_delivery_batch SET next_at = clock_timestamp()")


def end_leases() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE broadcasts_delivery_batch SET lease_until = clock_timestamp() - interval '1s'"
            " WHERE state = 1"
        )
