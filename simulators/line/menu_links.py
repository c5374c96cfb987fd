"""Whose menu is it: links of one, of many and in batches, and the aliases that tabs use."""

import asyncio
import re

from simulators.line import menus
from simulators.line.checks.base import (
    Problems,
    Rule,
    anything,
    chosen,
    listing,
    matching,
    shape,
    text,
)
from simulators.line.gate import Answer, Call, Door, Refused, invalid
from simulators.line.messaging import USER_ID
from simulators.line.world import Json, Later, World

SOON = 0.2  # seconds that LINE takes for what it does afterwards
MOST_ALIASES = 1000
MENU_ID = matching(r"richmenu-[0-9a-f]{32}", "invalid richMenuId")
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")

USERS = shape({"userIds": listing(text(100), least=1, most=500)})
LINK_USERS = shape({"userIds": listing(text(100), least=1, most=500), "richMenuId": MENU_ID})
OPERATION = chosen(
    {
        "link": shape({"type": anything, "from": MENU_ID, "to": MENU_ID}),
        "unlink": shape({"type": anything, "from": MENU_ID}),
        "unlinkAll": shape({"type": anything}),
    }
)
BATCH = shape(
    {"operations": listing(OPERATION, least=1, most=1000)},
    {"resumeRequestKey": matching(r"[0-9a-zA-Z_-]{1,100}")},
)
NEW_ALIAS = shape({"richMenuAliasId": matching(ALIAS.pattern), "richMenuId": MENU_ID})
MOVED_ALIAS = shape({"richMenuId": MENU_ID})


def link(call: Call) -> Answer:
    """Link a menu to a person; to a stranger or a blocker LINE says yes and does nothing."""
    user = _user(call)
    menu = menus.with_picture(call)
    _set(call.world, [user], menu.id)
    return Answer({})


def unlink(call: Call) -> Answer:
    _set(call.world, [_user(call)], None)
    return Answer({})


def show(call: Call) -> Answer:
    person = call.world.people.get(_user(call))
    if person is None or person.menu not in call.world.menus:
        raise Refused(404, "the user has no richmenu")
    return Answer({"richMenuId": person.menu})


def link_many(call: Call) -> Answer:
    _look(call, LINK_USERS)
    users = _users(call)
    menu = call.world.menus.get(call.body["richMenuId"])
    if menu is None:
        raise Refused(404, "richmenu not found")
    if menu.image is None:
        raise Refused(400, "must upload richmenu image before applying it to user")
    asyncio.get_running_loop().call_later(SOON, _set, call.world, users, menu.id)
    return Answer({}, 202)


def unlink_many(call: Call) -> Answer:
    _look(call, USERS)
    asyncio.get_running_loop().call_later(SOON, _set, call.world, _users(call), None)
    return Answer({}, 202)


def batch(call: Call) -> Answer:
    validate_batch(call)
    later = Later("batch", call.world.utc(), "ongoing")
    call.world.later[call.request_id] = later
    asyncio.get_running_loop().call_later(
        SOON, _run_batch, call.world, later, call.body["operations"]
    )
    return Answer({}, 202)


def validate_batch(call: Call) -> Answer:
    _look(call, BATCH)
    problems = Problems()
    operations: list[Json] = call.body["operations"]
    sources = [one["from"] for one in operations if "from" in one]
    for source in dict.fromkeys(sources):
        if sources.count(source) > 1:
            problems.say(f"from richmenu ({source}) is duplicated", "operations")
    if len({one["type"] == "unlinkAll" for one in operations}) > 1:
        problems.say("'unlinkAll' type can't be combined with other type", "operations")
    for index, one in enumerate(operations):
        for name in ("from", "to"):
            menu = call.world.menus.get(one.get(name, ""))
            where = f"operations[{index}].{name}"
            if name in one and menu is None:
                problems.say(f"Richmenu ({one[name]}) is not found", where)
            elif name == "to" and menu and menu.image is None:
                problems.say(f"'to' richmenu ({menu.id}) must have image but it doesn't", where)
    if problems:
        raise invalid(problems.details)
    return Answer({})


def batch_progress(call: Call) -> Answer:
    later = call.world.later.get(call.query.get("requestId", ""))
    if later is None or later.kind != "batch":
        raise Refused(404, "Not found")
    facts: Json = {"phase": later.phase, "acceptedTime": later.accepted_at}
    if later.completed_at:
        facts["completedTime"] = later.completed_at
    return Answer(facts)


