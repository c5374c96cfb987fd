"""The phone for tests: what a resident does and sees, over the same interface as the page's."""

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from simulators.line.world import Json

PATIENCE = 10.0  # seconds
PAUSE = 0.05
Talk = list[Json]


class NotOnScreen(AssertionError):
    """The resident looked for something and it is not there; the message shows what is."""


class Phone:
    """All the residents' phones of one simulator."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def person(self, name: str) -> "Resident":
        """Return the one whose name contains `name`; a new person if there is none."""
        people = self._get("/sim/state")["people"]
        face = next((one for one in people if name in one["name"]), None)
        return Resident(self, face or self.post("/sim/people", {"name": name}))

    def turn_clock(self, **change: object) -> Json:
        """Turn business time here and in the product: now=, offsetSeconds= or advanceSeconds=."""
        return self.post("/sim/clock", change)

    def faults(self, **faults: object) -> Json:
        """Set faults, for `endpoint` and `count` times if given; `reset=True` ends them all."""
        return self.post("/__control", faults)

    def sent(self) -> list[Json]:
        """Return every request to send that was accepted, oldest first."""
        accepted: list[Json] = self._get("/__control/sent")["sent"]
        return accepted

    def wire(self) -> list[Json]:
        exchanges: list[Json] = self._get("/sim/wire?limit=2000")["items"]
        return exchanges

    def post(self, path: str, body: object) -> Json:
        return _read(self.http.post(path, json=body))

    def _get(self, path: str) -> Json:
        return _read(self.http.get(path))


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be pressed, and where it was found."""

    label: str
    action: Json


class Resident:
    """One person with their phone in their hand."""

    def __init__(self, phone: Phone, face: Json) -> None:
        self.phone = phone
        self.id: str = face["id"]
        self.name: str = face["name"]

    # What a resident does

    def follow(self) -> "Resident":
        self.do("follow")
        return self

    def block(self) -> None:
        self.do("block")

    def unblock(self) -> None:
        self.do("unblock")

    def says(self, text: str) -> None:
        self.do("text", text=text)

    def sends_sticker(self, package: str = "446", sticker: str = "1988") -> None:
        self.do("sticker", packageId=package, stickerId=sticker)

    def sends_photos(self, *photos: bytes | Path) -> None:
        """Send photos; several together are one set."""
        self.do("image", base64=[_base64(photo) for photo in photos])

    def sends_file(self, file: bytes | Path, *, name: str) -> None:
        self.do("file", base64=_base64(file), fileName=name)

    def shares_location(
        self, latitude: float, longitude: float, *, title: str = "", address: str = ""
    ) -> None:
        self.do("location", latitude=latitude, longitude=longitude, title=title, address=address)

    def unsends(self, message_id: str) -> None:
        self.do("unsend", messageId=message_id)

    def taps(self, label: str, *, pick: str = "") -> None:
        """Press the newest button that says `label`, waiting for it; `pick` is a date or time.

        Looks at the quick reply first, then at cards from the newest up, then at the rich menu.
        """
        self._press(self.button(label).action, pick)

    def opens(self, label: str) -> str:
        """Press a button that is a link, and return the address that opens."""
        action = self.button(label).action
        if action["type"] != "uri":
            raise NotOnScreen(f"「{label}」 is no link but {action}")
        self.do("uri", uri=action["uri"])
        return str(self.liff(action["uri"])["src"])

    def id_token(self, url: str = "") -> str:
        """Return an ID token as the page inside LINE would get it."""
        state = self.phone._get("/sim/state")
        return str(self.liff(url or f"{state['liffBase']}/{state['liffId']}")["idToken"])

    def liff(self, url: str) -> Json:
        return self.phone.post(f"/sim/people/{self.id}/liff", {"url": url})

    def do(self, what: str, **more: object) -> Json:
        return self.phone.post(f"/sim/people/{self.id}/do", {"do": what, **more})

    # What a resident sees

    def talk(self, *, after: int = 0) -> Talk:
        """Return the messages with `from`, `seq` and `at`, oldest first."""
        items = self.screen(after=after)["items"]
        return [
            {**item["message"], "from": item["from"], "seq": item["seq"], "at": item["at"]}
            for item in items
        ]

    def screen(self, *, after: int = 0) -> Json:
        """Return the talk, the quick reply and the menu as they are now."""
        return self.phone._get(f"/sim/people/{self.id}/talk?after={after}")

    def heard(self) -> list[str]:
        """Return what the account has said, each message in one line."""
        return [words(one) for one in self.talk() if one["from"] == "account"]

    def buttons(self) -> list[Button]:
        """Return everything that can be pressed now, the nearest first."""
        screen = self.screen()
        found = [
            Button(_label(item["action"]), item["action"]) for item in screen["quickReply"] or []
        ]
        for item in reversed(screen["items"]):
            if item["from"] == "account":
                card = {key: part for key, part in item["message"].items() if key != "quickReply"}
                found += _buttons_in(card)
        found += _buttons_in(screen["menu"] or {})
        return found

    def button(self, label: str, *, seconds: float = PATIENCE) -> Button:
        """Return the button that says exactly `label`, or else the first that contains it."""
        deadline = time.monotonic() + seconds
        while True:
            buttons = self.buttons()
            for is_it in (label.__eq__, lambda text: label in text):
                for button in buttons:
                    if is_it(button.label):
                        return button
            if time.monotonic() > deadline:
                seen = "、".join(dict.fromkeys(one.label for one in buttons)) or "(none)"
                raise NotOnScreen(f"no button 「{label}」; buttons: {seen}\n{self._told()}")
            time.sleep(PAUSE)

    def wait_for(self, seen: Callable[[Talk], object], seconds: float = PATIENCE) -> Talk:
        """Look at the talk until `seen` is satisfied with it, and return it."""
        deadline = time.monotonic() + seconds
        while True:
            talk = self.talk()
            if seen(talk):
                return talk
            if time.monotonic() > deadline:
                raise NotOnScreen(f"did not happen in {seconds} seconds\n{self._told()}")
            time.sleep(PAUSE)

    def hears(self, text: str, seconds: float = PATIENCE) -> Json:
        """Wait until the account has said something with `text` after the resident's last deed."""

        def answers(talk: Talk) -> Iterator[Json]:
            for message in reversed(talk):
                if message["from"] == "person":
                    return
                if message["from"] == "account" and text in _all_text(message):
                    yield message

        talk = self.wait_for(lambda talk: next(answers(talk), None), seconds)
        return next(answers(talk))

    def _press(self, action: Json, pick: str) -> None:
        match action["type"]:
            case "message":
                self.do("text", text=action["text"])
            case "postback":
                shown = {key: action[key] for key in ("displayText", "text") if key in action}
                self.do("postback", data=action["data"], **shown)
            case "datetimepicker":
                if not pick:
                    raise NotOnScreen(
                        f"「{_label(action)}」 asks for a {action['mode']}: give pick"
                    )
                self.do("postback", data=action["data"], params={action["mode"]: pick})
            case "richmenuswitch":
                alias = action["richMenuAliasId"]
                self.do("menuswitch", richMenuAliasId=alias, data=action["data"])
            case "uri":
                self.do("uri", uri=action["uri"])
            case other:
                raise NotOnScreen(
                    f"「{_label(action)}」 opens the phone's {other}: send it yourself"
                )

    def _told(self) -> str:
        lines = [f"{one['from']}: {words(one)}" for one in self.talk()]
        return "\n".join([f"talk of {self.name}:", *lines[-12:]])


