"""What groups of residents can be judged by; others plug their criteria in here."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg.sql import SQL, Composable

from yakuba.conditions.facts import Asking, Fact, Kind, Marked, Parameters, Reading, Rows
from yakuba.residents.models import Resident
from yakuba.segments.models import HappeningKind, HappeningLast, Segment

Source = Callable[[], Iterable[Fact[Resident]]]
Names = Collection[str]
KeyedSource = Callable[[Names | None], Iterable[Fact[Resident]]]


class Group(StrEnum):
    """Where a fact stands in the builder, in this order."""

    SETTINGS = "受信設定"
    FAMILY = "家族"
    ANSWERS = "アンケート・申請の回答"
    STATES = "手続の状態"
    DELIVERIES = "配信・リンク"
    MORE = "そのほか"


@dataclass(frozen=True, slots=True)
class _Keyed:
    prefix: str
    give: KeyedSource


@dataclass(frozen=True, slots=True)
class Use:
    """What a group was used for: when, and a SELECT of the ids of everybody who was meant."""

    at: datetime
    ids: Composable
    parameters: Parameters


UseSource = Callable[[Segment], Use | None]

_sources: list[Source] = []
_keyed: list[_Keyed] = []
_uses: list[UseSource] = []


def criteria(source: Source) -> Source:
    """Plug in a function that returns facts over residents; it is asked anew each time.

    The SQL of a fact sees one row of `residents_resident`; see `conditions.facts` for its forms.
    """
    _sources.append(source)
    return source


def criteria_under(prefix: str) -> Callable[[KeyedSource], KeyedSource]:
    """Plug in a function that returns facts whose keys begin with `prefix`, of which there may be hundreds.

    It is asked only where a condition names some of them, and gets their keys; None asks for all. A procedure
    cannot ask for such facts.
    """

    def plug(source: KeyedSource) -> KeyedSource:
        _keyed.append(_Keyed(prefix, source))
        return source

    return plug


def facts(named: Names = ()) -> dict[str, Fact[Resident]]:
    """Return every fact by its key, as things stand now: attributes are defined by staff.

    Of those that are looked up by their key, only what is in `named`.
    """
    found = [fact for source in _sources for fact in source()]
    for source in _keyed:
        wanted = [name for name in named if name.startswith(source.prefix)]
        if wanted:
            found += source.give(wanted)
    return {fact.key: fact for fact in found}


def every_fact() -> dict[str, Fact[Resident]]:
    """Return all there is to choose from; hundreds in a town that has asked a lot."""
    found = list(facts().values())
    for source in _keyed:
        found += source.give(None)
    return {fact.key: fact for fact in found}


def used(source: UseSource) -> UseSource:
    """Plug in a function that says what a group was used for last, so that clerks see who came and went since."""
    _uses.append(source)
    return source


def last_use(segment: Segment) -> Use | None:
    found = [use for source in _uses if (use := source(segment)) is not None]
    return max(found, key=lambda use: use.at, default=None)


def facts_of_happening(
    key: str, *, label: str, group: Group, scope_id: int | None = None
) -> Iterator[Fact[Resident]]:
    """Return what groups may ask about something that `operations.happened` was told under `key`.

    Whether it ever happened (`key`; a yes or no of everybody), how often (`key:times`) and when last
    (`key:last_at`) to those to whom it did. `label` says it as a deed: 「除雪のお知らせ」を開いた.
    With `scope_id` it is offered only to those who may see that scope.
    """
    yield Fact(
        key=key,
        label=label,
        kind=Kind.BOOLEAN,
        is_statement=True,
        group=group,
        scope_id=scope_id,
        value=lambda resident: _last(resident, key) is not None,
        sql=lambda ask: Marked(
            subject=ask.column("id"),
            source=SQL("segments_happeninglast"),
            key=SQL("resident_id"),
            column=SQL("kind_id"),
            number=_number_of(key),
        ),
    )
    yield Fact(
        key=f"{key}:times",
        label=f"{label}回数",
        kind=Kind.INTEGER,
        unit="回",
        group=group,
        scope_id=scope_id,
        value=lambda resident: last.times if (last := _last(resident, key)) else None,
        sql=lambda ask: _happenings(ask, key, SQL("h.times")),
    )
    yield Fact(
        key=f"{key}:last_at",
        label=f"最後に{label}日時",
        kind=Kind.INSTANT,
        group=group,
        scope_id=scope_id,
        value=lambda resident: last.last_at if (last := _last(resident, key)) else None,
        sql=lambda ask: _happenings(ask, key, SQL("h.last_at")),
    )


def _last(resident: Resident, key: str) -> HappeningLast | None:
    return HappeningLast.objects.filter(resident=resident, kind__key=key).first()


def _happenings(ask: Asking, key: str, value: Composable) -> Reading:
    return Rows(
        subject=ask.column("id"),
        source=SQL("segments_happeninglast h"),
        key=SQL("h.resident_id"),
        value=value,
        where=SQL("h.kind_id = {}").format(ask.bind(_number_of(key))),
    )


def _number_of(key: str) -> int:
    """Return the number of a kind: PostgreSQL guesses well how many rows it has only for a number."""
    found = HappeningKind.objects.filter(key=key).values_list("pk", flat=True).first()
    return found or 0
