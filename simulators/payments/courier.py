"""Messages to the merchant: brought, brought again, muddled and lost as the faults say."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass

import httpx

from simulators.payments.world import Json, World

PATIENCE = 10.0  # seconds for the merchant to answer
HELD_AT_MOST = 1.0  # seconds that a held message waits for company


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell. It is signed anew for each try, because the time is in the signature."""

    provider: str
    name: str
    url: str
    signed: Callable[[], tuple[bytes, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Said:
    """What the merchant answered; a status of 0 means that nobody did."""

    status: int
    body: bytes = b""

    @property
    def is_fine(self) -> bool:
        return self.status // 100 == 2


class Courier:
    """Brings messages to the merchant's address, and remembers each try."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = httpx.AsyncClient(trust_env=False)
        self.held: list[Message] = []
        self.under_way: set[asyncio.Task[None]] = set()
        self.log: list[Json] = []

    async def bring(self, message: Message, *, wait: bool = False) -> None:
        """Tell the merchant; with `wait`, return only after the first answer."""
        place = f"{message.provider}/webhook"
        faults = self.world.faults
        if faults.take("drop", place):
            self._note(message, 0, "dropped")
            return
        company = int(faults.peek("reorder", place))
        if company > 1:
            self._hold(message, company)
            return
        copies = 1 + int(faults.take("duplicate", place))
        if wait or faults.peek("webhook_before_return", message.provider):
            said = await self._post(message)
            if not said.is_fine:
                self._start(self._retry(message))
            copies -= 1
        for _ in range(copies):
            self._start(self._deliver(message))

    def _hold(self, message: Message, company: int) -> None:
        self.held.append(message)
        if len(self.held) >= company:
            self._release()
        elif len(self.held) == 1:
            self._start(self._release_later())

    def _release(self) -> None:
        held, self.held = self.held, []
        if held:
            self.world.faults.take("reorder", f"{held[0].provider}/webhook")
            self._start(self._in_turn(list(reversed(held))))

    async def _release_later(self) -> None:
        await asyncio.sleep(HELD_AT_MOST)
        self._release()

    async def _in_turn(self, messages: list[Message]) -> None:
        for message in messages:
            await self._deliver(message)

    async def _deliver(self, message: Message) -> None:
        if not (await self._post(message)).is_fine:
            await self._retry(message)

    async def _retry(self, message: Message) -> None:
        for pause in self.world.settings.retry_waits:
            await asyncio.sleep(pause)
            if (await self._post(message)).is_fine:
                return

    async def _post(self, message: Message) -> Said:
        late = float(self.world.faults.take("delay", f"{message.provider}/webhook"))
        if late:
            await asyncio.sleep(late)
        body, headers = message.signed()
        said = await self.post(message.url, body, headers)
        self._note(message, said.status, body.decode("utf-8", "replace"))
        return said

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Said:
        """Post once and return what came back."""
        try:
            answer = await self.client.post(
                url, content=body, headers=dict(headers), timeout=PATIENCE
            )
        except (httpx.HTTPError, httpx.InvalidURL):
            return Said(0)
        return Said(answer.status_code, answer.content)

    def _note(self, message: Message, status: int, words: str) -> None:
        self.log.append(
            {"provider": message.provider, "name": message.name, "status": status, "body": words}
        )

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def rest(self) -> None:
        """Stop bringing: nothing is sent after this."""
        for task in list(self.under_way):
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        await self.client.aclose()
