"""Webhooks out: signed, batched, repeated and muddled as LINE may do."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import defaultdict
from collections.abc import Coroutine

import httpx

from simulators.line import ids, wire
from simulators.line.world import Json, Person, World

PATIENCE = 2.0  # seconds that LINE waits for an answer
HELD_AT_MOST = 1.0  # seconds that a held event waits for company
MINUTE = 60.0
LATEST_REPLY = 20 * MINUTE  # after the event, a redelivered reply token is of no use


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Courier:
    """Brings events to the product: one person's events in order, several people's at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = httpx.AsyncClient(trust_env=False)
        self.turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.held: list[Json] = []
        self.under_way: set[asyncio.Task[None]] = set()

    def happened(self, person: Person, kind: str, facts: Json, *, reply: bool = True) -> Json:
        """Make an event of what a person did and bring it. `reply` says if it can be answered."""
        event: Json = {
            "type": kind,
            **facts,
            "webhookEventId": ids.ulid(self.world.clock.now_ms()),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": self.world.clock.now_ms(),
            "source": {"type": "user", "userId": person.id},
            "mode": "active",
        }
        if self.world.faults.take("standby", "webhook"):
            event["mode"] = "standby"
        elif reply:
            event["replyToken"] = self.world.new_reply_token(person)
        self.bring(event)
        return event

    def bring(self, event: Json) -> None:
        """Send an event, alone or with others, as the faults say."""
        faults = self.world.faults
        if faults.take("drop", "webhook"):
            return
        company = int(faults.peek("batch", "webhook") or faults.peek("reorder", "webhook") or 0)
        if company > 1:
            self.held.append(event)
            if len(self.held) >= company:
                self._release()
            elif len(self.held) == 1:
                self._start(self._release_later())
            return
        for _ in range(1 + int(faults.take("duplicate", "webhook"))):
            self._start(self._deliver([event]))

    def _release(self) -> None:
        events, self.held = self.held, []
        if not events:
            return
        faults = self.world.faults
        if faults.take("reorder", "webhook"):
            events.reverse()
        if faults.take("batch", "webhook"):
            self._start(self._deliver(events))
        else:
            for event in events:
                self._start(self._deliver([event]))

    async def _release_later(self) -> None:
        await asyncio.sleep(HELD_AT_MOST)
        self._release()

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _deliver(self, events: list[Json]) -> None:
        """Post once in the person's turn, then again with growing waits while there is no 2xx."""
        who = str(events[0].get("source", {}).get("userId", ""))
        async with self.turns[who]:
            if await self.post(events) // 100 == 2:
                return
        for wait in self.world.settings.redelivery_waits:
            await asyncio.sleep(wait)
            again = [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]
            self._renew_reply_tokens(again)
            if await self.post(again) // 100 == 2:
                return

    def _renew_reply_tokens(self, events: list[Json]) -> None:
        now = time.monotonic()
        for event in events:
            token = self.world.reply_tokens.get(event.get("replyToken", ""))
            if token and not token.used and now - token.born < LATEST_REPLY:
                token.good_until = now + MINUTE

    async def post(self, events: list[Json], *, url: str | None = None) -> int:
        """Post a signed request and return its status; 0 if nobody answered in two seconds."""
        envelope = {"destination": self.world.bot_id, "events": events}
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        secret = self.world.settings.channel_secret
        if self.world.faults.take("bad_signature", "webhook"):
            secret += "?"
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": signature(secret, body),
        }
        url = url or self.world.webhook_url
        status, answer, note = 0, b"", ""
        try:
            async with asyncio.timeout(PATIENCE):
                response = await self.client.post(url, content=body, headers=headers, timeout=None)
            status, answer = response.status_code, response.content
        except TimeoutError:
            note = "request_timeout"
        except httpx.HTTPError as error:
            note = f"could_not_connect: {error}"
        if events and events[0]["deliveryContext"]["isRedelivery"]:
            note = f"redelivery {note}".strip()
        wire.record(
            self.world,
            direction="out",
            method="POST",
            path=url,
            status=status or None,
            request=body,
            response=answer,
            note=note,
        )
        return status

    async def rest(self) -> None:
        """Stop bringing: nothing is sent after this."""
        for task in list(self.under_way):
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        await self.client.aclose()
