"""Ask a condition of everybody: the tree as one boolean expression of PostgreSQL.

Every value is a parameter, today and now too. A table that is asked about is asked once per leaf, as
`IN (SELECT …)`: PostgreSQL hashes that, where a chain of correlated EXISTS under OR runs once per row.
But it hashes only what it expects to fit into `work_mem`, and otherwise reads the whole list for every row:
30,000 people took 12.8 s instead of 0.1 s. So run `ROOM_TO_HASH` first, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from yakuba.conditions import checking
from yakuba.conditions.distance import haversine_sql
from yakuba.conditions.facts import (
    Declaration,
    Declarations,
    Expression,
    Kind,
    Members,
    Ordered,
    Parameter,
    Parameters,
    Point,
    Rows,
    Single,
    Tokens,
)
from yakuba.conditions.operands import (
    Among,
    InRanges,
    IsAnswered,
    NotAmong,
    Overlaps,
    Range,
    Test,
    Within,
    test_of,
)
from yakuba.conditions.tree import AllOf, AnyOf, Clause, Leaf, NoneOf

# Room for the ids of some three million rows; taken only by a statement that needs it.
ROOM_TO_HASH = SQL("SET LOCAL work_mem = '64MB'")

_CASTS = {
    Kind.INTEGER: SQL("{}::bigint"),
    Kind.MONEY: SQL("{}::bigint"),
    Kind.NUMBER: SQL("{}::numeric"),
    Kind.DATE: SQL("{}::date"),
    Kind.TIME: SQL("{}::time"),
    Kind.INSTANT: SQL("{}::timestamptz"),
    Kind.PLACE: SQL("{}::float8"),
}
_NUMBERS = SQL("{}::int[]")
_LISTS = {
    Kind.TEXT: SQL("{}::text[]"),
    Kind.CHOICE: SQL("{}::text[]"),
    Kind.CHOICES: SQL("{}::text[]"),
    Kind.BOOLEAN: SQL("{}::boolean[]"),
    Kind.INTEGER: SQL("{}::bigint[]"),
    Kind.MONEY: SQL("{}::bigint[]"),
    Kind.NUMBER: SQL("{}::numeric[]"),
    Kind.DATE: SQL("{}::date[]"),
    Kind.TIME: SQL("{}::time[]"),
}


def compile_sql(
    tree: Clause,
    facts: Declarations,
    *,
    today: date,
    now: datetime,
    alias: str = "subject",
    prefix: str = "c",
    three_valued: bool = True,
) -> tuple[Composed, Parameters]:
    """Return a boolean expression over the row `alias`, in brackets, and its parameters.

    Parameters are named `prefix` and a number, so that several conditions fit into one statement. With
    `three_valued=False` the expression is still true for exactly the same people, but may be false where
    the answer is not known: enough for WHERE and FILTER, and cheaper for narrow tables.

    Raises:
        checking.BrokenCondition: the condition does not fit the facts, or one cannot be asked of everybody.
    """
    checking.require(tree, facts, of_everybody=True)
    question = _Question(alias, prefix, facts, today=today, now=now)
    return question.clause(tree, exact=three_valued), question.parameters


class _Question:
    """The parameters so far, and how clauses become SQL. `exact` asks for NULL where it is not known."""

    def __init__(
        self, alias: str, prefix: str, facts: Declarations, *, today: date, now: datetime
    ) -> None:
        self.parameters: Parameters = {}
        self._alias, self._prefix, self._facts = alias, prefix, facts
        self._today, self._now = today, now

    def column(self, name: str) -> Composable:
        return Identifier(self._alias, name)

    def bind(self, value: Parameter) -> Composable:
        name = f"{self._prefix}{len(self.parameters) + 1}"
        self.parameters[name] = value
        return Placeholder(name)

    def clause(self, clause: Clause, *, exact: bool) -> Composed:
        match clause:
            case AllOf():
                return self._joined(clause.all_of, SQL(" AND "), empty=SQL("(TRUE)"), exact=exact)
            case AnyOf():
                return self._joined(clause.any_of, SQL(" OR "), empty=SQL("(FALSE)"), exact=exact)
            case NoneOf():
                # Turned round, unknown must not pass for false any more.
                inside = self._joined(clause.none_of, SQL(" OR "), empty=SQL("(FALSE)"), exact=True)
                return SQL("(NOT {})").format(inside)
            case _:
                return self._leaf(clause, exact=exact)

    def _joined(self, clauses: Sequence[Clause], word: SQL, *, empty: SQL, exact: bool) -> Composed:
        if not clauses:
            return Composed([empty])
        return SQL("({})").format(word.join(self.clause(inner, exact=exact) for inner in clauses))

    def _leaf(self, leaf: Leaf, *, exact: bool) -> Composed:
        fact = self._facts[leaf.fact]
        test = test_of(leaf, fact, today=self._today, now=self._now)
        reading = fact.sql(self) if fact.sql else None
        match reading:
            case Expression():
                return self._of_expression(test, reading, fact)
            case Tokens():
                return self._of_tokens(test, reading, exact=exact)
            case Rows():
                return self._of_rows(test, reading, fact, exact=exact)
            case Members():
                return self._of_members(test, reading)
        raise TypeError(f"the fact {fact.key!r} has no reading in SQL")

    def _of_expression(self, test: Test, reading: Expression, fact: Declaration) -> Composed:
        if isinstance(test, IsAnswered):
            answered = _is_answered(reading.value)
            return answered if test.expected else SQL("(NOT {})").format(answered)
        return self._test(test, reading.value, fact, reading.numbers)

    def _of_tokens(self, test: Test, reading: Tokens, *, exact: bool) -> Composed:
        if isinstance(test, IsAnswered):
            answered = SQL("({} IS TRUE)").format(reading.answered)
            return answered if test.expected else SQL("(NOT {})").format(answered)
        found = self._overlaps(_choices(test), reading.column, Kind.CHOICES, reading.numbers)
        if isinstance(test, NotAmong):
            found = SQL("(NOT {})").format(found)
        if exact:
            return SQL("(CASE WHEN {} THEN {} END)").format(reading.answered, found)
        return SQL("({} AND {})").format(reading.answered, found)

    def _of_rows(self, test: Test, reading: Rows, fact: Declaration, *, exact: bool) -> Composed:
        # Nobody's rows (an anonymous answer) would turn IN from false into NULL.
        whose = SQL("{} IS NOT NULL").format(reading.key)
        where = SQL("{} AND ({})").format(whose, reading.where) if reading.where else whose
        if fact.kind is not Kind.CHOICES:
            where = SQL("{} AND {}").format(where, _is_answered(reading.value))
        answered = SQL("({} IN (SELECT {} FROM {} WHERE {}))").format(
            reading.subject, reading.key, reading.source, where
        )
        if isinstance(test, IsAnswered):
            return answered if test.expected else SQL("(NOT {})").format(answered)
        row_test = Among(test.choices) if isinstance(test, Overlaps) else test
        passing = self._test(row_test, reading.value, fact, reading.numbers)
        matching = SQL("({} IN (SELECT {} FROM {} WHERE {} AND {}))").format(
            reading.subject, reading.key, reading.source, where, passing
        )
        if not exact:
            return matching
        return SQL("(CASE WHEN {} THEN TRUE WHEN {} THEN FALSE END)").format(matching, answered)

    def _of_members(self, test: Test, reading: Members) -> Composed:
        """Bare `IN`, not `IN … = ANY`: only so does PostgreSQL see that it may join."""
        wanted = _answers_taken(test)
        if len(wanted) != 1:
            return SQL("({})").format(SQL("TRUE" if wanted else "FALSE"))
        among = SQL("({} IN ({}))").format(reading.subject, reading.ids)
        return among if True in wanted else SQL("(NOT {})").format(among)

    def _test(
        self,
        test: Test,
        value: Composable | Point,
        fact: Declaration,
        numbers: Mapping[str, int] | None,
    ) -> Composed:
        """Test one value in SQL; NULL where the value is NULL."""
        match test, value:
            case Within(), Point():
                return self._within(test, value)
            case ((Among() | NotAmong()), Composable()):
                found = self._among(test.values, value, fact.kind, numbers)
                return SQL("(NOT {})").format(found) if isinstance(test, NotAmong) else found
            case Overlaps(), Composable():
                return self._overlaps(test.choices, value, fact.kind, numbers)
            case InRanges(), Composable():
                stretches = [self._range(stretch, value, fact.kind) for stretch in test.ranges]
                return SQL("({})").format(SQL(" OR ").join(stretches))
        raise TypeError(f"{type(test).__name__} cannot be asked of the fact {fact.key!r} in SQL")

    def _among(
        self,
        values: Sequence[Single],
        value: Composable,
        kind: Kind,
        numbers: Mapping[str, int] | None,
    ) -> Composed:
        wanted = values if numbers is None else _numbered(values, numbers)
        if not wanted:
            # `= ANY` of an empty list would be false of a NULL as well.
            return SQL("({} IS NULL AND NULL::boolean)").format(value)
        return SQL("({} = ANY({}))").format(value, self._several(wanted, kind, numbers))

    def _overlaps(
        self,
        choices: Sequence[Single],
        value: Composable,
        kind: Kind,
        numbers: Mapping[str, int] | None,
    ) -> Composed:
        wanted = choices if numbers is None else _numbered(choices, numbers)
        return SQL("({} && {})").format(value, self._several(wanted, kind, numbers))

    def _several(
        self, values: Sequence[Single], kind: Kind, numbers: Mapping[str, int] | None
    ) -> Composed:
        every: list[object] = list(values)
        return (_LISTS[kind] if numbers is None else _NUMBERS).format(self.bind(every))

    def _range(self, stretch: Range, value: Composable, kind: Kind) -> Composed:
        ends = (
            (SQL("{} >= {}"), stretch.first),
            (SQL("{} > {}"), stretch.after),
            (SQL("{} <= {}"), stretch.last),
            (SQL("{} < {}"), stretch.beyond),
        )
        within = [
            comparison.format(value, _CASTS[kind].format(self.bind(_plain(end))))
            for comparison, end in ends
            if end is not None
        ]
        return SQL("({})").format(SQL(" AND ").join(within))

    def _within(self, test: Within, point: Point) -> Composed:
        """The box comes first and is cheap; where it is false of one coordinate, the other may be NULL."""
        latitude, longitude = point.latitude, point.longitude
        reach = SQL("{} <= {}").format(
            haversine_sql(
                latitude,
                longitude,
                self._degrees(test.centre.latitude),
                self._degrees(test.centre.longitude),
            ),
            self._degrees(test.haversine),
        )
        if test.box is None:
            return SQL("({})").format(reach)
        return SQL(
            "(CASE WHEN {} THEN {} BETWEEN {} AND {} AND {} BETWEEN {} AND {} AND {} END)"
        ).format(
            _is_answered(point),
            latitude,
            self._degrees(test.box.south),
            self._degrees(test.box.north),
            longitude,
            self._degrees(test.box.west),
            self._degrees(test.box.east),
            reach,
        )

    def _degrees(self, value: float) -> Composed:
        return _CASTS[Kind.PLACE].format(self.bind(value))


def _plain(value: Ordered) -> Parameter:
    return value.isoformat() if isinstance(value, time) else value  # not every cursor takes a time


def _is_answered(value: Composable | Point) -> Composed:
    if isinstance(value, Point):
        return SQL("({} IS NOT NULL AND {} IS NOT NULL)").format(value.latitude, value.longitude)
    return SQL("({} IS NOT NULL)").format(value)


def _numbered(choices: Sequence[Single], numbers: Mapping[str, int]) -> list[int]:
    """Say choices by their numbers; one that never got a number was never chosen by anybody."""
    return [numbers[choice] for choice in choices if isinstance(choice, str) and choice in numbers]


def _choices(test: Test) -> tuple[Single, ...]:
    match test:
        case Among() | NotAmong():
            return test.values
        case Overlaps():
            return test.choices
    raise TypeError(f"{type(test).__name__} cannot be asked of choices kept as tokens")


def _answers_taken(test: Test) -> frozenset[bool]:
    """Return which of yes and no pass a test of whether somebody is in a list."""
    both = frozenset({True, False})
    match test:
        case Among():
            return both & frozenset(test.values)
        case NotAmong():
            return both - frozenset(test.values)
        case IsAnswered():
            return both if test.expected else frozenset()
    raise TypeError(f"{type(test).__name__} cannot be asked of a list of ids")
