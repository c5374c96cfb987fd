"""The document of a condition, as a clerk's YAML shows it, and as a typed tree.

    all_of:
      - {fact: resident.born_on, operator: age_at_least, value: 18}
      - {fact: resident.district, operator: one_of, value: [yumisho, otosugi]}
      - none_of:
          - {fact: answer.pets, operator: is, value: true}

Values stay as they were written, so that a file comes back exactly as it went out; `operands` gives them
their type. Limits hold before anything is built, so a hostile file costs nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from itertools import chain, islice
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    Tag,
    TypeAdapter,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from yakuba.conditions.ages import GRADES
from yakuba.conditions.distance import Place

MOST_LEVELS = 8
MOST_NODES = 200
MOST_VALUES = 200
MOST_METRES = 1_000_000
FIRST_DAY, LAST_DAY = date(1868, 1, 1), date(2200, 12, 31)
# The types of pydantic's errors whose sentences are ours.
OWN_FAULTS = frozenset(
    {"too_many_values", "no_such_grade", "not_storable", "too_deep", "too_large"}
)
_GROUPS = ("all_of", "any_of", "none_of")


def _plain(value: object) -> object:
    """Write a date or a time as text: YAML makes objects of them, JSON does not."""
    return value.isoformat() if isinstance(value, date | time) else value


def _whole_list(values: object) -> object:
    if isinstance(values, list | tuple) and len(values) > MOST_VALUES:
        raise PydanticCustomError(
            "too_many_values", "1つの条件に並べられる値は{most}個までです。", {"most": MOST_VALUES}
        )
    return values


def _known_grade(grade: str) -> str:
    if grade not in GRADES:
        raise PydanticCustomError(
            "no_such_grade",
            "「{grade}」という学年はありません。{known} から選んでください。",
            {"grade": grade, "known": "、".join(GRADES)},
        )
    return grade


def _storable(text: object) -> object:
    """PostgreSQL keeps no NUL, and half of a surrogate pair is no text."""
    if isinstance(text, str) and any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in text):
        raise PydanticCustomError("not_storable", "使えない文字が入っています。")
    return text


Text: TypeAlias = Annotated[str, StringConstraints(strict=True, max_length=1000)]
Whole: TypeAlias = Annotated[StrictInt, Field(ge=-(10**15), le=10**15)]
Broken: TypeAlias = Annotated[StrictFloat, Field(ge=-(10**15), le=10**15, allow_inf_nan=False)]
Scalar: TypeAlias = Annotated[
    StrictBool | Whole | Broken | Text, BeforeValidator(_plain), BeforeValidator(_storable)
]
Scalars: TypeAlias = Annotated[list[Scalar], BeforeValidator(_whole_list)]
Years: TypeAlias = Annotated[StrictInt, Field(ge=0, le=150)]
Count: TypeAlias = Annotated[StrictInt, Field(ge=0, le=100_000)]
FiscalYear: TypeAlias = Annotated[StrictInt, Field(ge=1900, le=2200)]
Day: TypeAlias = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[\w.\-\[\]:]{1,200}$")]


class Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Leaf(Node):
    fact: Key

    @model_serializer(mode="wrap")
    def _without_gaps(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what was not said, in whatever document the leaf stands."""
        return {name: value for name, value in handler(self).items() if value is not None}


class Compared(_Leaf):
    """The fact beside one value. `contains` asks for one choice of several."""

    operator: Literal["is", "is_not", "at_least", "at_most", "before", "after", "contains"]
    value: Scalar


class Listed(_Leaf):
    operator: Literal["one_of", "contains_any"]
    value: Scalars


class Between(_Leaf):
    """From the first value to the second, both included."""

    operator: Literal["between"]
    value: Annotated[list[Scalar], Field(min_length=2, max_length=2)]


class Aged(_Leaf):
    """The age on a day, of a date of birth; on the day of asking if no day is said."""

    operator: Literal["age_at_least", "age_at_most"]
    value: Years
    day: Day | None = None  # not "on", which YAML reads as true


class FiscalAged(_Leaf):
    """年度年齢, from and to; of the running 年度 if none is named."""

    operator: Literal["fiscal_age_between"]
    value: Annotated[list[Years], Field(min_length=2, max_length=2)]
    fiscal_year: FiscalYear | None = None


class Graded(_Leaf):
    """学年; of the running 年度 if none is named."""

    operator: Literal["grade_in"]
    value: Annotated[
        list[Annotated[str, BeforeValidator(_storable), BeforeValidator(_known_grade)]],
        BeforeValidator(_whole_list),
    ]
    fiscal_year: FiscalYear | None = None


class Elapsed(_Leaf):
    """How long ago; what is still to come has not been, so "at most" is false of it."""

    operator: Literal[
        "days_since_at_least", "days_since_at_most", "hours_since_at_least", "hours_since_at_most"
    ]
    value: Count


