"""Stripe's API: form-encoded in, JSON out, one answer per idempotency key."""

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.payments.courier import Courier
from simulators.payments.stripe.objects import API_VERSION, Books, Wrong
from simulators.payments.stripe.telling import tell
from simulators.payments.world import Json

KEPT_FOR = 24 * 3600  # seconds after which a key may be forgotten
LONGEST_KEY = 255
_PARTS = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")
Work = Callable[[Request, Json], Json]


@dataclass(frozen=True, slots=True)
class Kept:
    """The first answer under an idempotency key, and what was asked then."""

    asked: str
    at: int
    status: int
    body: Json


class Api:
    """Every endpoint over the books."""

    def __init__(self, books: Books, courier: Courier) -> None:
        self.books = books
        self.courier = courier
        self.kept: dict[str, Kept] = {}

    def routes(self) -> list[Route]:
        def get(path: str, name: str, work: Work) -> Route:
            return Route(f"/v1/{path}", self._door(name, work), methods=["GET"])

        def post(path: str, name: str, work: Work) -> Route:
            return Route(f"/v1/{path}", self._door(name, work), methods=["POST"])

        return [
            post("checkout/sessions", "sessions.create", self._create),
            get("checkout/sessions", "sessions.list", self._sessions),
            get("checkout/sessions/{id}", "sessions.retrieve", self._retrieve),
            post("checkout/sessions/{id}/expire", "sessions.expire", self._expire),
            get("payment_intents/{id}", "payment_intents.retrieve", self._intent),
            post("payment_intents/{id}/cancel", "payment_intents.cancel", self._cancel_intent),
            get("charges/{id}", "charges.retrieve", self._charge),
            post("refunds", "refunds.create", self._refund),
            get("refunds", "refunds.list", self._refunds),
            get("refunds/{id}", "refunds.retrieve", self._one_refund),
            get("disputes", "disputes.list", self._disputes),
            get("events", "events.list", self._events),
            get("events/{id}", "events.retrieve", self._event),
            get("account", "account.retrieve", self._account),
            get("webhook_endpoints", "webhook_endpoints.list", self._endpoints),
        ]

    # the gate

    def _door(self, name: str, work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def door(request: Request) -> Response:
            status, body, is_replayed = await self._answer(request, f"stripe/{name}", work)
            self.books.world.calls.append((f"stripe/{name}", status))
            headers = {
                "request-id": self.books.world.new_id("req_", 14),
                "stripe-version": API_VERSION,
            }
            if is_replayed:
                headers["idempotent-replayed"] = "true"
            return JSONResponse(body, status_code=status, headers=headers)

        return door

    async def _answer(self, request: Request, place: str, work: Work) -> tuple[int, Json, bool]:
        faults = self.books.world.faults
        try:
            self._let_in(request)
            if faults.take("http_500", place):
                raise Wrong("Something went wrong on Stripe's end.", status=500, kind="api_error")
            body = (await request.body()).decode()
            asked = nested(parse_qsl(body or request.url.query, keep_blank_values=True))
            key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
            status, answer, is_replayed = self._once(request, key, body, asked, work)
        except Wrong as wrong:
            status, answer, is_replayed = wrong.status, {"error": wrong.body}, False
        await tell(self.books, self.courier)
        late = float(faults.take("delay", place))
        if late:
            await asyncio.sleep(late)
        if faults.take("http_500_after_commit", place):
            words = {"type": "api_error", "message": "Something went wrong on Stripe's end."}
            return 500, {"error": words}, False
        return status, answer, is_replayed

    def _let_in(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        key = given.removeprefix("Bearer ")
        if given.startswith("Basic "):
            key = base64.b64decode(given[6:]).decode().rstrip(":")
        if not key:
            raise Wrong("You did not provide an API key.", status=401)
        if key != self.books.world.settings.stripe_secret_key:
            raise Wrong(f"Invalid API Key provided: {key[:8]}****{key[-4:]}", status=401)

    def _once(
        self, request: Request, key: str, body: str, asked: Json, work: Work
    ) -> tuple[int, Json, bool]:
        """Do the work, or give the answer that the same key had before.

        What fails before any work (a bad parameter) is not kept; the vendor says so too.
        """
        if len(key) > LONGEST_KEY:
            raise Wrong("Idempotency keys may be at most 255 characters.", kind="idempotency_error")
        now = self.books.now()
        self.kept = {one: kept for one, kept in self.kept.items() if now - kept.at < KEPT_FOR}
        whole = f"{request.method} {request.url.path} {body}"
        before = self.kept.get(key) if key else None
        if before is not None and before.asked != whole:
            raise Wrong(
                f"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if before is not None:
            return before.status, before.body, True
        answer = json.loads(json.dumps(work(request, asked)))  # as it was then
        if key:
            self.kept[key] = Kept(whole, now, 200, answer)
        return 200, answer, False

    # the endpoints

    def _create(self, request: Request, asked: Json) -> Json:
        return _out(self.books.make_session(asked))

    def _sessions(self, request: Request, asked: Json) -> Json:
        wanted = asked.get("payment_intent")
        since = int((asked.get("created") or {}).get("gte") or 0)
        found = [
            _out(one)
            for one in self.books.sessions.values()
            if (not wanted or one["payment_intent"] == wanted) and one["created"] >= since
        ]
        return _page(found, "/v1/checkout/sessions", asked)

    def _retrieve(self, request: Request, asked: Json) -> Json:
        session = _out(self.books.session(request.path_params["id"]))
        expand = asked.get("expand") or []
        if (
            any(str(one).startswith("payment_intent") for one in expand)
            and session["payment_intent"]
        ):
            intent = dict(self.books.intents[session["payment_intent"]])
            if "payment_intent.latest_charge" in expand and intent["latest_charge"]:
                intent["latest_charge"] = self.books.charges[intent["latest_charge"]]
            session["payment_intent"] = intent
        return session

    def _expire(self, request: Request, asked: Json) -> Json:
        return _out(self.books.expire(request.path_params["id"]))

    def _intent(self, request: Request, asked: Json) -> Json:
        found = dict(_one(self.books.intents, request, "payment_intent"))
        if "latest_charge" in (asked.get("expand") or []) and found["latest_charge"]:
            found["latest_charge"] = self.books.charges[found["latest_charge"]]
        return found

    def _cancel_intent(self, request: Request, asked: Json) -> Json:
        return self.books.cancel_intent(_one(self.books.intents, request, "payment_intent"))

    def _charge(self, request: Request, asked: Json) -> Json:
        return _one(self.books.charges, request, "charge")

    def _refund(self, request: Request, asked: Json) -> Json:
        return self.books.refund(asked)

    def _refunds(self, request: Request, asked: Json) -> Json:
        return _page(_of(self.books.refunds, asked), "/v1/refunds", asked)

    def _one_refund(self, request: Request, asked: Json) -> Json:
        return _one(self.books.refunds, request, "refund")

    def _disputes(self, request: Request, asked: Json) -> Json:
        return _page(_of(self.books.disputes, asked), "/v1/disputes", asked)

    def _events(self, request: Request, asked: Json) -> Json:
        kind = asked.get("type")
        found = [one for one in self.books.events if not kind or one["type"] == kind]
        return _page(found, "/v1/events", asked)

    def _event(self, request: Request, asked: Json) -> Json:
        return _one({one["id"]: one for one in self.books.events}, request, "event")

    def _account(self, request: Request, asked: Json) -> Json:
        return {
            "id": "acct_kamiichi",
            "object": "account",
            "country": "JP",
            "default_currency": "jpy",
            "charges_enabled": True,
            "payouts_enabled": True,
            "capabilities": {"card_payments": "active", "konbini_payments": "active"},
        }

    def _endpoints(self, request: Request, asked: Json) -> Json:
        endpoint = {
            "id": "we_kamiichi",
            "object": "webhook_endpoint",
            "enabled_events": ["*"],
            "livemode": self.books.is_live,
            "status": "enabled",
            "url": self.books.world.settings.stripe_webhook,
        }
        return _page([endpoint], "/v1/webhook_endpoints", asked)


def _out(session: Json) -> Json:
    """A session as the API shows it: what only our page needs stays inside."""
    return {
        k: v for k, v in session.items() if k not in ("line_items_shown", "payment_intent_data")
    }


def _one(among: dict[str, Json], request: Request, what: str) -> Json:
    wanted = request.path_params["id"]
    if wanted not in among:
        raise Wrong(f"No such {what}: '{wanted}'", status=404, code="resource_missing")
    return among[wanted]


def _of(among: dict[str, Json], asked: Json) -> list[Json]:
    names = [name for name in ("payment_intent", "charge") if asked.get(name)]
    return [one for one in among.values() if all(one[name] == asked[name] for name in names)]


def _page(found: list[Json], url: str, asked: Json) -> Json:
    """Return one page of a list, the newest first."""
    newest = list(reversed(found))
    after = asked.get("starting_after")
    if after:
        ids = [one["id"] for one in newest]
        newest = newest[ids.index(after) + 1 :] if after in ids else []
    limit = int(asked.get("limit") or 10)
    return {
        "object": "list",
        "url": url,
        "data": newest[:limit],
        "has_more": len(newest) > limit,
    }


def nested(pairs: list[tuple[str, str]]) -> Json:
    """Turn `a[0][b]=c` into lists and objects, as Stripe reads a form."""
    whole: Json = {}
    for name, value in pairs:
        steps = _PARTS.findall(name)
        place: Json = whole
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        last = steps[-1] or str(len(place))
        place[last] = value
    listed = _lists(whole)
    return listed if isinstance(listed, dict) else {}


def _lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if value and all(str(key).isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(inner) for key, inner in value.items()}
