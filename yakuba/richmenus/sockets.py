"""Who sees which menu: kinds of rules. Others plug in their own; `points` those of a stamp rally."""

from psycopg.sql import SQL, Composable

from yakuba.conditions.facts import Parameters
from yakuba.kit.plugging import Hook, Pluggable, Registry
from yakuba.line.models import Lane
from yakuba.richmenus.models import MenuRule

DEFAULT, CONDITION, DISASTER = "default", "condition", "disaster"


class RuleKind(Pluggable):
    """A kind of rule. `rank` says when it is judged: smaller goes first, whatever the numbers of the rules.

    `is_for_everybody`: its menu becomes LINE's default of all, and nobody needs a link for it.
    `lane`: how urgent switching is. `words` are what the list says of whom a rule means.
    """

    rank: int = 50
    is_for_everybody: bool = False
    has_condition: bool = False
    lane: Lane = Lane.DELIVERY

    def selection(self, rule: MenuRule, prefix: str) -> tuple[Composable, Parameters]:
        """Return, as SQL over the row `subject` of residents, whom the rule means; parameters begin with `prefix`."""
        return SQL("true"), {}

    def words(self, rule: MenuRule) -> list[str]:
        """Return in Japanese whom the rule means, as lines that must all hold."""
        return [str(self.label)]


rule_kinds: Registry[RuleKind] = Registry(RuleKind)

rules_changed: Hook[[]] = Hook(
    "Which rules are in force has just changed, at a rule's beginning or end; in the transaction that changed it."
)
