"""Service messages of a verified LINE MINI App: five per page opened, each with a renewed token."""

from simulators.line import ids
from simulators.line.gate import Answer, Call, Door, Refused
from simulators.line.login import Login
from simulators.line.world import Json

YEAR = 365 * 24 * 3600
MOST = 5
HERE = "/message/v3/notifier"


class Notifier:
    """The notification tokens that are good now: whose, and how many messages are left."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self.tokens: dict[str, tuple[str, int, str]] = {}
        self.used: set[str] = set()

    def doors(self) -> list[Door]:
        return [
            Door("POST", f"{HERE}/token", "notifier/token", self.issue, takes="json"),
            Door("POST", f"{HERE}/send", "notifier/send", self.send, takes="json"),
        ]

    def issue(self, call: Call) -> Answer:
        """Give a notification token for a LIFF access token, once for each."""
        access = str(call.body.get("liffAccessToken") or "")
        if not access:
            raise Refused(400, "[liffAccessToken] must not be blank")
        found = self.login.owner(access)
        if found is None:
            raise Refused(401, "The access token revoked")
        if access in self.used:
            raise Refused(400, "The access token was used already")
        self.used.add(access)
        return Answer(self._token(found[0].id, MOST, ids.opaque(32)))

    def send(self, call: Call) -> Answer:
        """Send a message made from a template; the answer brings the token for the next."""
        template = str(call.body.get("templateName") or "")
        if not 1 <= len(template) <= 30 or not isinstance(call.body.get("params"), dict):
            raise Refused(400, "[templateName] and [params] must be specified")
        found = self.tokens.pop(str(call.body.get("notificationToken")), None)
        if found is None:
            raise Refused(401, "Invalid notifier token")
        person_id, left, session = found
        # LINE shows these in a room of its own; here they stand in the talk, as LINE's words.
        said = "、".join(str(value) for value in call.body["params"].values())
        message = {"type": "text", "text": f"LINEミニアプリ お知らせ（{template}）{said}"}
        call.world.say(call.world.people[person_id], "system", [message])
        if left == 1:
            return Answer({"expiresIn": 0, "remainingCount": 0})
        return Answer(self._token(person_id, left - 1, session))

    def _token(self, person_id: str, left: int, session: str) -> Json:
        token = ids.request_id()
        self.tokens[token] = (person_id, left, session)
        return {
            "notificationToken": token,
            "expiresIn": YEAR,
            "remainingCount": left,
            "sessionId": session,
        }
