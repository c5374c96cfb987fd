"""LIFF: the way from LIFF_BASE to the page inside LINE, and what its script asks."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulators.line import ids
from simulators.line.login import Login
from simulators.line.world import Json, Person, World

SDK = Path(__file__).parent / "sdk.js"
TICKET_LIFE = 60
SCOPES = ("openid", "profile", "chat_message.write")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who is opening a link in the talk, and the part of the link that no server is sent."""

    person: str
    fragment: str
    good_until: float


class Liff:
    """One LIFF app: its id, its endpoint, and the people who are opening it."""

    def __init__(self, world: World, login: Login) -> None:
        self.world = world
        self.login = login
        self.tickets: dict[str, Ticket] = {}

    def open(self, person: Person, url: str) -> Json:
        """Return the address to open for a person who presses a LIFF link in the talk.

        The tokens are for tests, which have no browser to run LIFF's script in.
        """
        ticket = ids.opaque(24)
        parts = urlsplit(url)
        self.tickets[ticket] = Ticket(person.id, parts.fragment, time.time() + TICKET_LIFE)
        query = [*parse_qsl(parts.query, keep_blank_values=True), ("sim_ticket", ticket)]
        return {
            "src": urlunsplit(parts._replace(query=urlencode(query), fragment="")),
            "accessToken": self.login.give_access(person, set(person.granted), liff=True),
            "idToken": self.login.id_token(person, person.granted, liff=True),
        }

    def routes(self) -> list[Route]:
        return [
            Route("/liff/sdk.js", self._script),
            Route("/liff/session", self._session),
            Route("/liff/permission", self._permit, methods=["POST"]),
            Route("/liff/{liff_id}", self._enter),
            Route("/liff/{liff_id}/{path:path}", self._enter),
        ]

    async def _enter(self, request: Request) -> Response:
        """Send the browser to the endpoint, with the rest of the link in `liff.state`.

        Inside LINE the person's access token goes along in the fragment; an outside browser gets
        none, and the page has to call `login`.
        """
        settings = self.world.settings
        if request.path_params["liff_id"] != settings.liff_id:
            return JSONResponse({"message": "no such LIFF app"}, 404)
        query = [pair for pair in request.query_params.multi_items() if pair[0] != "sim_ticket"]
        path = request.path_params.get("path", "")
        state = f"/{path}" if path else ""
        state += f"?{urlencode(query)}" if query else ""
        ticket = self._used(request.query_params.get("sim_ticket", ""))
        if ticket and ticket.fragment:
            state += f"#{ticket.fragment}"
        endpoint = urlsplit(settings.liff_endpoint)
        pairs = parse_qsl(endpoint.query, keep_blank_values=True)
        pairs += [("liff.state", state)] if state else []
        target = urlunsplit(endpoint._replace(query=urlencode(pairs)))
        if ticket:
            person = self.world.people[ticket.person]
            tokens = {
                "access_token": self.login.give_access(person, set(person.granted), liff=True),
                "context_token": ids.opaque(40),
                "feature_token": ids.opaque(40),
                "client_id": settings.login_channel_id,
            }
            target += f"#{urlencode(tokens)}"
        return RedirectResponse(target, 302)

    def _used(self, ticket: str) -> Ticket | None:
        """Take the ticket: it opens one page, once, soon."""
        found = self.tickets.pop(ticket, None)
        return found if found and found.good_until > time.time() else None

    async def _script(self, request: Request) -> Response:
        settings = self.world.settings
        place = {
            "base": settings.public,
            "liffBase": settings.liff_base,
            "liffId": settings.liff_id,
            "endpoint": settings.liff_endpoint,
            "clientId": settings.login_channel_id,
        }
        source = SDK.read_text("utf-8").replace("__PLACE__", json.dumps(place))
        headers = {"Cache-Control": "no-cache"}
        return Response(source, media_type="text/javascript; charset=utf-8", headers=headers)

    async def _session(self, request: Request) -> Response:
        """Tell LIFF's script who the holder of an access token is, with a fresh ID token."""
        found = self.login.owner(request.headers.get("authorization", "").partition(" ")[2])
        if found is None:
            return JSONResponse({"message": "The access token revoked"}, 401)
        person, access = found
        facts: Json = {
            "idToken": self.login.id_token(person, access.scopes, liff=True),
            "userId": person.id,
            "language": person.language,
            "scopes": sorted(access.scopes),
            "friend": person.hears,
        }
        if "profile" in access.scopes:
            facts["profile"] = {
                "userId": person.id,
                "displayName": person.name,
                "pictureUrl": self.world.picture_url(person),
            }
        return JSONResponse(facts)

    async def _permit(self, request: Request) -> Response:
        """The person has agreed to everything that the app asks for."""
        found = self.login.owner(request.headers.get("authorization", "").partition(" ")[2])
        if found is None:
            return JSONResponse({"message": "The access token revoked"}, 401)
        person, access = found
        person.granted |= set(SCOPES)
        access.scopes |= set(SCOPES)
        return JSONResponse({"scopes": sorted(access.scopes)})
