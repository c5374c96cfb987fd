"""A gymnasium with a front door and two halves, on a lock maker that is played; and the hands of the worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.locks.driver import Desk, Hand
from simulators.locks.server import Running
from tests.bookings.making import make_facility, make_offer
from tests.cast import make_resident
from yakuba.bookings import operations as bookings
from yakuba.bookings.models import Booking, Facility, Offer
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.locks import operations
from yakuba.locks.models import AccessGrant, Connection, Task
from yakuba.locks.operations.telling import tell_due
from yakuba.portal.queries import machine_now
from yakuba.residents.models import Resident

NOON = datetime(2027, 6, 5, 12, 0, tzinfo=JAPAN)  # a Saturday
BEAT = 900  # seconds
DEVICES = ("gym-front", "gym-left", "gym-right")


@dataclass
class Gym:
    """The place of the tests, its locks, somebody at the doors, and the time."""

    facility: Facility
    left: Offer
    whole: Offer
    connection: Connection
    sim: Running
    now: datetime = NOON

    @property
    def desk(self) -> Desk:
        return Desk(self.sim.base)

    @property
    def hand(self) -> Hand:
        return Hand(self.sim.base)

    def turn(self, moment: datetime) -> None:
        """Turn the town's clock and that of the doors."""
        self.now = moment
        clock._fixed[-1] = moment
        self.desk.turn_to(moment.isoformat())

    def later(self, **span: float) -> None:
        self.turn(self.now + timedelta(**span))

    def work(self, rounds: int = 3) -> None:
        """Let the worker do all that is due, whatever the machine's clock says of pauses."""
        for _ in range(rounds):
            operations.plan_all()
            self.drive()
            operations.watch()
            tell_due()

    def drive(self) -> None:
        """Take every code that has something to be done one step further."""
        for grant in AccessGrant.objects.filter(next_at__isnull=False).order_by("made_at", "pk"):
            AccessGrant.objects.filter(pk=grant.pk).update(next_at=machine_now(), lease_until=None)
            Connection.objects.update(quiet_until=None)
            operations.drive(grant_id=str(grant.pk))

    def sync(self) -> None:
        """Let everything reach the doors: work, a heartbeat, work."""
        self.work()
        self.desk.beat(*DEVICES)
        self.work()


def make_gym(sim: Running) -> Gym:
    """Make a front door that everybody passes, and a door to each half."""
    facility = make_facility(units=("左", "右"))
    left = make_offer(facility, "アリーナ左", units=("左",))
    whole = make_offer(facility, "アリーナ全面")
    connection = make_connection(sim)
    values = {"before_minutes": 10, "after_minutes": 10, "heartbeat_minutes": BEAT // 60}
    units = {unit.name: unit for unit in facility.units.all()}
    for order, (name, device, mine) in enumerate(
        [
            ("正面玄関", "gym-front", []),
            ("左の扉", "gym-left", ["左"]),
            ("右の扉", "gym-right", ["右"]),
        ]
    ):
        operations.make_door(
            facility=facility,
            connection=connection,
            values={**values, "name": name, "device": device, "order": order},
            units=[units[one] for one in mine],
            staff=None,
        )
    return Gym(facility, left, whole, connection, sim)


def make_connection(sim: Running, **settings: object) -> Connection:
    connection = operations.connect(
        kind="remotelock",
        name="RemoteLOCK",
        settings={
            "client_id": sim.settings.client_id,
            "client_secret": sim.settings.client_secret,
            "webhook_secret": "a-secret-that-does-not-exist",
            "address": sim.base,
            **settings,
        },
        staff=None,
    )
    Connection.objects.filter(pk=connection.pk).update(is_on=True, checked_at=machine_now())
    connection.refresh_from_db()
    return connection


def book(
    gym: Gym,
    offer: Offer,
    starts: datetime,
    hours: float = 2,
    *,
    resident: Resident | None = None,
    **who: object,
) -> Booking:
    wish = bookings.Wish(offer=offer, starts=starts, ends=starts + timedelta(hours=hours))
    person = None if who else resident or make_resident()
    return bookings.book(
        wishes=[wish],
        who=bookings.Who(resident=person, **who),  # type: ignore[arg-type]
        source=Booking.Source.PAGE,
        once=bookings.new_key(),
    ).booking


def grant_of(booking: Booking) -> AccessGrant:
    return AccessGrant.objects.wanted().get(uses__booking=booking)


def code_of(booking: Booking) -> str:
    return grant_of(booking).code or ""


def tasks(kind: str = "") -> list[Task]:
    found = Task.objects.open().order_by("pk")
    return list(found.filter(kind=kind) if kind else found)
