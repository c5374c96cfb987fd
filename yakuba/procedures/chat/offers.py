"""What can be done here: said to whoever writes without being in the middle of anything."""

from collections.abc import Sequence

from django.conf import settings

from yakuba.kit import clock
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.rules import Event
from yakuba.line.sockets import Person
from yakuba.procedures import operations, queries
from yakuba.procedures.chat import wording
from yakuba.procedures.chat.drawing import PACKAGE
from yakuba.procedures.models import Procedure, Run
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.townhall import queries as townhall

PRESSED = "offers"
_ASKED_FOR = ("メニュー", "めにゅー", "menu", "できること", "手続", "手続き", "てつづき", "ヘルプ", "help", "使い方")  # fmt: skip
_QUIET_MINUTES = 5  # whoever writes three messages in a row is answered once
_MOST = 18  # procedures in one list


def button(language: str) -> line.Postback:
    words = wording.OFFERS.pick(language)
    return line.Postback(words, f"{PACKAGE}:{PRESSED}", shown=words)


def going_on(procedures: Sequence[Procedure], language: str) -> list[line.Message]:
    """Offer what the town wants to be begun next; nothing where there is nothing."""
    words = [
        wording.GO_ON_TO.pick(language).format(title=queries.title_of(one, language))
        for one in procedures
    ]
    card = line.listing(
        kicker=wording.NEXT.pick(language),
        title=wording.NEXT_WORDS.pick(language),
        lines=[
            line.Postback(said, starting(one), shown=said)
            for said, one in zip(words, procedures, strict=True)
        ],
    )
    return [card] if card is not None else []


def starting(procedure: Procedure) -> str:
    """Return the postback of a button that begins `procedure`."""
    return f"{PACKAGE}:start:{procedure.slug}"


def is_asked_for(event: Event) -> bool:
    return bool(event.text) and operations.keyword(event.text) in _ASKED_FOR


def unclaimed(event: Event, person: Person) -> bool:
    """Answer kindly to what nobody else took: what can be done here, and how to reach a person."""
    if event.type != "message" or not event.is_private:
        return False
    resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
    if is_asked_for(event):
        wire.say(event.user_id, [*_list(resident)], reply_to=event)
        return True
    now = clock.now()
    part = now.minute // _QUIET_MINUTES
    wire.say(
        event.user_id,
        [*line.text(_greeting(resident.language)), *_list(resident)],
        reply_to=event,
        dedupe_key=f"offers:{resident.pk}:{now:%Y%m%d%H}:{part}",
    )
    return True


def show(resident: Resident, event: Event) -> None:
    """Say what can be done here, because somebody pressed the button for it."""
    wire.say(event.user_id, _list(resident), reply_to=event)


def _greeting(language: str) -> str:
    town = townhall.town()
    parts = [wording.HEARD.pick(language)]
    if town.phone:
        words = wording.BY_TELEPHONE.pick(language)
        facts = {"name": town.name, "telephone": town.phone, "hours": town.hours}
        parts.append(words.format(**facts).strip())
    parts.append(wording.EMERGENCY.pick(language))
    return "\n".join(parts)


def _list(resident: Resident) -> list[line.Message]:
    language = resident.language
    taps: list[line.CardAction] = []
    for run in queries.unfinished(resident)[:3]:
        words = wording.GO_ON_WITH.pick(language).format(title=_title(run, language))
        taps.append(line.Postback(words, f"{PACKAGE}:{run.pk}::.continue", shown=words))
    for procedure in queries.offered_to(resident, now=clock.now()):
        if len(taps) < _MOST:
            words = queries.title_of(procedure, language)
            taps.append(line.Postback(words, starting(procedure), shown=words))
    mine = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/"
    taps.append(line.Link(wording.MY_PAGE.pick(language), mine))
    card = line.listing(
        kicker=wording.CAN_DO.pick(language),
        title=wording.PLEASE_CHOOSE.pick(language),
        lines=taps,
    )
    return [card] if card is not None else []


def _title(run: Run, language: str) -> str:
    return queries.plan_of_run(run).definition.title.pick(language)
