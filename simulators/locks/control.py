"""The control of tests: faults, the clock, and what happens to a door."""

from dataclasses import asdict
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.line.clock import JAPAN
from simulators.locks.doors import Door
from simulators.locks.faults import KINDS
from simulators.locks.telling import Teller
from simulators.locks.world import Json, World

_SCOPE = {"endpoint", "count"}
_DOOR = {"beat", "online", "beating", "clock_skew", "battery", "replace", "heartbeat"}
_DEEDS = {"reset", "clock", "door", *_DOOR}


def routes(world: World, teller: Teller) -> list[Route]:
    async def show(request: Request) -> Response:
        """Say what is set, how every door and person stands, which calls came and what was told."""
        world.catch_up()
        return JSONResponse(
            {
                "faults": world.faults.shown(),
                "kinds": KINDS,
                "now": world.now().isoformat(),
                "doors": [_door(world, one) for one in world.doors.values()],
                "persons": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "pin": one.pin,
                        "booking": one.booking,
                        "starts_at": one.starts.isoformat(),
                        "ends_at": one.ends.isoformat(),
                        "status": one.status(world.now()),
                    }
                    for one in world.persons.values()
                ],
                "accesses": [asdict(one) for one in world.accesses.values()],
                "calls": world.calls,
                "told": teller.courier.log,
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
        if "door" in body:
            if body["door"] not in world.doors:
                raise HTTPException(404, "no such door")
            do(world, world.doors[body["door"]], body)
        world.catch_up()
        await teller.tell_all()
        return await show(request)

    return [
        Route("/__control", show, methods=["GET"]),
        Route("/__control", change, methods=["POST"]),
    ]


def do(world: World, door: Door, deeds: Json) -> None:
    """Do to one door what `deeds` names."""
    if "online" in deeds:
        door.is_online = bool(deeds["online"])
        world.tell("connectivity", door, status="online" if door.is_online else "offline")
    if "beating" in deeds:
        door.is_beating = bool(deeds["beating"])
    if "clock_skew" in deeds:
        door.clock_skew = float(deeds["clock_skew"])
    if "battery" in deeds:
        door.battery = int(deeds["battery"])
        if door.battery <= 20:
            world.tell("power_level_low", door, power_level=door.battery)
    if deeds.get("replace"):
        world.replace(door)
    if "heartbeat" in deeds:
        door.heartbeat = timedelta(seconds=float(deeds["heartbeat"]))
        door.next_beat = world.now() + door.heartbeat
    if deeds.get("beat"):
        world.sync(door)
        door.next_beat = world.now() + door.heartbeat


def _door(world: World, door: Door) -> Json:
    return {
        "id": door.id,
        "name": door.name,
        "serial": door.serial,
        "is_online": door.is_online,
        "is_beating": door.is_beating,
        "battery": door.battery,
        "is_open": door.is_open(world.now()),
        "is_held_open": door.is_held_open,
        "seen_at": door.seen_at.isoformat() if door.seen_at else None,
        "known": [
            {
                "pin": one.pin,
                "starts_at": one.starts.isoformat(),
                "ends_at": one.ends.isoformat(),
                "opens_now": one.starts <= door.local(world.now()) < one.ends,
                "name": one.name,
            }
            for one in door.known.values()
        ],
    }


def _turned(world: World, asked: Json) -> timedelta:
    if "now" in asked:
        then = datetime.fromisoformat(str(asked["now"]))
        return then.replace(tzinfo=then.tzinfo or JAPAN) - datetime.now(JAPAN)
    if "advance_seconds" in asked:
        return world.offset + timedelta(seconds=float(str(asked["advance_seconds"])))
    raise HTTPException(400, "give clock.now or clock.advance_seconds")
