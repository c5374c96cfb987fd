"""What clerks do with codes: read one out, give another one, let somebody in again, do a lock by hand."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.bookings.models import Booking
from yakuba.console.sockets import revealed
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.locks import queries
from yakuba.locks.models import AccessGrant, Door, GrantDoor, GrantUse, Task
from yakuba.locks.operations import planning, telling
from yakuba.townhall.models import StaffMember

AGAIN = timedelta(minutes=15)


class NoCodeYet(Refusal):
    sentence = _("番号はまだありません。")


class NotDigits(Refusal):
    sentence = _("番号は4けたから10けたの数字で入れてください。")


class KnownAtDoor(Refusal):
    sentence = _("この番号は、ほかの利用者がこのドアで使っています。別の番号にしてください。")


class NotYours(Refusal):
    sentence = _("この番号は、もう要らないものです。画面を開き直してください。")


class SayWhatYouDid(Refusal):
    sentence = _("どうしたかを書いてください。")


@transaction.atomic
def read_out(grant: AccessGrant, *, staff: StaffMember) -> str:
    """Return the code to somebody at the desk, who reads it to the resident; the trail knows.

    Raises:
        NoCodeYet
    """
    if grant.code is None:
        raise NoCodeYet
    words = f"「{grant.facility.name}」の鍵の番号を表示しました。"
    revealed.announce(staff, grant.subject, words, {})
    return grant.code


@transaction.atomic
def enter_code(grant: AccessGrant, *, code: str, staff: StaffMember) -> None:
    """A clerk has typed the code into the lock: the door knows it.

    Raises:
        NotDigits, KnownAtDoor, NotYours
    """
    lock(grant)
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdecimal() and 4 <= len(typed) <= 10):
        raise NotDigits
    if not grant.is_wanted:
        raise NotYours
    doors = list(grant.at_doors.values_list("door", flat=True))
    others = AccessGrant.objects.filter(at_doors__door__in=doors, gone_at=None).exclude(pk=grant.pk)
    if any(one.code == typed for one in others):
        raise KnownAtDoor
    if grant.code not in (None, typed):
        grant.uses.update(told_rev=None)
    grant.code = typed
    grant.cloud, grant.cloud_rev = AccessGrant.Cloud.ACCEPTED, grant.rev
    grant.save(update_fields=["code", "cloud", "cloud_rev"])
    grant.at_doors.update(state=GrantDoor.State.SYNCED)
    _close(grant, Task.Kind.TYPE_IN, staff, "登録しました")
    _record(grant, staff, "entered", "錠に鍵の番号を登録しました。")
    telling.tell_ready(grant)


@transaction.atomic
def taken_out(grant: AccessGrant, *, staff: StaffMember) -> None:
    """A clerk has taken the code out of the lock. Twice is the same as once."""
    lock(grant)
    if grant.is_wanted:
        raise NotYours
    if grant.gone_at is not None:
        return
    grant.cloud, grant.gone_at, grant.next_at = AccessGrant.Cloud.GONE, clock.now(), None
    grant.save(update_fields=["cloud", "gone_at", "next_at"])
    grant.at_doors.update(state=GrantDoor.State.REMOVED)
    _close(grant, Task.Kind.TAKE_OUT, staff, "消しました")
    _close(grant, Task.Kind.MAY_OPEN, staff, "消しました")
    _record(grant, staff, "taken_out", "錠から鍵の番号を消しました。")


@transaction.atomic
def replace_code(grant: AccessGrant, *, staff: StaffMember) -> None:
    """Take a code out of force that too many know, and have another one made."""
    planning.give_up(grant, AccessGrant.Why.REPLACED)
    planning.plan(grant.facility)
    _record(grant, staff, "replaced", "鍵の番号を新しいものに替えました。")


@transaction.atomic
def let_in_again(booking: Booking, door: Door, *, staff: StaffMember) -> AccessGrant:
    """Give somebody a quarter of an hour at one door: something was forgotten, a light is on."""
    now = clock.now()
    grant = AccessGrant.objects.create(
        facility=booking.facility,
        connection=door.connection,
        who=queries.who_of(booking),
        starts_at=now,
        ends_at=now + AGAIN,
        extra_until=now + AGAIN,
        made_at=now,
        next_at=planning.due(door.connection),
    )
    planning.hang(grant, [door])
    GrantUse.objects.create(grant=grant, booking=booking, resident=booking.resident)
    _record(grant, staff, "let_in", f"予約{booking.receipt_no}に、15分の再入室を認めました。")
    return grant


@transaction.atomic
def resolve(task: Task, *, words: str, staff: StaffMember) -> None:
    """Say what was done about a task.

    Raises:
        SayWhatYouDid
    """
    lock(task)
    if task.resolved_at is not None:
        return
    if not words.strip():
        raise SayWhatYouDid
    task.resolved_at, task.resolved_by = clock.now(), staff
    task.resolution = words.strip()[:200]
    task.save(update_fields=["resolved_at", "resolved_by", "resolution"])


def _close(grant: AccessGrant, kind: str, staff: StaffMember, words: str) -> None:
    Task.objects.open().filter(grant=grant, kind=kind).update(
        resolved_at=clock.now(), resolved_by=staff, resolution=words
    )


def _record(grant: AccessGrant, staff: StaffMember, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk, actor=staff.name, action=action, subject=grant.subject, sentence=sentence
    )
