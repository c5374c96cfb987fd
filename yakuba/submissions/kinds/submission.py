"""The usual outcome: what was answered is handed in to the department."""

from collections.abc import Mapping, Sequence

from yakuba.procedures.definition import Text
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import Plan
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Earlier, Outcome, Result, Then, outcomes
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.models import Submission

_PAY = Text(ja="支払いへ進む", easy="はらいに すすむ", en="Go on to pay")


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
        return Result(
            subject=submission.pk,
            receipt_no=submission.receipt_no,
            page=page,
            then=_pay(submission) if resident is not None else None,
        )

    def earlier(self, procedure: Procedure, resident: Resident) -> Earlier | None:
        submission = (
            Submission.objects.filter(procedure=procedure, resident=resident)
            .exclude(status=Submission.Status.WITHDRAWN)
            .order_by("-submitted_at")
            .first()
        )
        return queries.as_earlier(submission) if submission else None


def _pay(submission: Submission) -> Then | None:
    """Lead to what is to be paid for what has just been handed in, if there is anything."""
    owing = next((one for one in queries.owing(submission) if one.is_open), None)
    return Then(_PAY, f"pay/{owing.charge.public_id}/") if owing else None
