"""Who is asking: the HMAC of every request, worked out here from the documents, not from the vendor's code."""

import base64
import hashlib
import hmac

from starlette.requests import Request

from simulators.payments.world import World

PREFIX = "hmac OPA-Auth:"
SKEW = 120  # seconds that the caller's clock may be off


class Refused(Exception):
    """PayPay says no: the status, its code and its words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code


class Gate:
    """Checks key, MAC, age and nonce; a nonce is good once within the age."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.nonces: dict[str, int] = {}

    def let_in(self, request: Request, body: bytes) -> None:
        """Refuse whoever does not know the secret, or is late, or repeats an old request."""
        settings = self.world.settings
        header = request.headers.get("authorization", "")
        parts = header.removeprefix(PREFIX).split(":")
        if not header.startswith(PREFIX) or len(parts) != 5:
            raise Refused(401, "UNAUTHORIZED", "No valid api key and secret provided")
        key, mac, nonce, epoch, body_hash = parts
        if key != settings.paypay_api_key or not epoch.isdigit():
            raise Refused(401, "UNAUTHORIZED", "No valid api key and secret provided")
        content_type = request.headers.get("content-type", "") if body else ""
        if body_hash != (hash_of(content_type, body) if body else "empty"):
            raise Refused(401, "UNAUTHORIZED", "The hash of the body differs")
        expected = mac_of(
            settings.paypay_api_secret,
            path=request.url.path,
            method=request.method,
            nonce=nonce,
            epoch=epoch,
            content_type=content_type or "empty",
            body_hash=body_hash,
        )
        if not hmac.compare_digest(expected, mac):
            raise Refused(401, "UNAUTHORIZED", "The signature differs")
        now = self.world.stamp("paypay")
        if abs(now - int(epoch)) >= SKEW:
            raise Refused(401, "UNAUTHORIZED", "The request is too old, or a clock is wrong")
        self.nonces = {one: at for one, at in self.nonces.items() if abs(now - at) < SKEW}
        if nonce in self.nonces:
            raise Refused(401, "UNAUTHORIZED", "The nonce was used already")
        self.nonces[nonce] = now
        merchant = request.query_params.get("assumeMerchant") or request.headers.get(
            "x-assume-merchant", ""
        )
        if merchant and merchant != settings.paypay_merchant_id:
            raise Refused(401, "OP_OUT_OF_SCOPE", "The operation is not permitted")


def hash_of(content_type: str, body: bytes) -> str:
    return base64.b64encode(hashlib.md5(content_type.encode() + body).digest()).decode()


def mac_of(
    secret: str,
    *,
    path: str,
    method: str,
    nonce: str,
    epoch: str,
    content_type: str,
    body_hash: str,
) -> str:
    lines = "\n".join([path, method, nonce, epoch, content_type, body_hash])
    return base64.b64encode(
        hmac.new(secret.encode(), lines.encode(), hashlib.sha256).digest()
    ).decode()
