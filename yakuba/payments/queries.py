"""What was paid, how it can be paid, and what waits for a person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from yakuba.kit import clock
from yakuba.payments import rules
from yakuba.payments.models import (
    Alarm,
    Attempt,
    Charge,
    Connection,
    LedgerEntry,
    ProviderMessage,
    RefundTask,
)
from yakuba.payments.sockets import (
    Contract,
    FormPost,
    Method,
    Order,
    Redirect,
    Start,
    providers,
)
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, StaffMember


def sums_of(charges: Iterable[Charge]) -> dict[int, rules.Sums]:
    """What the ledger says of each charge, by its key, in two queries."""
    keys = [one.pk for one in charges]
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in LedgerEntry.objects.filter(charge__in=keys):
        entries[entry.charge_id].append(entry)
    planned: dict[int, int] = dict(
        RefundTask.objects.filter(charge__in=keys, state__in=RefundTask.planned())
        .values_list("charge")
        .annotate(Sum("amount"))
    )
    return {key: rules.sums(entries[key], planned_back=planned.get(key, 0)) for key in keys}


def sums(charge: Charge) -> rules.Sums:
    return sums_of([charge])[charge.pk]


def standing(charge: Charge) -> rules.Standing:
    """How the charge stands: none, due, partly_paid, paid, overpaid or refund_due."""
    return standing_of([charge])[charge.pk]


def standing_of(charges: Iterable[Charge]) -> dict[int, rules.Standing]:
    """How each charge stands, by its key."""
    charges = list(charges)
    found = sums_of(charges)
    return {
        one.pk: rules.standing(one.amount, found[one.pk], is_voided=one.is_voided)
        for one in charges
    }


def standing_together(charges: Iterable[Charge]) -> rules.Standing:
    """How several charges of one matter stand together: the worst that somebody has to act on."""
    found = set(standing_of(charges).values())
    order: tuple[rules.Standing, ...] = ("due", "partly_paid", "overpaid", "refund_due", "paid")
    return next((one for one in order if one in found), "none")


def still_to_pay(charge: Charge) -> int:
    return rules.still_to_pay(charge.amount, sums(charge), is_voided=charge.is_voided)


def is_held(charge: Charge) -> bool:
    """Say whether a person has to look at the charge before anything goes on (E26)."""
    return charge.alarms.filter(resolved_at=None, kind__in=Alarm.holding()).exists()


def held(charges: Collection[Charge]) -> set[int]:
    """The keys of those charges that wait for a person."""
    open_alarms = Alarm.objects.filter(
        charge__in=charges, resolved_at=None, kind__in=Alarm.holding()
    )
    return {pk for pk in open_alarms.values_list("charge", flat=True) if pk is not None}


# ---- providers


def contract_of(connection: Connection) -> Contract:
    """The contract as it is now, with its keys."""
    return providers[connection.kind].contract.model_validate(connection.settings)


def contract_for(attempt: Attempt) -> Contract:
    """The contract that `attempt` was begun with; with the present keys if only keys have changed since.

    The account must be the old one (E28), and old keys may have been switched off.
    """
    same = attempt.connection.generation == attempt.generation
    agreed = attempt.connection.settings if same else attempt.settings_frozen
    return providers[attempt.kind].contract.model_validate(agreed)


def order_of(attempt: Attempt) -> Order:
    """The attempt as its provider is told of it. No name: the payer is called by the charge."""
    charge = attempt.charge
    return Order(
        attempt=attempt.pk,
        merchant_ref=attempt.merchant_ref,
        amount=attempt.amount,
        title=charge.title,
        lines=charge.lines_of(),
        payer=charge.public_id.hex,
        method=attempt.method,
        opened_at=attempt.opened_at,
        expires_at=attempt.expires_at,
        back_url=f"{settings.PUBLIC_URL}/pay/back/{attempt.merchant_ref}/",
        message_url=message_url(attempt.connection),
        provider_ref=attempt.provider_ref,
    )


def message_url(connection: Connection) -> str:
    """Where the provider's machines report; the administrator enters it at the provider."""
    return f"{settings.PUBLIC_URL}/pay/messages/{connection.public_id}/"


def start_of(attempt: Attempt) -> Start | None:
    """Where the person pays; None as long as the provider has not said it."""
    known = attempt.start
    if known is None:
        return None
    if "fields" not in known:
        return Redirect(known["url"], attempt.provider_ref, attempt.expires_at)
    fields = tuple((str(name), str(value)) for name, value in known["fields"])
    return FormPost(
        known["url"], fields, known["charset"], attempt.provider_ref, attempt.expires_at
    )


@dataclass(frozen=True, slots=True)
class Way:
    """A method of a connection, as a resident chooses it."""

    connection: Connection
    method: Method

    label: str  # the method's, with the connection's name where two would read alike

    @property
    def key(self) -> str:
        return f"{self.connection.key}:{self.method.key}"


