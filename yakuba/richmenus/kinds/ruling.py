"""The three kinds of rules of every town: disaster, condition, default."""

from django.utils.translation import gettext_lazy as _
from psycopg.sql import Composable

from yakuba.conditions.checking import read
from yakuba.conditions.compiling import compile_sql
from yakuba.conditions.facts import Parameters
from yakuba.kit import clock
from yakuba.line.models import Lane
from yakuba.richmenus.models import MenuRule
from yakuba.richmenus.sockets import (
    CONDITION,
    DEFAULT,
    DISASTER,
    RuleKind,
    rule_kinds,
)
from yakuba.segments import queries as segments
from yakuba.segments.sockets import facts


@rule_kinds.plug
class Disaster(RuleKind):
    """One menu for everybody, at once, until it is over."""

    key = DISASTER
    label = _("災害時（全員）")
    rank = 0
    is_for_everybody = True
    lane = Lane.DISASTER


@rule_kinds.plug
class Condition(RuleKind):
    """Those whom a condition over residents means."""

    key = CONDITION
    label = _("条件にあてはまる人")
    rank = 50
    has_condition = True

    def selection(self, rule: MenuRule, prefix: str) -> tuple[Composable, Parameters]:
        return compile_sql(
            read(rule.condition),
            facts(),
            today=clock.today(),
            now=clock.now(),
            prefix=prefix,
            three_valued=False,
        )

    def words(self, rule: MenuRule) -> list[str]:
        return segments.sentences(rule.condition)


@rule_kinds.plug
class Default(RuleKind):
    """Everybody who sees no other menu."""

    key = DEFAULT
    label = _("そのほかの全員")
    rank = 100
    is_for_everybody = True
