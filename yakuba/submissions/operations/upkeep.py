"""Erasing what may not be kept any longer, forgetting people, and hashing anew when keys change."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError, Q

from yakuba.audit import operations as audit
from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.identity import operations as identity
from yakuba.kit import clock, datakeys, upkeep
from yakuba.kit.db import lock
from yakuba.payments.models import Charge
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.submissions import queries, rules
from yakuba.submissions.models import (
    ClearAnswer,
    Decision,
    Event,
    LookupHash,
    Note,
    OfficialLetter,
    ReturnRequest,
    Revision,
    RevisionFile,
    Submission,
    SubmissionCharge,
)
from yakuba.submissions.operations import charging
from yakuba.submissions.operations.receiving import hash_anew
from yakuba.submissions.operations.settling import settle_latest

_AT_ONCE = 500


@upkeep.every(timedelta(hours=1))
def erase_due() -> None:
    """Erase what has been kept for as long as its procedure says.

    What is still open stays, also while somebody is asked to correct it (E44), and Today says so; nobody
    works on surveys.
    """
    while _erase_some():
        pass


@transaction.atomic
def _erase_some() -> int:
    nobody_works_on_it = Q(procedure__kind__in=(Procedure.Kind.SURVEY, Procedure.Kind.REGISTRATION))
    due = list(
        Submission.objects.at_hand()
        .filter(Q(status__in=rules.CLOSED) | nobody_works_on_it, kept_until__lt=clock.today())
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("procedure")
        .order_by("kept_until", "pk")[:_AT_ONCE]
    )
    if due:
        _erase(due)
        counts = Counter(one.procedure.title for one in due)
        audit.record(
            staff_id=None,
            actor="自動処理",
            action="erased",
            subject="submissions.submission",
            sentence=f"保存期間が過ぎた{len(due)}件の内容を消しました。件数の記録は残ります。",
            detail={"counts": dict(counts)},
        )
    return len(due)


@transaction.atomic
def forget(resident: Resident) -> None:
    """Erase what `resident` handed in, because they are to be forgotten; the figures stay."""
    keys = SubmissionCharge.objects.filter(submission__resident=resident).values("charge")
    list(Charge.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    rows = list(
        Submission.objects.select_for_update(no_key=True).filter(resident=resident).order_by("pk")
    )
    for one in rows:
        if one.is_open:
            # Nobody can pay any more; what was paid goes back (E45).
            charging.give_up_money(one, reason="本人の希望により情報を消します。", staff=None)
    _erase([one for one in rows if one.erased_at is None])


def _erase(rows: Iterable[Submission]) -> None:
    """Take answers, files, notes, hashes and person away; number, day and state remain to be counted."""
    rows = list(rows)
    keys = [one.pk for one in rows]
    if not keys:
        return
    kept = RevisionFile.objects.filter(revision__submission__in=keys)
    written = OfficialLetter.objects.filter(submission__in=keys)
    file_ids = set(kept.values_list("file", flat=True))
    file_ids |= set(written.exclude(file=None).values_list("file", flat=True))
    kept.delete()
    written.delete()
    runs = list(Revision.objects.filter(submission__in=keys).values_list("run_id", flat=True))
    identity.erase(runs)
    procedures.erase_frozen(runs)
    ReturnRequest.objects.filter(submission__in=keys).delete()
    # That it was decided, by whom and when, is a figure of the office; why is the person's matter.
    Decision.objects.filter(submission__in=keys).update(reason="", reopened_because="")
    Revision.objects.filter(submission__in=keys).delete()
    Note.objects.filter(submission__in=keys).delete()
    LookupHash.objects.filter(submission__in=keys).delete()
    ClearAnswer.objects.filter(submission__in=keys).delete()
    # What was said to the resident may speak of their matter.
    Event.objects.filter(submission__in=keys, what="answered").update(
        words="本人に返事をしました。"
    )
    people = [one.resident_id for one in rows if one.resident_id is not None]
    Submission.objects.filter(pk__in=keys).update(
        erased_at=clock.now(), resident=None, assignee=None
    )
    settle_latest(people)
    # What a backup or an old page of the disk still holds of it, nobody can open any more.
    datakeys.destroy(keys)
    for file in StoredFile.objects.filter(pk__in=file_ids):
        _erase_unless_used(file)


def _erase_unless_used(file: StoredFile) -> None:
    try:
        with transaction.atomic():
            files.erase(file)
    except ProtectedError:
        return  # something else was handed in with it


@transaction.atomic
def rewrite_hashes(after: object | None) -> object | None:
    """Hash names and telephones anew, for `yakuba keys rotate`: what is hashed lies in the answers."""
    rows = Revision.objects.filter(submission__gt=after) if after else Revision.objects.all()
    chosen = rows.order_by("submission", "-number").distinct("submission")
    datakeys.warm(list(chosen.values_list("submission_id", flat=True)[:_AT_ONCE]))
    newest = list(chosen.select_related("submission")[:_AT_ONCE])
    for one in newest:
        lock(one.submission)
        plan = queries.plan_numbered(one.version_id)
        hash_anew(one.submission, plan, one.answers["answers"])
    return newest[-1].submission_id if newest else None
