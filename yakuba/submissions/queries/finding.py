"""Finding what was handed in: by words, by where it stands, by who has to do something about it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce

from yakuba.kit import clock, kana, text
from yakuba.kit.numbers import counted
from yakuba.kit.secrets import keyed_hashes
from yakuba.procedures.models import Procedure
from yakuba.procedures.rules import Plan, shown
from yakuba.procedures.rules.values import Value as Answered
from yakuba.residents.models import LineAccount
from yakuba.submissions import rules
from yakuba.submissions.models import (
    LookupHash,
    ReturnRequest,
    Submission,
    SubmissionQuerySet,
    newest,
    newest_sealed,
)
from yakuba.submissions.queries.reading import opened, person_in
from yakuba.submissions.queries.standing import plan_numbered
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, Membership, Scope, StaffMember

LATE_AFTER = 3  # open days without anybody having begun
MOST_IN_KANA_ORDER = 5_000  # each name has to be opened to be put into its place


def normal(purpose: str, words: str) -> str:
    """Return `words` in the one form in which they are hashed and looked for."""
    if purpose == "phone":
        return "".join(letter for letter in text.stored(words) if letter.isdecimal())
    if purpose == "kana":
        return kana.search_key(words)
    return "".join(text.stored(words).split())


def lookups(plan: Plan, answers: Mapping[str, Answered]) -> list[tuple[str, str]]:
    """Return by what the submission is to be found: (name, kana or phone; the words)."""
    found = []
    for row in shown(plan, answers):
        if row.kind == "name" and isinstance(row.value, dict):
            parts = row.value
            found.append(("name", f"{parts.get('family', '')}{parts.get('given', '')}"))
            found.append(("kana", f"{parts.get('family_kana', '')}{parts.get('given_kana', '')}"))
        elif row.kind == "telephone":
            found.append(("phone", str(row.value)))
    return found


def found(words: str, *, staff: StaffMember) -> SubmissionQuerySet:
    """Return what `staff` may see and `words` names: a receipt number, name, kana, telephone, clear text.

    Names, kana and telephones are found whole only, and only by those who may see personal data.
    """
    seen = Submission.objects.visible_to(staff).at_hand()
    words = words.strip()
    if not words:
        return seen.none()
    number = text.stored(words).upper().replace(" ", "")
    if rules.is_receipt_no(number):
        return seen.filter(receipt_no=number)
    hashes = [
        hashed
        for purpose in ("name", "kana", "phone")
        if normal(purpose, words)
        for hashed in keyed_hashes(normal(purpose, words), purpose=purpose)
    ]
    by_person = LookupHash.objects.filter(
        hash__in=hashes, submission__in=Submission.objects.visible_to(staff, Capability.PERSONAL)
    )
    by_text = Q(clear__text__icontains=text.stored(words)) | Q(receipt_no__contains=number)
    return seen.filter(
        Q(pk__in=seen.filter(by_text).values("pk")) | Q(pk__in=by_person.values("submission"))
    )


def late_before(today: date, *, open_days: int = LATE_AFTER) -> datetime:
    """Return the moment before which whatever came in has waited for `open_days` whole open days."""
    day, left = today, open_days
    while left:
        day -= timedelta(days=1)
        left -= townhall.is_open_day(day)
    return datetime.combine(day, time(), clock.JAPAN)


def late() -> SubmissionQuerySet:
    """Return what nobody has begun with for too long."""
    return (
        Submission.objects.needs_work()
        .alias(came=Coalesce("stage_since", "submitted_at"))
        .filter(status=Submission.Status.NEW, came__lt=late_before(clock.today()))
    )


def stale() -> SubmissionQuerySet:
    """Return what should be erased but is still open."""
    return (
        Submission.objects.at_hand()
        .filter(status__in=rules.OPEN, kept_until__lt=clock.today())
        .exclude(procedure__kind__in=(Procedure.Kind.SURVEY, Procedure.Kind.REGISTRATION))
    )


def overdue() -> SubmissionQuerySet:
    """Return what should have been decided by now."""
    return Submission.objects.needs_work().filter(
        status__in=(rules.NEW, rules.WORKING), decide_by__lt=clock.today()
    )


def uncorrected() -> SubmissionQuerySet:
    """Return what was sent back and not corrected in time."""
    late = ReturnRequest.objects.filter(closed_at=None, due_on__lt=clock.today())
    return Submission.objects.at_hand().filter(
        status=rules.RETURNED, pk__in=late.values("submission")
    )


def narrowed(
    rows: QuerySet[Submission], asked: Mapping[str, str], *, staff: StaffMember
) -> QuerySet[Submission]:
    """Keep what the filters of a list's address ask for; what they say wrongly is left aside."""
    status, assignee = asked.get("status", ""), asked.get("assignee", "")
    if status == "open":
        rows = rows.filter(status__in=rules.OPEN)
    elif status == "late":
        rows = rows.filter(pk__in=late().values("pk"))
    elif status == "stale":
        rows = rows.filter(pk__in=stale().values("pk"))
    elif status == "untouched":
        rows = rows.filter(status=Submission.Status.NEW)
    elif status == "overdue":
        rows = rows.filter(pk__in=overdue().values("pk"))
    elif status == "uncorrected":
        rows = rows.filter(pk__in=uncorrected().values("pk"))
    elif status == "wants_withdrawal":
        rows = rows.filter(status__in=rules.OPEN).exclude(withdrawal_asked_at=None)
    elif status in Submission.Display.values:
        rows = rows.filter(display=status)
    if assignee == "me":
        rows = rows.filter(assignee=staff)
    elif assignee == "nobody":
        rows = rows.filter(assignee=None)
    elif (number := counted(assignee)) >= 0:
        rows = rows.filter(assignee=number)
    if (number := counted(asked.get("procedure", ""))) >= 0:
        rows = rows.filter(procedure=number)
    if (number := counted(asked.get("department", ""))) >= 0:
        rows = rows.filter(procedure__scope__department=number)
    if words := asked.get("q", "").strip()[:100]:
        rows = rows.filter(pk__in=found(words, staff=staff).values("pk"))
    return rows


