"""From which stage a submission may go to which, by whose hand; and what it is called meanwhile.

The stage, the money and the proof of who it is are three things. What is displayed is one word made of them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

NEW, WORKING, RETURNED, APPROVED = "new", "working", "returned", "approved"
DONE, REJECTED, WITHDRAWN = "done", "rejected", "withdrawn"
OPEN = (NEW, WORKING, RETURNED, APPROVED)
CLOSED = (DONE, REJECTED, WITHDRAWN)
AT_DESK = (NEW, WORKING, APPROVED)  # the department has to do something
CHARGEABLE = (NEW, WORKING, APPROVED)  # further money may be asked for

Event: TypeAlias = Literal[
    "start",
    "return",
    "resubmit",
    "lapse",
    "approve",
    "issue",
    "reject",
    "withdraw",
    "unpaid_lapse",
    "reopen",
    "release",
]
Actor: TypeAlias = Literal["applicant", "staff", "decider", "system"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: `needs_consent` is a step that the applicant asks for and staff confirms."""

    name: str
    source: str
    event: Event
    target: str
    actor: Actor
    needs_consent: bool = False


# T1 and T13 are of the run, before there is a submission.
TRANSITIONS = (
    Transition("T2", NEW, "start", WORKING, "staff"),
    Transition("T3", WORKING, "return", RETURNED, "staff"),
    Transition("T4", RETURNED, "resubmit", NEW, "applicant"),
    Transition("T5", RETURNED, "lapse", WITHDRAWN, "system"),
    Transition("T6", WORKING, "approve", APPROVED, "decider"),
    Transition("T7", APPROVED, "issue", DONE, "decider"),
    Transition("T8", WORKING, "reject", REJECTED, "decider"),
    Transition("T9", NEW, "withdraw", WITHDRAWN, "applicant"),
    Transition("T10", WORKING, "withdraw", WITHDRAWN, "applicant"),
    Transition("T11", RETURNED, "withdraw", WITHDRAWN, "applicant"),
    Transition("T12", APPROVED, "withdraw", WITHDRAWN, "applicant", needs_consent=True),
    Transition("T14", NEW, "unpaid_lapse", WITHDRAWN, "system"),
    Transition("T15", APPROVED, "reopen", WORKING, "decider"),
    Transition("T16", REJECTED, "reopen", WORKING, "decider"),
    Transition("T17", WORKING, "release", NEW, "staff"),
)
_BY_STEP = {(one.source, one.event): one for one in TRANSITIONS}

# Surveys and reports, which nobody decides: what a clerk may do with them.
_MOVES: Mapping[str, tuple[str, ...]] = {
    NEW: (WORKING, DONE),
    WORKING: (NEW, DONE),
    DONE: (WORKING,),
}


def transition(stage: str, event: Event) -> Transition | None:
    """Return the row of the table for `event` at `stage`; None: it is not possible."""
    return _BY_STEP.get((stage, event))


def steps(stage: str, actors: Collection[Actor]) -> tuple[Event, ...]:
    """Return what `actors` may do at `stage`, in the order of the table."""
    return tuple(one.event for one in TRANSITIONS if one.source == stage and one.actor in actors)


def moves(stage: str) -> tuple[str, ...]:
    """Return where a clerk may bring what is not decided: a survey, a report."""
    return _MOVES.get(stage, ())


Owed: TypeAlias = Literal["none", "initial", "additional", "paid", "refund_due"]
Proof: TypeAlias = Literal["none", "pending", "verified", "failed", "stale", "revoked"]
Standing: TypeAlias = Literal["none", "due", "partly_paid", "paid", "overpaid", "refund_due"]

_WORDS: Mapping[str, str] = {
    NEW: "submitted",
    WORKING: "under_review",
    APPROVED: "approved",
    DONE: "issued",
    REJECTED: "rejected",
}
_DOUBTFUL = ("pending", "failed", "stale", "revoked")


def owed(charges: Collection[tuple[str, Standing]]) -> Owed:
    """Return what the charges that stand come to: pairs of kind (initial, additional, correction) and standing."""
    open_kinds = {kind for kind, standing in charges if standing in ("due", "partly_paid")}
    if open_kinds - {"initial"}:
        return "additional"
    if open_kinds:
        return "initial"
    if any(standing in ("overpaid", "refund_due") for _kind, standing in charges):
        return "refund_due"
    return "paid" if any(standing == "paid" for _kind, standing in charges) else "none"


def display(
    stage: str, money: Owed = "none", proof: Proof = "none", *, is_decided: bool, revision: int = 1
) -> str:
    """Return the one word for where it stands: returned, then money, then the proof, then the stage.

    `is_decided` says that the procedure has a workflow; what has none is called as clerks move it.
    """
    if stage in (RETURNED, WITHDRAWN):
        return stage
    if stage in OPEN:
        if money == "additional":
            return "additional_payment"
        if money == "initial":
            return "payment_requested"
    if not is_decided:
        return stage
    if stage in OPEN and proof in _DOUBTFUL:
        return "proof_doubtful"
    if stage == NEW:
        if revision > 1:
            return "resubmitted"
        if money == "paid":
            return "paid"
    return _WORDS[stage]