def usable(charge: Charge | None = None) -> list[Connection]:
    """Connections that are on and were found in order; of `charge`, those that it allows."""
    on = Connection.objects.filter(is_on=True, faults=[]).order_by("order", "pk")
    wanted: Sequence[str] = charge.connections if charge else ()
    return [one for one in on if one.kind in providers and (not wanted or one.key in wanted)]


def names() -> list[tuple[str, str]]:
    """Every connection as a procedure names it: key, and the name that staff read."""
    rows = Connection.objects.order_by("order", "pk").values_list("key", "name", "is_on")
    return [
        (key, name if is_on else f"{name}（いまは住民に出していません）")
        for key, name, is_on in rows
    ]


def ways(charge: Charge) -> list[Way]:
    """How `charge` can be paid now."""
    amount = still_to_pay(charge)
    found: list[tuple[Connection, Method]] = []
    for connection in usable(charge):
        contract = contract_of(connection)
        if contract.abilities.min_yen <= amount <= contract.abilities.max_yen:
            found += [(connection, method) for method in contract.methods()]
    often = Counter(method.label for _connection, method in found)
    return [
        Way(by, how, how.label if often[how.label] == 1 else f"{how.label}（{by.name}）")
        for by, how in found
    ]


def is_needed(charge: Charge, found: rules.Sums) -> bool:
    """Say whether giving back all that came too much would leave less than is owed."""
    owed = rules.owed(charge.amount, found, is_voided=charge.is_voided)
    plans = charge.refunds.filter(state__in=RefundTask.planned())
    # A remission that nobody has approved does not lower what is owed yet.
    going = plans.exclude(why=RefundTask.Why.REMISSION, state=RefundTask.State.WANTED)
    return (going.aggregate(n=Sum("amount"))["n"] or 0) > found.net - owed


def refundable_captures(charge: Charge) -> list[tuple[int, int]]:
    """What was received for `charge`, the oldest first: keys with what is left of each, plans deducted."""
    received = charge.entries.filter(kind__in=rules.RECEIVED, currency=rules.YEN).order_by("pk")
    return [(entry.pk, left_of(entry)) for entry in received if left_of(entry) > 0]


def left_of(entry: LedgerEntry) -> int:
    """What of a capture has neither gone back nor is planned to."""
    gone = rules.sums(entry.back.exclude(kind=LedgerEntry.Kind.ADJUST)).given_back
    plans = entry.refunds.filter(state__in=RefundTask.planned()).aggregate(n=Sum("amount"))["n"]
    return max(0, entry.amount - gone - (plans or 0))


def must_go_by_hand(entry: LedgerEntry, amount: int) -> bool:
    """Say whether the provider cannot give this much of a capture back: it came over the counter, a second
    refund of it, or only a part (E27)."""
    if entry.attempt is None:
        return True
    able = contract_for(entry.attempt).abilities
    if not able.partial_refunds and amount != entry.amount:
        return True
    earlier = entry.refunds.filter(is_by_hand=False).exclude(state=RefundTask.State.DROPPED)
    return able.refunds_per_capture is not None and earlier.count() >= able.refunds_per_capture


def charges_of(resident: Resident) -> QuerySet[Charge]:
    """What a resident was asked to pay, the newest first; not what was taken back unpaid."""
    mine = Charge.objects.filter(resident=resident)
    return mine.filter(Q(voided_at=None) | Q(entries__isnull=False)).distinct().order_by("-pk")


def pages_of(way: Way) -> tuple[str, ...]:
    """The origins to which the browser is led for this way."""
    return contract_of(way.connection).pages()


def has_received(charge: Charge) -> bool:
    return charge.entries.filter(kind__in=rules.RECEIVED).exists()


def entries_for_payer(charge: Charge) -> list[LedgerEntry]:
    """What moved between the payer and the town, the oldest first; not the town's own adjustments."""
    kinds = (*rules.RECEIVED, *rules.GIVEN_BACK, *rules.REGAINED)
    return list(charge.entries.filter(kind__in=kinds).order_by("occurred_at", "pk"))


# ---- for staff


def found(charges: QuerySet[Charge], words: str) -> QuerySet[Charge]:
    """Keep what the words may mean: a number such as P-3F2A90C1, or what was asked for."""
    number = words.strip().upper().removeprefix("P-").lower()
    if 6 <= len(number) <= 8 and all(one in "0123456789abcdef" for one in number):
        low, high = (UUID(number.ljust(32, end)) for end in "0f")
        return charges.filter(public_id__range=(low, high))
    return charges.filter(title__icontains=words)


