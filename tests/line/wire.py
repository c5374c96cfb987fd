"""What LINE sends, as the tests make it."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any

import httpx
from django.conf import settings

from yakuba.line.intake import Intake
from yakuba.line.models import WebhookEvent

HANAKO = "U" + "0" * 30 + "a1"
TARO = "U" + "0" * 30 + "a2"
_numbers = itertools.count(1)


def make_event(
    *,
    user_id: str = HANAKO,
    text: str = "こんにちは",
    event_id: str = "",
    timestamp: int = 0,
    reply_token: str = "",
    mode: str = "active",
    **more: Any,
) -> dict[str, Any]:
    number = next(_numbers)
    event: dict[str, Any] = {
        "type": "message",
        "webhookEventId": event_id or f"01TEST{number:020d}",
        "timestamp": timestamp or 1_795_000_000_000 + number,
        "source": {"type": "user", "userId": user_id},
        "mode": mode,
        "deliveryContext": {"isRedelivery": False},
        "message": {"type": "text", "id": f"m{number}", "text": text},
    }
    if reply_token:
        event["replyToken"] = reply_token
    return event | more


def make_row(*, age_s: float = 0.0, **more: Any) -> WebhookEvent:
    """Store an event as the intake does, `age_s` seconds ago of machine time."""
    from datetime import UTC, datetime

    raw = make_event(**more)
    return WebhookEvent.objects.create(
        event_id=raw["webhookEventId"],
        user_id=raw["source"].get("userId", ""),
        timestamp=raw["timestamp"],
        body=raw,
        received_at=datetime.fromtimestamp(time.time() - age_s, UTC),
    )


def body_of(events: Sequence[Any]) -> bytes:
    return json.dumps({"destination": "U" + "f" * 32, "events": list(events)}).encode()


def signature(body: bytes) -> str:
    secret = settings.LINE_CHANNEL_SECRET.encode()
    return base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()


def deliver(*bodies: bytes, headers: dict[bytes, bytes] | None = None) -> list[httpx.Response]:
    """Bring all bodies to one intake at the same time, signed unless `headers` are given."""

    async def bring() -> list[httpx.Response]:
        intake = Intake()
        transport = httpx.ASGITransport(app=intake)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
            answers = await asyncio.gather(
                *(
                    client.post(
                        "/line/webhook",
                        content=body,
                        headers={b"x-line-signature": signature(body).encode()}
                        if headers is None
                        else headers,
                    )
                    for body in bodies
                )
            )
        await intake.close()
        return answers

    return asyncio.run(bring())
