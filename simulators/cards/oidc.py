"""The OIDC provider shaped like デジタル認証アプリ: authorize, token, userinfo, and its keys."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from simulators.cards import telling
from simulators.cards.cards import Card
from simulators.cards.clients import Client
from simulators.cards.people import Person, Purpose
from simulators.cards.signing import Signing, Transaction
from simulators.cards.verifications import added
from simulators.cards.world import Json, Parting, World

CODE_LIFE = 60
TOKEN_LIFE = 300
SCOPES = {"openid", "name", "address", "birthdate", "gender", "sign"}
ACR = {"aal2", "aal3", "crl"}


@dataclass(slots=True)
class Code:
    """What a person has allowed, to be exchanged once; what it gave is voided if it comes again."""

    person: Person
    redirect_uri: str
    scopes: set[str]
    nonce: str
    challenge: str
    acr: str
    auth_time: datetime
    good_until: datetime
    tokens: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token allows: a person's attributes, or (no person) the client's own work."""

    person: Person | None
    scopes: frozenset[str]
    good_until: datetime


class Provider:
    """Codes, tokens and keys."""

    def __init__(self, world: World, client: Client, signing: Signing) -> None:
        self.world = world
        self.client = client
        self.signing = signing
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Access] = {}
        self.key = signing_key(world)
        public = self.key.public_key().public_numbers()
        self.kid = hashlib.sha256(f"{public.x}:{public.y}".encode()).hexdigest()[:16]

    def jwks(self) -> Json:
        entry: Json = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**entry, "kid": self.kid, "use": "sig", "alg": "ES256"}]}

    def subject(self, person: Person) -> str:
        return self.world.person_id(f"oidc:{self.client.id}", person)

    def give_code(self, wish: "Wish", person: Person) -> str:
        now = self.world.now()
        text = secrets.token_urlsafe(32)
        self.codes[text] = Code(
            person=person,
            redirect_uri=wish.redirect_uri,
            scopes=set(wish.scopes),
            nonce=wish.nonce,
            challenge=wish.challenge,
            acr=wish.acr,
            auth_time=now,
            good_until=now + timedelta(seconds=CODE_LIFE),
        )
        return text

    def give_access(self, person: Person | None, scopes: set[str]) -> str:
        text = secrets.token_urlsafe(48)
        until = self.world.now() + timedelta(seconds=TOKEN_LIFE)
        self.access[text] = Access(person, frozenset(scopes), until)
        return text

    def access_of(self, text: str) -> Access | None:
        found = self.access.get(text)
        return found if found and found.good_until > self.world.now() else None

    def id_token(self, code: Code) -> str:
        now = self.world.now()
        faults = self.world.faults
        claims = {
            "iss": self.world.settings.issuer,
            "sub": self.subject(code.person),
            "aud": self.client.id,
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + TOKEN_LIFE,
            "auth_time": int(code.auth_time.timestamp()),
            "nonce": f"not-{code.nonce}" if faults.take("wrong_nonce", "token") else code.nonce,
            "acr": code.acr,
        }
        key = self.key
        if faults.take("wrong_signature", "token"):
            key = ec.generate_private_key(ec.SECP256R1())
        return jwt.encode(claims, key, "ES256", {"kid": self.kid})

    def facts(self, access: Access) -> Json:
        """Return what the token lets be known, read from the card's face."""
        assert access.person is not None
        person = access.person
        texts = telling.texts(person)
        told: Json = {"sub": self.subject(person)}
        if "name" in access.scopes:
            told["name"] = texts["name"]
        if "address" in access.scopes:
            told["address"] = {"formatted": texts["address"]}
        if "birthdate" in access.scopes:
            told["birthdate"] = texts["birthdate"]
        if "gender" in access.scopes:
            told["gender"] = {"1": "male", "2": "female", "9": "other"}[person.sex]
        return told


@dataclass(frozen=True, slots=True)
class Wish:
    """An authorization request that was found to be in order."""

    redirect_uri: str
    state: str
    nonce: str
    scopes: tuple[str, ...]
    challenge: str
    acr: str
    checks_revocation: bool
    transaction: Transaction | None


class Authorization:
    """Somebody holds a card in the app for the town's client."""

    by_app = True
    locale = "ja"
    title = ""

    def __init__(self, provider: Provider, wish: Wish) -> None:
        self.provider = provider
        self.wish = wish
        self.over = ""  # where the browser was sent
        self.purpose: Purpose = "sign" if wish.transaction else "authenticate"
        names = {"name": "name", "address": "address", "birthdate": "birthdate", "gender": "sex"}
        self.attributes = tuple(names[one] for one in wish.scopes if one in names)
        life = provider.world.settings.life
        self.good_until = provider.world.now() + timedelta(seconds=life)

    @property
    def is_open(self) -> bool:
        return not self.over and self.provider.world.now() <= self.good_until

    def held(self, card: Card) -> Parting:
        wish, provider = self.wish, self.provider
        leaf = card.certificate(self.purpose)
        if leaf is None:
            return self.gave_up("no_signature_certificate")
        if wish.checks_revocation and leaf.serial_number in provider.world.authority.revoked:
            return self.gave_up("certificate_revoked")
        if leaf.not_valid_after_utc < provider.world.now():
            return self.gave_up("certificate_expired")
        if wish.transaction:
            provider.signing.sign(wish.transaction, card, leaf)
        code = provider.give_code(wish, card.person)
        return self._part({"code": code, "iss": provider.world.settings.issuer})

    def gave_up(self, reason: str) -> Parting:
        if self.wish.transaction:
            self.wish.transaction.status = "cancelled"
        return self._part({"error": "access_denied", "error_description": reason}, reason)

    def back(self) -> Parting:
        if not self.over:
            self._part({"error": "access_denied", "error_description": "timed_out"})
        return Parting(self.over)

    def _part(self, more: dict[str, str], reason: str = "") -> Parting:
        state = self.wish.state
        if self.provider.world.faults.take("state_mismatch"):
            state = f"not-{state}"
        self.over = added(self.wish.redirect_uri, {**more, "state": state})
        return Parting(self.over, reason)


def signing_key(world: World) -> ec.EllipticCurvePrivateKey:
    return world.authority.keys.ec_key("oidc")
