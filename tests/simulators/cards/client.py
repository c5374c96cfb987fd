"""An OIDC client that knows PyJWT, httpx and the README, and nothing else of the simulator."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Facts = dict[str, Any]
BACK = "http://localhost:8000/p/identity/back/"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Client:
    """The town's side of the authorization code flow, step by step, so that a test can spoil each."""

    def __init__(self, base: str, *, client_id: str, private_jwks: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=30)
        self.id = client_id
        self.about: Facts = self.http.get(
            "/api/realms/main/.well-known/openid-configuration"
        ).json()
        keys = {key["use"]: key for key in json.loads(private_jwks)["keys"]}
        self.signing, self.opening = keys["sig"], keys["enc"]
        self.verifier = secrets.token_urlsafe(48)
        self.state, self.nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(16)

    def request(self, **changes: str | None) -> str:
        """Return the address of the authorization request; a change of None leaves a parameter out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked: Mapping[str, str | None] = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": BACK,
            "scope": "openid name address birthdate gender",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **changes,
        }
        query = urlencode({name: to for name, to in asked.items() if to is not None})
        return f"{self.about['authorization_endpoint']}?{query}"

    def assertion(self, **changes: object) -> str:
        now = int(time.time())
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": self.about["token_endpoint"],
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_hex(16),
            **changes,
        }
        key = jwt.PyJWK(self.signing, algorithm="ES256").key
        return jwt.encode(claims, key, "ES256", {"kid": self.signing["kid"]})

    def exchange(self, back: str, **changes: str) -> httpx.Response:
        return self.token(
            grant_type="authorization_code",
            code=query_of(back)["code"],
            redirect_uri=BACK,
            code_verifier=self.verifier,
            **changes,
        )

    def token(self, **form: str) -> httpx.Response:
        asked = {
            "client_id": self.id,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": self.assertion(),
            **form,
        }
        return self.http.post(self.about["token_endpoint"], data=asked)

    def read_id_token(self, text: str) -> Facts:
        keys = jwt.PyJWKSet.from_dict(self.http.get(self.about["jwks_uri"]).json())
        kid = jwt.get_unverified_header(text)["kid"]
        key = next(one for one in keys.keys if one.key_id == kid)
        issuer = self.about["issuer"]
        claims: Facts = jwt.decode(text, key, ["ES256"], audience=self.id, issuer=issuer)
        return claims

    def user_info(self, access: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {access}"}
        return self.http.get(self.about["userinfo_endpoint"], headers=headers)

    def own_access(self) -> str:
        return str(self.token(grant_type="client_credentials", scope="sign").json()["access_token"])

    def begin_signing(self, digest: bytes, access: str) -> httpx.Response:
        body = {"digest": base64.b64encode(digest).decode(), "hash_algorithm": "SHA-256"}
        headers = {"authorization": f"Bearer {access}"}
        return self.http.post("/api/sign-transactions", json=body, headers=headers)

    def signed(self, number: str, access: str) -> Facts:
        headers = {"authorization": f"Bearer {access}"}
        answer = self.http.get(f"/api/sign-transactions/{number}/result", headers=headers)
        body: Facts = answer.json()
        return body

    def opened(self, sealed: str) -> dict[str, bytes]:
        """Open a compact JWE as RFC 7516 says, with RSA-OAEP-256 and A256GCM."""
        key = jwt.PyJWK(self.opening, algorithm="RS256").key
        assert isinstance(key, rsa.RSAPrivateKey)
        protected, *parts = sealed.split(".")
        wrapped, nonce, content, tag = map(_unbase64url, parts)
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        plain = AESGCM(key.decrypt(wrapped, oaep)).decrypt(nonce, content + tag, protected.encode())
        return {name: base64.b64decode(value) for name, value in json.loads(plain).items()}


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
