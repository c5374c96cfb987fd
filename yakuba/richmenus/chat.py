"""What comes from the menu under the talk: a press on an area, a change of tab."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from yakuba.kit import wareki
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line import sockets
from yakuba.line.rules import Event
from yakuba.line.sockets import Person
from yakuba.reports import operations as reports
from yakuba.richmenus import definition
from yakuba.richmenus.models import MadeMenu
from yakuba.richmenus.operations import linking
from yakuba.richmenus.rules import objects

_CLOCKS_DIFFER = timedelta(hours=1)


def pressed(event: Event, person: Person) -> bool:
    """Count the press, without saying whose it was, and do what the area says; a tab needs no answer."""
    what, _colon, rest = event.postback_rest.partition(":")
    mark, _colon, where = rest.partition(":")
    made = MadeMenu.objects.filter(mark=mark).select_related("menu").order_by("-pk").first()
    if made is None:
        return True  # of a town that was set up anew; there is nothing to be said
    if what == "tab":
        _switch(event, made, where)
    elif what == "tap":
        _tap(event, person, made, where)
    return True


def _switch(event: Event, made: MadeMenu, key: str) -> None:
    reports.tapped(kind="menu_tab", subject=made.menu.subject, detail=f"{made.tab}>{key}")
    params = event.postback.get("params") or {}
    if params.get("status") != "SUCCESS" or not event.user_id:
        return
    alias = str(params.get("newRichMenuAliasId") or objects.alias(made.menu_id, key))
    linking.switched(user_id=event.user_id, alias=alias, at=_moment(event))


def _moment(event: Event) -> datetime:
    """Return when it happened by our machines' clock; the demonstration's LINE may have turned its own."""
    happened = datetime.fromtimestamp(event.timestamp / 1000, UTC)
    received = event.received_at or happened
    return min(happened, received) if abs(received - happened) < _CLOCKS_DIFFER else received


def _tap(event: Event, person: Person, made: MadeMenu, where: str) -> None:
    cells = definition.Tab.model_validate(made.document).cells
    if not where.isascii() or not where.isdigit() or int(where) >= len(cells):
        return
    cell = cells[int(where)]
    reports.tapped(kind="menu", subject=made.menu.subject, detail=f"{made.tab}:{where}")
    if person.is_silent or not event.is_private:
        return
    match cell.action:
        case definition.StartProcedure(slug=slug) | definition.PickDate(procedure=slug) if slug:
            _start(event, person, slug)
        case definition.SayText(text=text) if text.strip():
            wire.say(event.user_id, line.text(text), reply_to=event)
        case definition.PickDate():
            wire.say(event.user_id, line.text(_picked(event)), reply_to=event)


def _start(event: Event, person: Person, slug: str) -> None:
    """Hand the press on to whoever starts procedures, as if it had come from a button of theirs."""
    data = f"procedures:start:{slug}"
    sockets.offer(replace(event, postback={**event.postback, "data": data}), person)


def _picked(event: Event) -> str:
    params = event.postback.get("params") or {}
    day, _t, time = str(params.get("datetime") or params.get("date") or "").partition("T")
    try:
        words = wareki.full(datetime.fromisoformat(day).date()) if day else ""
    except ValueError:
        words = day
    return f"{words}{time or params.get('time') or ''}を選びました。"
