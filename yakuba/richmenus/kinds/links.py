"""Links for the one sender: batches of people, linked to a menu or unlinked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yakuba.line import limiter, sockets
from yakuba.line import menus as wire
from yakuba.line.client import Verdict
from yakuba.line.models import Lane
from yakuba.richmenus.models import LinkBatch, MadeMenu
from yakuba.richmenus.operations import linking, mirroring

_LEASE = 60  # seconds
_TOKEN_WAIT = 15.0  # before LINE is asked for another access token


@sockets.sources.plug
class Links(sockets.Source):
    key = "menus"
    label = _("メニューの切り替え")

    def due_lanes(self) -> set[Lane]:
        return {Lane(lane) for lane in linking.due_lanes()}

    def claim(self, lane: Lane, *, limit: int) -> Sequence["Parcel"]:
        return [Parcel(batch) for batch in linking.claim(lane, limit=limit, lease=_LEASE)]


@dataclass(slots=True)
class Parcel:
    """One claimed batch."""

    batch: LinkBatch

    @property
    def endpoint(self) -> str:
        return "menu"

    def deliver(self) -> None:
        batch = self.batch
        people = linking.last_look(batch)
        if not people:
            return linking.nobody_left(batch)
        made = batch.made
        if made is not None and made.state != MadeMenu.State.READY:
            return linking.again(batch, wire.NOT_THERE, wait=_TOKEN_WAIT)
        if not connection.in_atomic_block:
            connection.close()  # back to the pool while LINE thinks
        result = wire.unlink(people) if made is None else wire.link(people, made.line_id)
        match result.verdict:
            case Verdict.ACCEPTED:
                linking.linked(batch, result)
            case Verdict.REFUSED if made is not None and result.status == 404:
                linking.unknown_menu(batch, result)
                mirroring.start_anew(made)
            case Verdict.REFUSED:
                linking.refused(batch, result, people)
            case Verdict.RATE:
                limiter.slow_down(self.endpoint)
                linking.again(batch, result)
            case Verdict.TOKEN:
                linking.again(batch, result, wait=_TOKEN_WAIT)
            case _:
                linking.again(batch, result)
        return None