def in_kana_order(
    rows: QuerySet[Submission], *, staff: StaffMember, all_rows: QuerySet[Submission]
) -> QuerySet[Submission] | None:
    """Return `all_rows` with the place of each of `rows` in the order of the 五十音 as `kana_place`.

    Names lie sealed, so each is opened; of what `staff` may not see the persons of, there is no place.
    None if there are too many.
    """
    seen = rows.filter(
        procedure__scope__in=Scope.objects.visible_to(staff, Capability.PERSONAL)
    ).order_by()
    keys = list(seen.values_list("pk", flat=True)[: MOST_IN_KANA_ORDER + 1])
    if len(keys) > MOST_IN_KANA_ORDER:
        return None
    lying = (
        Submission.objects.filter(pk__in=keys)
        .annotate(newest_version=newest("version"), **newest_sealed())
        .values_list("pk", "sealed", "wrapped", "newest_version")
    )
    named = [
        (kana.sort_key(person.kana), pk)
        for pk, sealed, wrapped, version in lying
        if (answers := opened(sealed, wrapped))
        and (person := person_in(plan_numbered(version), answers)).kana
    ]
    order: list[UUID] = [pk for _kana, pk in sorted(named, key=lambda one: one[0])]
    place = Func(
        Value(order, output_field=ArrayField(UUIDField())),
        F("pk"),
        function="array_position",
        output_field=IntegerField(),
    )
    return all_rows.annotate(kana_place=place)


def handed_in_to(staff: StaffMember, user_ids: Collection[str]) -> set[str]:
    """Keep of these LINE user ids those of residents who handed in something that `staff` handles."""
    handled = Submission.objects.visible_to(staff, Capability.HANDLE).at_hand()
    accounts = LineAccount.objects.filter(
        line_user_id__in=list(user_ids), detached_at=None, resident__submissions__in=handled
    )
    return set(accounts.values_list("line_user_id", flat=True))


def handlers(scope: Scope) -> QuerySet[StaffMember]:
    """Return who may work on what came in within `scope`."""
    roles = [role.value for role in Membership.Role if Capability.HANDLE in role.capabilities]
    mine = Membership.objects.filter(
        role__in=roles,
        department__closed_on=None,
        department__grants__scope=scope,
        department__grants__capability=Capability.HANDLE,
    )
    return (
        StaffMember.objects.active_on(clock.today())
        .filter(pk__in=mine.values("staff"))
        .order_by("kana", "name", "pk")
    )
