"""The sender took back a message whose answer is here: the clerk is told, and the person decides."""

from collections.abc import Sequence

from django.db import transaction

from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.procedures import rules as engine
from yakuba.procedures.models import Run
from yakuba.submissions import queries
from yakuba.submissions.models import Event, Revision


@transaction.atomic
def note_unsent(run: Run, *, paths: Sequence[str]) -> None:
    """Write beside the submission that the messages of these answers were taken back in the talk."""
    revision = Revision.objects.filter(run_id=run.pk).select_related("submission").first()
    if revision is None or revision.submission.erased_at is not None:
        return
    submission = revision.submission
    lock(submission)
    plan = queries.plan_numbered(revision.version_id)
    steps = (plan.steps.get(engine.question_in(path)[0]) for path in paths)
    names = dict.fromkeys(step.question.called() for step in steps if step is not None)
    questions = "、".join(f"「{name}」" for name in names)
    Event.objects.create(
        submission=submission,
        happened_at=clock.now(),
        what="unsent",
        words=f"取り消されました：{questions}の答えを送ったメッセージを、本人がトークで取り消しました。"[
            :300
        ],
    )
    submission.changed_at = clock.now()
    submission.rev += 1
    submission.save(update_fields=["changed_at", "rev"])
