"""LINE's signing key as a test needs it: tokens made here, the public half served over HTTP."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

CHANNEL = "1650000002"


@dataclass
class LineKeys:
    """A signer that the product believes to be LINE; `asked` counts how often its keys were read."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: str = "key-of-line"
    base: str = ""
    asked: int = 0
    status: int = 200

    def claims(self, user_id: str, **other: Any) -> dict[str, Any]:
        now = int(time.time())
        usual = {"iss": self.base, "sub": user_id, "aud": CHANNEL, "exp": now + 3600, "iat": now}
        return usual | other

    def id_token(self, user_id: str, **other: Any) -> str:
        headers = {"kid": self.key_id}
        return jwt.encode(self.claims(user_id, **other), self.key, "ES256", headers=headers)

    def signed_by_another(self, user_id: str) -> str:
        another = ec.generate_private_key(ec.SECP256R1())
        return jwt.encode(self.claims(user_id), another, "ES256", headers={"kid": self.key_id})

    def unsigned(self, user_id: str) -> str:
        return jwt.encode(self.claims(user_id), "", "none", headers={"kid": self.key_id})

    def signed_with_public_key(self, user_id: str) -> str:
        """Return HS256 over the public key, which a careless reader takes for a shared secret."""
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        header = {"alg": "HS256", "typ": "JWT", "kid": self.key_id}
        signed = b".".join(_encoded(part) for part in (header, self.claims(user_id)))
        seal = base64.urlsafe_b64encode(hmac.digest(public, signed, "sha256")).rstrip(b"=")
        return (signed + b"." + seal).decode()

    def jwks(self) -> dict[str, Any]:
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "use": "sig", "alg": "ES256", "kid": self.key_id}]}


def _encoded(part: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


@contextmanager
def serving(line: LineKeys) -> Iterator[LineKeys]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            line.asked += 1
            body = json.dumps(line.jwks()).encode()
            self.send_response(line.status if self.path == "/oauth2/v2.1/certs" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    line.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
