"""Checking and deciding: the checklist, approving, issuing, rejecting, and taking it up again."""

import contextlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.identity import operations as identity
from yakuba.identity.models import Evidence
from yakuba.kit import clock
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.registers import operations as registers
from yakuba.submissions import queries, rules
from yakuba.submissions.models import ChecklistTick, Decision, Submission
from yakuba.submissions.operations.changing import changed
from yakuba.submissions.operations.handling import MOST_LETTERS, NothingWritten, TooMuchWritten
from yakuba.submissions.operations.letters import recall_letters, write_letter
from yakuba.submissions.operations.releasing import take_claims_again
from yakuba.submissions.operations.showing import SHOWN, show
from yakuba.submissions.operations.stages import apply, lock_for, workflow_of
from yakuba.townhall.models import StaffMember

_PROOF_WORDS = {
    "pending": _("まだ結果が出ていません"),
    "failed": _("確認できませんでした"),
    "stale": _("住所等が変わった可能性があります"),
    "revoked": _("電子証明書が失効しています"),
}


class NotChecked(Refusal):
    sentence = _("チェックリストがまだ{left}つ残っています。確かめてから承認してください。")


class ProofDoubtful(Refusal):
    sentence = _(
        "本人確認：{state}。確かめたうえで進めるときは、確かめたことを書いて「それでも進める」を押してください。"
    )


class StillOwed(Refusal):
    sentence = _("支払いが済んでいないため、交付できません。")


class TakenMeanwhile(Refusal):
    sentence = _(
        "不承認のあとで、名簿の同じ方の別の申請を受け付けたか、残りがなくなったため、やり直せません。"
        "別の申請を確かめてください。"
    )


class SecondPersonNeeded(Refusal):
    sentence = _("決定した{name}さんとは別の人が、やり直しを決めてください。")


class NoSuchCheck(Refusal):
    sentence = _("チェックリストが変わっています。画面を開き直してください。")


@transaction.atomic
def tick(submission: Submission, *, number: int, is_done: bool, staff: StaffMember) -> None:
    """Note who has checked a line of the checklist, or take that back. Two may tick at once.

    Raises:
        NoSuchCheck: there is no such line, or nobody is checking any more.
    """
    lock_for(submission, rev=None)
    workflow = workflow_of(submission)
    if number >= len(workflow.checklist) or submission.status not in (rules.NEW, rules.WORKING):
        raise NoSuchCheck
    if is_done:
        ChecklistTick.objects.get_or_create(
            submission=submission,
            number=number,
            defaults={"staff": staff, "ticked_at": clock.now()},
        )
    else:
        submission.ticks.filter(number=number).delete()


@transaction.atomic
def approve(
    submission: Submission, *, words: str, despite: str, rev: int, staff: StaffMember
) -> None:
    """Decide that it is granted (T6); `words` go into the letter, `despite` says why a doubt does not count.

    Raises:
        ChangedMeanwhile, NotPossibleNow, NotDecided, MayNot, TooMuchWritten
        NotChecked: lines of the checklist are left.
        ProofDoubtful: who handed it in is in doubt, and nobody says why it may go on.
    """
    lock_for(submission, rev=rev)
    workflow = workflow_of(submission)
    left = len(workflow.checklist) - submission.ticks.count()
    if submission.status == rules.WORKING and left > 0:
        raise NotChecked(left=left)
    _check_proof(submission, despite)
    words = _written(words)
    apply(submission, "approve", words=_with("承認しました。", despite), staff=staff)
    _decide(submission, Decision.Verdict.APPROVED, reason=words, staff=staff)
    write_letter(submission, "approval", reason=words, staff=staff)


@transaction.atomic
def issue(
    submission: Submission, *, words: str, despite: str, rev: int, staff: StaffMember
) -> None:
    """Hand over what was asked for (T7): nothing may be owed any more.

    Raises:
        ChangedMeanwhile, NotPossibleNow, NotDecided, MayNot, TooMuchWritten, ProofDoubtful
        StillOwed
    """
    lock_for(submission, rev=rev)
    workflow_of(submission)
    if queries.owed(submission) in ("initial", "additional"):
        raise StillOwed
    _check_proof(submission, despite)
    words = _written(words)
    apply(submission, "issue", words=_with("交付しました。", despite), staff=staff)
    write_letter(submission, "issue", reason=words, staff=staff)


