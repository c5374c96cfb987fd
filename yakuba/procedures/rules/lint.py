"""What is wrong or unwise with a definition, in sentences, each with the place to press.

Red keeps it from being published; yellow is for the clerk to decide. `structure` looks at the whole,
`questions` at each question, `conditions` at each `when`, `automatic` at what is found and not asked, `money` at the fee.
"""

from collections.abc import Mapping

from yakuba.conditions.facts import Declarations
from yakuba.procedures.definition import Definition, UnreadableDefinition
from yakuba.procedures.rules.answering import Kinds
from yakuba.procedures.rules.linting import automatic, conditions, money, questions, structure
from yakuba.procedures.rules.linting.findings import Finding
from yakuba.procedures.rules.plans import plan


def lint(
    definition: Definition,
    kinds: Kinds,
    *,
    facts: Declarations | None = None,
    previous: Definition | None = None,
    others: Mapping[str, bool] | None = None,
) -> list[Finding]:
    """Say everything that is wrong or unwise; red first, then in the order of the document.

    `facts` are the outside facts that conditions may ask; `previous` is what is published now.
    `others` are the link names of all other procedures, and whether each is open; without them nothing is said of them.
    """
    found = structure.look(definition, previous)
    if others is not None:
        found += structure.look_at_next(definition, others)
    try:
        ready = plan(definition, kinds)
    except UnreadableDefinition as error:
        found += [questions.unreadable(definition, fault) for fault in error.faults]
    else:
        found += questions.look(ready)
        found += conditions.look(ready, facts or {})
        found += automatic.look(ready)
        found += money.look(ready, conditions.at_the_end(ready, facts or {}))
    return sorted(found, key=lambda finding: finding.severity != "red")
