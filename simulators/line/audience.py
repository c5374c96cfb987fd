"""Audiences of uploaded user ids, for narrowcast: made, added to, listed, renamed, deleted."""

from simulators.line.checks.base import Problems, Rule, boolean, listing, shape, text, whole
from simulators.line.gate import Answer, Call, Door, Refused, invalid
from simulators.line.messaging import USER_ID
from simulators.line.world import Audience, Json

MOST = 1000
A_DAY = 24 * 3600
LIFE_DAYS = 180
USERS = listing(shape({"id": text(100)}), most=10_000)
NEW = shape(
    {"description": text(120)},
    {"isIfaAudience": boolean, "uploadDescription": text(300), "audiences": USERS},
)
MORE = shape(
    {"audienceGroupId": whole(1, 10**15), "audiences": USERS}, {"uploadDescription": text(300)}
)
NAME = shape({"description": text(120)})


def create(call: Call) -> Answer:
    """Make an audience; one malformed id refuses the whole upload."""
    users = _read(call, NEW)
    if len(call.world.audiences) >= MOST:
        raise Refused(400, "The number of audiences has reached the limit")
    number = 10**12 + call.world.next_seq()
    audience = Audience(
        number, call.body["description"], set(users), int(call.world.clock.now().timestamp())
    )
    call.world.audiences[number] = audience
    return Answer(_shown(audience), 202)


def add(call: Call) -> Answer:
    users = _read(call, MORE)
    _find(call, call.body["audienceGroupId"]).users.update(users)
    return Answer({}, 202)


def show(call: Call) -> Answer:
    return Answer({"audienceGroup": _shown(_find(call, call.params["number"]))})


def list_all(call: Call) -> Answer:
    groups = [_shown(audience) for audience in call.world.audiences.values()]
    return Answer(
        {
            "audienceGroups": groups,
            "hasNextPage": False,
            "totalCount": len(groups),
            "readWriteAudienceGroupTotalCount": len(groups),
            "page": 1,
            "size": len(groups) or 1,
        }
    )


def rename(call: Call) -> Answer:
    _read(call, NAME)
    _find(call, call.params["number"]).description = call.body["description"]
    return Answer({})


def delete(call: Call) -> Answer:
    del call.world.audiences[_find(call, call.params["number"]).number]
    return Answer({}, 202)


def _read(call: Call, rule: Rule) -> list[str]:
    problems = Problems()
    rule(problems, call.body, "")
    if problems.message:
        raise Refused(400, problems.message)
    users = [str(one["id"]) for one in call.body.get("audiences", []) if isinstance(one, dict)]
    for index, user in enumerate(users):
        if not USER_ID.fullmatch(user):
            problems.say("AUDIENCE_GROUP_CONTAINS_INVALID_ID", f"audiences[{index}].id")
    if problems:
        raise invalid(problems.details)
    return users


def _find(call: Call, number: object) -> Audience:
    audience = call.world.audiences.get(int(str(number))) if str(number).isdecimal() else None
    if audience is None:
        raise Refused(400, "AUDIENCE_GROUP_NOT_FOUND")
    return audience


def _shown(audience: Audience) -> Json:
    return {
        "audienceGroupId": audience.number,
        "createRoute": "MESSAGING_API",
        "type": "UPLOAD",
        "description": audience.description,
        "status": "READY",
        "audienceCount": len(audience.users),
        "created": audience.created,
        "permission": "READ_WRITE",
        "isIfaAudience": False,
        "expireTimestamp": audience.created + LIFE_DAYS * A_DAY,
    }


UPLOAD = "/v2/bot/audienceGroup/upload"
ONE = "/v2/bot/audienceGroup/{number}"
DOORS = [
    Door("POST", UPLOAD, "audience/upload", create, rate="60/min", takes="json"),
    Door("PUT", UPLOAD, "audience/add", add, rate="60/min", takes="json"),
    Door("GET", "/v2/bot/audienceGroup/list", "audience/list", list_all, rate="60/min"),
    Door("PUT", f"{ONE}/updateDescription", "audience/rename", rename, rate="60/min", takes="json"),
    Door("GET", ONE, "audience/get", show, rate="60/min"),
    Door("DELETE", ONE, "audience/delete", delete, rate="60/min"),
]
