"""The outcome that procedures bring along: what was answered becomes what the town knows of the resident."""

from collections.abc import Mapping, Sequence
from datetime import date

from yakuba.procedures import queries
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import Plan
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Earlier, Outcome, Result, outcomes
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident


@outcomes.plug
class Profile(Outcome):
    """Registration and 受信設定. The answers were kept by the run's last turn; nothing else is made."""

    key = "profile"
    label = "受信設定にする"

    def complete(
        self,
        run: Run,
        resident: Resident | None,
        plan: Plan,
        answers: Mapping[str, Value],
        items: Mapping[str, Sequence[str]],
    ) -> Result:
        return Result(subject=resident.public_id if resident else None)

    def earlier(self, procedure: Procedure, resident: Resident) -> Earlier | None:
        """Return what is known of the resident, as answers to the present questions."""
        version = procedure.current
        known = residents.known(resident)
        if version is None or not known:
            return None
        answers: dict[str, Value] = {}
        for step in queries.plan_of(version).steps.values():
            key = step.question.keep_as
            if key and key in known:
                value = known[key]
                answers[step.question.id] = (
                    value.isoformat()
                    if isinstance(value, date)
                    else list(value)
                    if isinstance(value, list)
                    else str(value)
                )
        return Earlier(subject=resident.public_id, version=version, answers=answers, items={})
