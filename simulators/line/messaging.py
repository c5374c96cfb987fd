"""Sending: reply, push, multicast, broadcast, and the same messages only validated."""

import hashlib
import re
import time
import uuid

from simulators.line import ids
from simulators.line.checks import sending
from simulators.line.gate import Answer, Call, Door, Refused, invalid
from simulators.line.world import Accepted, Json, Person, Sent, World

USER_ID = re.compile(r"U[0-9a-f]{32}")
DAY = 24 * 3600
UNITS_A_MONTH = 1000
QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template", "flex", "imagemap"}


def reply(call: Call) -> Answer:
    check(call, sending.REPLY)
    token = call.world.reply_tokens.get(call.body["replyToken"])
    if token is None and call.world.faults.peek("strangers", call.endpoint):
        return Answer({"sentMessages": [{"id": ids.message_id()} for _ in call.body["messages"]]})
    if token is None or token.used or token.good_until < time.monotonic():
        raise Refused(400, "Invalid reply token")
    token.used = True
    person = call.world.people[token.person]
    return Answer({"sentMessages": deliver(call, [person], count=False)})


def push(call: Call) -> Answer:
    check(call, sending.PUSH)
    to = call.body["to"]
    if not USER_ID.fullmatch(to):
        raise Refused(400, "The property, to, in the request body is invalid (line: -, column: -)")
    if answer := accepted_before(call):
        return answer
    person = call.world.people.get(to)
    if person is None and not call.world.faults.peek("strangers", call.endpoint):
        raise Refused(400, "Failed to send messages")
    sent = deliver(call, [person] if person else [])
    accept(call, sent)
    return Answer({"sentMessages": sent})


def multicast(call: Call) -> Answer:
    check(call, sending.MULTICAST)
    for place, to in enumerate(call.body["to"]):
        if not USER_ID.fullmatch(to):
            where = f"The property, to[{place}], in the request body is invalid"
            raise Refused(400, f"{where} (line: -, column: -)")
    if answer := accepted_before(call):
        return answer
    known = (call.world.people.get(to) for to in dict.fromkeys(call.body["to"]))
    deliver(call, [person for person in known if person])
    accept(call)
    return Answer({})


def broadcast(call: Call) -> Answer:
    check(call, sending.BROADCAST)
    if answer := accepted_before(call):
        return answer
    deliver(call, [person for person in call.world.people.values() if person.hears])
    accept(call)
    return Answer({})


def validate(call: Call) -> Answer:
    check(call, sending.VALIDATE)
    return Answer({})


def check(call: Call, request: sending.Request) -> None:
    if call.retry_key is not None:
        try:
            uuid.UUID(call.retry_key)
        except ValueError:
            raise Refused(400, "The value for the 'X-Line-Retry-Key' header is invalid") from None
    problems = sending.problems(call.body, request)
    if problems.message:
        raise Refused(400, problems.message, problems.details)
    if problems.details:
        raise invalid(problems.details)


def accepted_before(call: Call) -> Answer | None:
    """Answer 409 to a retry key that was accepted in the last day; refuse it for another body."""
    before = call.world.retry_keys.get(call.retry_key or "")
    if before is None or time.time() - before.at > DAY:
        return None
    if before.body_hash != _body_hash(call):
        raise Refused(400, "The retry key was used with another request body")
    body: Json = {"message": "The retry key is already accepted"}
    if before.sent_messages is not None:
        body["sentMessages"] = before.sent_messages
    no = Refused(409, "")
    no.body = body
    no.headers["x-line-accepted-request-id"] = before.request_id
    raise no


def accept(call: Call, sent: list[Json] | None = None) -> None:
    if call.retry_key:
        call.world.retry_keys[call.retry_key] = Accepted(
            time.time(), _body_hash(call), call.request_id, sent
        )


def _body_hash(call: Call) -> str:
    return hashlib.sha256(call.endpoint.encode() + b"\0" + call.raw).hexdigest()


def deliver(call: Call, people: list[Person], *, count: bool = True) -> list[Json]:
    """Put the messages into the talks of those who hear; return LINE's ids for them."""
    world = call.world
    messages: list[Json] = call.body["messages"]
    hearers = [person for person in people if not count or world.can_be_pushed_to(person)]
    hearers = [person for person in hearers if not person.blocked]
    if count and not world.has_quota_for(len(hearers)):
        raise Refused(429, "You have reached your monthly limit.")
    if count:
        world.count(len(hearers))
    answer = [_with_ids(world, message)[1] for message in messages]
    seq = world.next_seq()
    for person in hearers:
        said = [
            _with_ids(world, message, given)[0]
            for message, given in zip(messages, answer, strict=True)
        ]
        world.say(person, "account", said)
    _remember(call, seq, [person.id for person in people], {person.id for person in hearers})
    return answer


def _remember(call: Call, seq: int, to: list[str], reached: set[str]) -> None:
    """Keep what was accepted, for tests, statistics and counting of unit names."""
    world = call.world
    units = _units(world, call.body.get("customAggregationUnits", []))
    world.sent.append(
        Sent(
            seq=seq,
            at=world.clock.now().isoformat(timespec="milliseconds"),
            endpoint=call.endpoint,
            request_id=call.request_id,
            to=to,
            reached=reached,
            messages=call.body["messages"],
            units=units,
            silent=call.body.get("notificationDisabled", False),
        )
    )


def _units(world: World, asked: list[str]) -> list[str]:
    """Return the unit names that count; beyond a thousand in a month LINE forgets them silently."""
    known = world.units.setdefault(world.month(), [])
    for name in asked:
        if name not in known and len(known) < UNITS_A_MONTH:
            known.append(name)
    return [name for name in asked if name in known]


def _with_ids(world: World, message: Json, given: Json | None = None) -> tuple[Json, Json]:
    """Return the message as it lies in a talk, and what LINE tells the sender about it."""
    if given is None:
        given = {"id": ids.message_id()}
        if message["type"] in QUOTABLE:
            given["quoteToken"] = ids.opaque()
            world.quote_tokens.add(given["quoteToken"])
    return {**message, "id": given["id"]}, given


DOORS = [
    Door("POST", "/v2/bot/message/reply", "reply", reply, takes="json"),
    Door("POST", "/v2/bot/message/push", "push", push, takes="json", retry_key=True),
    Door(
        "POST",
        "/v2/bot/message/multicast",
        "multicast",
        multicast,
        rate="200/s",
        takes="json",
        retry_key=True,
    ),
    Door(
        "POST",
        "/v2/bot/message/broadcast",
        "broadcast",
        broadcast,
        rate="60/h",
        takes="json",
        retry_key=True,
    ),
    *(
        Door("POST", f"/v2/bot/message/validate/{kind}", f"validate/{kind}", validate, takes="json")
        for kind in ("reply", "push", "multicast", "narrowcast", "broadcast")
    ),
]
