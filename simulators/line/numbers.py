"""How much: quota, what was sent on a day, and the unit names in use."""

from datetime import datetime

from simulators.line.gate import Answer, Call, Door, Refused
from simulators.line.world import Json, Sent

FIRST_DAY = "20180331"
UNITS_ON_A_PAGE = 100


def quota(call: Call) -> Answer:
    limit = call.world.limit()
    return Answer({"type": "none"} if limit is None else {"type": "limited", "value": limit})


def consumption(call: Call) -> Answer:
    return Answer({"totalUsage": call.world.used.get(call.world.month(), 0)})


def delivered(call: Call) -> Answer:
    """Count the messages of a day, ready on the day after; people, not bubbles."""
    day = read_day(call, "date")
    if day < FIRST_DAY:
        return Answer({"status": "out_of_service"})
    if day >= f"{call.world.clock.now():%Y%m%d}":
        return Answer({"status": "unready"})
    kind = call.endpoint.removeprefix("delivery/")
    return Answer({"status": "ready", "success": count(call.world.sent, kind, day)})


def count(sent: list[Sent], kind: str, day: str) -> int:
    return sum(len(one.reached) for one in sent if one.endpoint == kind and one.day == day)


def read_day(call: Call, name: str) -> str:
    text = call.query.get(name, "")
    try:
        datetime.strptime(text, "%Y%m%d")
    except ValueError:
        text = ""
    if len(text) != 8:
        raise Refused(400, f"The value for the '{name}' parameter is invalid")
    return text


def unit_count(call: Call) -> Answer:
    return Answer({"numOfCustomAggregationUnits": len(_units(call))})


def unit_names(call: Call) -> Answer:
    start = int(call.query.get("start") or 0)
    limit = min(int(call.query.get("limit") or UNITS_ON_A_PAGE), UNITS_ON_A_PAGE)
    names = _units(call)
    body: Json = {"customAggregationUnits": names[start : start + limit]}
    if start + limit < len(names):
        body["next"] = str(start + limit)
    return Answer(body)


def _units(call: Call) -> list[str]:
    return call.world.units.get(call.world.month(), [])


DOORS = [
    Door("GET", "/v2/bot/message/quota", "quota", quota),
    Door("GET", "/v2/bot/message/quota/consumption", "quota/consumption", consumption),
    *(
        Door("GET", f"/v2/bot/message/delivery/{kind}", f"delivery/{kind}", delivered)
        for kind in ("reply", "push", "multicast", "broadcast", "pnp")
    ),
    Door("GET", "/v2/bot/message/aggregation/info", "aggregation/info", unit_count),
    Door("GET", "/v2/bot/message/aggregation/list", "aggregation/list", unit_names),
]
