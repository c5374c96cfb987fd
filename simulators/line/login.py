"""LINE Login: who is this? Codes, access tokens and ID tokens, and what they can be asked."""

import base64
import hashlib
import html
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulators.line import ids
from simulators.line.tokens import Tokens, issue_v21, read_form, refusal
from simulators.line.world import Json, Person, World

HOUR = 3600
LIFF_ACCESS = 12 * HOUR
WEB_ACCESS = 30 * 24 * HOUR
CODE_LIFE = 10 * 60


@dataclass(slots=True)
class Code:
    """What a person has allowed, to be exchanged once for tokens."""

    person: str
    redirect_uri: str
    scopes: set[str]
    nonce: str
    challenge: str
    liff: bool
    good_until: float


@dataclass(slots=True)
class Access:
    """A person's access token."""

    person: str
    scopes: set[str]
    good_until: float
    liff: bool
    refresh: str = ""


class Login:
    """One Login channel: its key, the codes and tokens it has given out."""

    def __init__(self, world: World, channel_tokens: Tokens) -> None:
        self.world = world
        self.channel_tokens = channel_tokens
        self.channel = world.settings.login_channel_id
        self.secret = world.settings.login_channel_secret
        # LINE names the host of its authorize page; here that is the simulator itself.
        self.issuer = world.settings.issuer or world.settings.public
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.key_id = ids.opaque(43)
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Access] = {}

    def jwks(self) -> Json:
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "use": "sig", "alg": "ES256", "kid": self.key_id}]}

    def give_access(self, person: Person, scopes: set[str], *, liff: bool) -> str:
        token = ids.access_token()
        life = LIFF_ACCESS if liff else WEB_ACCESS
        self.access[token] = Access(person.id, scopes, time.time() + life, liff)
        return token

    def owner(self, token: str) -> tuple[Person, Access] | None:
        """Return whose token this is, while it is good."""
        found = self.access.get(token)
        if found is None or found.good_until < time.time():
            return None
        return self.world.people[found.person], found

    def id_token(self, person: Person, scopes: set[str], *, nonce: str = "", liff: bool) -> str:
        """Sign an ID token: ES256 inside LIFF, HS256 with the channel's secret for the web.

        The fault `id_token` makes it `expired`, for another `audience`, or of another `signature`.
        """
        fault = self.world.faults.take("id_token", "id_token")
        now = int(time.time()) - (2 * HOUR if fault == "expired" else 0)
        claims: Json = {
            "iss": self.issuer,
            "sub": person.id,
            "aud": "1000000000" if fault == "audience" else self.channel,
            "exp": now + HOUR,
            "iat": now,
            "amr": ["linesso"],
        }
        if nonce:
            claims["nonce"] = nonce
        if "profile" in scopes:
            claims |= {"name": person.name, "picture": self.world.picture_url(person)}
        if not liff:
            return jwt.encode(claims, self.secret, algorithm="HS256")
        key = ec.generate_private_key(ec.SECP256R1()) if fault == "signature" else self.key
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": self.key_id})

    def read_id_token(self, token: str, form: dict[str, str]) -> Json:
        """Return what an ID token says.

        Raises:
            ValueError: in LINE's words, why not.
        """
        try:
            hs256 = jwt.get_unverified_header(token).get("alg") == "HS256"
            claims: Json = jwt.decode(
                token,
                self.secret if hs256 else self.key.public_key(),
                algorithms=["HS256"] if hs256 else ["ES256"],
                options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise ValueError("Invalid IdToken.") from error
        if claims.get("iss") != self.issuer:
            raise ValueError("Invalid IdToken Issuer.")
        if claims.get("exp", 0) < time.time():
            raise ValueError("IdToken expired.")
        if claims.get("aud") != form.get("client_id"):
            raise ValueError("Invalid IdToken Audience.")
        if "nonce" in form and claims.get("nonce") != form["nonce"]:
            raise ValueError("Invalid IdToken Nonce.")
        if "user_id" in form and claims.get("sub") != form["user_id"]:
            raise ValueError("Invalid IdToken Subject Identifier.")
        return claims


def routes(login: Login) -> list[Route]:
    world = login.world

    async def authorize(request: Request) -> Response:
        """Show who could be signing in; a choice comes back here with `person`."""
        asked = dict(request.query_params)
        if problem := _authorization_problem(login, asked):
            return HTMLResponse(_page("ログインできません", f"<p>{html.escape(problem)}</p>"), 400)
        chosen = world.people.get(asked.get("person", ""))
        if chosen is None and "person" in asked:
            refused = {"error": "access_denied", "error_description": "The resource owner denied"}
            return RedirectResponse(_added(asked["redirect_uri"], {**refused, **_state(asked)}))
        if chosen is None:
            return HTMLResponse(_page("だれとしてログインしますか", _choices(world, asked)))
        code = ids.opaque(20)
        scopes = set(asked["scope"].split())
        chosen.granted |= scopes
        login.codes[code] = Code(
            person=chosen.id,
            redirect_uri=asked["redirect_uri"],
            scopes=scopes,
            nonce=asked.get("nonce", ""),
            challenge=asked.get("code_challenge", ""),
            liff="liff_id" in asked,
            good_until=time.time() + CODE_LIFE,
        )
        back = {"code": code, **_state(asked)}
        if "liff_id" in asked:
            back |= {"liffClientId": login.channel, "liffRedirectUri": asked["redirect_uri"]}
        return RedirectResponse(_added(asked["redirect_uri"], back), 302)

    async def token(request: Request) -> Response:
        form = await read_form(request)
        match form.get("grant_type"):
            case "client_credentials":
                return issue_v21(login.channel_tokens, form)
            case "authorization_code":
                return _exchange(login, form)
            case "refresh_token":
                return _refresh(login, form)
        return refusal("unsupported_grant_type", "unsupported grant_type")

    async def verify_access(request: Request) -> Response:
        text = request.query_params.get("access_token", "")
        if found := login.owner(text):
            left = int(found[1].good_until - time.time())
            scope = " ".join(sorted(found[1].scopes))
            return JSONResponse({"scope": scope, "client_id": login.channel, "expires_in": left})
        if login.channel_tokens.is_good(text):
            left = int(login.channel_tokens.issued[text].good_until - time.time())
            channel = world.settings.channel_id
            return JSONResponse({"client_id": channel, "expires_in": left, "scope": ""})
        return refusal("invalid_request", "access token expired")

    async def verify_id(request: Request) -> Response:
        form = await read_form(request)
        if world.faults.take("rate_wall", "verify"):
            return JSONResponse({"message": "rate limit exceeded"}, 429)
        try:
            return JSONResponse(login.read_id_token(form.get("id_token", ""), form))
        except ValueError as no:
            return refusal("invalid_request", str(no))

    async def certs(request: Request) -> Response:
        return JSONResponse(login.jwks())

    async def revoke(request: Request) -> Response:
        text = (await read_form(request)).get("access_token", "")
        login.access.pop(text, None)
        login.channel_tokens.issued.pop(text, None)
        return Response(status_code=200)

    async def user_info(request: Request) -> Response:
        found = login.owner(_bearer(request))
        if found is None:
            return refusal("invalid_token", "access token expired", 401)
        person, access = found
        facts: Json = {"sub": person.id}
        if "profile" in access.scopes:
            facts |= {"name": person.name, "picture": world.picture_url(person)}
        return JSONResponse(facts)

    async def profile(request: Request) -> Response:
        found = login.owner(_bearer(request))
        if found is None or "profile" not in found[1].scopes:
            return _not_allowed(known=found is not None)
        person = found[0]
        facts = {"userId": person.id, "displayName": person.name}
        return JSONResponse({**facts, "pictureUrl": world.picture_url(person)})

    async def friendship(request: Request) -> Response:
        found = login.owner(_bearer(request))
        if found is None or "profile" not in found[1].scopes:
            return _not_allowed(known=found is not None)
        return JSONResponse({"friendFlag": found[0].hears})

    async def deauthorize(request: Request) -> Response:
        if not login.channel_tokens.is_good(_bearer(request)):
            return JSONResponse({"message": "invalid token"}, 401)
        found = login.owner(str((await request.json()).get("userAccessToken", "")))
        if found is None:
            return JSONResponse({"message": "invalid access token"}, 400)
        person = found[0]
        person.granted = {"openid"}
        mine = (text for text, one in login.access.items() if one.person == person.id)
        for text in list(mine):
            del login.access[text]
        return Response(status_code=204)

    return [
        Route("/oauth2/v2.1/authorize", authorize),
        Route("/oauth2/v2.1/token", token, methods=["POST"]),
        Route("/oauth2/v2.1/verify", verify_access, methods=["GET"]),
        Route("/oauth2/v2.1/verify", verify_id, methods=["POST"]),
        Route("/oauth2/v2.1/certs", certs),
        Route("/oauth2/v2.1/revoke", revoke, methods=["POST"]),
        Route("/oauth2/v2.1/userinfo", user_info, methods=["GET", "POST"]),
        Route("/v2/profile", profile),
        Route("/friendship/v1/status", friendship),
        Route("/user/v1/deauthorize", deauthorize, methods=["POST"]),
    ]


def _authorization_problem(login: Login, asked: dict[str, str]) -> str:
    if asked.get("response_type") != "code":
        return "response_type must be code"
    if asked.get("client_id") != login.channel:
        return "client_id is not a channel of this provider"
    if not asked.get("redirect_uri", "").startswith("http"):
        return "redirect_uri is not registered"
    if not asked.get("state") or not asked.get("scope"):
        return "state and scope are required"
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return "code_challenge_method must be S256"
    return ""


def _exchange(login: Login, form: dict[str, str]) -> Response:
    """Give tokens for a code: once, to the same redirect_uri, to who holds verifier and secret.

    A page inside LINE has no secret; there the verifier alone proves who asked.
    """
    code = login.codes.pop(form.get("code", ""), None)
    if code is None or code.good_until < time.time():
        return refusal("invalid_grant", "invalid authorization code")
    if form.get("redirect_uri") != code.redirect_uri or form.get("client_id") != login.channel:
        return refusal("invalid_grant", "redirect_uri does not match")
    if code.challenge and _challenge(form.get("code_verifier", "")) != code.challenge:
        return refusal("invalid_grant", "invalid code_verifier")
    if form.get("client_secret") != login.secret and not (code.liff and code.challenge):
        return refusal("invalid_client", "invalid client_secret")
    person = login.world.people[code.person]
    return _tokens_for(login, person, code)


def _tokens_for(login: Login, person: Person, code: Code) -> Response:
    access = login.give_access(person, code.scopes, liff=code.liff)
    login.access[access].refresh = ids.opaque(20)
    body: Json = {
        "access_token": access,
        "token_type": "Bearer",
        "refresh_token": login.access[access].refresh,
        "expires_in": LIFF_ACCESS if code.liff else WEB_ACCESS,
        "scope": " ".join(sorted(code.scopes)),
    }
    if "openid" in code.scopes:
        body["id_token"] = login.id_token(person, code.scopes, nonce=code.nonce, liff=code.liff)
    return JSONResponse(body)


def _refresh(login: Login, form: dict[str, str]) -> Response:
    given = form.get("refresh_token") or "-"
    old = next((text for text, one in login.access.items() if one.refresh == given), None)
    if old is None or form.get("client_id") != login.channel:
        return refusal("invalid_grant", "invalid refresh_token")
    before = login.access.pop(old)
    person = login.world.people[before.person]
    access = login.give_access(person, before.scopes, liff=before.liff)
    login.access[access].refresh = given
    return JSONResponse(
        {
            "access_token": access,
            "token_type": "Bearer",
            "refresh_token": given,
            "expires_in": WEB_ACCESS,
            "scope": " ".join(sorted(before.scopes)),
        }
    )


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").partition(" ")[2].strip()


def _not_allowed(*, known: bool) -> Response:
    if known:
        message = "The access token is not authorized to access this API."
        return JSONResponse({"message": message}, 403)
    return JSONResponse({"message": "The access token is invalid"}, 401)


def _state(asked: dict[str, str]) -> dict[str, str]:
    return {"state": asked["state"]}


def _added(url: str, more: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + list(more.items()))
    return urlunsplit(parts._replace(query=query))


def _choices(world: World, asked: dict[str, str]) -> str:
    rows = [
        f'<li><a href="?{html.escape(urlencode({**asked, "person": person.id}))}">'
        f"{html.escape(person.name)}</a></li>"
        for person in world.people.values()
    ]
    cancel = html.escape(urlencode({**asked, "person": "nobody"}))
    return f'<ul>{"".join(rows)}</ul><p><a href="?{cancel}">キャンセル</a></p>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="ja"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>body{{font-family:sans-serif;max-width:26rem;margin:3rem "
        "auto;padding:0 1rem}a{display:block;padding:.8rem;font-size:1.1rem}</style>"
        f"<h1>{title}</h1><p>LINEログイン（シミュレーター）</p>{body}</html>"
    )
