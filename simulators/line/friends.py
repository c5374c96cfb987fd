"""Who is who: profiles, the list of friends, the account itself, and account linking."""

import secrets
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulators.line.gate import Answer, Call, Door, Refused
from simulators.line.messaging import USER_ID
from simulators.line.webhooks import Courier
from simulators.line.world import Json, World

LINK_LIFE = 600


def profile(call: Call) -> Answer:
    """Tell a person's name: of friends and of those who wrote, never of blockers."""
    user = call.params["user"]
    if not USER_ID.fullmatch(user):
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    person = call.world.people.get(user)
    if person is None or not call.world.can_be_pushed_to(person):
        raise Refused(404, "Not found")
    return Answer(
        {
            "userId": person.id,
            "displayName": person.name,
            "pictureUrl": call.world.picture_url(person),
            "language": person.language,
        }
    )


def follower_ids(call: Call) -> Answer:
    """List friends in pages of `limit`; `next` is where the next page starts."""
    limit = _whole(call, "limit", 300, most=1000)
    start = _whole(call, "start", 0, most=10**9)
    friends = [person.id for person in call.world.people.values() if person.hears]
    body: Json = {"userIds": friends[start : start + limit]}
    if start + limit < len(friends):
        body["next"] = str(start + limit)
    return Answer(body)


def bot_info(call: Call) -> Answer:
    settings = call.world.settings
    return Answer(
        {
            "userId": call.world.bot_id,
            "basicId": settings.account_id,
            "displayName": settings.account_name,
            "pictureUrl": f"{settings.public}/sim/portrait/account",
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


def link_token(call: Call) -> Answer:
    person = call.world.people.get(call.params["user"])
    if person is None:
        raise Refused(404, "Not found")
    token = secrets.token_urlsafe(24)
    call.world.link_tokens[token] = (person.id, time.time() + LINK_LIFE)
    return Answer({"linkToken": token})


def account_link_page(world: World, courier: Courier) -> Route:
    """The place where the product's own login sends the browser; used up by one visit."""

    async def enter(request: Request) -> Response:
        nonce = request.query_params.get("nonce", "")
        token = request.query_params.get("linkToken", "")
        person_id, good_until = world.link_tokens.pop(token, ("", 0.0))
        person = world.people.get(person_id)
        if person is None or not 10 <= len(nonce) <= 255:
            return JSONResponse({"message": "invalid linkToken or nonce"}, 400)
        good = good_until > time.time()
        link = {"result": "ok" if good else "failed", "nonce": nonce}
        courier.happened(person, "accountLink", {"link": link}, reply=good)
        return RedirectResponse(f"{world.settings.public}/phone/", 302)

    return Route("/dialog/bot/accountLink", enter)


def _whole(call: Call, name: str, default: int, *, most: int) -> int:
    given = call.query.get(name)
    if given is None:
        return default
    if not given.isdecimal() or not int(given) <= most:
        raise Refused(400, f"The value for the '{name}' parameter is invalid")
    return int(given)


DOORS = [
    Door("GET", "/v2/bot/profile/{user}", "profile", profile),
    Door("GET", "/v2/bot/followers/ids", "followers", follower_ids),
    Door("GET", "/v2/bot/info", "info", bot_info),
    Door("POST", "/v2/bot/user/{user}/linkToken", "linkToken", link_token),
]
