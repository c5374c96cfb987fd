"""Channel access tokens: stateless, v2.1 and short-lived, each for its own time."""

import time
from dataclasses import dataclass

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.line import ids
from simulators.line.settings import Settings

STATELESS = 15 * 60
MONTH = 30 * 24 * 3600
BEARER_JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST = 30


@dataclass(slots=True)
class Token:
    kind: str
    good_until: float
    key_id: str


class Tokens:
    """The channel access tokens that are good now, in machine time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.issued: dict[str, Token] = {}

    def issue(self, kind: str, seconds: int) -> tuple[str, str]:
        """Return a new token and its key id."""
        now = time.time()
        self.issued = {key: one for key, one in self.issued.items() if one.good_until > now}
        token, key_id = ids.access_token(), ids.opaque(22)
        self.issued[token] = Token(kind, now + seconds, key_id)
        return token, key_id

    def is_good(self, token: str) -> bool:
        found = self.issued.get(token)
        return found is not None and found.good_until > time.time()

    def of_kind(self, kind: str) -> list[str]:
        return [
            text for text, one in self.issued.items() if one.kind == kind and self.is_good(text)
        ]

    def knows_channel(self, form: dict[str, str]) -> bool:
        """Tell whether the caller is our channel, by its secret or by an assertion in its name.

        The assertion's signature is not checked: the simulator has no console to register keys in.
        """
        ours = {
            self.settings.channel_id: self.settings.channel_secret,
            self.settings.login_channel_id: self.settings.login_channel_secret,
        }
        if form.get("client_assertion_type") == BEARER_JWT:
            try:
                claims = jwt.decode(
                    form.get("client_assertion", ""),
                    options={"verify_signature": False, "verify_aud": False, "verify_exp": True},
                )
            except jwt.InvalidTokenError:
                return False
            return claims.get("iss") == claims.get("sub") and claims.get("iss") in ours
        secret = form.get("client_secret")
        return secret is not None and ours.get(form.get("client_id", "")) == secret


def routes(tokens: Tokens) -> list[Route]:
    """The endpoints that issue, verify and revoke; `/oauth2/v2.1/token` is shared with Login."""

    async def stateless(request: Request) -> Response:
        form = await read_form(request)
        if form.get("grant_type") != "client_credentials":
            return refusal("unsupported_grant_type", "Invalid 'grant_type'.")
        if not tokens.knows_channel(form):
            return refusal("invalid_request", "Invalid 'client_credentials'.")
        token, _ = tokens.issue("stateless", STATELESS)
        return JSONResponse(
            {"token_type": "Bearer", "access_token": token, "expires_in": STATELESS}
        )

    async def short_lived(request: Request) -> Response:
        form = await read_form(request)
        if form.get("grant_type") != "client_credentials" or not tokens.knows_channel(form):
            return refusal("invalid_request", "Invalid 'client_credentials'.")
        for oldest in tokens.of_kind("short")[: -MOST + 1]:
            del tokens.issued[oldest]
        token, _ = tokens.issue("short", MONTH)
        return JSONResponse({"token_type": "Bearer", "access_token": token, "expires_in": MONTH})

    async def key_ids(request: Request) -> Response:
        kids = [tokens.issued[text].key_id for text in tokens.of_kind("v2.1")]
        return JSONResponse({"kids": kids})

    async def revoke_short(request: Request) -> Response:
        tokens.issued.pop((await read_form(request)).get("access_token", ""), None)
        return Response(status_code=200)

    async def verify_short(request: Request) -> Response:
        token = (await read_form(request)).get("access_token", "")
        if not tokens.is_good(token):
            return refusal("invalid_request", "access token expired")
        left = int(tokens.issued[token].good_until - time.time())
        channel = tokens.settings.channel_id
        return JSONResponse({"client_id": channel, "expires_in": left, "scope": "P CM"})

    return [
        Route("/oauth2/v3/token", stateless, methods=["POST"]),
        Route("/v2/oauth/accessToken", short_lived, methods=["POST"]),
        Route("/v2/oauth/revoke", revoke_short, methods=["POST"]),
        Route("/v2/oauth/verify", verify_short, methods=["POST"]),
        Route("/oauth2/v2.1/tokens/kid", key_ids, methods=["GET"]),
    ]


def issue_v21(tokens: Tokens, form: dict[str, str]) -> Response:
    """Issue a channel access token v2.1; thirty at most, further requests are refused."""
    if not tokens.knows_channel(form):
        return refusal("invalid_client", "iss and clientId of key do not match")
    if len(tokens.of_kind("v2.1")) >= MOST:
        message = "The maximum number of access tokens has already been issued"
        return JSONResponse({"message": message}, 400)
    token, key_id = tokens.issue("v2.1", MONTH)
    return JSONResponse(
        {"access_token": token, "token_type": "Bearer", "expires_in": MONTH, "key_id": key_id}
    )


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; the last of several with one name."""
    async with request.form() as form:
        return {key: value for key, value in form.items() if isinstance(value, str)}


def refusal(error: str, description: str, status: int = 400) -> JSONResponse:
    """Say no as OAuth does."""
    return JSONResponse({"error": error, "error_description": description}, status)
