"""The control of tests: faults, the clock, and what happens outside a payer's page."""

from datetime import date, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.payments import settlements
from simulators.payments.bank import Bank, NoSuchPayment
from simulators.payments.courier import Courier
from simulators.payments.faults import KINDS
from simulators.payments.world import JAPAN, World

_SCOPE = {"endpoint", "count"}
_DEEDS = {"reset", "clock", "chargeback", "won", "konbini", "expire"}


def routes(world: World, courier: Courier, bank: Bank) -> list[Route]:
    async def show(request: Request) -> Response:
        """Say what is set, what moved, which calls came and what was told."""
        return JSONResponse(
            {
                "faults": world.faults.shown(),
                "kinds": KINDS,
                "now": world.now().isoformat(),
                "movements": world.shown(),
                "calls": world.calls,
                "told": courier.log,
            }
        )

    async def change(request: Request) -> Response:
        """Set each named fault at `endpoint` (a pattern, all by default) `count` times; or do a deed."""
        body = await request.json()
        unknown = body.keys() - KINDS.keys() - _SCOPE - _DEEDS
        if unknown:
            raise HTTPException(400, f"no such fault: {', '.join(sorted(unknown))}")
        if body.get("reset"):
            world.faults.reset()
        for kind in body.keys() & KINDS.keys():
            value = body[kind]
            world.faults.set(
                kind,
                str(value) if value else 0,
                endpoint=str(body.get("endpoint") or "*"),
                count=int(body["count"]) if body.get("count") else None,
            )
        if "clock" in body:
            world.offset = _turned(world, body["clock"])
        try:
            if "chargeback" in body:
                await bank.charge_back(str(body["chargeback"]))
            if "won" in body:
                await bank.win_dispute(str(body["won"]))
            if "konbini" in body:
                asked = body["konbini"]
                await bank.konbini(str(asked["merchant_ref"]), paid=bool(asked["paid"]))
            if "expire" in body:
                await bank.expire(str(body["expire"]))
        except NoSuchPayment as no:
            raise HTTPException(404, str(no)) from None
        return await show(request)

    async def settlement(request: Request) -> Response:
        """The daily file of one provider; `day` is today if it is not given."""
        provider = request.path_params["provider"]
        if provider not in ("stripe", "paypay", "sbps"):
            raise HTTPException(404, "no such provider")
        wanted = request.query_params.get("day")
        day = date.fromisoformat(wanted) if wanted else world.now().date()
        name = f"{provider}-{day:%Y%m%d}.csv"
        return Response(
            settlements.file(world, provider, day),
            media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    return [
        Route("/__control", show, methods=["GET"]),
        Route("/__control", change, methods=["POST"]),
        Route("/__control/settlement/{provider}", settlement, methods=["GET"]),
    ]


def _turned(world: World, asked: dict[str, object]) -> timedelta:
    if "now" in asked:
        then = datetime.fromisoformat(str(asked["now"]))
        return then.replace(tzinfo=then.tzinfo or JAPAN) - datetime.now(JAPAN)
    if "advance_seconds" in asked:
        return world.offset + timedelta(seconds=float(str(asked["advance_seconds"])))
    raise HTTPException(400, "give clock.now or clock.advance_seconds")
