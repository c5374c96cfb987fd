"""What others plug into procedures: kinds of questions, outcomes, objections, and who listens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from yakuba.kit.plugging import Hook, Pluggable, Registry
from yakuba.procedures.models import Procedure, Run, Version
from yakuba.procedures.rules.kinds import Kind
from yakuba.procedures.rules.values import Value
from yakuba.residents.models import Resident

if TYPE_CHECKING:
    from yakuba.procedures.rules import Plan

question_kinds: Registry[Kind] = Registry(Kind)


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished run made: `receipt_no` is told to the resident; `subject` is whose it is."""

    subject: UUID | None = None
    receipt_no: str = ""
    page: str = ""  # path below /p/ where the resident sees it again


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a resident handed in before and may change now."""

    subject: UUID
    version: Version
    answers: Mapping[str, Value]
    items: Mapping[str, Sequence[str]]
    editable: tuple[str, ...] | None = None  # only these questions; None is all


class Outcome(Pluggable):
    """What a run ends in; each procedure names one, and its owner creates exactly one thing."""

    def complete(
        self,
        run: Run,
        resident: Resident | None,
        plan: "Plan",
        answers: Mapping[str, Value],
        items: Mapping[str, Sequence[str]],
    ) -> Result:
        """Create (or change, when `run.corrects` says which) the one thing, in the run's last transaction.

        `resident` is None when the procedure is anonymous: nothing that leads to a person may be kept.
        Only write and defer. A Refusal leaves the run as it was and is told to the resident.
        """
        raise NotImplementedError

    def earlier(self, procedure: Procedure, resident: Resident) -> Earlier | None:
        """Return what `resident` has of `procedure` already, for procedures that overwrite."""
        return None


outcomes: Registry[Outcome] = Registry(Outcome)

may_start: Hook[[Procedure, Resident]] = Hook(
    "Somebody wants to start a procedure; a listener that objects raises a Refusal."
)
run_completed: Hook[[Run, Resident]] = Hook(
    "A run was handed in. For bystanders (points, figures) only; the outcome has made what there is."
)
