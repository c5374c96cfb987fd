"""Tokens of OpenID Connect: our assertion, their ID token, and a result that is sealed for us."""

import base64
import json
import time
import uuid
from typing import Any

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LIVES_SECONDS = 120
_CLOCKS_MAY_DIFFER_SECONDS = 30


class Unreadable(ValueError):
    """A key or a token is not what it should be."""


def keys_of(text: str) -> dict[str, dict[str, Any]]:
    """Read the town's own JWKS; return its keys by use.

    Raises:
        Unreadable: there is no signing key, or no key for what is sealed.
    """
    try:
        keys = {str(one["use"]): dict(one) for one in json.loads(text)["keys"]}
        for use, wanted in (("sig", ("EC", "RSA")), ("enc", ("RSA",))):
            if keys[use]["kty"] not in wanted or "d" not in keys[use]:
                raise Unreadable(use)
            _ = jwt.PyJWK(_plain(keys[use])).key
    except (ValueError, LookupError, TypeError, jwt.PyJWTError):
        raise Unreadable("not a private JWKS with one key to sign and one to open") from None
    return keys


def assertion(keys: str, *, client_id: str, audience: str) -> str:
    """Sign who we are for the token endpoint (private_key_jwt, RFC 7523)."""
    key = keys_of(keys)["sig"]
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + _LIVES_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    algorithm = "ES256" if key["kty"] == "EC" else "RS256"
    headers = {"kid": key["kid"]} if "kid" in key else None
    return jwt.encode(claims, jwt.PyJWK(_plain(key), algorithm).key, algorithm, headers=headers)


def claims_of(
    id_token: str, *, jwks: dict[str, Any], client_id: str, issuer: str
) -> dict[str, Any]:
    """Return what an ID token says; its signature (ES256 alone), issuer, audience and times hold.

    Raises:
        Unreadable: they do not.
    """
    try:
        kid = jwt.get_unverified_header(id_token).get("kid")
        key = next(jwt.PyJWK(one, "ES256") for one in jwks["keys"] if one.get("kid") == kid)
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=["ES256"],  # never what the token itself asks for
            audience=client_id,
            issuer=issuer,
            leeway=_CLOCKS_MAY_DIFFER_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, StopIteration, LookupError, TypeError, ValueError):
        raise Unreadable("the ID token does not hold") from None
    return claims


def opened(sealed: str, keys: str) -> dict[str, Any]:
    """Open a compact JWE for our key: RSA-OAEP-256 with A256GCM, and nothing else.

    Raises:
        Unreadable: it is not, or was changed on the way.
    """
    try:
        head, wrapped, vector, text, tag = (part for part in sealed.split("."))
        header = json.loads(_bytes(head))
        if (header["alg"], header["enc"]) != ("RSA-OAEP-256", "A256GCM"):
            raise Unreadable("another way of sealing")
        key = jwt.PyJWK(_plain(keys_of(keys)["enc"]), "RS256").key
        if not isinstance(key, rsa.RSAPrivateKey):
            raise Unreadable("not a private key")
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        content = AESGCM(key.decrypt(_bytes(wrapped), oaep)).decrypt(
            _bytes(vector), _bytes(text) + _bytes(tag), head.encode()
        )
        found: dict[str, Any] = json.loads(content)
    except (ValueError, LookupError, TypeError, InvalidTag):
        raise Unreadable("the sealed result cannot be opened") from None
    return found


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _plain(key: dict[str, Any]) -> dict[str, Any]:
    """Leave out what names an algorithm that PyJWT does not sign with, such as RSA-OAEP-256."""
    return {name: value for name, value in key.items() if name not in ("alg", "use", "key_ops")}
