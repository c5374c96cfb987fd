"""The operator's book: every verification, and what has to be remembered across a restart."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import cast

from cryptography import x509

from simulators.cards.ca import Revocation
from simulators.cards.people import Purpose, Reason
from simulators.cards.world import Json, World


@dataclass(slots=True)
class Verification:
    """One card held once for one contract: what was asked, and what came of it."""

    id: str
    contract: str
    purpose: Purpose
    digest: str  # hex
    begun_at: datetime
    good_until: datetime
    redirect_uri: str = ""
    state: str = ""
    title: str = ""
    attributes: list[str] = field(default_factory=list)
    locale: str = "ja"
    card: str = ""
    certificate: str = ""  # PEM
    signature: str = ""  # hex
    failure: str = ""
    revocation: Json | None = None  # as it was when it was judged
    verified_at: datetime | None = None
    given_at: datetime | None = None  # the attributes
    given_for: str = ""  # the Idempotency-Key of who got them

    @property
    def leaf(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate.encode())


_TIMES = ("begun_at", "good_until", "verified_at", "given_at")


class Book:
    """Verifications by id, written to the folder at each change if there is one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pages: dict[str, Verification] = {}
        self.path = world.folder / "book.json" if world.folder else None
        if self.path and self.path.exists():
            self._read(json.loads(self.path.read_text()))

    def add(self, verification: Verification) -> None:
        self.pages[verification.id] = verification
        self.save()

    def save(self) -> None:
        if self.path is None:
            return
        authority = self.world.authority
        kept: Json = {
            "verifications": [asdict(page) for page in self.pages.values()],
            "revoked": {
                str(serial): [one.at.isoformat(), one.reason]
                for serial, one in authority.revoked.items()
            },
        }
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(kept, default=datetime.isoformat, ensure_ascii=False))
        fresh.replace(self.path)

    def _read(self, kept: Json) -> None:
        for serial, (at, reason) in kept["revoked"].items():
            revocation = Revocation(datetime.fromisoformat(at), cast(Reason, reason))
            self.world.authority.revoked[int(serial)] = revocation
        for page in kept["verifications"]:
            times = {
                name: datetime.fromisoformat(page[name]) if page[name] else None for name in _TIMES
            }
            self.pages[page["id"]] = Verification(**{**page, **times})
