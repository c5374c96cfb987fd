"""Everything the simulator knows, in memory: people, what was said, and who may still reply."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, TypeAlias

from simulators.line import ids
from simulators.line.clock import Clock
from simulators.line.faults import Faults
from simulators.line.settings import Settings

# JSON as it came over the wire: what is inside is checked, not typed.
Json: TypeAlias = dict[str, Any]

WEEK = 7 * 24 * 3600


@dataclass(slots=True)
class Item:
    """One thing in a talk, said by the account, the person or LINE itself."""

    seq: int
    at: str
    source: str
    message: Json

    def shown(self) -> Json:
        return {"seq": self.seq, "at": self.at, "from": self.source, "message": self.message}


@dataclass(slots=True)
class Person:
    """Somebody with LINE on their phone."""

    id: str
    name: str
    language: str = "ja"
    friend: bool = False
    blocked: bool = False
    menu: str | None = None  # linked to this person by the API or by a tab
    granted: set[str] = field(default_factory=lambda: {"openid"})
    quick_reply: list[Json] | None = None
    talk: list[Item] = field(default_factory=list)
    read_seq: int = 0  # what the person has seen
    account_read_seq: int = 0  # what the account has marked as read
    wrote_at: float = 0.0  # business time; who wrote can be pushed to for a week

    @property
    def hears(self) -> bool:
        return self.friend and not self.blocked


@dataclass(slots=True)
class Content:
    """What a person sent: a picture, a film, a voice or a file."""

    kind: str
    body: bytes
    media_type: str
    owner: str
    gone: bool = False


@dataclass(slots=True)
class ReplyToken:
    """The right to answer one event, once, within a minute."""

    person: str
    born: float
    good_until: float
    used: bool = False


@dataclass(slots=True)
class Accepted:
    """A request that was accepted under a retry key."""

    at: float
    body_hash: str
    request_id: str
    sent_messages: list[Json] | None


@dataclass(slots=True)
class Sent:
    """One request to send that was accepted."""

    seq: int
    at: str
    endpoint: str
    request_id: str
    to: list[str]
    reached: set[str]
    messages: list[Json]
    units: list[str]
    silent: bool

    @property
    def day(self) -> str:
        return self.at[:10].replace("-", "")

    def shown(self) -> Json:
        return {
            "seq": self.seq,
            "at": self.at,
            "endpoint": self.endpoint,
            "requestId": self.request_id,
            "to": self.to,
            "reached": sorted(self.reached),
            "messages": self.messages,
            "customAggregationUnits": self.units,
            "notificationDisabled": self.silent,
        }


@dataclass(frozen=True, slots=True)
class Click:
    """A person followed a link, or pressed a place on a menu."""

    at: str
    person: str
    uri: str


@dataclass(slots=True)
class Later:
    """Work that LINE takes on and does after it has answered."""

    kind: str
    accepted_at: str
    phase: str
    completed_at: str = ""
    facts: Json = field(default_factory=dict)


@dataclass(slots=True)
class Audience:
    """People whose ids were uploaded, to be narrowcast to."""

    number: int
    description: str
    users: set[str]
    created: int


@dataclass(slots=True)
class Menu:
    """A rich menu made by the API; it and its picture never change."""

    id: str
    body: Json
    image: bytes | None = None
    image_type: str = ""


class World:
    """One LINE Platform with one official account."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.faults = Faults()
        self.bot_id = ids.user_id(f"bot:{settings.channel_id}")
        self.webhook_url = settings.webhook
        self.people: dict[str, Person] = {}
        self.contents: dict[str, Content] = {}
        self.reply_tokens: dict[str, ReplyToken] = {}
        self.read_tokens: dict[str, tuple[str, int]] = {}
        self.quote_tokens: set[str] = set()
        self.retry_keys: dict[str, Accepted] = {}
        self.units: dict[str, list[str]] = {}  # names in use, by month
        self.sent: list[Sent] = []
        self.clicks: list[Click] = []
        self.later: dict[str, Later] = {}  # narrowcasts and batches, by request id
        self.audiences: dict[int, Audience] = {}
        self.menus: dict[str, Menu] = {}
        self.aliases: dict[str, str] = {}
        self.default_menu: str | None = None
        self.link_tokens: dict[str, tuple[str, float]] = {}
        self.used: dict[str, int] = {}  # messages that count, by month
        self.wire: deque[Json] = deque(maxlen=2000)
        self.news: deque[tuple[int, str, Json]] = deque(maxlen=5000)
        self.listeners: set[Callable[[], None]] = set()
        self.seq = 0
        self.changed: Callable[[], None] = lambda: None  # `store` listens here

    def next_seq(self) -> int:
        self.seq += 1
        return self.seq

    def announce(self, kind: str, facts: Json) -> None:
        """Tell every open phone; `kind` is talk, menu, people, wire, clock or loading."""
        self.news.append((self.next_seq(), kind, facts))
        for wake in list(self.listeners):
            wake()
        if kind != "wire":
            self.changed()

    def forget(self) -> None:
        """Forget the people and everything that was said."""
        for kept in (self.people, self.contents, self.menus, self.aliases, self.used):
            kept.clear()
        self.default_menu = None

    # People

    def add_person(self, name: str, *, language: str = "ja", seed: str | None = None) -> Person:
        person = Person(id=ids.user_id(seed), name=name, language=language)
        self.people[person.id] = person
        self.announce_people()
        return person

    def announce_people(self) -> None:
        self.announce("people", {"people": [self.face(one) for one in self.people.values()]})

    def picture_url(self, person: Person) -> str:
        return f"{self.settings.public}/sim/portrait/{person.id}"

    def face(self, person: Person) -> Json:
        """Return what the list of talks shows of a person."""
        last = next((item for item in reversed(person.talk) if item.source != "system"), None)
        heard = (item for item in person.talk if item.source == "account")
        return {
            "id": person.id,
            "name": person.name,
            "picture": self.picture_url(person),
            "friend": person.friend,
            "blocked": person.blocked,
            "unread": sum(1 for item in heard if item.seq > person.read_seq),
            "lastText": in_words(last.message) if last else "",
            "lastAt": last.at if last else None,
        }

    def can_be_pushed_to(self, person: Person) -> bool:
        """Tell whether a push arrives: friends, and for a week those who wrote; never blockers."""
        wrote_lately = self.clock.now().timestamp() - person.wrote_at < WEEK
        return not person.blocked and (person.friend or wrote_lately)

    # Talk

    def say(self, person: Person, source: str, messages: list[Json]) -> list[Item]:
        """Append to a talk and tell the phone. The last message brings its quick reply."""
        at = self.clock.now().isoformat(timespec="milliseconds")
        items = [Item(self.next_seq(), at, source, message) for message in messages]
        person.talk += items
        if source == "account":
            person.quick_reply = messages[-1].get("quickReply", {}).get("items")
        elif source == "person":
            person.quick_reply = None
            person.read_seq = items[-1].seq
        self.announce_talk(person, items)
        return items

    def announce_talk(self, person: Person, items: list[Item]) -> None:
        self.announce(
            "talk",
            {
                "person": person.id,
                "items": [item.shown() for item in items],
                "quickReply": person.quick_reply,
                "read": person.account_read_seq,
            },
        )

    def menu_of(self, person: Person) -> Menu | None:
        """Return the menu a person sees: their own, else the default; gone menus do not count."""
        for menu_id in (person.menu, self.default_menu):
            menu = self.menus.get(menu_id) if menu_id else None
            if menu and menu.image is not None:
                return menu
        return None

    def shown_menu(self, person: Person) -> Json | None:
        menu = self.menu_of(person)
        if menu is None:
            return None
        return {
            "richMenuId": menu.id,
            "imageUrl": f"{self.settings.public}/sim/menu-image/{menu.id}",
            **menu.body,
        }

    def announce_menu(self, person: Person) -> None:
        self.announce("menu", {"person": person.id, "menu": self.shown_menu(person)})

    # Counting

    def month(self) -> str:
        return f"{self.clock.now():%Y%m}"

    def limit(self) -> int | None:
        """Return how many messages a month are allowed; a town's account has no limit."""
        return int(self.faults.peek("monthly_quota")) or None

    def has_quota_for(self, count: int) -> bool:
        limit = self.limit()
        return limit is None or self.used.get(self.month(), 0) + count <= limit

    def count(self, messages: int) -> None:
        self.used[self.month()] = self.used.get(self.month(), 0) + messages

    def new_reply_token(self, person: Person) -> str:
        token = ids.reply_token()
        now = time.monotonic()
        self.reply_tokens[token] = ReplyToken(person.id, born=now, good_until=now + 60)
        return token

    def utc(self) -> str:
        """Return business time as LINE's progress endpoints write it."""
        moment = self.clock.now().astimezone(UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_words(message: Json) -> str:
    """Say a message in one line, as the list of talks does."""
    kind = str(message.get("type"))
    said = message.get("text") or message.get("altText") or message.get("title")
    names = {
        "image": "写真",
        "sticker": "スタンプ",
        "video": "動画",
        "audio": "ボイスメッセージ",
        "file": "ファイル",
        "location": "位置情報",
        "unsent": "メッセージの送信を取り消しました",
    }
    return str(said) if said else names.get(kind, kind)
