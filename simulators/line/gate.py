"""The gate of the Messaging API: token, rate, size, media type and faults, the same everywhere."""

import asyncio
import inspect
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.line import ids
from simulators.line.tokens import Tokens
from simulators.line.webhooks import Courier
from simulators.line.world import Json, World

LARGEST = 2 * 1024 * 1024
SECONDS = {"s": 1, "min": 60, "h": 3600}


class Refused(Exception):
    """LINE says no, with its status and its words."""

    def __init__(
        self, status: int, message: str, details: list[Json] | None = None, **more: object
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, **more}
        if details:
            self.body["details"] = details
        self.headers: dict[str, str] = {}


def invalid(details: list[Json]) -> Refused:
    return Refused(400, f"The request body has {len(details)} error(s)", details)


@dataclass(slots=True)
class Answer:
    """What LINE answers: JSON, or bytes of a media type."""

    body: Json | bytes = field(default_factory=dict)
    status: int = 200
    media_type: str = "application/json"


@dataclass(slots=True)
class Call:
    """One request that came through the gate."""

    world: World
    courier: Courier
    tokens: Tokens
    endpoint: str
    request_id: str
    params: dict[str, str]
    query: QueryParams
    raw: bytes
    body: Json
    media_type: str
    retry_key: str | None


@dataclass(frozen=True, slots=True)
class Door:
    """One endpoint: what it is called here, how often it may be called, what it takes."""

    method: str
    path: str
    name: str
    handle: Callable[[Call], Answer | Awaitable[Answer]]
    rate: str = "2000/s"
    takes: Literal["nothing", "json", "image"] = "nothing"
    retry_key: bool = False


class Bucket:
    """A bucket of tokens: full at first, refilled evenly, one token per request."""

    def __init__(self, rate: str) -> None:
        count, _, unit = rate.partition("/")
        self.size = int(count)
        self.per_second = self.size / SECONDS[unit]
        self.left = float(self.size)
        self.at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(self.size, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


def route(door: Door, *, world: World, courier: Courier, tokens: Tokens) -> Route:
    """Put a door into the wall of the application."""
    buckets = {"": Bucket(door.rate)}

    def is_too_fast() -> bool:
        rate = str(world.faults.peek("rate", door.name) or "")
        if rate not in buckets:
            buckets[rate] = Bucket(rate)
        return not buckets[rate].take()

    async def enter(request: Request) -> Response:
        request_id = ids.request_id()
        faults = world.faults
        try:
            if faults.take("http_500_before_accept", door.name):
                raise Refused(500, "Internal Server Error")
            raw = await request.body()
            if faults.take("rate_wall", door.name) or is_too_fast():
                raise Refused(429, "The API rate limit has been exceeded. Try again later.")
            call = _check(door, request, raw, world, courier, tokens, request_id)
            given = door.handle(call)
            answer = await given if inspect.isawaitable(given) else given
            if faults.take("http_500_after_commit", door.name):
                raise Refused(500, "Internal Server Error")
            response = _respond(answer)
        except Refused as no:
            response = JSONResponse(no.body, no.status, no.headers)
        response.headers["x-line-request-id"] = request_id
        if delay := int(faults.take("delay_ms", door.name)):
            await asyncio.sleep(delay / 1000)
        return response

    return Route(door.path, enter, methods=[door.method], name=door.name)


def _respond(answer: Answer) -> Response:
    if isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, media_type=answer.media_type)
    return JSONResponse(answer.body, answer.status)


def _check(
    door: Door,
    request: Request,
    raw: bytes,
    world: World,
    courier: Courier,
    tokens: Tokens,
    request_id: str,
) -> Call:
    _check_token(request, tokens, refuse=bool(world.faults.take("unauthorized", door.name)))
    if door.takes != "image" and len(raw) > LARGEST:
        raise Refused(413, "Request exceeds the max size of 2MB")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = {}
    if door.takes == "json":
        if media_type != "application/json":
            raise Refused(415, f"The content type, {media_type or '-'}, is not supported")
        body = parse(raw)
    retry_key = request.headers.get("x-line-retry-key")
    if retry_key is not None and not door.retry_key:
        raise Refused(400, "The retry key is not supported by this API")
    return Call(
        world=world,
        courier=courier,
        tokens=tokens,
        endpoint=door.name,
        request_id=request_id,
        params=dict(request.path_params),
        query=request.query_params,
        raw=raw,
        body=body,
        media_type=media_type,
        retry_key=retry_key,
    )


def _check_token(request: Request, tokens: Tokens, *, refuse: bool) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    reason = ""
    if not token or scheme.lower() != "bearer":
        reason = "missing or malformed authorization header"
    elif refuse or not tokens.is_good(token.strip()):
        reason = "invalid token"
    if reason:
        raise Refused(401, f"Authentication failed due to the following reason: {reason}")


def parse(raw: bytes) -> Json:
    """Read a JSON object, or say where it stops being one."""
    try:
        body = json.loads(raw)
    except json.JSONDecodeError as error:
        where = f"(line: {error.lineno}, column: {error.colno})"
    except UnicodeDecodeError:
        where = "(line: 1, column: 1)"
    else:
        if isinstance(body, dict):
            return body
        where = "(line: 1, column: 1)"
    raise Refused(400, f"The request body could not be parsed as JSON {where}")
