"""Ask a condition of everybody: the tree as one boolean expression of PostgreSQL.

Every value is a parameter, today and now too. A table that is asked about is asked once per leaf, as
`IN (SELECT …)`: PostgreSQL hashes that, where a chain of correlated EXISTS under OR runs once per row.
But it hashes only what it expects to fit into `work_mem`, and otherwise reads the whole list for every row:
30,000 people took 12.8 s instead of 0.1 s. So run `ROOM_TO_HASH` first, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from yakuba.conditions import checking
from yakuba.conditions.distance import haversine_sql
from yakuba.conditions.facts import (
    Declaration,
    Declarations,
    Expression,
    Kind,
    Marked,
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
    the answer is not known: enough for WHERE and FILTER, and much cheaper for narrow tables.

    Raises:
        checking.BrokenCondition: the condition does not fit the facts, or one cannot be asked of everybody.
    """
    checking.require(tree, facts, of_everybody=True)
    question = _Question(alias, prefix, facts, today=today, now=now)
    found = question.clause(tree) if three_valued else question.holds(tree)
    return found, question.parameters


class _HasMark(Composed):
    """The table has a row of the subject with one of these numbers."""

    def __init__(self, question: "_Question", reading: Marked, numbers: tuple[int, ...]) -> None:
        self.question, self.reading, self.numbers = question, reading, numbers
        several: list[int] = sorted(numbers)
        super().__init__([
            SQL("({} IN (SELECT {} FROM {} WHERE {} = ANY({}::bigint[])))").format(
                reading.subject, reading.key, reading.source, reading.column, question.bind(several)
            )
        ])  # fmt: skip


def _merged(parts: Sequence[Composed]) -> list[Composed]:
    """Ask once for several marks in one table: otherwise PostgreSQL makes a list of each and looks into all."""
    marks: dict[str, list[_HasMark]] = {}
    rest: list[Composed] = []
    for part in parts:
        if isinstance(part, _HasMark):
            marks.setdefault(repr(replace(part.reading, number=0)), []).append(part)
        else:
            rest.append(part)
    for several in marks.values():
        first = several[0]
        numbers = tuple(number for one in several for number in one.numbers)
        rest.append(_HasMark(first.question, first.reading, numbers) if numbers[1:] else first)
    return rest


def _yes_or_no(test: Test, among: Composed, verdict: bool | None) -> Composed:
    """Test what is known of everybody. Bare `IN`, not `IN … = ANY`: only so does PostgreSQL see it may join."""
    wanted = _answers_taken(test)
    if verdict is False:
        wanted = frozenset({True, False}) - wanted
    if len(wanted) != 1:
        return SQL("({})").format(SQL("TRUE" if wanted else "FALSE"))
    return among if True in wanted else SQL("(NOT {})").format(among)


