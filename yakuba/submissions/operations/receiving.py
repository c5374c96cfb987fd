"""Taking in what was handed in: exactly one submission per run, corrected as often as allowed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.kit.secrets import keyed_hash
from yakuba.procedures import rules as engine
from yakuba.procedures.models import Run, Version
from yakuba.procedures.rules.values import Value
from yakuba.residents.models import Resident
from yakuba.submissions import queries, rules, sockets
from yakuba.submissions.models import (
    ClearAnswer,
    Event,
    LookupHash,
    ReturnRequest,
    Revision,
    RevisionFile,
    Submission,
)
from yakuba.submissions.operations import charging, stages
from yakuba.submissions.operations.changing import changed
from yakuba.submissions.operations.settling import settle_latest
from yakuba.submissions.operations.showing import SHOWN, show
from yakuba.submissions.operations.telling import tell_department
from yakuba.townhall import queries as townhall

Answers = Mapping[str, Value]
Items = Mapping[str, Sequence[str]]


class NoLongerCorrectable(Refusal):
    sentence = _(
        "受付番号{receipt_no}は処理が進んだため、ここからは直せません。担当課にお電話ください。"
    )


@transaction.atomic
def receive(
    *, run: Run, resident: Resident | None, plan: engine.Plan, answers: Answers, items: Items
) -> Submission:
    """Make the submission of a finished run; its receipt number is ready to be told.

    A run hands in once: the revision's `run_id` is unique.
    """
    now = clock.now()
    submission = Submission.objects.create(
        receipt_no=next_receipt_no(),
        procedure=run.procedure,
        resident=resident,
        submitted_at=now,
        changed_at=now,
        kept_until=_kept_until(plan, now.date()),
    )
    _add_revision(submission, 1, run, plan, answers, items)
    workflow = plan.definition.workflow
    if workflow is not None and workflow.days_to_decide is not None:
        submission.decide_by = rules.promised_day(
            now.date(), workflow.days_to_decide, is_open=townhall.TownDays().is_open
        )
    charging.charge_at_first(submission, plan, answers, items)
    show(submission)
    submission.save(update_fields=["decide_by", *SHOWN])
    Event.objects.create(
        submission=submission, happened_at=now, what="handed_in", words="受け付けました。"
    )
    tell_department(submission, plan.definition.mail)
    sockets.submitted.announce(submission)
    return submission


class NotAskedFor(Refusal):
    sentence = _(
        "役場からお願いした質問のほかが変わっています。内容のページの「直す」から、もう一度始めてください。"
    )


@transaction.atomic
def correct(*, run: Run, plan: engine.Plan, answers: Answers, items: Items) -> Submission:
    """Add the corrected answers as a new revision of what the run corrects.

    Raises:
        NoLongerCorrectable: the department went on with it meanwhile.
        NotAskedFor: it was returned, and more was changed than the town asked for.
    """
    if run.corrects is None:
        raise ValueError("the run corrects nothing")
    submission = Submission.objects.get(pk=run.corrects)
    charging.lock_money(submission)
    lock(submission)
    if not queries.may_be_corrected(submission, plan.definition):
        raise NoLongerCorrectable(receipt_no=submission.receipt_no)
    last = submission.revisions.order_by("-number").first()
    number = last.number + 1 if last else 1
    asked = queries.open_return(submission)
    if asked is not None and last is not None:
        # A page that was opened before the return may change more than was asked.
        _refuse_more(plan, asked, before=last.answers["answers"], after=answers)
    _add_revision(submission, number, run, plan, answers, items)
    charging.charge_anew(submission, plan, answers, items)
    words = f"本人が内容を直しました（{number}回目の提出）。"
    if submission.status == rules.RETURNED:
        stages.apply(submission, "resubmit", words=words, staff=None)
        submission.ticks.all().delete()  # what was checked may read differently now
    else:
        show(submission)
        changed(submission, what="corrected", words=words, staff=None, fields=SHOWN)
    tell_department(submission, plan.definition.mail, news="corrected", revision=number)
    sockets.submitted.announce(submission)
    return submission


def _refuse_more(
    plan: engine.Plan, asked: ReturnRequest, *, before: Answers, after: Answers
) -> None:
    """Let nobody change an answer that stays asked and was not named; what conditions add or drop may follow."""
    named = {item["path"] for item in asked.items}
    for path in before.keys() & after.keys():
        question = engine.question_in(path)[0]
        if before[path] == after[path] or named & {path, question}:
            continue
        step = plan.steps.get(question)
        if step is None or not step.kind.is_automatic:  # a new signature is nobody's answer
            raise NotAskedFor


def _add_revision(
    submission: Submission,
    number: int,
    run: Run,
    plan: engine.Plan,
    answers: Answers,
    items: Items,
) -> None:
    if run.version is None:
        raise ValueError("a trial run hands in nothing")
    revision = Revision.objects.create(
        submission=submission,
        number=number,
        version=run.version,
        answers={
            "answers": dict(answers),
            "items": {section: list(ids) for section, ids in items.items()},
        },
        run_id=run.pk,
        handed_in_at=clock.now(),
    )
    named = engine.files_in(plan, answers)
    files = StoredFile.objects.in_bulk([file_id for _path, file_id in named])
    RevisionFile.objects.bulk_create(
        RevisionFile(revision=revision, path=path, file=files[UUID(file_id)])
        for path, file_id in named
    )
    _project(submission, run.version, plan, answers)


def _project(submission: Submission, version: Version, plan: engine.Plan, answers: Answers) -> None:
    """Write anew what may be searched: clear answers, and keyed hashes of names and telephones."""
    submission.clear.all().delete()
    ClearAnswer.objects.bulk_create(
        ClearAnswer(
            submission=submission,
            procedure=submission.procedure,
            resident=submission.resident,
            question=row.question,
            path=row.path,
            version=version.number,
            choice=row.choice,
            text=row.text,
            number=row.number,
            day=row.day,
        )
        for row in engine.clear_rows(plan, answers)
    )
    if submission.resident_id is not None:
        settle_latest([submission.resident_id])
    hash_anew(submission, plan, answers)


def hash_anew(submission: Submission, plan: engine.Plan, answers: Answers) -> None:
    """Write the keyed hashes of names and telephones under the first key."""
    submission.hashes.all().delete()
    LookupHash.objects.bulk_create(
        LookupHash(submission=submission, purpose=purpose, hash=keyed_hash(words, purpose=purpose))
        for purpose, words in sorted(set(_searchable(plan, answers)))
    )


def _searchable(plan: engine.Plan, answers: Answers) -> list[tuple[str, str]]:
    return [
        (purpose, queries.normal(purpose, words))
        for purpose, words in queries.lookups(plan, answers)
        if queries.normal(purpose, words)
    ]


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """Give what `before` handed in to `after`, whose LINE account it is now."""
    Submission.objects.filter(resident=before).update(resident=after)
    ClearAnswer.objects.filter(resident=before).update(resident=after)
    settle_latest([before.pk, after.pk])


def _kept_until(plan: engine.Plan, today: date) -> date | None:
    retention = plan.definition.retention
    if retention is None:
        return None
    if retention.months:
        month = today.year * 12 + today.month - 1 + retention.months
        year, month = divmod(month, 12)
        first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        last = first_of_next - timedelta(days=1)
        return date(year, month + 1, min(today.day, last.day))
    return today + timedelta(days=retention.days or 0)


def next_receipt_no() -> str:
    """Draw the next number of the year of the era; numbers may have gaps, never twins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('submissions_receipt_no')")
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("the sequence of receipt numbers gave nothing")
    year = clock.today().year - 2018  # 令和
    return rules.receipt_no(number=row[0], year=year, random=secrets.randbelow(32**2))
