#!/usr/bin/env python3
"""A draw that anybody can check: the town runs this file, and so can you.

抽選の計算そのものです。町のサーバーもこのファイルで計算します。公開された記録（JSON）があれば、
Python が入った機械で、だれでも同じ結果になることを確かめられます。

    python3 method_1.py record.json            記録全体を確かめる
    python3 method_1.py record.json A-1234     自分の受付番号の計算も見る

Only the standard library is used, only whole numbers and text are compared, and nothing depends on a
clock, on the order of the lines, or on the version of Python. A published file is never changed: another way
of drawing is another file.
"""

import hashlib
import hmac
import json
import sys
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TypeVar

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is drawn for. Times are texts like 2027-06-01T09:00, all in Japan, so they sort."""

    id: str
    units: tuple[str, ...]
    takes_all: (
        bool  # a whole hall takes all its halves; one of five courts takes the first that is free
    )
    starts: str
    ends: str
    busy_until: str  # the end, and the time for putting things away


@dataclass(frozen=True, slots=True)
class Entry:
    """A group's wishes, the dearest first. A wish is alternatives; an alternative is slots, all or none."""

    id: str  # the receipt number
    group: str  # who wishes, under a name that says nothing
    tier: int  # 0 comes before 1
    weight: int  # how many numbers are drawn for it; the best one counts
    wishes: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    way: str  # rounds: one win each, whoever has fewest first. per_slot: each slot by itself
    most_wins: int  # of one group


@dataclass(frozen=True, slots=True)
class Won:
    """An alternative that was won: of which wish, and the units that it takes."""

    entry: str
    wish: int
    alternative: int
    units: tuple[tuple[str, tuple[str, ...]], ...]  # slot → units


@dataclass(slots=True)
class Outcome:
    won: list[Won] = field(default_factory=list)
    lost: dict[str, list[str]] = field(default_factory=dict)  # entry → why, for each wish; "" = won


