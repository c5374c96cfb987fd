"""The usual outcome: what was answered is handed in to the department."""

from collections.abc import Mapping, Sequence

from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import Plan
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Earlier, Outcome, Result, outcomes
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.models import Submission


@outcomes.plug
class HandedIn(Outcome):
    key = "submission"
    label = "担当課が受け付ける"

    def complete(
        self,
        run: Run,
        resident: Resident | None,
        plan: Plan,
        answers: Mapping[str, Value],
        items: Mapping[str, Sequence[str]],
    ) -> Result:
        if run.corrects is not None:
            submission = operations.correct(run=run, plan=plan, answers=answers, items=items)
        else:
            submission = operations.receive(
                run=run, resident=resident, plan=plan, answers=answers, items=items
            )
        page = f"submission/{submission.pk}/" if resident is not None else ""
        return Result(subject=submission.pk, receipt_no=submission.receipt_no, page=page)

    def earlier(self, procedure: Procedure, resident: Resident) -> Earlier | None:
        submission = (
            Submission.objects.filter(procedure=procedure, resident=resident)
            .exclude(status=Submission.Status.WITHDRAWN)
            .order_by("-submitted_at")
            .first()
        )
        return queries.as_earlier(submission) if submission else None
