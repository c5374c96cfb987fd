import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from simulators.cards.driver import Cards, digest_of
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings
from simulators.cards.world import Json

BACK = "http://localhost:8000/p/run/1/back/?run=1"
DIGEST = hashlib.sha256(b"an application").digest()


@dataclass(frozen=True)
class Town:
    """The town's server, which knows nothing but the key of its contract."""

    http: httpx.Client

    def begin(self, purpose: str = "sign", **more: object) -> Json:
        asked: Json = {"purpose": purpose, "redirect_uri": BACK, "state": "s-1", **more}
        if purpose == "sign":
            asked.setdefault("digest", digest_of(DIGEST))
        answer = self.http.post("/v1/verifications", json=asked)
        assert answer.status_code == 201, answer.text
        body: Json = answer.json()
        return body

    def result(self, begun: Json, *, key: str = "") -> Json:
        headers = {"idempotency-key": key} if key else {}
        path = f"/v1/verifications/{begun['verification_id']}/result"
        answer = self.http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def status(self, begun: Json, **body: object) -> httpx.Response:
        path = f"/v1/verifications/{begun['verification_id']}/status-checks"
        return self.http.post(path, json=body)


@pytest.fixture
def sim() -> Iterator[Running]:
    with running(Settings()) as here:
        yield here


@pytest.fixture
def cards(sim: Running) -> Cards:
    return Cards(sim.base)


@pytest.fixture
def town(sim: Running) -> Iterator[Town]:
    """The town as a service provider: the operator keeps the certificates."""
    yield from _town(sim, sim.settings.api_key)


@pytest.fixture
def verifier(sim: Running) -> Iterator[Town]:
    """The town as 署名検証者: it is given everything and judges by itself."""
    yield from _town(sim, sim.settings.verifier_key)


def _town(sim: Running, key: str) -> Iterator[Town]:
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=sim.base, headers=headers, trust_env=False, timeout=30) as http:
        yield Town(http)


def raw(text: str) -> bytes:
    return base64.b64decode(text)
