"""The provider's endpoints: what comes in is checked here, what it means is in `oidc` and `signing`."""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulators.cards import jwe, words
from simulators.cards.clients import NotTheClient
from simulators.cards.oidc import ACR, SCOPES, TOKEN_LIFE, Access, Authorization, Provider, Wish
from simulators.cards.page import e, page
from simulators.cards.signing import Transaction
from simulators.cards.verifications import added
from simulators.cards.world import Json, stamp

_DIGEST_BYTES = 32
_SHORTEST_CHALLENGE = 43  # base64url of a SHA-256
Visit = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """An OAuth error, as an answer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status

    def answer(self) -> Response:
        told = {"error": self.error, "error_description": self.description}
        return JSONResponse(told, self.status)


class Doors:
    """Authorize, token, userinfo, certs, sign transactions."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.world = provider.world
        self.base = f"{self.world.settings.issuer}/protocol/openid-connect"

    def routes(self) -> list[Route]:
        realm = "/api/realms/main"
        oidc, sign = f"{realm}/protocol/openid-connect", "/api/sign-transactions"
        return [
            Route(f"{realm}/.well-known/openid-configuration", self.discovery),
            Route(f"{oidc}/auth", self._behind("auth", self.authorize), methods=["GET"]),
            Route(f"{oidc}/token", self._behind("token", self.token), methods=["POST"]),
            Route(f"{oidc}/userinfo", self._behind("userinfo", self.userinfo)),
            Route(f"{oidc}/certs", self.certs),
            Route(sign, self._behind("sign", self.begin_signing), methods=["POST"]),
            Route(f"{sign}/{{number}}/result", self._behind("sign", self.signed)),
        ]

    async def discovery(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.world.settings.issuer,
                "authorization_endpoint": f"{self.base}/auth",
                "token_endpoint": f"{self.base}/token",
                "userinfo_endpoint": f"{self.base}/userinfo",
                "jwks_uri": f"{self.base}/certs",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "scopes_supported": sorted(SCOPES),
                "acr_values_supported": sorted(ACR),
                "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
            }
        )

    async def certs(self, request: Request) -> Response:
        return JSONResponse(self.provider.jwks())

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        redirect = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.provider.client.id:
            return _refused_page("client_id は登録されていません。")
        if not self.provider.client.allows(redirect):
            return _refused_page("redirect_uri は登録されていません。")
        try:
            wish = self._wish(asked)
        except Refused as no:
            told = {"error": no.error, "error_description": no.description}
            state = {"state": asked["state"]} if asked.get("state") else {}
            return RedirectResponse(added(redirect, {**told, **state}), 302)
        return RedirectResponse(self.world.welcome(Authorization(self.provider, wish)), 302)

    async def token(self, request: Request) -> Response:
        form = {key: str(to) for key, to in (await request.form()).items()}
        try:
            audiences = (f"{self.base}/token", self.world.settings.issuer)
            self.provider.client.check(form, audiences)
        except NotTheClient as no:
            raise Refused("invalid_client", str(no), 401) from no
        match form.get("grant_type"):
            case "authorization_code":
                return JSONResponse(self._exchange(form))
            case "client_credentials":
                if form.get("scope", "sign") != "sign":
                    raise Refused("invalid_scope", "scope must be sign")
                access = self.provider.give_access(None, {"sign"})
                return JSONResponse(_token(access, {"sign"}))
            case _:
                raise Refused("unsupported_grant_type", "authorization_code or client_credentials")

    async def userinfo(self, request: Request) -> Response:
        access = self._access(request)
        if access.person is None or "openid" not in access.scopes:
            raise Refused("insufficient_scope", "this token is nobody's", 403)
        return JSONResponse(self.provider.facts(access))

    async def begin_signing(self, request: Request) -> Response:
        self._own_access(request)
        try:
            body = await request.json()
            digest = base64.b64decode(str(body["digest"]), validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error) as no:
            raise Refused("invalid_request", "digest: base64 of a SHA-256") from no
        if len(digest) != _DIGEST_BYTES or body.get("hash_algorithm") != "SHA-256":
            raise Refused("invalid_request", "digest and hash_algorithm: SHA-256 only")
        transaction = self.provider.signing.begin(digest)
        told = {"id": transaction.id, "expires_at": stamp(transaction.good_until)}
        return JSONResponse(told, 201)

    async def signed(self, request: Request) -> Response:
        self._own_access(request)
        found = self.provider.signing.transactions.get(request.path_params["number"])
        if found is None:
            raise Refused("not_found", "no such transaction", 404)
        told: Json = {"id": found.id, "status": self.provider.signing.status_of(found)}
        if found.status == "completed":
            key = self.provider.client.encryption_key()
            if key is None:
                raise Refused("invalid_client", "the client has no key to encrypt to")
            told["result"] = jwe.sealed(found.payload(), key[1], kid=key[0])
        return JSONResponse(told)

    def _wish(self, asked: dict[str, str]) -> Wish:
        if asked.get("response_type") != "code":
            raise Refused("unsupported_response_type", "response_type must be code")
        for name in ("scope", "state", "nonce", "code_challenge"):
            if not asked.get(name):
                raise Refused("invalid_request", f"{name} is required")
        challenge = asked["code_challenge"]
        if asked.get("code_challenge_method") != "S256" or len(challenge) != _SHORTEST_CHALLENGE:
            raise Refused("invalid_request", "code_challenge must be S256")
        scopes = tuple(asked["scope"].split())
        if "openid" not in scopes or not SCOPES.issuperset(scopes):
            raise Refused("invalid_scope", f"scope: openid and {' '.join(sorted(SCOPES))}")
        acr = asked.get("acr_values", "").split()
        if not ACR.issuperset(acr):
            raise Refused("invalid_request", "acr_values: aal2 aal3 crl")
        return Wish(
            redirect_uri=asked["redirect_uri"],
            state=asked["state"],
            nonce=asked["nonce"],
            scopes=scopes,
            challenge=challenge,
            acr="aal2" if acr and "aal3" not in acr and "aal2" in acr else "aal3",
            checks_revocation="crl" in acr,
            transaction=self._transaction(asked.get("sign_transaction_id", ""), scopes),
        )

    def _transaction(self, number: str, scopes: tuple[str, ...]) -> Transaction | None:
        if ("sign" in scopes) != bool(number):
            raise Refused("invalid_request", "sign_transaction_id and the scope sign go together")
        if not number:
            return None
        found = self.provider.signing.transactions.get(number)
        if found is None or self.provider.signing.status_of(found) != "pending":
            raise Refused("invalid_request", "sign_transaction_id is not open")
        return found

    def _exchange(self, form: dict[str, str]) -> Json:
        """Give tokens for a code, once. A code that comes again was stolen: what it gave is void."""
        code = self.provider.codes.get(form.get("code", ""))
        if code is None:
            raise Refused("invalid_grant", "no such code")
        if code.tokens:
            for text in code.tokens:
                self.provider.access.pop(text, None)
            raise Refused("invalid_grant", "this code was used before")
        if code.good_until < self.world.now():
            raise Refused("invalid_grant", "this code is too old")
        if form.get("redirect_uri") != code.redirect_uri:
            raise Refused("invalid_grant", "redirect_uri does not match")
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if not hmac.compare_digest(challenge, code.challenge):
            raise Refused("invalid_grant", "code_verifier does not match")
        access = self.provider.give_access(code.person, code.scopes)
        code.tokens.append(access)
        return {**_token(access, code.scopes), "id_token": self.provider.id_token(code)}

    def _access(self, request: Request) -> Access:
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        access = self.provider.access_of(text.strip()) if kind == "Bearer" else None
        if access is None:
            raise Refused("invalid_token", "no such token", 401)
        return access

    def _own_access(self, request: Request) -> None:
        if self._access(request).person is not None:
            raise Refused("insufficient_scope", "a token of the client itself is needed", 403)

    def _behind(self, name: str, answer: Visit) -> Visit:
        """Answer, or do what the faults say at this endpoint."""

        async def visit(request: Request) -> Response:
            faults = self.world.faults
            try:
                if faults.take("maintenance", name):
                    raise Refused("temporarily_unavailable", "back soon", 503)
                if faults.take("http_500_before", name):
                    raise Refused("server_error", "something went wrong", 500)
                response = await answer(request)
                if faults.take("http_500_after", name):
                    raise Refused("server_error", "something went wrong", 500)
            except Refused as no:
                response = no.answer()
            if delay := int(faults.take("delay_ms", name)):
                await asyncio.sleep(delay / 1000)
            return response

        return visit


def _token(access: str, scopes: set[str]) -> Json:
    scope = " ".join(sorted(scopes))
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE,
        "scope": scope,
    }


def _refused_page(problem: str) -> Response:
    return page("開けませんでした", f"<p>{e(problem)}</p>", company=words.APP["ja"], status=400)
