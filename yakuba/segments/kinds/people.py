"""Criteria over the resident: the town's attributes, birth, children, language, days since joining."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from psycopg.sql import SQL, Composable

from yakuba.conditions.distance import Place
from yakuba.conditions.facts import Asking, Expression, Fact, Kind, Point, Reading, Rows, Tokens
from yakuba.residents.models import Attribute, Resident
from yakuba.segments.sockets import Group, criteria

PREFIX = "resident."
_LANGUAGES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "English"}


@criteria
def of_the_record() -> Iterator[Fact[Resident]]:
    """What stands in columns of the resident's own row."""
    yield Fact(
        key="resident.born_on",
        label="生年月日",
        kind=Kind.DATE,
        group=Group.SETTINGS,
        value=lambda resident: resident.born_on,
        sql=_column("born_on"),
    )
    yield Fact(
        key="resident.language",
        label="ことば",
        kind=Kind.CHOICE,
        choices=_LANGUAGES,
        group=Group.SETTINGS,
        value=lambda resident: resident.language,
        sql=_column("language"),
    )
    yield Fact(
        key="resident.joined_on",
        label="友だちになった日",
        kind=Kind.DATE,
        group=Group.MORE,
        value=lambda resident: resident.joined_on,
        sql=_column("joined_on"),
    )
    yield Fact(
        key="resident.place",
        label="登録した場所",
        kind=Kind.PLACE,
        group=Group.SETTINGS,
        value=_place_of,
        sql=lambda ask: Expression(Point(ask.column("latitude"), ask.column("longitude"))),
    )


@criteria
def of_the_children() -> Iterator[Fact[Resident]]:
    """Children as families told them; the youngest decides about "parents of children under three"."""
    yield Fact(
        key="resident.youngest_child_born_on",
        label="いちばん下の子の生年月日",
        kind=Kind.DATE,
        whose="いちばん下の子",
        group=Group.FAMILY,
        value=_youngest,
        sql=_children("max(born_on)"),
    )
    yield Fact(
        key="resident.eldest_child_born_on",
        label="いちばん上の子の生年月日",
        kind=Kind.DATE,
        whose="いちばん上の子",
        group=Group.FAMILY,
        value=_eldest,
        sql=_children("min(born_on)"),
    )


@criteria
def of_any_child() -> Iterator[Fact[Resident]]:
    """The births of all children as days in text, for what is sent on a day of each child's own."""
    yield Fact(
        key="resident.children_born_on",
        label="お子さんの生年月日",
        kind=Kind.CHOICES,
        is_offered=False,
        value=lambda resident: [day.isoformat() for day in _births(resident)] or None,
        sql=lambda ask: Rows(
            subject=ask.column("id"),
            source=SQL("residents_familymember child"),
            key=SQL("child.resident_id"),
            value=SQL("child.born_on::text"),
            where=SQL("child.relation = 'child' AND child.born_on IS NOT NULL"),
        ),
    )


@criteria
def of_the_town() -> Iterator[Fact[Resident]]:
    """The attributes that staff defined."""
    attributes = Attribute.objects.filter(per_child=False, retired_at=None)
    for attribute in attributes.order_by("order", "id").prefetch_related("choices"):
        if attribute.kind in (Attribute.Kind.CHOICE, Attribute.Kind.CHOICES):
            yield _chosen(attribute)
        elif attribute.kind != Attribute.Kind.TEXT:  # texts are encrypted; nobody can be asked
            yield _kept(attribute)


def _chosen(attribute: Attribute) -> Fact[Resident]:
    every = sorted(attribute.choices.all(), key=lambda choice: (choice.order, choice.pk))
    numbers = {choice.key: choice.pk for choice in every}
    tokens = frozenset(numbers.values())
    several = attribute.kind == Attribute.Kind.CHOICES

    def value(resident: Resident) -> object:
        mine = [key for key, number in numbers.items() if number in resident.tags]
        if not mine:
            return None
        return mine if several else mine[0]

    def sql(ask: Asking) -> Reading:
        answered = SQL("({} && {}::int[])").format(ask.column("tags"), ask.bind(sorted(tokens)))
        return Tokens(column=ask.column("tags"), numbers=numbers, answered=answered)

    return Fact(
        key=PREFIX + attribute.key,
        label=attribute.label,
        kind=Kind.CHOICES if several else Kind.CHOICE,
        choices={choice.key: choice.label for choice in every},
        group=_group_of(attribute),
        is_sensitive=attribute.is_sensitive,
        value=value,
        sql=sql,
    )


def _group_of(attribute: Attribute) -> Group:
    """What residents do not set themselves, such as the tags that staff give, is not 受信設定."""
    return Group.SETTINGS if attribute.is_shown else Group.MORE


def _kept(attribute: Attribute) -> Fact[Resident]:
    is_day = attribute.kind == Attribute.Kind.DATE
    column = "day" if is_day else "number"

    def value(resident: Resident) -> object:
        row = resident.values.filter(attribute=attribute, child=None).first()
        found: date | Decimal | None = (row.day if is_day else row.number) if row else None
        return found

    def sql(ask: Asking) -> Reading:
        return Rows(
            subject=ask.column("id"),
            source=SQL("residents_attributevalue v"),
            key=SQL("v.resident_id"),
            value=SQL("v." + column),
            where=SQL("v.attribute_id = {} AND v.child_id IS NULL").format(ask.bind(attribute.pk)),
        )

    return Fact(
        key=PREFIX + attribute.key,
        label=attribute.label,
        kind=Kind.DATE if is_day else Kind.NUMBER,
        group=_group_of(attribute),
        is_sensitive=attribute.is_sensitive,
        value=value,
        sql=sql,
    )


def _column(name: str) -> Callable[[Asking], Reading]:
    return lambda ask: Expression(ask.column(name))


def _children(which: str) -> Callable[[Asking], Reading]:
    def sql(ask: Asking) -> Reading:
        source: Composable = SQL(
            "(SELECT resident_id, " + which + " AS born_on FROM residents_familymember"
            " WHERE relation = 'child' AND born_on IS NOT NULL GROUP BY resident_id) f"
        )
        return Rows(
            subject=ask.column("id"),
            source=source,
            key=SQL("f.resident_id"),
            value=SQL("f.born_on"),
        )

    return sql


def _births(resident: Resident) -> list[date]:
    children = resident.family.filter(relation="child", born_on__isnull=False)
    return sorted(child.born_on for child in children if child.born_on)


def _youngest(resident: Resident) -> date | None:
    return next(iter(reversed(_births(resident))), None)


def _eldest(resident: Resident) -> date | None:
    return next(iter(_births(resident)), None)


def _place_of(resident: Resident) -> Place | None:
    if resident.latitude is None or resident.longitude is None:
        return None
    return Place(resident.latitude, resident.longitude)