def create_alias(call: Call) -> Answer:
    _look(call, NEW_ALIAS)
    name = call.body["richMenuAliasId"]
    if name in call.world.aliases:
        raise Refused(400, "conflict richmenu alias id")
    if len(call.world.aliases) >= MOST_ALIASES:
        raise Refused(400, "The number of rich menu aliases has reached the limit")
    _point(call, name)
    return Answer({})


def update_alias(call: Call) -> Answer:
    _look(call, MOVED_ALIAS)
    _point(call, _alias(call))
    return Answer({})


def delete_alias(call: Call) -> Answer:
    del call.world.aliases[_alias(call)]
    call.world.changed()
    return Answer({})


def show_alias(call: Call) -> Answer:
    name = _alias(call)
    return Answer({"richMenuAliasId": name, "richMenuId": call.world.aliases[name]})


def list_aliases(call: Call) -> Answer:
    aliases = call.world.aliases.items()
    return Answer(
        {"aliases": [{"richMenuAliasId": name, "richMenuId": menu} for name, menu in aliases]}
    )


def _point(call: Call, name: str) -> None:
    menu = call.world.menus.get(call.body["richMenuId"])
    if menu is None or menu.image is None:
        raise Refused(400, "richmenu not found")
    call.world.aliases[name] = menu.id
    call.world.changed()


def _alias(call: Call) -> str:
    name = call.params["alias"]
    if name not in call.world.aliases:
        raise Refused(404, "richmenu alias not found")
    return name


def _set(world: World, users: list[str], menu_id: str | None) -> None:
    for user in users:
        person = world.people.get(user)
        if person and person.hears:
            person.menu = menu_id
            world.announce_menu(person)


def _run_batch(world: World, later: Later, operations: list[Json]) -> None:
    """Apply every operation to who had the menu before, as if all ran at once."""
    moves = {one["from"]: one.get("to") for one in operations if "from" in one}
    everybody = any(one["type"] == "unlinkAll" for one in operations)
    for person in world.people.values():
        if person.menu and (everybody or person.menu in moves):
            person.menu = None if everybody else moves[person.menu]
            world.announce_menu(person)
    later.phase, later.completed_at = "succeeded", world.utc()


def _user(call: Call) -> str:
    user = call.params["user"]
    if not USER_ID.fullmatch(user):
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    return user


def _users(call: Call) -> list[str]:
    for index, user in enumerate(call.body["userIds"]):
        if not USER_ID.fullmatch(user):
            where = f"The property, 'userIds[{index}]', in the request body is invalid"
            raise Refused(400, f"{where} (line: -, column: -)")
    users: list[str] = call.body["userIds"]
    return users


def _look(call: Call, rule: Rule) -> None:
    problems = Problems()
    rule(problems, call.body, "")
    if problems.message:
        raise Refused(400, problems.message)
    if problems.details:
        raise invalid(problems.details)


DOORS = [
    Door("POST", "/v2/bot/richmenu/bulk/link", "richmenu/bulk/link", link_many, takes="json"),
    Door("POST", "/v2/bot/richmenu/bulk/unlink", "richmenu/bulk/unlink", unlink_many, takes="json"),
    Door("POST", "/v2/bot/richmenu/batch", "richmenu/batch", batch, rate="3/h", takes="json"),
    Door(
        "POST",
        "/v2/bot/richmenu/validate/batch",
        "richmenu/validate/batch",
        validate_batch,
        takes="json",
    ),
    Door(
        "GET",
        "/v2/bot/richmenu/progress/batch",
        "richmenu/progress/batch",
        batch_progress,
        rate="100/h",
    ),
    Door("POST", "/v2/bot/richmenu/alias", "richmenu/alias", create_alias, takes="json"),
    Door("GET", "/v2/bot/richmenu/alias/list", "richmenu/alias/list", list_aliases),
    Door("POST", "/v2/bot/richmenu/alias/{alias}", "richmenu/alias", update_alias, takes="json"),
    Door("GET", "/v2/bot/richmenu/alias/{alias}", "richmenu/alias", show_alias),
    Door("DELETE", "/v2/bot/richmenu/alias/{alias}", "richmenu/alias", delete_alias, rate="100/h"),
    Door("POST", "/v2/bot/user/{user}/richmenu/{menu}", "richmenu/link", link),
    Door("GET", "/v2/bot/user/{user}/richmenu", "richmenu/link", show),
    Door("DELETE", "/v2/bot/user/{user}/richmenu", "richmenu/link", unlink),
]