@transaction.atomic
def reject(submission: Submission, *, reason: str, rev: int, staff: StaffMember) -> None:
    """Decide that it is not granted (T8), with the reason (行政手続法8条) and where to object.

    Raises:
        ChangedMeanwhile, NotPossibleNow, NotDecided, MayNot, NothingWritten, TooMuchWritten
    """
    lock_for(submission, rev=rev, with_money=True)
    workflow_of(submission)
    reason = _written(reason)
    if not reason:
        raise NothingWritten
    apply(submission, "reject", words="不承認としました。", staff=staff)
    _decide(submission, Decision.Verdict.REJECTED, reason=reason, staff=staff)
    write_letter(submission, "rejection", reason=reason, staff=staff)


@transaction.atomic
def reopen(submission: Submission, *, because: str, rev: int, staff: StaffMember) -> None:
    """Take a decision up again (T15, T16); not by the person who made it.

    Raises:
        ChangedMeanwhile, NotPossibleNow, NotDecided, MayNot, NothingWritten, TooMuchWritten
        SecondPersonNeeded
        TakenMeanwhile: what it had taken from a register is another application's now.
    """
    if submission.status == rules.REJECTED:
        try:
            take_claims_again(submission)
        except (registers.AlreadyClaimed, registers.NothingLeft):
            raise TakenMeanwhile from None
    lock_for(submission, rev=rev)
    workflow_of(submission)
    because = _written(because)
    if not because:
        raise NothingWritten
    decision = queries.standing_decision(submission)
    if decision is not None and decision.staff_id == staff.pk:
        raise SecondPersonNeeded(name=staff.name)
    apply(submission, "reopen", words="決定を取り消し、審査をやり直します。", staff=staff)
    if decision is not None:
        decision.reopened_by, decision.reopened_at = staff, clock.now()
        decision.reopened_because = because
        decision.save(update_fields=["reopened_by", "reopened_at", "reopened_because"])
    recall_letters(submission)


@transaction.atomic
def look_again(submission: Submission, *, staff: StaffMember | None = None) -> None:
    """Work out anew what is displayed, because money or proof changed outside of the stages."""
    lock_for(submission, rev=None)
    before = submission.display
    show(submission)
    if submission.display == before:
        submission.save(update_fields=SHOWN)
        return
    words = f"「{submission.get_display_display()}」になりました。"
    changed(submission, what="displayed", words=words, staff=staff, fields=SHOWN)


def _decide(
    submission: Submission, verdict: Decision.Verdict, *, reason: str, staff: StaffMember
) -> None:
    workflow = workflow_of(submission)
    checks = [
        {
            "words": workflow.checklist[tick.number].pick("ja"),
            "by": tick.staff.name,
            "at": tick.ticked_at.isoformat(),
        }
        for tick in submission.ticks.select_related("staff").order_by("number")
    ]
    Decision.objects.create(
        submission=submission,
        revision=queries.newest_revision(submission),
        verdict=verdict,
        reason=reason,
        checks=checks,
        proof=submission.proof,
        staff=staff,
        decided_at=clock.now(),
    )


def look_at_proof(submission: Submission, *, staff: StaffMember) -> None:
    """Ask how the certificates stand (現況確認) that nobody has looked at lately. Not in a transaction.

    If the provider does not answer, what is known stays, and whoever decides is told.
    """
    workflow = workflow_of(submission)
    for evidence in queries.needs_look(submission, days=workflow.proof_days):
        with contextlib.suppress(OutsideFailure):
            identity.ask_status(evidence, staff=staff)


@transaction.atomic
def look_after(evidence: Evidence) -> None:
    """Show what was learnt about a certificate wherever it counts."""
    run_id = evidence.check_of.run_id_kept
    for submission in Submission.objects.at_hand().filter(revisions__run_id=run_id):
        look_again(submission)


def _check_proof(submission: Submission, despite: str) -> None:
    state: str = queries.proof(submission)
    days = workflow_of(submission).proof_days
    if state == "verified" and queries.needs_look(submission, days=days):
        state = "pending"
    if state in _PROOF_WORDS and not despite.strip():
        raise ProofDoubtful(state=_PROOF_WORDS[state])


def _with(words: str, despite: str) -> str:
    return f"{words}（本人確認について：{despite.strip()}）" if despite.strip() else words


def _written(words: str) -> str:
    words = words.strip()
    if len(words) > MOST_LETTERS:
        raise TooMuchWritten(limit=f"{MOST_LETTERS:,}")
    return words