def _among(reading: Rows, where: Composable) -> Composed:
    return SQL("({} IN (SELECT {} FROM {} WHERE {}))").format(
        reading.subject, reading.key, reading.source, where
    )


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

    def clause(self, clause: Clause) -> Composed:
        """Return what is true, false or NULL exactly as the judge says."""
        match clause:
            case AllOf():
                return self._joined(clause.all_of, SQL(" AND "), empty=SQL("(TRUE)"))
            case AnyOf():
                return self._joined(clause.any_of, SQL(" OR "), empty=SQL("(FALSE)"))
            case NoneOf():
                inside = self._joined(clause.none_of, SQL(" OR "), empty=SQL("(FALSE)"))
                return SQL("(NOT {})").format(inside)
            case _:
                return self._leaf(clause, None)

    def _joined(self, clauses: Sequence[Clause], word: SQL, *, empty: SQL) -> Composed:
        if not clauses:
            return Composed([empty])
        return SQL("({})").format(word.join(self.clause(inner) for inner in clauses))

    def holds(self, clause: Clause, *, verdict: bool = True) -> Composed:
        """Return what is true where the judge says `verdict`, and false or NULL elsewhere.

        "Not" is carried down to the leaves. There it asks for those who answered otherwise, in one list,
        where turning a group round would need two: who answered so, and who answered at all.
        """
        match clause:
            case AllOf():
                return self._held(clause.all_of, all_of_them=verdict, verdict=verdict)
            case AnyOf():
                return self._held(clause.any_of, all_of_them=not verdict, verdict=verdict)
            case NoneOf():
                return self._held(clause.none_of, all_of_them=verdict, verdict=not verdict)
            case _:
                return self._leaf(clause, verdict)

    def _held(self, clauses: Sequence[Clause], *, all_of_them: bool, verdict: bool) -> Composed:
        if not clauses:
            return Composed([SQL("(TRUE)" if all_of_them else "(FALSE)")])
        parts = [self.holds(inner, verdict=verdict) for inner in clauses]
        if all_of_them:
            return SQL("({})").format(SQL(" AND ").join(parts))
        return SQL("({})").format(SQL(" OR ").join(_merged(parts)))

    def _leaf(self, leaf: Leaf, verdict: bool | None) -> Composed:
        fact = self._facts[leaf.fact]
        test = test_of(leaf, fact, today=self._today, now=self._now)
        reading = fact.sql(self) if fact.sql else None
        match reading:
            case Expression():
                found = self._of_expression(test, reading, fact)
                return SQL("(NOT {})").format(found) if verdict is False else found
            case Tokens():
                return self._of_tokens(test, reading, verdict)
            case Rows():
                return self._of_rows(test, reading, fact, verdict)
            case Members():
                among = Composed([SQL("("), reading.subject, SQL(" IN ("), reading.ids, SQL("))")])
                return _yes_or_no(test, among, verdict)
            case Marked():
                return _yes_or_no(test, _HasMark(self, reading, (reading.number,)), verdict)
        raise TypeError(f"the fact {fact.key!r} has no reading in SQL")

    def _of_expression(self, test: Test, reading: Expression, fact: Declaration) -> Composed:
        if isinstance(test, IsAnswered):
            answered = _is_answered(reading.value)
            return answered if test.expected else SQL("(NOT {})").format(answered)
        return self._test(test, reading.value, fact, reading.numbers)

    def _of_tokens(self, test: Test, reading: Tokens, verdict: bool | None) -> Composed:
        if isinstance(test, IsAnswered):
            answered = SQL("({} IS TRUE)").format(reading.answered)
            wanted = test.expected is not (verdict is False)
            return answered if wanted else SQL("(NOT {})").format(answered)
        found = self._overlaps(_choices(test), reading.column, Kind.CHOICES, reading.numbers)
        if isinstance(test, NotAmong) is not (verdict is False):
            found = SQL("(NOT {})").format(found)
        if verdict is None:
            return SQL("(CASE WHEN {} THEN {} END)").format(reading.answered, found)
        return SQL("({} AND {})").format(reading.answered, found)

    def _of_rows(
        self, test: Test, reading: Rows, fact: Declaration, verdict: bool | None
    ) -> Composed:
        # Nobody's rows (an anonymous answer) would turn IN from false into NULL.
        whose = SQL("{} IS NOT NULL").format(reading.key)
        where = SQL("{} AND ({})").format(whose, reading.where) if reading.where else whose
        if fact.kind is not Kind.CHOICES:
            where = SQL("{} AND {}").format(where, _is_answered(reading.value))
        answered = _among(reading, where)
        if isinstance(test, IsAnswered):
            wanted = test.expected is not (verdict is False)
            return answered if wanted else SQL("(NOT {})").format(answered)
        row_test = Among(test.choices) if isinstance(test, Overlaps) else test
        passing = self._test(row_test, reading.value, fact, reading.numbers)
        if verdict is False and fact.kind is not Kind.CHOICES:
            failing = SQL("{} AND NOT {}").format(where, passing)
            return _among(reading, failing)
        matching = _among(reading, SQL("{} AND {}").format(where, passing))
        if verdict is None:
            return SQL("(CASE WHEN {} THEN TRUE WHEN {} THEN FALSE END)").format(matching, answered)
        return SQL("({} AND NOT {})").format(answered, matching) if not verdict else matching

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