def words(message: Json) -> str:
    """Say a message in one line."""
    return str(message.get("text") or message.get("altText") or f"({message.get('type')})")


def _all_text(value: object) -> str:
    """Return everything that can be read in a message."""
    if isinstance(value, dict):
        named = [str(value[key]) for key in ("text", "altText", "title", "label") if value.get(key)]
        return "\n".join([*named, *(_all_text(inner) for inner in value.values())])
    if isinstance(value, list):
        return "\n".join(_all_text(inner) for inner in value)
    return ""


def _label(action: Json) -> str:
    return str(action.get("label") or action.get("displayText") or action.get("text") or "")


def _buttons_in(value: object) -> list[Button]:
    """Find actions anywhere in a card or menu; one without label is known by the words around it."""
    if isinstance(value, list):
        return [button for inner in value for button in _buttons_in(inner)]
    if not isinstance(value, dict):
        return []
    found: list[Button] = []
    for key, inner in value.items():
        if key in ("action", "defaultAction") and isinstance(inner, dict):
            found.append(Button(_label(inner) or _all_text(value).strip(), inner))
        elif key == "actions" and isinstance(inner, list):
            found += [Button(_label(action), action) for action in inner]
        else:
            found += _buttons_in(inner)
    return found


def _base64(given: bytes | Path) -> str:
    blob = given.read_bytes() if isinstance(given, Path) else given
    return base64.b64encode(blob).decode()


def _read(response: httpx.Response) -> Json:
    if response.status_code >= 400:
        raise AssertionError(f"{response.request.url.path}: {response.status_code} {response.text}")
    body: Json = response.json()
    return body
