"""Narrowcast: accepted at once, decided and sent afterwards, with its progress to be asked."""

import asyncio

from simulators.line.checks import sending
from simulators.line.gate import Answer, Call, Door, Refused
from simulators.line.messaging import accept, accepted_before, check, deliver
from simulators.line.world import Json, Later, Person

SOON = 0.2  # seconds that LINE takes to find the people
FEWEST_FOR_ATTRIBUTES = 100
FEWEST_RECIPIENTS = 50


def narrowcast(call: Call) -> Answer:
    """Take a narrowcast on: to all friends, to audiences, or to those of an earlier one.

    Attributes need a reach of a hundred; audiences of uploaded ids need none.
    """
    check(call, sending.NARROWCAST)
    limit = call.body.get("limit") or {}
    if limit.get("forbidPartialDelivery") and not limit.get("upToRemainingQuota"):
        said = "The option forbidPartialDelivery must be used with upToRemainingQuota."
        raise Refused(400, said)
    if answer := accepted_before(call):
        return answer
    people = _recipients(call, call.body.get("recipient"))
    reach = [person for person in call.world.people.values() if person.hears]
    if call.body.get("filter") and len(reach) < FEWEST_FOR_ATTRIBUTES:
        raise Refused(403, "Your account does not have enough friends")
    if limit.get("max"):
        people = people[: limit["max"]]
    later = Later("narrowcast", call.world.utc(), "waiting", facts={"targetCount": len(people)})
    call.world.later[call.request_id] = later
    accept(call)
    asyncio.get_running_loop().call_later(SOON, _send, call, later, people)
    return Answer({}, 202)


def progress(call: Call) -> Answer:
    request_id = call.query.get("requestId")
    if not request_id:
        raise Refused(400, "The value for the 'requestId' parameter is invalid")
    later = call.world.later.get(request_id)
    if later is None or later.kind != "narrowcast":
        raise Refused(404, "Not found")
    facts: Json = {"phase": later.phase, "acceptedTime": later.accepted_at}
    if later.completed_at:
        facts |= {"completedTime": later.completed_at, **later.facts}
    return Answer(facts)


def _recipients(call: Call, recipient: Json | None) -> list[Person]:
    reach = [person for person in call.world.people.values() if person.hears]
    if recipient is None:
        return reach
    chosen = _ids(call, recipient)
    return [person for person in reach if person.id in chosen]


def _ids(call: Call, recipient: Json) -> set[str]:
    """Return who is meant: an audience, an earlier narrowcast, or a combination of such."""
    match recipient:
        case {"type": "operator", "and": [first, *rest]}:
            return _ids(call, first).intersection(*(_ids(call, one) for one in rest))
        case {"type": "operator", "or": [*several]} if several:
            return set().union(*(_ids(call, one) for one in several))
        case {"type": "operator", "not": inner}:
            return set(call.world.people) - _ids(call, inner)
        case {"type": "redelivery", "requestId": request_id}:
            for sent in call.world.sent:
                if sent.request_id == request_id and sent.endpoint == "narrowcast":
                    return sent.reached
            raise Refused(400, f"Invalid request id: {request_id}")
        case {"type": "audience", "audienceGroupId": number}:
            if number in call.world.audiences:
                return call.world.audiences[number].users
            raise Refused(400, f"Invalid audience group id: {number}")
    raise Refused(
        400, "The property, recipient, in the request body is invalid (line: -, column: -)"
    )


def _send(call: Call, later: Later, people: list[Person]) -> None:
    narrowed = bool(call.body.get("filter"))
    try:
        if narrowed and len(people) < FEWEST_RECIPIENTS:
            later.phase, later.facts = "failed", {"errorCode": 2, "failedDescription": "too few"}
        else:
            deliver(call, people)
            reached = sum(1 for person in people if person.hears)
            failed = len(people) - reached
            later.phase = "succeeded"
            later.facts |= {"successCount": reached, "failureCount": failed}
    except Refused as no:
        later.phase = "failed"
        later.facts = {"errorCode": 1, "failedDescription": str(no)}
    later.completed_at = call.world.utc()


DOORS = [
    Door(
        "POST",
        "/v2/bot/message/narrowcast",
        "narrowcast",
        narrowcast,
        rate="60/h",
        takes="json",
        retry_key=True,
    ),
    Door("GET", "/v2/bot/message/progress/narrowcast", "progress/narrowcast", progress),
]