def in_state(charges: QuerySet[Charge], state: str) -> QuerySet[Charge]:
    """Keep open, late, settled or void ones, as they were announced."""
    still = charges.filter(voided_at=None)
    if state == "settled":
        return still.exclude(settled_at=None)
    if state == "void":
        return charges.exclude(voided_at=None)
    waiting = still.filter(settled_at=None)
    return waiting.filter(due_on__lt=clock.today()) if state == "late" else waiting


def messages_of(charge: Charge) -> QuerySet[ProviderMessage]:
    mine = ProviderMessage.objects.filter(attempt__charge=charge)
    return mine.defer("raw", "headers").order_by("-pk")[:20]


def open_alarms(staff: StaffMember) -> QuerySet[Alarm]:
    """What does not fit and nobody has looked at: of charges that `staff` may see; the rest for administrators."""
    mine = Q(charge__in=Charge.objects.visible_to(staff))
    if staff.is_administrator:
        mine |= Q(charge=None)
    rows = Alarm.objects.filter(mine, resolved_at=None)
    return rows.select_related("charge", "connection").order_by("raised_at")


def open_refunds(staff: StaffMember) -> QuerySet[RefundTask]:
    """Refunds that a person has to approve, or to give back by hand."""
    mine = Charge.objects.visible_to(staff)
    waits = Q(state__in=(RefundTask.State.WANTED, RefundTask.State.HELD)) | Q(
        state=RefundTask.State.APPROVED, is_by_hand=True
    )
    rows = RefundTask.objects.filter(waits, charge__in=mine)
    return rows.select_related("charge", "asked_by").order_by("asked_at")


@dataclass(frozen=True, slots=True)
class CashierRow:
    """One line of the accounting section's list; one of the three amounts is not zero."""

    day: date
    department: str
    title: str
    number: str
    kind: str
    method: str
    asked: int = 0
    received: int = 0
    returned: int = 0

    @property
    def amounts(self) -> tuple[int, int, int]:
        return (self.asked, self.received, self.returned)

    def cells(self) -> list[str | int | date | None]:
        return [
            *(self.day, self.department, self.title, self.number, self.kind, self.method),
            *(self.asked, self.received, self.returned),
        ]


_ASKED = "請求した額"  # where a sum has no method


def cashier_rows(staff: StaffMember, first: date, last: date) -> list[CashierRow]:
    """What was asked for (調定) and what moved (収納・返金) on these days, of what `staff` may export.

    A charge that is void counts on the day it was made and, negative, on the day it was taken back.
    """
    mine = Charge.objects.visible_to(staff, Capability.EXPORT).select_related("scope__department")
    begin = datetime.combine(first, time.min, clock.JAPAN)
    end = datetime.combine(last + timedelta(days=1), time.min, clock.JAPAN)
    rows = [
        _asked(one, one.made_at, one.amount, one.get_kind_display())
        for one in mine.filter(made_at__gte=begin, made_at__lt=end)
    ]
    rows += [
        _asked(one, one.voided_at, -one.amount, "請求の取消")
        for one in mine.filter(voided_at__gte=begin, voided_at__lt=end)
        if one.voided_at is not None
    ]
    moved = LedgerEntry.objects.filter(charge__in=mine, day__gte=first, day__lte=last)
    rows += [_moved(one) for one in moved.select_related("charge__scope__department", "connection")]
    return sorted(rows, key=lambda row: (row.day, row.department, row.number))


def _asked(charge: Charge, at: datetime, amount: int, kind: str) -> CashierRow:
    day = at.astimezone(clock.JAPAN).date()
    name = charge.scope.department.name
    return CashierRow(day, name, charge.title, charge.number, kind, "", asked=amount)


def _moved(entry: LedgerEntry) -> CashierRow:
    charge = entry.charge
    by = entry.connection.name if entry.connection else "窓口"
    is_yen = entry.currency == rules.YEN
    kind = entry.get_kind_display() if is_yen else f"{entry.get_kind_display()}（{entry.currency}）"
    amount = entry.amount if is_yen else 0
    if entry.kind == LedgerEntry.Kind.ADJUST:
        by = ""
    return CashierRow(
        day=entry.day,
        department=charge.scope.department.name,
        title=charge.title,
        number=charge.number,
        kind=kind,
        method=by,
        asked=-amount if entry.kind == LedgerEntry.Kind.ADJUST else 0,
        received=amount if entry.kind in rules.RECEIVED else 0,
        returned=rules.sums([entry]).given_back,  # negative where money was regained
    )


def cashier_sums(rows: Iterable[CashierRow]) -> list[tuple[str, str, list[int]]]:
    """Sums by department and method, then of everything: what was asked for, received, given back."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        method = row.method or _ASKED
        for key in ((row.department, method), ("合計", "")):
            for place, amount in enumerate(row.amounts):
                found[key][place] += amount
    keys = sorted(found, key=lambda key: (key[0] == "合計", key[0], key[1] != _ASKED, key[1]))
    return [(*key, found[key]) for key in keys]