class Spot(Node):
    """A point that a clerk chose; the name is for the sentence only."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    name: Text = ""

    @property
    def place(self) -> Place:
        return Place(self.latitude, self.longitude)

    @model_serializer(mode="wrap")
    def _without_gaps(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {name: value for name, value in handler(self).items() if value != ""}


class Near(_Leaf):
    operator: Literal["within_metres"]
    value: Annotated[StrictInt, Field(ge=1, le=MOST_METRES)]
    of: Spot


class Known(_Leaf):
    operator: Literal["answered", "unanswered"]


Leaf: TypeAlias = Compared | Listed | Between | Aged | FiscalAged | Graded | Elapsed | Near | Known


class AllOf(Node):
    name: ClassVar[str] = "all_of"
    all_of: list["Clause"]

    @property
    def clauses(self) -> Sequence["Clause"]:
        return self.all_of


class AnyOf(Node):
    name: ClassVar[str] = "any_of"
    any_of: list["Clause"]

    @property
    def clauses(self) -> Sequence["Clause"]:
        return self.any_of


class NoneOf(Node):
    name: ClassVar[str] = "none_of"
    none_of: list["Clause"]

    @property
    def clauses(self) -> Sequence["Clause"]:
        return self.none_of


Group: TypeAlias = AllOf | AnyOf | NoneOf


def _sort_of(clause: object) -> str:
    """Say which of the four a document is: a group by its key, anything else is read as a leaf."""
    if isinstance(clause, Mapping):
        return next((group for group in _GROUPS if group in clause), "leaf")
    return clause.name if isinstance(clause, AllOf | AnyOf | NoneOf) else "leaf"


Clause: TypeAlias = Annotated[
    Annotated[AllOf, Tag("all_of")]
    | Annotated[AnyOf, Tag("any_of")]
    | Annotated[NoneOf, Tag("none_of")]
    | Annotated[Leaf, Field(discriminator="operator"), Tag("leaf")],
    Discriminator(_sort_of),
]


def _inside(clause: object) -> Sequence[object]:
    """Return the clauses of a group, of a document or of a tree; none of a leaf or of rubbish."""
    inner: object = ()
    if isinstance(clause, Mapping):
        inner = next((clause[group] for group in _GROUPS if group in clause), ())
    elif isinstance(clause, AllOf | AnyOf | NoneOf):
        inner = clause.clauses
    return inner if isinstance(inner, list | tuple) else ()


def within_limits(clause: object) -> object:
    """Refuse a document or a tree that is too deep or too large, without building anything."""
    level: Sequence[object] = [clause]
    nodes = depth = 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if depth > MOST_LEVELS:
            raise PydanticCustomError(
                "too_deep", "条件の入れ子は{most}段までです。", {"most": MOST_LEVELS}
            )
        if nodes > MOST_NODES:
            raise PydanticCustomError(
                "too_large", "1つの条件に置ける項目は{most}個までです。", {"most": MOST_NODES}
            )
        # YAML can name one list many times; never write out more than shows that it is too much.
        level = list(islice(chain.from_iterable(map(_inside, level)), MOST_NODES + 1))
    return clause


# The type of a field that holds a whole condition, such as a question's `when`.
Condition: TypeAlias = Annotated[Clause, BeforeValidator(within_limits)]

for _group in (AllOf, AnyOf, NoneOf):
    _group.model_rebuild()
_condition: TypeAdapter[Clause] = TypeAdapter(Condition)


def parse(document: object) -> Clause:
    """Build the tree of a document (of JSON or YAML).

    Raises:
        pydantic.ValidationError: it is no condition; `checking.read` says so in sentences.
    """
    return _condition.validate_python(document)


def document_of(clause: Clause) -> dict[str, object]:
    """Return the document of a tree, of texts, numbers and lists only; `parse` gives the tree back."""
    document: dict[str, object] = clause.model_dump(mode="json")
    return document


def leaves(clause: Clause) -> Iterator[Leaf]:
    if isinstance(clause, AllOf | AnyOf | NoneOf):
        for inner in clause.clauses:
            yield from leaves(inner)
    else:
        yield clause


def facts_named(clause: Clause) -> list[str]:
    """Return the keys of the facts that a condition names, each once, in reading order."""
    return list(dict.fromkeys(leaf.fact for leaf in leaves(clause)))


def clauses_with_paths(clause: Clause, path: str = "") -> Iterator[tuple[str, Clause]]:
    """Return every clause, outer before inner, with its place such as `all_of.0.any_of.1`."""
    yield path, clause
    if isinstance(clause, AllOf | AnyOf | NoneOf):
        for number, inner in enumerate(clause.clauses):
            step = f"{clause.name}.{number}"
            yield from clauses_with_paths(inner, f"{path}.{step}" if path else step)
