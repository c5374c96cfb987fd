"""The town as a client of the OIDC provider: its keys, and how it proves that it is asking."""

import json
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from simulators.cards.world import Json, World

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 300  # seconds that an assertion may be good for
_ALGORITHMS = ("ES256", "RS256")


class NotTheClient(Exception):
    """Whoever asks has not proved to be the registered client."""


class Client:
    """The one registered client."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = world.settings.client_id
        self.seen: set[str] = set()  # the jti of assertions, each good once

    def allows(self, redirect_uri: str) -> bool:
        settings = self.world.settings
        if settings.whole_redirects:
            return redirect_uri in settings.whole_redirects
        return redirect_uri.startswith(settings.redirect_prefixes)

    def encryption_key(self) -> tuple[str, rsa.RSAPublicKey] | None:
        """Return the id and the key to encrypt results to."""
        for entry in self._jwks():
            if entry.get("use") == "enc":
                key = jwt.PyJWK(entry, algorithm="RS256").key
                if isinstance(key, rsa.RSAPublicKey):
                    return str(entry.get("kid", "")), key
        return None

    def check(self, form: dict[str, str], audiences: tuple[str, ...]) -> None:
        """Let the assertion in `form` through, once.

        Raises:
            NotTheClient: with what is wrong with it.
        """
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise NotTheClient("client_assertion_type must be jwt-bearer")
        claims = self._claims(form.get("client_assertion", ""), audiences)
        if claims["iss"] != self.id or claims["sub"] != self.id:
            raise NotTheClient("iss and sub must be the client id")
        if form.get("client_id", self.id) != self.id:
            raise NotTheClient("client_id is not the assertion's")
        if claims["exp"] > self.world.now().timestamp() + LONGEST:
            raise NotTheClient("exp is more than five minutes away")
        if claims["jti"] in self.seen:
            raise NotTheClient("this assertion was used before")
        self.seen.add(claims["jti"])

    def _claims(self, assertion: str, audiences: tuple[str, ...]) -> Json:
        try:
            head = jwt.get_unverified_header(assertion)
            key = next(
                jwt.PyJWK(entry, algorithm=head["alg"]).key
                for entry in self._jwks()
                if entry.get("use") == "sig" and entry.get("kid") in (head.get("kid"), None)
            )
            claims: Json = jwt.decode(
                assertion,
                key,
                algorithms=_ALGORITHMS,
                audience=audiences,
                options={"require": ["iss", "sub", "aud", "exp", "jti"]},
            )
        except (jwt.PyJWTError, StopIteration, KeyError) as no:
            raise NotTheClient(f"client_assertion: {no}") from no
        return claims

    def _jwks(self) -> list[Json]:
        given = self.world.settings.client_jwks
        if not given:
            return []
        text = given if given.lstrip().startswith("{") else Path(given).read_text()
        keys: list[Json] = json.loads(text)["keys"]
        return keys
