"""The channel and the open talk: webhook address and its test, the waiting dots, marked as read."""

from simulators.line.checks.base import Problems, link
from simulators.line.gate import Answer, Call, Door, Refused, invalid
from simulators.line.messaging import USER_ID


def show_endpoint(call: Call) -> Answer:
    if not call.world.webhook_url:
        raise Refused(404, "Webhook endpoint not found")
    return Answer({"endpoint": call.world.webhook_url, "active": True})


def set_endpoint(call: Call) -> Answer:
    call.world.webhook_url = _endpoint(call.body.get("endpoint"))
    return Answer({})


async def test_endpoint(call: Call) -> Answer:
    """Post an empty list of events to the address and tell what came back."""
    url = _endpoint(call.body["endpoint"]) if "endpoint" in call.body else call.world.webhook_url
    if not url:
        raise Refused(404, "Webhook endpoint not found")
    status = await call.courier.post([], url=url)
    good = status // 100 == 2
    return Answer(
        {
            "success": good,
            "timestamp": call.world.utc(),
            "statusCode": status,
            "reason": "OK" if good else "ERROR_STATUS_CODE" if status else "COULD_NOT_CONNECT",
            "detail": str(status),
        }
    )


def start_loading(call: Call) -> Answer:
    """Show the waiting dots to who has the talk open; nobody else notices."""
    problems = Problems()
    chat = call.body.get("chatId")
    seconds = call.body.get("loadingSeconds", 20)
    if not isinstance(chat, str) or not USER_ID.fullmatch(chat):
        said = "Only user id is acceptable, please confirm if there are any group/room ids or"
        problems.say(f"{said} illegal ids.", "chatId")
    if not isinstance(seconds, int) or not 5 <= seconds <= 60:
        problems.say("Must be between 5 and 60", "loadingSeconds")
    if not isinstance(seconds, int) or seconds % 5:
        problems.say("must be a multiple of five", "loadingSeconds")
    if problems:
        raise invalid(problems.details)
    person = call.world.people.get(str(chat))
    if person and person.hears:
        call.world.announce("loading", {"person": person.id, "seconds": seconds})
    return Answer({}, 202)


def mark_as_read(call: Call) -> Answer:
    """Mark the message of the token and everything before it as read by the account."""
    found = call.world.read_tokens.get(str(call.body.get("markAsReadToken")))
    if found is None:
        said = "Invalid markAsReadToken. Tokens must be used by the bot that received them via"
        raise Refused(400, f"{said} Webhook.")
    person = call.world.people[found[0]]
    person.account_read_seq = max(person.account_read_seq, found[1])
    call.world.announce_talk(person, [])
    return Answer({})


def _endpoint(given: object) -> str:
    problems = Problems()
    link(500)(problems, given, "endpoint")
    if problems or not str(given).startswith("http"):
        raise Refused(400, "Invalid webhook endpoint URL")
    if str(given).startswith("http:") and not str(given).startswith(
        ("http://localhost", "http://127.0.0.1")
    ):
        raise Refused(400, "Invalid webhook endpoint URL")
    return str(given)


ENDPOINT = "/v2/bot/channel/webhook/endpoint"
TEST = "/v2/bot/channel/webhook/test"
DOORS = [
    Door("GET", ENDPOINT, "webhook/endpoint", show_endpoint, rate="1000/min"),
    Door("PUT", ENDPOINT, "webhook/endpoint", set_endpoint, rate="1000/min", takes="json"),
    Door("POST", TEST, "webhook/test", test_endpoint, rate="60/h", takes="json"),
    Door(
        "POST",
        "/v2/bot/chat/loading/start",
        "loading",
        start_loading,
        rate="100/s",
        takes="json",
    ),
    Door("POST", "/v2/bot/chat/markAsRead", "markAsRead", mark_as_read, takes="json"),
]
