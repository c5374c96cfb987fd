"""What can be asked about: a fact's name, the kind of its values, and how it is read.

A fact is read of one person in Python (`value`, always) and of everybody in SQL (`sql`, where it can be).
Both readings must give the same: the judges agree only on what they are told. The kinds of columns:

    text, choice          text (a choice may be kept as a number, with `numbers`)
    choices               text[] or int[], empty when nothing was chosen, NULL when not answered
    boolean               boolean
    integer, money        any integer
    number                numeric
    date, time, instant   date, time, timestamptz
    place                 two columns of double precision
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar

from psycopg.sql import Composable

from yakuba.conditions.distance import Place


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    INSTANT = "instant"
    PLACE = "place"
    OTHER = "other"  # a photo, a signature: only whether there is one can be asked


Ordered: TypeAlias = int | Decimal | date | time | datetime
Single: TypeAlias = str | bool | Ordered
Value: TypeAlias = object  # a Single, a frozenset of choices, a Place; of OTHER anything

# What a database cursor takes.
_List: TypeAlias = list[int] | list[str] | list[object]
Parameter: TypeAlias = bool | int | float | Decimal | str | date | datetime | _List
Parameters: TypeAlias = dict[str, Parameter]


class Asking(Protocol):
    """The question in SQL that is being written."""

    def column(self, name: str) -> Composable:
        """Name a column of the subject's row."""

    def bind(self, value: Parameter) -> Composable:
        """Keep a value as a parameter; cast it in your SQL where PostgreSQL would have to guess."""


@dataclass(frozen=True, slots=True)
class Point:
    latitude: Composable
    longitude: Composable


@dataclass(frozen=True, slots=True)
class Expression:
    """A value beside the subject's row, NULL where it is not answered."""

    value: Composable | Point
    numbers: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """Choices among the numbers of one `int[]` column that many facts share (and one GIN index serves).

    The column cannot say that a question was left open; `answered` is a boolean expression that does.
    """

    column: Composable
    numbers: Mapping[str, int]
    answered: Composable


@dataclass(frozen=True, slots=True)
class Rows:
    """A narrow table turned the other way: the rows of those who answered.

    At most one row per subject; for several choices one per choice, and one with a NULL value for an empty
    list. `source` is what FROM takes, joins and subqueries included.
    """

    subject: Composable  # in the subject's row
    source: Composable
    key: Composable  # in the rows: whose they are
    value: Composable | Point
    where: Composable | None = None
    numbers: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Whether the subject is in a list of ids: a yes or a no of everybody, never unanswered.

    `ids` is a SELECT of one column without NULL. A list asked in this way is joined, so that a small one
    does not cost a look at everybody.
    """

    subject: Composable  # in the subject's row
    ids: Composable


@dataclass(frozen=True, slots=True)
class Marked:
    """Whether a narrow table has a row of the subject with this number in `column`; `key` is never NULL.

    A yes or no of everybody as well. Several of one table that are alternatives become one question, which
    PostgreSQL plans much better than one for each: "tapped any of ten messages" took 17 s, and then 1.4 s.
    """

    subject: Composable  # in the subject's row
    source: Composable
    key: Composable  # in the rows: whose they are
    column: Composable
    number: int


Reading: TypeAlias = Expression | Tokens | Rows | Members | Marked
Subject = TypeVar("Subject", contravariant=True)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a condition may know of a fact without having anybody to ask.

    `label` is what a clerk reads; `whose` and `unit` complete sentences ("お子さん", "回"). Facts of one
    `group` stand together where there are many to choose from. `is_statement`: the label of a yes or no is
    no question, but says it already (「除雪のお知らせ」を開いた).
    """

    key: str
    label: str
    kind: Kind
    choices: Mapping[str, str] = field(default_factory=dict)
    whose: str = ""
    unit: str = ""
    group: str = ""
    is_statement: bool = False
    is_sensitive: bool = False  # a small number of people could give somebody away
    is_offered: bool = True  # to whoever builds a condition by hand
    scope_id: int | None = None  # whose matter it is: others are not offered it
    sql: Callable[[Asking], Reading] | None = None


@dataclass(frozen=True, kw_only=True)
class Fact(Declaration, Generic[Subject]):
    """A declared fact and its reading of one subject; None means unanswered."""

    value: Callable[[Subject], object]


Declarations: TypeAlias = Mapping[str, Declaration]


class UnknownFact(LookupError):
    """A condition names a fact that nobody declares; `checking` would have said so."""


def typed(fact: Declaration, value: object) -> Value | None:
    """Return `value` in the one form its kind has, so that nothing is ever compared across kinds.

    Raises:
        TypeError: the fact's reading broke its word.
    """
    match fact.kind, value:
        case (_, None) | (Kind.OTHER, _):
            return value
        case (Kind.TEXT | Kind.CHOICE, str()) | (Kind.BOOLEAN, bool()) | (Kind.PLACE, Place()):
            return value
        case (Kind.TIME, time()) if value.tzinfo is None:
            return value
        case (Kind.INSTANT, datetime()) if value.tzinfo is not None:
            return value
        case (Kind.DATE, date()) if not isinstance(value, datetime):
            return value
        case (Kind.INTEGER | Kind.MONEY, int()) if not isinstance(value, bool):
            return value
        case (Kind.NUMBER, int() | Decimal()) if not isinstance(value, bool):
            return Decimal(value)
        case (Kind.CHOICES, Collection()) if not isinstance(value, str | bytes):
            return frozenset(str(choice) for choice in value)
    raise TypeError(f"the fact {fact.key!r} is {fact.kind}, but was read as {type(value).__name__}")
