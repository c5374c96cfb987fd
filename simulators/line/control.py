"""The control endpoint of tests: faults, what was sent, odd events, the clock."""

from collections import defaultdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.line import ids
from simulators.line.faults import KINDS
from simulators.line.sim import turn_clock
from simulators.line.tokens import Tokens
from simulators.line.webhooks import Courier
from simulators.line.world import Json, World

SCOPE = {"endpoint", "count"}


def routes(world: World, courier: Courier, tokens: Tokens) -> list[Route]:
    def standing() -> Response:
        return JSONResponse({"faults": world.faults.shown(), "kinds": KINDS})

    async def show(request: Request) -> Response:
        return standing()

    async def set_faults(request: Request) -> Response:
        """Set each named fault, at `endpoint` (a pattern, all by default), `count` times."""
        body = await request.json()
        if body.pop("reset", False):
            world.faults.reset()
        if body.pop("revoke_tokens", False):
            tokens.issued.clear()
        unknown = body.keys() - KINDS.keys() - SCOPE
        if unknown:
            raise HTTPException(400, f"no such fault: {', '.join(sorted(unknown))}")
        count = body.get("count")
        for kind in body.keys() & KINDS.keys():
            value = body[kind]
            world.faults.set(
                kind,
                value if isinstance(value, str) else int(value or 0),
                endpoint=str(body.get("endpoint") or "*"),
                count=int(count) if count else None,
            )
        return standing()

    async def sent(request: Request) -> Response:
        """List every accepted request, and the messages that each person really got."""
        after = int(request.query_params.get("after", 0))
        only = request.query_params.get("user")
        accepted = [one for one in world.sent if one.seq > after]
        people: defaultdict[str, list[Json]] = defaultdict(list)
        for one in accepted:
            for person in one.reached:
                people[person] += one.messages
        if only:
            return JSONResponse({"messages": people[only]})
        return JSONResponse({"sent": [one.shown() for one in accepted], "people": people})

    async def event(request: Request) -> Response:
        """Bring any event: `{person?, event: {...}}` is completed, `{raw: [...]}` is not."""
        body = await request.json()
        if "raw" in body:
            return JSONResponse({"status": await courier.post(body["raw"])})
        person = world.people.get(str(body.get("person")))
        odd: Json = {
            "webhookEventId": ids.ulid(world.clock.now_ms()),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": world.clock.now_ms(),
            "mode": "active",
        }
        if person:
            odd["source"] = {"type": "user", "userId": person.id}
        odd |= body["event"]
        courier.bring(odd)
        return JSONResponse({"event": odd})

    async def clock(request: Request) -> Response:
        return JSONResponse(await turn_clock(world, courier.client, await request.json()))

    return [
        Route("/__control", show, methods=["GET"]),
        Route("/__control", set_faults, methods=["POST"]),
        Route("/__control/sent", sent, methods=["GET"]),
        Route("/__control/event", event, methods=["POST"]),
        Route("/__control/clock", clock, methods=["POST"]),
    ]