def canonical(value: object) -> bytes:
    """Write `value` in the one way that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def seed(secret: str, list_hash: str, randomness: str) -> bytes:
    """Mix what the town knew, what was handed in, and what nobody knew before the deadline."""
    return hmac.digest(bytes.fromhex(secret), f"{list_hash}:{randomness}".encode(), "sha256")


def number(root: bytes, entry: Entry, about: str = "") -> str:
    """Return the number that is drawn for `entry`: the lowest of as many as its weight. Low numbers win.

    It is its group's, so a group gains nothing by handing in its wishes one by one.
    """
    tickets = [f"{about}:{entry.group}:{ticket}".encode() for ticket in range(entry.weight)]
    return min([hmac.digest(root, ticket, "sha256").hex() for ticket in tickets])


class Table:
    """Who has what so far."""

    def __init__(self, slots: Iterable[Slot], withdrawn: Iterable[str], rules: Rules) -> None:
        self.slots = {slot.id: slot for slot in slots}
        self.withdrawn = frozenset(withdrawn)
        self.rules = rules
        self.wins: dict[str, int] = {}
        self.satisfied: dict[tuple[str, int], int] = {}  # (entry, wish) → alternative
        self.gone = set(
            withdrawn
        )  # nothing becomes free again while drawing, so nobody looks twice
        self._busy: dict[str, list[tuple[str, str]]] = {}  # unit → periods, in order
        self._of_group: dict[str, list[tuple[str, str]]] = {}

    def why_not(self, entry: Entry, alternative: Sequence[str]) -> str:
        """Say what keeps `entry` from having `alternative` now; "" when nothing does."""
        if not self.withdrawn.isdisjoint(alternative):
            return "withdrawn"
        if self.wins.get(entry.group, 0) >= self.rules.most_wins:
            return "limit"
        wanted = [self.slots[slot] for slot in alternative]
        mine = self._of_group.get(entry.group)
        if mine and not all(_is_free(mine, slot.starts, slot.ends) for slot in wanted):
            return "same_time"
        if not self.gone.isdisjoint(alternative):
            return "taken"
        if self._find(wanted) is not None:
            return ""
        if len(wanted) == 1:
            self.gone.add(wanted[0].id)
        return "taken"

    def may_have(self, entry: Entry, alternative: Sequence[str]) -> bool:
        return self.gone.isdisjoint(alternative) and not self.why_not(entry, alternative)

    def give(self, entry: Entry, wish: int, alternative: int) -> Won:
        """Give `entry` an alternative that nothing keeps it from."""
        wanted = [self.slots[slot] for slot in entry.wishes[wish][alternative]]
        units = self._find(wanted)
        if units is None:
            raise ValueError(f"{entry.id}: {wish}.{alternative} is taken")
        for slot, taken in zip(wanted, units, strict=True):
            for unit in taken:
                insort(self._busy.setdefault(unit, []), (slot.starts, slot.busy_until))
            insort(self._of_group.setdefault(entry.group, []), (slot.starts, slot.ends))
        self.wins[entry.group] = self.wins.get(entry.group, 0) + 1
        self.satisfied[entry.id, wish] = alternative
        return Won(
            entry.id,
            wish,
            alternative,
            tuple((slot.id, taken) for slot, taken in zip(wanted, units, strict=True)),
        )

    def _find(self, wanted: Sequence[Slot]) -> list[tuple[str, ...]] | None:
        found: list[tuple[str, ...]] = []
        for place, slot in enumerate(wanted):
            within = [
                unit
                for other, units in zip(wanted[:place], found, strict=True)
                if other.starts < slot.busy_until and slot.starts < other.busy_until
                for unit in units
            ]
            free = tuple(
                unit
                for unit in slot.units
                if unit not in within
                and _is_free(self._busy.get(unit, []), slot.starts, slot.busy_until)
            )
            if (slot.takes_all and free != slot.units) or not free:
                return None
            found.append(free if slot.takes_all else free[:1])
        return found


def _is_free(busy: Sequence[tuple[str, str]], starts: str, ends: str) -> bool:
    """Say whether nothing of `busy` (in order, not overlapping) touches the period."""
    place = bisect_left(busy, (starts, ""))
    before = place == 0 or busy[place - 1][1] <= starts
    return before and (place == len(busy) or busy[place][0] >= ends)


def draw(
    slots: Iterable[Slot],
    entries: Iterable[Entry],
    rules: Rules,
    root: bytes,
    withdrawn: Iterable[str] = (),
) -> Outcome:
    """Give the slots away, and say of each wish that lost why it did."""
    entries = list(entries)
    table = Table(slots, withdrawn, rules)
    outcome = Outcome(won=WAYS[rules.way](table, entries, root))
    for entry in sorted(entries, key=lambda one: one.id):
        outcome.lost[entry.id] = [
            "" if (entry.id, wish) in table.satisfied else table.why_not(entry, alternatives[-1])
            for wish, alternatives in enumerate(entry.wishes)
        ]
    return outcome


def _in_rounds(table: Table, entries: list[Entry], root: bytes) -> list[Won]:
    """Let everybody choose one thing in turn, and again; whoever has won least is next."""
    known = {entry.id: entry for entry in entries}
    line = [(entry.tier, 0, number(root, entry), entry.id) for entry in entries]
    heapify(line)
    won: list[Won] = []
    while line:
        tier, wins, drawn, name = heappop(line)
        entry = known[name]
        so_far = table.wins.get(entry.group, 0)
        if so_far != wins:  # its group won with another entry meanwhile
            heappush(line, (tier, so_far, drawn, name))
            continue
        choice = _best(table, entry)
        if choice is not None:
            won.append(table.give(entry, *choice))
            heappush(line, (tier, wins + 1, drawn, name))
    return won


def _best(table: Table, entry: Entry) -> tuple[int, int] | None:
    for wish, alternatives in enumerate(entry.wishes):
        if (entry.id, wish) in table.satisfied:
            continue
        for place, alternative in enumerate(alternatives):
            if table.may_have(entry, alternative):
                return wish, place
    return None


def _slot_by_slot(table: Table, entries: list[Entry], root: bytes) -> list[Won]:
    """Draw each slot by itself: first among those who named it first, then among the others."""
    line = sorted(
        (place, entry.tier, number(root, entry, "+".join(alternative)), entry.id, wish, entry)
        for entry in entries
        for wish, alternatives in enumerate(entry.wishes)
        for place, alternative in enumerate(alternatives)
    )
    won: list[Won] = []
    for place, *_, wish, entry in line:
        if (entry.id, wish) not in table.satisfied and table.may_have(
            entry, entry.wishes[wish][place]
        ):
            won.append(table.give(entry, wish, place))
    return won


WAYS = {"rounds": _in_rounds, "per_slot": _slot_by_slot}


def in_order(entries: Iterable[Entry], root: bytes, wins: Mapping[str, int]) -> list[Entry]:
    """Return who is asked next when something comes free: the same numbers, fewest wins first (次点)."""
    return sorted(
        entries,
        key=lambda one: (one.tier, wins.get(one.group, 0), number(root, one), one.id),
    )


class Unreadable(ValueError):
    """The record is not one of this method: which part, and what was expected."""


T = TypeVar("T")
KINDS: dict[type, str] = {
    dict: "まとまり { }",
    list: "並び [ ]",
    str: "文字",
    int: "整数",
    bool: "true か false",
}
SAID = ("list_hash", "secret", "randomness", "proof", "result_hash")


@dataclass(frozen=True, slots=True)
class Record:
    """What is published after a draw; nothing in it says who a group is."""

    announced: dict[str, object]  # as it was published before entries opened
    slots: tuple[Slot, ...]
    rules: Rules
    entries: tuple[Entry, ...]
    withdrawn: tuple[str, ...]
    said: dict[str, str]  # list_hash, secret, randomness, result_hash; proof: signature or dice
    won: list[object]
    lost: dict[str, object]


def read(content: str | bytes) -> Record:
    """Read a published record.

    Raises:
        Unreadable: a part is missing, or of another shape.
    """
    try:
        whole = json.loads(content)
    except json.JSONDecodeError as error:
        raise Unreadable(f"JSON ではありません（{error.lineno} 行目）") from None
    if _get(whole, "method", str) != VERSION:
        raise Unreadable(f"この計算方法（{VERSION}）の記録ではありません: {whole['method']}")
    announced = _get(whole, "announced", dict)
    slots, rules = read_announced(announced)
    return Record(
        announced=announced,
        slots=slots,
        rules=rules,
        entries=tuple(read_entry(one) for one in _get(whole, "entries", list)),
        withdrawn=tuple(str(one) for one in _get(whole, "withdrawn", list)),
        said={name: _get(whole, name, str) for name in SAID},
        won=_get(whole, "won", list),
        lost=_get(whole, "lost", dict),
    )


def read_announced(announced: Mapping[str, object]) -> tuple[tuple[Slot, ...], Rules]:
    slots = tuple(read_slot(one) for one in _get(announced, "slots", list))
    way = _get(announced, "way", str)
    if way not in WAYS:
        raise Unreadable(f"way は {' か '.join(WAYS)} です: {way}")
    return slots, Rules(way, _get(announced, "most_wins", int))


def read_slot(one: object) -> Slot:
    return Slot(
        id=_get(one, "id", str),
        units=tuple(str(unit) for unit in _get(one, "units", list)),
        takes_all=_get(one, "takes_all", bool),
        starts=_get(one, "starts", str),
        ends=_get(one, "ends", str),
        busy_until=_get(one, "busy_until", str),
    )


def read_entry(one: object) -> Entry:
    return Entry(
        id=_get(one, "id", str),
        group=_get(one, "group", str),
        tier=_get(one, "tier", int),
        weight=_get(one, "weight", int),
        wishes=tuple(
            tuple(tuple(str(slot) for slot in slots) for slots in wish)
            for wish in _get(one, "wishes", list)
        ),
    )


def _get(holder: object, name: str, kind: type[T]) -> T:
    value = holder.get(name) if isinstance(holder, dict) else None
    if type(value) is not kind:
        raise Unreadable(f"{name} がないか、{KINDS[kind]}ではありません")
    return value


def hash_of_list(announced: object, entries: Iterable[Entry]) -> str:
    """Return what is published at the deadline: it changes with every letter of every wish and rule."""
    rows = [as_json(entry) for entry in sorted(entries, key=lambda one: one.id)]
    return digest({"announced": announced, "entries": rows})


def as_json(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "group": entry.group,
        "tier": entry.tier,
        "weight": entry.weight,
        "wishes": [[list(slots) for slots in wish] for wish in entry.wishes],
    }


def won_as_json(won: Won) -> dict[str, object]:
    return {
        "entry": won.entry,
        "wish": won.wish,
        "alternative": won.alternative,
        "units": {slot: list(units) for slot, units in won.units},
    }


def verify(record: Record) -> list[tuple[str, bool]]:
    """Calculate everything anew: sentences, and whether each agrees with what was published."""
    found = [
        ("町が受付前に約束した値と、公開された町の乱数が合っている", _commits(record)),
        (
            "申込一覧のハッシュが、公開された一覧から計算した値と合っている",
            hash_of_list(record.announced, record.entries) == record.said["list_hash"],
        ),
        (
            "締切後の公開乱数が、そのもとになった値（署名・さいころの目）と合っている",
            _is_proven(record),
        ),
    ]
    if not all(holds for _, holds in found):
        return found
    _, outcome = again(record)
    won = [won_as_json(one) for one in outcome.won]
    result: dict[str, object] = {"won": won, "lost": outcome.lost}
    return [
        *found,
        (
            "もう一度計算した当選と理由が、公開された結果と合っている",
            canonical(result) == canonical({"won": record.won, "lost": record.lost}),
        ),
        ("結果のハッシュが合っている", digest(result) == record.said["result_hash"]),
    ]


def again(record: Record) -> tuple[bytes, Outcome]:
    """Draw once more, from what was published."""
    root = seed(record.said["secret"], record.said["list_hash"], record.said["randomness"])
    return root, draw(record.slots, record.entries, record.rules, root, record.withdrawn)


def _commits(record: Record) -> bool:
    return _sha256_of_hex(record.said["secret"]) == record.announced.get("commitment")


def _is_proven(record: Record) -> bool:
    """drand's randomness is the SHA-256 of its signature; of dice, the SHA-256 of what they showed."""
    if record.announced.get("source") == "dice":
        return (
            hashlib.sha256(record.said["proof"].encode()).hexdigest() == record.said["randomness"]
        )
    return _sha256_of_hex(record.said["proof"]) == record.said["randomness"]


