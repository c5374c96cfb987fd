"""Deciding that a delivery goes out: confirm it, let a second person agree, take it back before anybody got it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse
from yakuba.broadcasts.models import Approval, Delivery
from yakuba.broadcasts.operations import checking, letters
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile, NotADraft
from yakuba.broadcasts.operations.planning import NobodyMeant
from yakuba.broadcasts.operations.trail import note, said
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules.fuse import Finding
from yakuba.kit import clock, wareki
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

State = Delivery.State


class NotThatMany(Refusal):
    sentence = _(
        "画面の人数（{expected}）と、いまの人数（{now}）が違います。確かめて、もう一度押してください。"
    )


class Forbidden(Refusal):
    sentence = _("{why}")


class InThePast(Refusal):
    sentence = _("送る日時（{moment}）は、もう過ぎています。これからの日時にしてください。")


class NeedsAReason(Refusal):
    sentence = _("{why} このまま送るときは、その理由を書いてください。")


class NotAsked(Refusal):
    sentence = _("この配信は、いま承認を待っていません。画面を開き直してください。")


class OwnWords(Refusal):
    sentence = _("自分で書いたり送信を申し出たりした配信は、ほかの人が承認します。")


class TooLate(Refusal):
    sentence = _("もう送り始めています。画面を開き直して「止める」を押してください。")


@transaction.atomic
def submit(
    delivery: Delivery,
    *,
    staff: StaffMember,
    expected: int | None,
    rev: int | None = None,
    due_at: datetime | None = None,
    is_frozen: bool = False,
    night_reason: str = "",
    why: str = "",
) -> None:
    """Confirm a draft: after the grace, or at `due_at`, it goes out by itself, unless two persons must agree first.

    `expected` is the number the clerk saw and typed; another number stops it. None is what the clerk
    saw where a small number must not be shown. `rev` is the draft that the clerk read. `why` overrides
    the warnings that the clerk has read; what they are about is asked again if it changes.

    Raises:
        NotADraft, ChangedMeanwhile, NobodyMeant, NotThatMany, Forbidden, InThePast, NeedsAReason
    """
    lock(delivery)
    if delivery.state != State.DRAFT or delivery.rewrites_id is not None:
        raise NotADraft
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    for trouble in checking.objections(delivery):
        raise Forbidden(why=trouble)
    now = clock.now()
    if due_at is not None and due_at <= now:
        raise InThePast(moment=wareki.moment(due_at))
    delivery.audience = Delivery.Audience.FROZEN if is_frozen else Delivery.Audience.JUDGED
    delivery.frozen = None
    people = audience.count(delivery)
    if not people:
        raise NobodyMeant
    same_number(delivery, expected, people)
    if is_frozen:
        delivery.frozen = audience.ids(delivery)
    delivery.expected, delivery.sent_by = people, staff
    delivery.due_at, delivery.night_reason = due_at, night_reason.strip()
    delivery.overridden, delivery.held_because = [], []
    delivery.rev += 1
    begins_at = max(due_at or now, now + fuse.grace())
    override(delivery, fuse.findings(delivery, people, at=begins_at), staff=staff, why=why)
    set_off(delivery, people, staff=staff)


def same_number(delivery: Delivery, expected: int | None, people: int) -> None:
    shown = None if segments.is_veiled(delivery.condition, people) else people
    if expected != shown:
        raise NotThatMany(expected=said(expected), now=said(shown))


def override(delivery: Delivery, found: Sequence[Finding], *, staff: StaffMember, why: str) -> None:
    """Note on a locked delivery that `staff` has read what was found and sends all the same.

    Raises:
        NeedsAReason: nothing was written.
        Forbidden: something was found that nobody may override.
    """
    for one in found:
        if not one.may_override:
            raise Forbidden(why=one.sentence)
    if found and not why.strip():
        raise NeedsAReason(why="".join(one.sentence for one in found))
    for one in found:
        known = one.document() | {"by": staff.pk, "at": clock.now().isoformat(), "why": why.strip()}
        delivery.overridden = [*delivery.overridden, known]
        note(
            delivery,
            staff,
            "overrode",
            f"配信「{{name}}」の確認「{one.sentence}」を承知で進めました。",
            why=why.strip(),
            code=one.code,
        )


def set_off(delivery: Delivery, people: int, *, staff: StaffMember) -> None:
    """Ask a second person about a locked delivery, or let it wait for its time."""
    veiled = segments.is_veiled(delivery.condition, people)
    number = said(None if veiled else people)
    if fuse.needs_two(delivery, people) and not fuse.is_agreed(delivery):
        delivery.state, delivery.begins_at = State.ASKED, None
        delivery.save()
        note(delivery, staff, "asked", f"配信「{{name}}」（{number}）の承認を求めました。")
        letters.tell(
            delivery,
            who_may_agree(delivery),
            f"承認をお願いします：配信「{delivery.name}」",
            f"{staff.name}さんが、配信「{delivery.name}」の承認を求めています。"
            "\n内容と人数を確かめて、承認するか、差し戻してください。",
        )
        return
    await_time(delivery)
    note(
        delivery,
        staff,
        "confirmed",
        f"配信「{{name}}」を{number}に送ることを確かめました。"
        f"{_spoken(delivery.begins_at)}に送り始めます。",
        condition=delivery.condition,
    )


def _spoken(moment: datetime | None) -> str:
    return wareki.moment(moment) if moment else ""


def await_time(delivery: Delivery) -> None:
    """Let a locked delivery wait: the last minutes of it are the grace, with a button to stop it."""
    now, grace = clock.now(), fuse.grace()
    delivery.begins_at = max(delivery.due_at or now, now + grace)
    delivery.state = State.WAITING if delivery.begins_at - grace <= now else State.SCHEDULED
    delivery.held_because = []
    delivery.save()


def who_may_agree(delivery: Delivery) -> list[StaffMember]:
    """Return who may send deliveries like this one and had no hand in it."""
    able = townhall.who_may(Capability.PUBLISH, delivery.scope)
    return [one for one in able if not fuse.wrote(delivery, one)]


@transaction.atomic
def agree(delivery: Delivery, *, staff: StaffMember, rev: int | None = None) -> None:
    """Give the second person's word; the delivery then waits for its time, or for the grace.

    Raises:
        NotAsked: it was taken back, or somebody was faster.
        ChangedMeanwhile: `rev` is not what was read.
        OwnWords: whoever wrote or confirmed it is not a second person.
    """
    lock(delivery)
    if delivery.state != State.ASKED:
        raise NotAsked
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    if fuse.wrote(delivery, staff):
        raise OwnWords
    give_word(delivery, staff, Approval.Verdict.AGREED, "")
    await_time(delivery)
    begins = _spoken(delivery.begins_at)
    note(delivery, staff, "agreed", f"配信「{{name}}」を承認しました。{begins}に送り始めます。")
    letters.tell(
        delivery,
        [delivery.sent_by],
        f"承認されました：配信「{delivery.name}」",
        f"{staff.name}さんが承認しました。{begins}に送り始めます。その前なら止められます。",
    )


@transaction.atomic
def give_back(delivery: Delivery, *, staff: StaffMember, words: str) -> None:
    """Return a delivery to whoever asked, with what should be different. Raises NotAsked."""
    lock(delivery)
    if delivery.state != State.ASKED:
        raise NotAsked
    give_word(delivery, staff, Approval.Verdict.RETURNED, words)
    delivery.state = State.DRAFT
    delivery.save()
    note(delivery, staff, "returned", "配信「{name}」を差し戻しました。", words=words)
    letters.tell(
        delivery,
        [delivery.sent_by],
        f"差し戻されました：配信「{delivery.name}」",
        f"{staff.name}さんが差し戻しました。理由は画面で読めます。直して、もう一度確認へ進んでください。",
    )


def give_word(delivery: Delivery, staff: StaffMember, verdict: str, words: str) -> None:
    Approval.objects.create(
        delivery=delivery,
        rev=delivery.rev,
        verdict=verdict,
        words=words[:300],
        staff=staff,
        at=clock.now(),
    )


@transaction.atomic
def withdraw(delivery: Delivery, *, staff: StaffMember) -> None:
    """Make a draft again of what nobody has got yet. Raises TooLate."""
    lock(delivery)
    if delivery.state in (State.DRAFT, State.DROPPED):
        return
    if delivery.state not in State.before_sending():
        raise TooLate
    delivery.state, delivery.begins_at = State.DRAFT, None
    delivery.held_because = []
    delivery.save()
    note(delivery, staff, "withdrawn", "配信「{name}」を送る前に止め、下書きに戻しました。")


@transaction.atomic
def call_off(delivery: Delivery, *, staff: StaffMember) -> None:
    """Decide that a delivery is not sent at all; it stays in the list. Raises TooLate."""
    lock(delivery)
    if delivery.state not in State.before_sending():
        raise TooLate
    delivery.state, delivery.begins_at = State.DROPPED, None
    delivery.ended_at = clock.now()
    delivery.save()
    note(delivery, staff, "called_off", "配信「{name}」を取りやめました。だれにも送っていません。")
