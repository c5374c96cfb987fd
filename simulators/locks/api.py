"""RemoteLOCK's API: tokens, access persons, accesses, bookings, devices, subscribers."""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.locks.doors import Access, Door
from simulators.locks.telling import Teller
from simulators.locks.world import Json, Person, World

ACCEPT = "application/vnd.lockstate+json"
TOKEN_LIVES = 2 * 3600  # seconds
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_PIN = re.compile(r"\d{4,10}")
_FORMAT = "%Y-%m-%dT%H:%M:%S"


class Problem(Exception):
    """An answer that is not 2xx: what the API says of it."""

    def __init__(self, status: int, message: str, field: str = "") -> None:
        self.status = status
        self.body: Json = {"message": message}
        if field:
            self.body["errors"] = [
                {"attribute": field, "messages": [message], "full_messages": [message]}
            ]


Work = Callable[[Request, Json], tuple[int, Json]]
Answer = Callable[[Request], Awaitable[Response]]


class Api:
    """The cloud. Every address has a name, by which faults find it."""

    def __init__(self, world: World, teller: Teller) -> None:
        self.world = world
        self.teller = teller

    def routes(self) -> list[Route]:
        def at(method: str, path: str, name: str, work: Work) -> Route:
            return Route(path, self._served(name, work), methods=[method])

        person = "/access_persons/{id}"
        return [
            at("POST", "/oauth/token", "oauth.token", self.token),
            at("GET", "/access_persons", "persons.list", self.persons),
            at("POST", "/access_persons", "persons.create", self.make_person),
            at("GET", person, "persons.show", self.show_person),
            at("PUT", person, "persons.update", self.update_person),
            at("DELETE", person, "persons.delete", self.deactivate_person),
            at("PUT", f"{person}/deactivate", "persons.deactivate", self.deactivate_person),
            at("GET", f"{person}/accesses", "persons.accesses", self.accesses),
            at("POST", f"{person}/accesses", "accesses.create", self.make_access),
            at("POST", "/bookings", "bookings.create", self.make_booking),
            at("GET", "/bookings/{id}", "bookings.show", self.show_booking),
            at("PUT", "/bookings/{id}/deactivate", "bookings.deactivate", self.deactivate_booking),
            at("GET", "/devices", "devices.list", self.devices),
            at("PUT", "/devices/{id}/unlock", "devices.unlock", self.unlock),
            at("PUT", "/devices/{id}/lock", "devices.lock", self.lock),
            at("GET", "/notification_subscribers", "subscribers.list", self.subscribers),
            at("POST", "/notification_subscribers", "subscribers.create", self.subscribe),
            at("POST", "/notification_subscriptions", "subscriptions.create", self.subscription),
        ]

    def _served(self, name: str, work: Work) -> Answer:
        """Let faults come before and after the work, and note the call."""

        async def answer(request: Request) -> Response:
            faults = self.world.faults
            self.world.catch_up()
            status, body = await self._worked(name, work, request)
            if status < 300 and faults.take("http_500_after_commit", name):
                status, body = 500, {"message": "Internal Server Error"}
            self.world.calls.append((name, status))
            await self.teller.tell_all()
            if late := float(faults.take("delay", name)):
                await asyncio.sleep(late)
            return JSONResponse(body, status)

        return answer

    async def _worked(self, name: str, work: Work, request: Request) -> tuple[int, Json]:
        faults = self.world.faults
        if faults.take("http_500", name):
            return 500, {"message": "Internal Server Error"}
        if faults.take("rate_wall", name):
            return 429, {"message": "Too Many Requests"}
        try:
            if name != "oauth.token":
                self._let_in(request)
            return work(request, await _body(request))
        except Problem as no:
            return no.status, no.body

    def _let_in(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.world.tokens.get(token, 0) < time.time():
            raise Problem(401, "The access token is invalid or expired")
        if not request.headers.get("accept", "").startswith(ACCEPT):
            raise Problem(406, f"Accept {ACCEPT}; version=1")

    # ---- tokens

    def token(self, request: Request, body: Json) -> tuple[int, Json]:
        settings = self.world.settings
        if (body.get("client_id"), body.get("client_secret")) != (
            settings.client_id,
            settings.client_secret,
        ):
            raise Problem(401, "invalid_client")
        grant = body.get("grant_type")
        given = str(body.get("refresh_token", ""))
        if grant == "refresh_token":
            if self.world.faults.peek("refresh_expired", "oauth.token") or (
                given not in self.world.refresh
            ):
                raise Problem(401, "invalid_grant")
            self.world.refresh.discard(given)
        elif grant == "authorization_code":
            if body.get("code") != settings.code:
                raise Problem(401, "invalid_grant")
        elif grant != "client_credentials":
            raise Problem(400, "unsupported_grant_type")
        access = secrets.token_hex(32)
        self.world.tokens[access] = time.time() + TOKEN_LIVES
        found: Json = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": TOKEN_LIVES,
            "created_at": int(time.time()),
        }
        if grant != "client_credentials":
            found["refresh_token"] = secrets.token_hex(32)
            self.world.refresh.add(found["refresh_token"])
        return 200, found

    # ---- people

    def persons(self, request: Request, body: Json) -> tuple[int, Json]:
        now = self.world.now()
        shown = [
            one
            for one in self.world.persons.values()
            if one.status(now) not in ("expired", "deactivated")
        ]
        return 200, {"data": [self._person(one) for one in shown]}

    def make_person(self, request: Request, body: Json) -> tuple[int, Json]:
        if body.get("type") != "access_guest":
            raise Problem(422, "type must be access_guest here", "type")
        given = _attributes(body)
        starts, ends = _window(given)
        pin = str(given.get("pin") or "")
        if given.get("generate_pin"):
            pin = self.world.new_pin()
        if not _PIN.fullmatch(pin):
            raise Problem(422, "PIN must be 4 to 10 digits", "pin")
        if self.world.is_taken(pin):
            raise Problem(422, "PIN has already been taken", "pin")
        person = Person(self.world.new_id(), str(given.get("name", "")), pin, starts, ends)
        self.world.persons[person.id] = person
        return 201, {"data": self._person(person)}

    def show_person(self, request: Request, body: Json) -> tuple[int, Json]:
        return 200, {"data": self._person(self._found(request))}

    def update_person(self, request: Request, body: Json) -> tuple[int, Json]:
        person, given = self._found(request), _attributes(body)
        if person.is_deactivated:
            raise Problem(422, "The access person is deactivated")
        person.starts, person.ends = _window(
            {"starts_at": person.starts.strftime(_FORMAT), "ends_at": person.ends.strftime(_FORMAT)}
            | given
        )
        person.name = str(given.get("name", person.name))
        self.world.unsettle(person)
        return 200, {"data": self._person(person)}

    def deactivate_person(self, request: Request, body: Json) -> tuple[int, Json]:
        return 200, {"data": self._deactivated(self._found(request))}

    def _deactivated(self, person: Person) -> Json:
        if not self.world.faults.take("delete_does_nothing", "persons.deactivate"):
            if not person.is_deactivated:
                self.world.unsettle(person)
            person.is_deactivated = True
        return self._person(person)

    def _found(self, request: Request) -> Person:
        person = self.world.persons.get(request.path_params["id"])
        if person is None:
            raise Problem(404, "Not found")
        return person

    def _person(self, one: Person) -> Json:
        return {
            "type": "access_guest",
            "id": one.id,
            "attributes": {
                "name": one.name,
                "pin": one.pin,
                "starts_at": one.starts.strftime(_FORMAT),
                "ends_at": one.ends.strftime(_FORMAT),
                "status": one.status(self.world.now()),
            },
        }

    # ---- where they may go

    def accesses(self, request: Request, body: Json) -> tuple[int, Json]:
        person = self._found(request)
        mine = [one for one in self.world.accesses.values() if one.person == person.id]
        return 200, {"data": [self._access(one) for one in mine]}

    def make_access(self, request: Request, body: Json) -> tuple[int, Json]:
        person, given = self._found(request), _attributes(body)
        if given.get("accessible_type") != "lock":
            raise Problem(422, "accessible_type: only locks are played", "accessible_type")
        door = self._door(str(given.get("accessible_id")))
        return 201, {"data": self._access(self._lead(person, door))}

    def _lead(self, person: Person, door: Door) -> Access:
        for one in self.world.accesses.values():
            if (one.person, one.door) == (person.id, door.id):
                raise Problem(409, "Access already exists")
        access = Access(self.world.new_id(), person.id, door.id)
        self.world.accesses[access.id] = access
        return access

    def _access(self, one: Access) -> Json:
        return {
            "type": "access_person_access",
            "id": one.id,
            "attributes": {
                "access_person_id": one.person,
                "accessible_id": one.door,
                "accessible_type": "lock",
                **self.world.counts(one),
            },
        }

    # ---- bookings: a person and a door in one, under the caller's id

    def make_booking(self, request: Request, body: Json) -> tuple[int, Json]:
        key, given = str(body.get("id") or self.world.new_id()), _attributes(body)
        if self._booked(key) is not None:
            raise Problem(409, "Booking already exists")
        door = self._door(str(given.get("device_id")))
        starts, ends = _window(given)
        asked = str(given.get("pin") or "")
        if asked and not _PIN.fullmatch(asked):
            raise Problem(422, "PIN must be 4 to 10 digits", "pin")
        # The trap: a PIN that is taken does not fail. Another one comes back with 201.
        other = bool(self.world.faults.take("other_pin", "bookings.create"))
        is_other = bool(asked) and (other or self.world.is_taken(asked))
        pin = self.world.new_pin() if is_other or not asked else asked
        name = str(given.get("name", ""))
        person = Person(self.world.new_id(), name, pin, starts, ends, booking=key)
        self.world.persons[person.id] = person
        self._lead(person, door)
        answer: Json = {"data": self._booking(person)}
        if is_other:
            answer["meta"] = {"warnings": ["PIN has already been taken"]}
        return 201, answer

    def show_booking(self, request: Request, body: Json) -> tuple[int, Json]:
        return 200, {"data": self._booking(self._booking_found(request))}

    def deactivate_booking(self, request: Request, body: Json) -> tuple[int, Json]:
        person = self._booking_found(request)
        self._deactivated(person)
        return 200, {"data": self._booking(person)}

    def _booking_found(self, request: Request) -> Person:
        person = self._booked(request.path_params["id"])
        if person is None:
            raise Problem(404, "Not found")
        return person

    def _booked(self, key: str) -> Person | None:
        return next((one for one in self.world.persons.values() if one.booking == key), None)

    def _booking(self, one: Person) -> Json:
        return {
            "type": "booking",
            "id": one.booking,
            "attributes": {
                "name": one.name,
                "pin": one.pin,
                "access_person_id": one.id,
                "universal_access_key_url": f"{self.world.settings.public}/uak/{one.id}",
                "starts_at": one.starts.strftime(_FORMAT),
                "ends_at": one.ends.strftime(_FORMAT),
                "available_starts_at": one.starts.strftime(_FORMAT),
                "available_ends_at": one.ends.strftime(_FORMAT),
                "status": one.status(self.world.now()),
            },
        }

    # ---- devices

    def devices(self, request: Request, body: Json) -> tuple[int, Json]:
        return 200, {"data": [self._device(one) for one in self.world.doors.values()]}

    def unlock(self, request: Request, body: Json) -> tuple[int, Json]:
        return self._hold(request, True)

    def lock(self, request: Request, body: Json) -> tuple[int, Json]:
        return self._hold(request, False)

    def _hold(self, request: Request, is_open: bool) -> tuple[int, Json]:
        door = self._door(request.path_params["id"])
        door.wants_open = is_open
        return 200, {"data": self._device(door)}

    def _door(self, key: str) -> Door:
        door = self.world.doors.get(key)
        if door is None:
            raise Problem(404, "Not found: device")
        return door

    def _device(self, door: Door) -> Json:
        return {
            "type": "lock",
            "id": door.id,
            "attributes": {
                "name": door.name,
                "serial_number": f"K{door.serial:07d}",
                "heartbeat_interval": int(door.heartbeat.total_seconds()),
                "connected": door.is_online,
                "alive_at": door.seen_at.isoformat() if door.seen_at else None,
                "power_level": door.battery,
                "state": "unlocked" if door.is_held_open else "locked",
                "time_zone": "Asia/Tokyo",
            },
        }

    # ---- whoever wants to hear

    def subscribers(self, request: Request, body: Json) -> tuple[int, Json]:
        found = [
            {
                "type": "webhook_notification_subscriber",
                "id": key,
                "attributes": {"active": one["active"], "name": one["name"], "url": one["url"]},
            }
            for key, one in self.world.subscribers.items()
        ]
        return 200, {"data": found}

    def subscribe(self, request: Request, body: Json) -> tuple[int, Json]:
        given, key = _attributes(body), self.world.new_id()
        if not given.get("url"):
            raise Problem(422, "url can't be blank", "url")
        self.world.subscribers[key] = {
            "active": bool(given.get("active", True)),
            "name": str(given.get("name", "")),
            "url": str(given["url"]),
            "secret": str(given.get("secret", "")),
        }
        return 201, {"data": {"type": "webhook_notification_subscriber", "id": key}}

    def subscription(self, request: Request, body: Json) -> tuple[int, Json]:
        given = _attributes(body)
        if given.get("subscriber_id") not in self.world.subscribers:
            raise Problem(404, "Not found: subscriber")
        self.world.subscriptions.append(
            {
                "subscriber": given["subscriber_id"],
                "events": [str(one["event_type"]) for one in given.get("events", ())],
            }
        )
        return 201, {"data": {"type": "notification_subscription", "id": self.world.new_id()}}


async def _body(request: Request) -> Json:
    if "form" in request.headers.get("content-type", ""):
        return dict(parse_qsl((await request.body()).decode()))
    raw = await request.body()
    if not raw:
        return {}
    try:
        found = await request.json()
    except ValueError:
        raise Problem(400, "The body is not JSON") from None
    if not isinstance(found, dict):
        raise Problem(400, "The body is not an object")
    return found


def _attributes(body: Json) -> Json:
    found = body.get("attributes")
    if not isinstance(found, dict):
        raise Problem(422, "attributes are missing", "attributes")
    return found


def _window(given: Json) -> tuple[datetime, datetime]:
    starts, ends = str(given.get("starts_at", "")), str(given.get("ends_at", ""))
    for name, text in (("starts_at", starts), ("ends_at", ends)):
        if not _TIME.fullmatch(text):
            raise Problem(422, f"{name} must be YYYY-MM-DDTHH:MM:SS without an offset", name)
    window = datetime.strptime(starts, _FORMAT), datetime.strptime(ends, _FORMAT)
    if window[0] >= window[1]:
        raise Problem(422, "ends_at must be after starts_at", "ends_at")
    return window
