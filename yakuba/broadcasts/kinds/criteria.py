"""What groups can ask about messages: who got one, who pressed its button, who opened its page.

A tap on a measured link is nobody's, so nothing can be asked about it.
"""

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from psycopg.sql import SQL

from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.queries.readers import received
from yakuba.broadcasts.rules.content import Button, PagePart, read
from yakuba.conditions.facts import Asking, Fact, Kind, Members, Reading
from yakuba.residents.models import Resident
from yakuba.segments.sockets import Group, Names, criteria_under, facts_of_happening

OFFERED = 50  # the newest; a condition may go on naming older ones
PREFIX = "broadcasts.delivery:"


@criteria_under(PREFIX)
def of_deliveries(names: Names | None) -> Iterable[Fact[Resident]]:
    """Facts about messages that were sent; all can be answered of everybody, so "did not get it" works."""
    sent = Delivery.objects.filter(sent_at__isnull=False)
    if names is None:
        found = list(sent.order_by("-sent_at", "-pk")[:OFFERED])
    else:
        found = list(sent.filter(public_id__in=_numbers_in(names)))
    for delivery in found:
        yield from _of(delivery)


def _numbers_in(names: Names) -> set[UUID]:
    found = set()
    for name in names:
        try:
            found.add(UUID(name.removeprefix(PREFIX).partition(":")[0]))
        except ValueError:
            continue
    return found


def _of(delivery: Delivery) -> Iterator[Fact[Resident]]:
    key = f"{PREFIX}{delivery.public_id}"
    yield Fact(
        key=f"{key}:received",
        label=f"配信「{delivery.name}」を受け取った",
        kind=Kind.BOOLEAN,
        is_statement=True,
        group=Group.DELIVERIES,
        scope_id=delivery.scope_id,
        value=lambda resident: received(delivery, resident),
        sql=_received(delivery.pk),
    )
    parts = read(delivery.content).parts
    buttons: list[Button] = [one for part in parts for one in getattr(part, "buttons", [])]
    if any(one.kind == "procedure" for one in buttons):
        label = f"配信「{delivery.name}」のボタンを押した"
        yield from facts_of_happening(
            f"{key}:tapped", label=label, group=Group.DELIVERIES, scope_id=delivery.scope_id
        )
    if any(isinstance(part, PagePart) and part.names_readers for part in parts):
        label = f"配信「{delivery.name}」の続きを読んだ"
        yield from facts_of_happening(
            f"{key}:read", label=label, group=Group.DELIVERIES, scope_id=delivery.scope_id
        )


def _received(delivery: int) -> Callable[[Asking], Reading]:
    def sql(ask: Asking) -> Reading:
        ids = SQL(
            "SELECT unnest(b.residents) FROM broadcasts_delivery_batch b"
            " WHERE b.delivery_id = {} AND b.state = 2"
        ).format(ask.bind(delivery))
        return Members(subject=ask.column("id"), ids=ids)

    return sql