def _sha256_of_hex(text: str) -> str:
    try:
        return hashlib.sha256(bytes.fromhex(text)).hexdigest()
    except ValueError:
        return ""  # equal to nothing


WHY = {
    "": "当選",
    "taken": "番号の小さい申込が先に取りました",
    "limit": "当選できる数に達していました",
    "same_time": "同じ時間に別の当選がありました",
    "withdrawn": "町の都合で使えなくなった枠です",
}


def explain(record: Record, receipt: str) -> list[str]:
    """Walk through one receipt number: its number, its place, and what became of each wish."""
    entry = next((one for one in record.entries if one.id == receipt), None)
    if entry is None:
        return [f"受付番号 {receipt} は一覧にありません。"]
    root, outcome = again(record)
    known = {slot.id: slot for slot in record.slots}
    lines = [f"受付番号 {receipt}（優先区分 {entry.tier}、くじ {entry.weight} 本）"]
    if record.rules.way == "rounds":
        place = in_order(record.entries, root, {}).index(entry) + 1
        lines.append(
            f"番号 {number(root, entry)[:16]}…　全体 {len(record.entries)} 件中 {place} 番目"
        )
    for wish, why in enumerate(outcome.lost[receipt]):
        alternatives = [
            "＋".join(f"{known[slot].starts}〜{known[slot].ends} {slot}" for slot in alternative)
            for alternative in entry.wishes[wish]
        ]
        lines.append(f"希望 {wish + 1}：{'、だめなら '.join(alternatives)} → {WHY[why]}")
    return lines


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            record = read(file.read())
    except (OSError, Unreadable, TypeError) as error:
        print(f"読めませんでした: {error}")
        return 2
    checks = verify(record)
    for says, holds in checks:
        print(("○ " if holds else "× ") + says)
    if not all(holds for _, holds in checks):
        print("合わないところがあります。この記録は、公開された抽選の記録ではありません。")
        return 1
    print("すべて合っています。次の値が、あなたが前に見た値と同じかも見比べてください。")
    print(f"  受付前に公表された値　　: {record.announced.get('commitment')}")
    print(f"  締切時に公表された一覧　: {record.said['list_hash']}")
    print(
        f"  公開乱数（{record.announced.get('source')} {record.announced.get('beacon', '')}）: {record.said['randomness']}"
    )
    for receipt in arguments[1:]:
        print("\n".join(explain(record, receipt)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
