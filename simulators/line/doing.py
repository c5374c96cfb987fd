"""What a person does on the phone, and the events that come of it."""

import base64
from collections.abc import Callable

from simulators.line import ids
from simulators.line.webhooks import Courier
from simulators.line.world import Click, Content, Item, Json, Person, World

EXTENSIONS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class Impossible(Exception):
    """A phone would not let a person do this."""


def do(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Do what `body["do"]` says, send the events, and return what was added to the talk.

    Raises:
        Impossible: this cannot be done, or not now.
    """
    verb = VERBS.get(str(body.get("do")))
    if verb is None:
        raise Impossible(f"do must be one of {', '.join(VERBS)}")
    if body["do"] not in ("follow", "unblock", "block", "uri") and person.blocked:
        raise Impossible("unblock the account first")
    try:
        return verb(world, courier, person, body)
    except KeyError as missing:
        raise Impossible(f"{body['do']} needs {missing.args[0]}") from missing


def follow(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Add the account as a friend, or take back a block."""
    unblocked = person.blocked
    if person.friend and not unblocked:
        raise Impossible("is a friend already")
    person.friend, person.blocked = True, False
    text = "ブロックを解除しました" if unblocked else "友だちに追加しました"
    items = world.say(person, "system", [{"type": "text", "text": text}])
    world.announce_people()
    courier.happened(person, "follow", {"follow": {"isUnblocked": unblocked}})
    return items


def block(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    if person.blocked:
        raise Impossible("has blocked the account already")
    person.blocked = True
    items = world.say(person, "system", [{"type": "text", "text": "ブロックしました"}])
    world.announce_people()
    courier.happened(person, "unfollow", {}, reply=False)
    return items


def text(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    said = str(body["text"])
    if not said.strip():
        raise Impossible("LINE does not send an empty text")
    return _write(world, courier, person, [{"type": "text", "text": said}])


def sticker(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    message = {
        "type": "sticker",
        "packageId": str(body["packageId"]),
        "stickerId": str(body["stickerId"]),
        "stickerResourceType": str(body.get("stickerResourceType", "STATIC")),
        "keywords": body.get("keywords") or [],
    }
    return _write(world, courier, person, [message])


def image(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Send one photo, or several at once: then they are a set and arrive in several events."""
    given = body.get("files") or body["base64"]
    files = [_bytes(one) for one in (given if isinstance(given, list) else [given])]
    messages: list[Json] = []
    set_id = ids.opaque(32).upper()
    for index, blob in enumerate(files, start=1):
        message: Json = {"type": "image", "contentProvider": {"type": "line"}}
        if len(files) > 1:
            message["imageSet"] = {"id": set_id, "index": index, "total": len(files)}
        messages.append(message | {"id": _keep(world, person, "image", blob)})
    return _write(world, courier, person, messages)


def file(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    blob = _bytes(_only_file(body))
    name = str(body["fileName"])
    message = {"type": "file", "fileName": name, "fileSize": len(blob)}
    message["id"] = _keep(world, person, "file", blob, "application/octet-stream")
    return _write(world, courier, person, [message])


def film(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Send a video or a voice message; `do` is its kind."""
    kind = str(body["do"])
    blob = _bytes(_only_file(body))
    message: Json = {
        "type": kind,
        "duration": int(body.get("duration", 1000)),
        "contentProvider": {"type": "line"},
        "id": _keep(world, person, kind, blob, "video/mp4" if kind == "video" else "audio/m4a"),
    }
    return _write(world, courier, person, [message])


def location(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    message: Json = {
        "type": "location",
        "latitude": float(body["latitude"]),
        "longitude": float(body["longitude"]),
    }
    message |= {key: str(body[key]) for key in ("title", "address") if body.get(key)}
    return _write(world, courier, person, [message])


def postback(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Press a button with data; `displayText` is shown in the person's name but is no message."""
    happened: Json = {"data": str(body["data"])}
    if body.get("params"):
        happened["params"] = body["params"]
    items: list[Item] = []
    if shown := body.get("displayText"):
        message = {"type": "text", "text": str(shown), "id": ids.message_id()}
        items = world.say(person, "person", [message])
    elif said := body.get("text"):
        items = _write(world, courier, person, [{"type": "text", "text": str(said)}])
    else:
        _use_quick_reply(world, person, "data", happened["data"])
    courier.happened(person, "postback", {"postback": happened})
    return items


def menu_switch(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Press a tab: the menu behind the alias becomes this person's own."""
    alias = str(body["richMenuAliasId"])
    params: Json = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
    menu_id = world.aliases.get(alias)
    if menu_id is None:
        params = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    elif menu_id not in world.menus:
        params = {"status": "RICHMENU_NOTFOUND"}
    else:
        person.menu = menu_id
        world.announce_menu(person)
    happened = {"data": str(body["data"]), "params": params}
    courier.happened(person, "postback", {"postback": happened})
    return []


def unsend(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    message_id = str(body["messageId"])
    for item in person.talk:
        if item.message.get("id") == message_id and item.source == "person":
            item.message = {"type": "unsent", "id": message_id}
            if content := world.contents.get(message_id):
                content.gone = True
            courier.happened(person, "unsend", {"unsend": {"messageId": message_id}}, reply=False)
            world.announce_talk(person, [item])
            return [item]
    raise Impossible("can only take back what this person has sent")


def open_uri(world: World, courier: Courier, person: Person, body: Json) -> list[Item]:
    """Follow a link: LINE tells the product nothing."""
    uri = str(body.get("uri", ""))
    world.clicks.append(Click(world.clock.now().isoformat(), person.id, uri))
    _use_quick_reply(world, person, "uri", uri)
    return []


def _write(world: World, courier: Courier, person: Person, messages: list[Json]) -> list[Item]:
    """Say something and send one event for each message."""
    messages = [{"id": ids.message_id(), **message} for message in messages]
    items = world.say(person, "person", messages)
    person.wrote_at = world.clock.now().timestamp()
    for item in items:
        tokens = {"markAsReadToken": ids.opaque(120)}
        world.read_tokens[tokens["markAsReadToken"]] = (person.id, item.seq)
        if item.message["type"] in ("text", "sticker", "image", "video"):
            tokens["quoteToken"] = ids.opaque()
            world.quote_tokens.add(tokens["quoteToken"])
        courier.happened(person, "message", {"message": {**item.message, **tokens}})
    return items


def _use_quick_reply(world: World, person: Person, key: str, value: str) -> None:
    """Take the quick reply away when the button that was pressed is one of it."""
    items = person.quick_reply or []
    if any(item["action"].get(key) == value for item in items):
        person.quick_reply = None
        world.announce_talk(person, [])


def _keep(world: World, person: Person, kind: str, blob: bytes, media_type: str = "") -> str:
    message_id = ids.message_id()
    guess = next((name for start, name in EXTENSIONS.items() if blob.startswith(start)), None)
    world.contents[message_id] = Content(kind, blob, media_type or guess or "image/jpeg", person.id)
    return message_id


def _only_file(body: Json) -> object:
    files = body.get("files")
    return files[0] if files else body["base64"]


def _bytes(given: object) -> bytes:
    """Return bytes, also from base64 with or without the start of a data URL."""
    if isinstance(given, bytes):
        return given
    try:
        return base64.b64decode(str(given).partition("base64,")[2] or str(given), validate=True)
    except ValueError as error:
        raise Impossible("a file must be base64 or an upload") from error


Verb = Callable[[World, Courier, Person, Json], list[Item]]
VERBS: dict[str, Verb] = {
    "follow": follow,
    "unblock": follow,
    "block": block,
    "text": text,
    "sticker": sticker,
    "image": image,
    "file": file,
    "video": film,
    "audio": film,
    "location": location,
    "postback": postback,
    "menuswitch": menu_switch,
    "unsend": unsend,
    "uri": open_uri,
}
