"""Stripe's webhooks: each event signed with the endpoint's secret and the time."""

import hashlib
import hmac
import json
from collections.abc import Mapping

from simulators.payments.courier import Courier, Message
from simulators.payments.stripe.objects import Books
from simulators.payments.world import Json


def signature(secret: str, body: bytes, at: int) -> str:
    """Return the header that proves who sent `body`, and when."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


async def tell(books: Books, courier: Courier) -> None:
    """Bring every event that nobody was told of yet."""
    untold, books.untold = books.untold, []
    for event in untold:
        await courier.bring(_message(books, event))


def _message(books: Books, event: Json) -> Message:
    world = books.world

    def signed() -> tuple[bytes, Mapping[str, str]]:
        faults, told = world.faults, dict(event)
        if faults.take("other_environment", "stripe/webhook"):
            told["livemode"] = not told["livemode"]
            told["data"] = {"object": {**told["data"]["object"], "livemode": told["livemode"]}}
        body = json.dumps(told, ensure_ascii=False).encode()
        secret = world.settings.stripe_webhook_secret
        if faults.take("bad_signature", "stripe/webhook"):
            secret += "?"
        at = books.now() - int(faults.take("old_timestamp", "stripe/webhook"))
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature(secret, body, at),
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        return body, headers

    return Message("stripe", str(event["type"]), world.settings.stripe_webhook, signed)
