"""The operator's REST API."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, TypeVar

from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.cards import telling
from simulators.cards.book import Verification
from simulators.cards.verifications import Asked, Verifications
from simulators.cards.world import Contract, World, stamp

Attributes = Annotated[list[Literal["name", "address", "birthdate", "sex"]], Field(max_length=4)]
Answer = Callable[[Request, Contract], Awaitable[Response]]
_DIGEST_BYTES = 32


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


BodyT = TypeVar("BodyT", bound=_Body)


class Digest(_Body):
    alg: Literal["sha-256"]
    value: str

    def raw(self) -> bytes:
        raw = _unbase64("digest.value", self.value)
        if len(raw) != _DIGEST_BYTES:
            raise Problem(400, "invalid_request", "digest.value: must be 32 bytes in base64")
        return raw


class Start(_Body):
    purpose: Literal["sign", "authenticate"]
    digest: Digest | None = None
    redirect_uri: Annotated[str, Field(max_length=2000)]
    state: Annotated[str, Field(min_length=1, max_length=256)]
    title: Annotated[str, Field(max_length=100)] = ""
    attributes: Attributes = []
    locale: Literal["ja", "en"] = "ja"


class StatusCheck(_Body):
    digest: Digest | None = None


class SignatureCheck(_Body):
    digest: Digest
    signature: str
    certificate: str
    attributes: Attributes = []


class Problem(Exception):
    """The operator says no, as an answer."""

    def __init__(self, status: int, code: str, message: str, *, wait: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.wait = status, code, message, wait

    def answer(self) -> Response:
        headers = {"retry-after": str(self.wait)} if self.wait else {}
        error = {"code": self.code, "message": self.message}
        return JSONResponse({"error": error}, self.status, headers)


class Api:
    """The endpoints over one counter."""

    def __init__(self, world: World, counter: Verifications) -> None:
        self.world = world
        self.counter = counter
        self.answered: dict[tuple[str, str], tuple[str, int, bytes]] = {}

    def routes(self) -> list[Route]:
        def door(method: str, path: str, name: str, answer: Answer) -> Route:
            return Route(f"/v1{path}", self._behind(name, answer), methods=[method])

        one = "/verifications/{number}"
        return [
            door("GET", "/contract", "contract", self.contract),
            door("POST", "/verifications", "start", self._once(self.start)),
            door("GET", f"{one}/result", "result", self.result),
            door("POST", f"{one}/status-checks", "status", self._once(self.check_status)),
            door("POST", "/signature-checks", "signature", self._once(self.check_signature)),
        ]

    async def contract(self, request: Request, contract: Contract) -> Response:
        settings = self.world.settings
        return JSONResponse(
            {
                "name": settings.town,
                "custody": contract.custody,
                "purposes": ["authenticate", "sign"],
                "needs_app": False,
                "environment": "test",
                "webhook": bool(settings.webhook),
                "redirects": list(settings.redirect_prefixes),
            }
        )

    async def start(self, request: Request, contract: Contract) -> Response:
        wish = _read(Start, await request.body())
        if wish.purpose == "sign" and wish.digest is None:
            raise Problem(400, "digest_required", "digest: needed to sign")
        if wish.purpose == "authenticate" and wish.digest is not None:
            raise Problem(400, "digest_not_allowed", "digest: nothing is signed")
        address = wish.redirect_uri
        if "#" in address or not address.startswith(self.world.settings.redirect_prefixes):
            raise Problem(400, "redirect_not_registered", "redirect_uri: not in the contract")
        asked = Asked(
            purpose=wish.purpose,
            digest=wish.digest.raw() if wish.digest else b"",
            redirect_uri=address,
            state=wish.state,
            title=wish.title,
            attributes=tuple(dict.fromkeys(wish.attributes)),
            locale=wish.locale,
        )
        verification, url = self.counter.begin(contract, asked)
        return JSONResponse(
            {
                "verification_id": verification.id,
                "state": "begun",
                "handoff_url": url,
                "expires_at": stamp(verification.good_until),
            },
            201,
        )

    async def result(self, request: Request, contract: Contract) -> Response:
        key = request.headers.get("idempotency-key", "")
        return JSONResponse(telling.result(self.counter, self._found(request, contract), key))

    async def check_status(self, request: Request, contract: Contract) -> Response:
        wish = _read(StatusCheck, await request.body() or b"{}")
        verification = self._found(request, contract)
        if self.counter.state_of(verification) != "verified":
            raise Problem(409, "not_verified", "this verification was not verified")
        digest = wish.digest.raw() if wish.digest else None
        return JSONResponse(telling.status(self.counter, verification, digest))

    async def check_signature(self, request: Request, contract: Contract) -> Response:
        wish = _read(SignatureCheck, await request.body())
        try:
            leaf = x509.load_der_x509_certificate(_unbase64("certificate", wish.certificate))
        except ValueError as no:
            raise Problem(400, "invalid_request", "certificate: no certificate") from no
        verification = self.counter.take_signature(
            contract,
            digest=wish.digest.raw(),
            signature=_unbase64("signature", wish.signature),
            leaf=leaf,
            attributes=tuple(dict.fromkeys(wish.attributes)),
        )
        key = request.headers.get("idempotency-key", "")
        return JSONResponse(telling.result(self.counter, verification, key))

    def _found(self, request: Request, contract: Contract) -> Verification:
        verification = self.counter.find(contract, request.path_params["number"])
        if verification is None:
            raise Problem(404, "not_found", "no such verification")
        return verification

    def _behind(self, name: str, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """Let in who has a key, and do what the faults say at this endpoint."""

        async def visit(request: Request) -> Response:
            faults = self.world.faults
            try:
                contract = self._contract_of(request)
                if faults.take("maintenance", name):
                    raise Problem(503, "maintenance", "back soon", wait=30)
                if faults.take("rate_limited", name):
                    raise Problem(429, "rate_limited", "too many requests", wait=5)
                if faults.take("http_500_before", name):
                    raise Problem(500, "internal", "something went wrong")
                response = await answer(request, contract)
                if faults.take("http_500_after", name):
                    raise Problem(500, "internal", "something went wrong")
            except Problem as no:
                response = no.answer()
            if delay := int(faults.take("delay_ms", name)):
                await asyncio.sleep(delay / 1000)
            return response

        return visit

    def _once(self, answer: Answer) -> Answer:
        """Answer the same key as before, without doing it again."""

        async def visit(request: Request, contract: Contract) -> Response:
            key = request.headers.get("idempotency-key", "")
            if not key:
                return await answer(request, contract)
            body = await request.body()
            mark = hashlib.sha256(request.url.path.encode() + b"\n" + body).hexdigest()
            before = self.answered.get((contract.key, key))
            if before and before[0] != mark:
                raise Problem(409, "key_reused", "this key was used for another request")
            if before:
                return Response(before[2], before[1], media_type="application/json")
            response = await answer(request, contract)
            self.answered[contract.key, key] = (mark, response.status_code, bytes(response.body))
            return response

        return visit

    def _contract_of(self, request: Request) -> Contract:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        for key, contract in self.world.contracts.items():
            if kind == "Bearer" and hmac.compare_digest(key.encode(), given.strip().encode()):
                return contract
        raise Problem(401, "unauthorized", "no contract has this key")


def _read(kind: type[BodyT], raw: bytes) -> BodyT:
    try:
        return kind.model_validate(json.loads(raw))
    except ValidationError as no:
        first = no.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Problem(400, "invalid_request", f"{where}: {first['msg']}") from no
    except ValueError as no:
        raise Problem(400, "invalid_request", "body: no JSON") from no


def _unbase64(field: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as no:
        raise Problem(400, "invalid_request", f"{field}: no base64") from no
