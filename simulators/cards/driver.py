"""The cards for tests: somebody holds one, over the same interface as the page's."""

import base64
import json
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from simulators.cards.world import Json


class Cards:
    """Everybody's cards at one simulator."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def hold(self, handoff_url: str, card: str, *, pin: str = "") -> str:
        """Hold `card` with its right PIN (or `pin`), and return the address that opens then.

        The address is of the town also when the card did not do; the town asks why.
        """
        asked = {"handoff_url": self._page_of(handoff_url), "card": card, "pin": pin}
        return str(self._post("/__control/hold", asked)["location"])

    def gives_up(self, handoff_url: str, reason: str = "cancelled") -> str:
        """Go back without a card: `cancelled`, `no_card` or `app_missing`."""
        asked = {"handoff_url": self._page_of(handoff_url), "give_up": reason}
        return str(self._post("/__control/hold", asked)["location"])

    def wrong_pin(self, handoff_url: str, card: str) -> int:
        """Type a wrong PIN, and return how many tries are left."""
        asked = {"handoff_url": self._page_of(handoff_url), "card": card, "pin": "0000000"}
        return int(self._post("/__control/hold", asked).get("tries_left", 0))

    def revoke(
        self, card: str, reason: str = "affiliation_changed", kind: str = "signature"
    ) -> None:
        """Revoke a certificate now; `kind` is `signature`, `authentication` or `both`."""
        self._post("/__control/revoke", {"card": card, "reason": reason, "kind": kind})

    def restore(self, card: str) -> None:
        self._post("/__control/revoke", {"card": card, "restore": True})

    def unlock(self, card: str) -> None:
        self._post("/__control/unlock", {"card": card})

    def faults(self, **faults: object) -> Json:
        """Set faults, for `endpoint` and `count` times if given; `reset=True` ends them all."""
        return self._post("/__control", faults)

    def notices(self) -> list[Json]:
        """Return every attempt to bring a notice, with the status that came back."""
        sent: list[Json] = _read(self.http.get("/__control/notices"))["notices"]
        return sent

    def _page_of(self, url: str) -> str:
        """Follow an authorization request to the page that it opens."""
        if "/openid-connect/auth" not in url:
            return url
        answer = self.http.get(url)
        if answer.status_code != 302:
            raise AssertionError(f"{answer.status_code} {answer.text}")
        return answer.headers["location"]

    def _post(self, path: str, body: Json) -> Json:
        return _read(self.http.post(path, json=body))


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """A client's keys: JWKS as JSON, the private one for the town, the public one to register."""

    private: str
    public: str


def make_client_keys() -> ClientKeys:
    """Make one key to prove who asks (ES256) and one to receive results (RSA-OAEP-256)."""
    signing = ec.generate_private_key(ec.SECP256R1())
    opening = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    entries: dict[str, list[Json]] = {"private": [], "public": []}
    for kind in entries:
        private = kind == "private"
        sig = ECAlgorithm.to_jwk(signing if private else signing.public_key(), as_dict=True)
        enc = RSAAlgorithm.to_jwk(opening if private else opening.public_key(), as_dict=True)
        entries[kind] = [
            {**sig, "kid": "town-sig-1", "use": "sig", "alg": "ES256"},
            {**enc, "kid": "town-enc-1", "use": "enc", "alg": "RSA-OAEP-256"},
        ]
    return ClientKeys(*(json.dumps({"keys": entries[kind]}) for kind in ("private", "public")))


def digest_of(raw: bytes) -> Json:
    """Return a digest as the operator's API takes it."""
    return {"alg": "sha-256", "value": base64.b64encode(raw).decode()}


def _read(response: httpx.Response) -> Json:
    if response.status_code >= 400:
        raise AssertionError(f"{response.request.url.path}: {response.status_code} {response.text}")
    body: Json = response.json()
    return body
