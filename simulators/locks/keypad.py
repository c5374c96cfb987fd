"""The doors that one can see and try: a list, and for each door its keypad."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulators.locks import look
from simulators.locks.control import do
from simulators.locks.doors import SYNC_KEYS, Door
from simulators.locks.telling import Teller
from simulators.locks.world import Json, World

_DEEDS: dict[str, Json] = {
    "beat": {"beat": True},
    "stop": {"beating": False},
    "start": {"beating": True},
    "offline": {"online": False},
    "online": {"online": True},
    "low": {"battery": 10},
    "battery": {"battery": 100},
    "replace": {"replace": True},
}


class Keypad:
    def __init__(self, world: World, teller: Teller) -> None:
        self.world = world
        self.teller = teller

    def routes(self) -> list[Route]:
        return [
            Route("/", self.show_all, methods=["GET"]),
            Route("/doors/{id}", self.show, methods=["GET"]),
            Route("/doors/{id}", self.act, methods=["POST"]),
            Route("/doors/{id}/keypad", self.press, methods=["POST"]),
        ]

    async def show_all(self, request: Request) -> Response:
        self.world.catch_up()
        return look.all_doors(list(self.world.doors.values()), self.world.now())

    async def show(self, request: Request) -> Response:
        self.world.catch_up()
        return look.one_door(self._door(request), self.world.now())

    async def act(self, request: Request) -> Response:
        """What the caretaker could do: call a heartbeat, take the network away, change the battery."""
        door = self._door(request)
        wanted = request.query_params.get("do", "")
        if wanted not in _DEEDS:
            raise HTTPException(400, "no such deed")
        do(self.world, door, _DEEDS[wanted])
        await self.teller.tell_all()
        return RedirectResponse(f"/doors/{door.id}", status_code=303)

    async def press(self, request: Request) -> Response:
        """Take the code that somebody typed, and ✓."""
        door, now = self._door(request), self.world.now()
        self.world.catch_up()
        code = str((await request.json()).get("code", ""))[:12]
        if code == SYNC_KEYS:
            synced = self.world.sync(door)
            words = "本部と同期しました" if synced else "Wi-Fiがなく、同期できません"
            door.tried(words, now)
            await self.teller.tell_all()
            return JSONResponse({"opened": False, "synced": synced, "words": words})
        opened = door.battery > 0 and (door.is_held_open or door.opens_to(code, now))
        if opened:
            door.opened_at = now
        self.world.tell("unlocked" if opened else "access_denied", door)
        words = "開きました" if opened else "開きません"
        if door.battery <= 0:
            words = "電池切れです"
        door.tried(f"{'●' * len(code)}　{words}", now)
        await self.teller.tell_all()
        return JSONResponse({"opened": opened, "synced": False, "words": words})

    def _door(self, request: Request) -> Door:
        door = self.world.doors.get(request.path_params["id"])
        if door is None:
            raise HTTPException(404, "no such door")
        return door
