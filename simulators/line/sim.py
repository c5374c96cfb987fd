"""The phone's own API: what the page of the phone and the tests' driver speak. Not LINE's."""

import html
import json
from urllib.parse import urlsplit

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from simulators.line import doing, events, wire
from simulators.line.liff import Liff
from simulators.line.webhooks import Courier
from simulators.line.world import Json, Person, World

COLOURS = ("#7a5c99", "#3d7a5c", "#99663d", "#3d6699", "#8a4a5c", "#5c7a3d")


def routes(world: World, courier: Courier, liff: Liff) -> list[Route]:
    async def state(request: Request) -> Response:
        settings = world.settings
        return JSONResponse(
            {
                "account": {
                    "name": settings.account_name,
                    "basicId": settings.account_id,
                    "picture": f"{settings.public}/sim/portrait/account",
                },
                "people": [world.face(person) for person in world.people.values()],
                "clock": world.clock.facts(),
                "liffBase": settings.liff_base,
                "liffId": settings.liff_id,
                "faults": world.faults.shown(),
                "seq": world.seq,
            }
        )

    async def people(request: Request) -> Response:
        body = await _json(request)
        name = str(body.get("name", "")).strip()
        if not name:
            raise HTTPException(400, "a person needs a name")
        person = world.add_person(name, language=str(body.get("language") or "ja"))
        return JSONResponse(world.face(person), 201)

    async def talk(request: Request) -> Response:
        person = _person(world, request)
        after = _whole(request, "after", 0)
        items = [item.shown() for item in person.talk if item.seq > after]
        _mark_seen(world, person)
        return JSONResponse(
            {
                "items": items,
                "menu": world.shown_menu(person),
                "quickReply": person.quick_reply,
                "read": person.account_read_seq,
            }
        )

    async def do(request: Request) -> Response:
        person = _person(world, request)
        body = await _form(request) if _is_form(request) else await _json(request)
        try:
            items = doing.do(world, courier, person, body)
        except doing.Impossible as no:
            return JSONResponse({"ok": False, "message": str(no), "items": []}, 400)
        return JSONResponse({"ok": True, "items": [item.shown() for item in items]})

    async def media(request: Request) -> Response:
        content = world.contents.get(request.path_params["message"])
        if content is None or content.gone:
            raise HTTPException(404, "no such content")
        return Response(content.body, media_type=content.media_type)

    async def menu_image(request: Request) -> Response:
        menu = world.menus.get(request.path_params["menu"])
        if menu is None or menu.image is None:
            raise HTTPException(404, "no such picture")
        return Response(menu.image, media_type=menu.image_type)

    async def portrait(request: Request) -> Response:
        person = world.people.get(request.path_params["person"])
        name = person.name if person else world.settings.account_name
        return Response(_portrait(name), media_type="image/svg+xml")

    async def stream(request: Request) -> Response:
        heard = request.headers.get("last-event-id", "")  # a browser that was cut off says so
        after = int(heard) if heard.isdecimal() else _whole(request, "after", world.seq)
        return StreamingResponse(
            events.stream(world, after=after),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def show_wire(request: Request) -> Response:
        after, limit = _whole(request, "after", 0), _whole(request, "limit", 200)
        entries = [entry for entry in world.wire if entry["seq"] > after]
        return JSONResponse({"items": entries[-limit:] if not after else entries[:limit]})

    async def clock(request: Request) -> Response:
        return JSONResponse(await turn_clock(world, courier.client, await _json(request)))

    async def open_liff(request: Request) -> Response:
        person = _person(world, request)
        url = str((await _json(request)).get("url", ""))
        if not url.startswith(world.settings.liff_base + "/"):
            return JSONResponse({"src": url})
        return JSONResponse(liff.open(person, url))

    return [
        Route("/sim/state", state),
        Route("/sim/people", people, methods=["POST"]),
        Route("/sim/people/{person}/talk", talk),
        Route("/sim/people/{person}/do", do, methods=["POST"]),
        Route("/sim/people/{person}/liff", open_liff, methods=["POST"]),
        Route("/sim/media/{message}", media),
        Route("/sim/menu-image/{menu}", menu_image),
        Route("/sim/portrait/{person}", portrait),
        Route("/sim/events", stream),
        Route("/sim/wire", show_wire),
        Route("/sim/clock", clock, methods=["POST"]),
    ]


async def turn_clock(world: World, client: httpx.AsyncClient, body: Json) -> Json:
    """Turn business time here and, if we know where, in the product; say how that went."""
    try:
        world.clock.turn(body)
    except ValueError as no:
        raise HTTPException(400, str(no)) from no
    facts: Json = world.clock.facts()
    settings = world.settings
    if settings.clock_url:
        asked = {"offset_seconds": facts["offsetSeconds"]}
        status, answer = 0, b""
        try:
            response = await client.post(
                settings.clock_url,
                json=asked,
                headers={"Authorization": f"Bearer {settings.clock_token}"},
                timeout=5,
            )
            status, answer = response.status_code, response.content
        except httpx.HTTPError as error:
            answer = str(error).encode()
        facts["product"] = status
        wire.record(
            world,
            direction="out",
            method="POST",
            path=urlsplit(settings.clock_url).path,
            status=status or None,
            request=json.dumps(asked).encode(),
            response=answer,
            note="clock",
        )
    world.announce("clock", facts)
    return facts


def _mark_seen(world: World, person: Person) -> None:
    newest = person.talk[-1].seq if person.talk else 0
    if newest > person.read_seq:
        person.read_seq = newest
        world.announce_people()


def _person(world: World, request: Request) -> Person:
    person = world.people.get(request.path_params["person"])
    if person is None:
        raise HTTPException(404, "no such person")
    return person


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() else default


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/")


async def _json(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError as error:
        raise HTTPException(400, "the body must be JSON") from error
    if not isinstance(body, dict):
        raise HTTPException(400, "the body must be a JSON object")
    return body


async def _form(request: Request) -> Json:
    """Read an upload: texts as they are, all files as `files`, the first name as `fileName`."""
    body: Json = {"files": []}
    async with request.form() as form:
        for key, value in form.multi_items():
            if isinstance(value, str):
                body[key] = value
            else:
                body["files"].append(await value.read())
                body.setdefault("fileName", value.filename)
    return body


def _portrait(name: str) -> str:
    colour = COLOURS[sum(map(ord, name)) % len(COLOURS)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">'
        f'<rect width="80" height="80" fill="{colour}"/>'
        '<text x="40" y="53" font-size="36" text-anchor="middle" fill="#fff" '
        f'font-family="sans-serif">{html.escape(name[:1])}</text></svg>'
    )
