"""What becomes of an application that was not paid in time: its procedure says so (T14)."""

from yakuba.payments.models import Charge
from yakuba.procedures.definition import Payment
from yakuba.submissions import queries, rules
from yakuba.submissions.operations import charging
from yakuba.submissions.operations.changing import changed
from yakuba.submissions.operations.stages import apply


def overdue(charge: Charge) -> None:
    """Close it, or tell person and department; `payments` announces it once, with the charge locked."""
    submission = charging.submission_of(charge)
    if submission is None or not submission.is_open:
        return
    payment = queries.definition_of(submission).payment or Payment()
    lapses = (
        payment.unpaid == "withdraw"
        and charge.kind == Charge.Kind.INITIAL
        and submission.status == rules.NEW
    )
    if lapses:
        words = "期限までに支払いがなかったため、取下げとして終わりました。"
        apply(submission, "unpaid_lapse", words=words, staff=None)
    else:
        words = f"{charge.amount:,}円の支払いの期限が過ぎました。"
        changed(submission, what="overdue", words=words, staff=None, fields=[])
    charging.tell_overdue(submission, has_lapsed=lapses)
