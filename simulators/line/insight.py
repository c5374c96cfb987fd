"""Statistics: what was seen and tapped. Below twenty people LINE says nothing, that is null."""

from datetime import datetime

from simulators.line.gate import Answer, Call, Door, Refused
from simulators.line.numbers import count, read_day
from simulators.line.world import Json, Sent, World

FEWEST = 20


def private(value: int) -> int | None:
    return value if value >= FEWEST else None


def deliveries(call: Call) -> Answer:
    day = read_day(call, "date")
    if day >= f"{call.world.clock.now():%Y%m%d}":
        return Answer({"status": "unready"})
    kinds = {"apiBroadcast": "broadcast", "apiPush": "push", "apiMulticast": "multicast"}
    kinds |= {"apiNarrowcast": "narrowcast", "apiReply": "reply"}
    counts = {name: count(call.world.sent, kind, day) for name, kind in kinds.items()}
    return Answer(
        {"status": "ready", **{name: number for name, number in counts.items() if number}}
    )


def followers(call: Call) -> Answer:
    day = read_day(call, "date")
    if day >= f"{call.world.clock.now():%Y%m%d}":
        nothing = dict.fromkeys(("followers", "targetedReaches", "blocks"))
        return Answer({"status": "unready", **nothing})
    friends = [person for person in call.world.people.values() if person.friend]
    blocks = sum(1 for person in friends if person.blocked)
    reach = len(friends) - blocks
    return Answer(
        {"status": "ready", "followers": len(friends), "targetedReaches": reach, "blocks": blocks}
    )


def demographic(call: Call) -> Answer:
    """Say that there are too few friends to speak of their age and sex."""
    return Answer({"available": False})


def of_request(call: Call) -> Answer:
    request_id = call.query.get("requestId", "")
    sent = [one for one in call.world.sent if one.request_id == request_id]
    if not sent or sent[0].endpoint not in ("broadcast", "narrowcast"):
        raise Refused(404, "Not found")
    facts = _figures(call.world, sent)
    facts["overview"] |= {
        "requestId": request_id,
        "timestamp": int(datetime.fromisoformat(sent[0].at).timestamp()),
        "delivered": sum(len(one.reached) for one in sent),
    }
    return Answer(facts)


def of_unit(call: Call) -> Answer:
    first, last = read_day(call, "from"), read_day(call, "to")
    span = datetime.strptime(last, "%Y%m%d") - datetime.strptime(first, "%Y%m%d")
    if not 0 <= span.days <= 30:
        raise Refused(400, "The value for the 'to' parameter is invalid")
    name = call.query.get("customAggregationUnit", "")
    sent = [one for one in call.world.sent if name in one.units and first <= one.day <= last]
    return Answer(_figures(call.world, sent))


def _figures(world: World, sent: list[Sent]) -> Json:
    """Count who has seen and tapped what was sent; a message counts as seen with its talk."""
    saw = {
        person
        for one in sent
        for person in one.reached
        if (talker := world.people.get(person)) and talker.read_seq > one.seq
    }
    links = _links([one.messages for one in sent])
    clicks = [click for click in world.clicks if any(click.uri == uri for _, uri in links)]
    clickers = {click.person for click in clicks}
    number = max((len(one.messages) for one in sent), default=0)
    return {
        "overview": {
            "uniqueImpression": private(len(saw)),
            "uniqueClick": private(len(clickers)),
            "uniqueMediaPlayed": None,
            "uniqueMediaPlayed100Percent": None,
        },
        "messages": [
            {
                "seq": seq,
                "impression": private(len(saw)),
                **dict.fromkeys(_media_names()),
            }
            for seq in range(1, number + 1)
        ],
        "clicks": [
            {
                "seq": seq,
                "url": uri,
                "click": private(sum(1 for click in clicks if click.uri == uri)),
                "uniqueClick": private(len({one.person for one in clicks if one.uri == uri})),
                "uniqueClickOfRequest": private(len(clickers)),
            }
            for seq, uri in links
        ],
    }


def _media_names() -> list[str]:
    shares = ("", "25Percent", "50Percent", "75Percent", "100Percent")
    return [f"{word}{share}" for word in ("mediaPlayed", "uniqueMediaPlayed") for share in shares]


def _links(messages: list[list[Json]]) -> list[tuple[int, str]]:
    """Return the addresses in the messages with the number of the bubble, each once."""
    found: dict[tuple[int, str], None] = {}

    def walk(seq: int, value: object) -> None:
        if isinstance(value, dict):
            if value.get("type") == "uri" and isinstance(value.get("uri"), str):
                found[seq, value["uri"]] = None
            for inner in value.values():
                walk(seq, inner)
        elif isinstance(value, list):
            for inner in value:
                walk(seq, inner)

    for several in messages:
        for seq, message in enumerate(several, start=1):
            walk(seq, message)
    return list(found)


def menu_figures(call: Call) -> Answer:
    """Answer for a rich menu: with fewer than twenty people only its id."""
    if call.params["menu"] not in call.world.menus:
        raise Refused(404, "Not found")
    read_day(call, "from")
    read_day(call, "to")
    return Answer({"richMenuId": call.params["menu"]})


INSIGHT = "/v2/bot/insight"
DOORS = [
    Door("GET", f"{INSIGHT}/message/delivery", "insight/delivery", deliveries, rate="60/h"),
    Door("GET", f"{INSIGHT}/followers", "insight/followers", followers, rate="60/h"),
    Door("GET", f"{INSIGHT}/demographic", "insight/demographic", demographic, rate="60/h"),
    Door("GET", f"{INSIGHT}/message/event", "insight/event", of_request, rate="60/h"),
    Door("GET", f"{INSIGHT}/message/event/aggregation", "insight/unit", of_unit, rate="60/h"),
    Door("GET", f"{INSIGHT}/richmenu/{{menu}}/summary", "insight/menu", menu_figures, rate="60/h"),
    Door("GET", f"{INSIGHT}/richmenu/{{menu}}/daily", "insight/days", menu_figures, rate="60/h"),
]
