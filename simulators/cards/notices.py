"""What the operator tells the town by itself: signed, and sent again until somebody takes it."""

import asyncio
import hashlib
import hmac
import json
import secrets
from datetime import datetime

import httpx

from simulators.cards.world import Json, World, stamp


class Notices:
    """Notices on their way to the town."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent: list[Json] = []
        self.under_way: set[asyncio.Task[None]] = set()
        self.http = httpx.AsyncClient(trust_env=False, timeout=10)

    def tell(self, kind: str, verification_id: str, at: datetime, **more: str) -> None:
        if not self.world.settings.webhook:
            return
        notice: Json = {
            "event_id": f"evt_{secrets.token_hex(12)}",
            "type": kind,
            "verification_id": verification_id,
            "at": stamp(at),
            **more,
        }
        if self.world.faults.take("drop_webhook", "webhook"):
            return
        copies = 1 + int(self.world.faults.take("duplicate_webhook", "webhook"))
        for _ in range(copies):
            task = asyncio.get_running_loop().create_task(self._bring(notice))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)

    async def rest(self) -> None:
        for task in list(self.under_way):
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        await self.http.aclose()

    async def _bring(self, notice: Json) -> None:
        for wait in (0, *self.world.settings.redelivery_waits):
            await asyncio.sleep(wait)
            status = await self._post(notice)
            self.sent.append({**notice, "status": status})
            if status is not None and 200 <= status < 300:
                return

    async def _post(self, notice: Json) -> int | None:
        body = json.dumps(notice).encode()
        secret = self.world.settings.webhook_secret
        if self.world.faults.take("bad_webhook_signature", "webhook"):
            secret = "somebody-else"
        at = str(int(self.world.now().timestamp()))
        mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/json",
            "x-operator-timestamp": at,
            "x-operator-signature": f"v1={mark}",
        }
        try:
            answer = await self.http.post(
                self.world.settings.webhook, content=body, headers=headers
            )
        except httpx.HTTPError:
            return None
        return answer.status_code
