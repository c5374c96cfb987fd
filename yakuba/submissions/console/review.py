"""What a clerk sees of the checking and deciding of one submission, and what may be pressed now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page, revealed
from yakuba.files import serving
from yakuba.kit import clock
from yakuba.procedures.definition import Payment, Workflow
from yakuba.submissions import operations, queries, rules
from yakuba.submissions.console.persons import me
from yakuba.submissions.models import ChecklistTick, OfficialLetter, Submission
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

# How a charge stands, and the colour beside the word.
STANDINGS = {
    "none": ("plain", _("取消")),
    "due": ("caution", _("支払い待ち")),
    "partly_paid": ("caution", _("一部だけ支払い済み")),
    "paid": ("good", _("支払い済み")),
    "overpaid": ("danger", _("多く支払われています")),
    "refund_due": ("danger", _("返金の待ち")),
}
_DOUBTS = {
    "pending": _("本人確認：失効していないかの確認が、まだ済んでいません。"),
    "failed": _("本人確認：失効していないかを確認できませんでした。"),
    "stale": _("本人確認：住所等が変わった可能性があります。本人に確かめてください。"),
    "revoked": _("本人確認：電子証明書が失効しています。本人に確かめてください。"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist, and who has checked it."""

    number: int
    words: str
    tick: ChecklistTick | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was sent back, and what was said about it."""

    label: str
    comment: str


def review_of(found: Submission, staff: StaffMember) -> dict[str, Any] | None:
    """Return what the page says of the work on it; None for what is only done, not decided."""
    workflow = queries.workflow_of(found)
    if workflow is None:
        return None
    may_decide = townhall.may(staff, Capability.DECIDE, found.procedure.scope)
    actors: tuple[rules.Actor, ...] = ("staff", "decider") if may_decide else ("staff",)
    decision = queries.standing_decision(found)
    request = queries.open_return(found)
    checks = _checks(found, workflow)
    return {
        "steps": set(rules.steps(found.status, actors)),
        "age": queries.age_of(found),
        "checks": checks,
        "left": sum(one.tick is None for one in checks),
        "may_tick": found.status in (rules.NEW, rules.WORKING),
        "return": request,
        "asked": _asked(found, request.items) if request else [],
        "is_late": request is not None and request.due_on < clock.today(),
        "due_on": clock.today() + timedelta(days=workflow.return_days),
        "return_templates": [text.pick("ja") for text in workflow.return_templates],
        "rejection_templates": [text.pick("ja") for text in workflow.rejection_templates],
        "appeal": workflow.appeal.pick("ja") if workflow.appeal else "",
        "decision": decision,
        "is_mine": decision is not None and decision.staff_id == staff.pk,
        "letters": list(found.letters.order_by("written_at")),
        "doubt": _DOUBTS.get(found.proof, "") if found.status in rules.OPEN else "",
        "old_looks": bool(queries.needs_look(found, days=workflow.proof_days)),
    }


def _checks(found: Submission, workflow: Workflow) -> list[Check]:
    ticks = {one.number: one for one in found.ticks.select_related("staff")}
    return [
        Check(number, text.pick("ja"), ticks.get(number))
        for number, text in enumerate(workflow.checklist)
    ]


def _asked(found: Submission, items: Sequence[dict[str, str]]) -> list[Asked]:
    labels = {
        answer.path: answer.label
        for group in queries.groups(queries.newest_revision(found))
        for answer in group.answers
    }
    return [Asked(labels.get(one["path"], ""), one["comment"]) for one in items]


def money_of(found: Submission) -> dict[str, Any]:
    """Return what the page says of the charges of a submission, and what may still be asked for."""
    definition = queries.definition_of(found)
    payment = definition.payment or Payment()
    workflow = definition.workflow
    charges = queries.owing(found)
    may_charge = found.status in rules.CHARGEABLE
    return {
        "charges": [(one, STANDINGS[one.standing]) for one in charges],
        "may_charge": may_charge,
        "may_ask_fee": may_charge
        and definition.fee is not None
        and payment.timing == "on_request"
        and not any(one.charge.kind == "initial" and one.standing != "none" for one in charges),
        "presets": [(one.label.pick("ja"), one.amount) for one in workflow.charges]
        if workflow
        else [],
        "due_on": clock.today() + timedelta(days=payment.due_days),
    }


def due_day(typed: str) -> date:
    """Read the day of a date field; what is no day is refused with the sentence for it."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return clock.today()


@page(
    "submissions/<uuid:submission_id>/letters/<uuid:letter_id>/",
    title=_("通知書"),
    name="submission_letter",
    needs=Capability.VIEW,
)
def letter(request: StaffRequest, submission_id: UUID, letter_id: UUID) -> HttpResponse:
    """The PDF of a letter; it names the applicant, so it is for those who may see personal data."""
    staff = me(request.user)
    rows = OfficialLetter.objects.filter(
        submission__in=Submission.objects.visible_to(staff, Capability.PERSONAL).at_hand(),
        submission=submission_id,
    )
    found = get_object_or_404(rows.select_related("file", "submission"), pk=letter_id)
    if found.file is None:
        raise Http404
    revealed.announce(
        request.user,
        operations.subject_of(found.submission),
        f"受付番号{found.submission.receipt_no}の{found.get_kind_display()}を開きました。",
        {"letter": str(found.pk)},
    )
    return serving.response(found.file)
