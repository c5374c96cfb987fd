"""Compact JWE (RFC 7516) in the one form that the provider uses: RSA-OAEP-256 and A256GCM."""

import base64
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_TAG = 16
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def sealed(payload: dict[str, str], key: rsa.RSAPublicKey, *, kid: str) -> str:
    """Return `payload` so that only who has the private key can read it."""
    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": kid, "typ": "JWE"}
    protected = _text(json.dumps(header).encode())
    content_key, nonce = AESGCM.generate_key(256), os.urandom(12)
    whole = AESGCM(content_key).encrypt(nonce, json.dumps(payload).encode(), protected.encode())
    parts = (key.encrypt(content_key, OAEP), nonce, whole[:-_TAG], whole[-_TAG:])
    return ".".join([protected, *map(_text, parts)])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
