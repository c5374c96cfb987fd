"""The control endpoint of tests and of the demonstration: faults, revocations, holding a card."""

from datetime import timedelta
from typing import get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.cards.book import Book
from simulators.cards.cards import PINS, Card
from simulators.cards.hosted import WrongPin, hold
from simulators.cards.notices import Notices
from simulators.cards.people import Purpose, Reason
from simulators.cards.verifications import Verifications
from simulators.cards.world import Json, World

KINDS = {
    "delay_ms": "answer so late, after the work is done",
    "http_500_before": "answer 500 and do nothing",
    "http_500_after": "do it and answer 500",
    "maintenance": "answer 503",
    "rate_limited": "answer 429",
    "no_return": "the hosted page ends without going back",
    "other_browser": "the hosted page shows the way back instead of going it",
    "state_mismatch": "come back with another state",
    "ocsp_unknown": "the authority does not know the certificate",
    "ocsp_down": "the authority says to try later",
    "ocsp_forged": "the authority's answer is signed by somebody else",
    "ocsp_stale": "the authority's answer is three days old",
    "bad_webhook_signature": "sign notices with another secret",
    "duplicate_webhook": "send each notice so many times more",
    "drop_webhook": "lose the notice",
    "wrong_nonce": "make ID tokens with another nonce",
    "wrong_signature": "sign ID tokens with another key",
    "forget_attributes": "leave the attributes out of every result",
}
SCOPE = {"endpoint", "count"}


def routes(world: World, book: Book, counter: Verifications, notices: Notices) -> list[Route]:
    def standing() -> Response:
        skew = int(world.skew.total_seconds())
        told = {"faults": world.faults.shown(), "clock_skew": skew, "kinds": KINDS}
        return JSONResponse(told)

    async def show(request: Request) -> Response:
        return standing()

    async def set_faults(request: Request) -> Response:
        """Set each named fault, at `endpoint` (a pattern, all by default), `count` times."""
        body = await request.json()
        if body.pop("reset", False):
            world.faults.reset()
            world.skew = timedelta()
        if "clock_skew" in body:
            world.skew = timedelta(seconds=float(body.pop("clock_skew") or 0))
        unknown = body.keys() - KINDS.keys() - SCOPE
        if unknown:
            raise HTTPException(400, f"no such fault: {', '.join(sorted(unknown))}")
        count = body.get("count")
        for kind in body.keys() & KINDS.keys():
            endpoint = str(body.get("endpoint") or "*")
            left = int(count) if count else None
            world.faults.set(kind, int(body[kind] or 0), endpoint=endpoint, count=left)
        return standing()

    async def revoke(request: Request) -> Response:
        body = await request.json()
        card = _card(world, body)
        kinds: tuple[Purpose, ...] = ("sign", "authenticate")
        if body.get("kind") in ("signature", "authentication"):
            kinds = ("sign",) if body["kind"] == "signature" else ("authenticate",)
        reason: Reason = body.get("reason", "unspecified")
        if reason not in get_args(Reason):
            raise HTTPException(400, f"a reason is one of {', '.join(get_args(Reason))}")
        for kind in kinds:
            if body.get("restore"):
                card.restore(kind)
            elif certificate := card.revoke(kind, reason, world.authority.now()):
                counter.revoked(certificate, reason, world.authority.now())
        book.save()
        return JSONResponse(_shown(world, card))

    async def unlock(request: Request) -> Response:
        card = _card(world, await request.json())
        card.unlock()
        return JSONResponse(_shown(world, card))

    async def hold_card(request: Request) -> Response:
        """Do what the hosted page does."""
        body = await request.json()
        token = str(body.get("handoff_url", "")).rpartition("/")[2]
        errand = world.errands.get(token)
        if errand is None:
            raise HTTPException(404, "no such hand-off")
        if not errand.is_open:
            return JSONResponse({"location": errand.back().location, "over": True})
        if given_up := body.get("give_up"):
            reason = given_up if isinstance(given_up, str) else "cancelled"
            parting = errand.gave_up(reason)
        else:
            card = _card(world, body)
            try:
                parting = hold(errand, card, str(body.get("pin") or PINS[errand.purpose]))
            except WrongPin:
                left = card.left[errand.purpose]
                return JSONResponse({"location": None, "tries_left": left})
        return JSONResponse({"location": parting.location, "reason": parting.reason or None})

    async def cards(request: Request) -> Response:
        return JSONResponse({"cards": [_shown(world, card) for card in world.cards.values()]})

    async def notices_sent(request: Request) -> Response:
        return JSONResponse({"notices": notices.sent})

    return [
        Route("/__control", show, methods=["GET"]),
        Route("/__control", set_faults, methods=["POST"]),
        Route("/__control/revoke", revoke, methods=["POST"]),
        Route("/__control/unlock", unlock, methods=["POST"]),
        Route("/__control/hold", hold_card, methods=["POST"]),
        Route("/__control/notices", notices_sent, methods=["GET"]),
        Route("/sim/cards", cards, methods=["GET"]),
    ]


def _card(world: World, body: Json) -> Card:
    card = world.cards.get(str(body.get("card")))
    if card is None:
        raise HTTPException(400, f"a card is one of {', '.join(world.cards)}")
    return card


def _shown(world: World, card: Card) -> Json:
    person = card.person
    return {
        "card": card.key,
        "note": card.blank.note,
        "medium": card.blank.medium,
        "name": person.name,
        "address": person.address,
        "birthdate": person.born.isoformat(),
        "tries_left": {"signature": card.left["sign"], "authentication": card.left["authenticate"]},
    }
