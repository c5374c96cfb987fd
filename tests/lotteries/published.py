"""A record as a town publishes it."""

import json
from collections.abc import Sequence

from tests.lotteries import worlds
from yakuba.lotteries.rules import publishing
from yakuba.lotteries.rules.method_1 import Entry, Rules, Slot

SECRET = "5e" * 32
PROOF = "3 1 6 6 2"


def announced(slots: Sequence[Slot], rules: Rules) -> dict[str, object]:
    return {
        "id": "round-1",
        "commitment": publishing.commitment(SECRET),
        "source": "dice",
        "beacon": "5",
        "way": rules.way,
        "most_wins": rules.most_wins,
        "slots": [publishing.slot_as_json(slot) for slot in slots],
    }


def record(entries: Sequence[Entry], rules: Rules | None = None) -> dict[str, object]:
    rules = rules or Rules("rounds", 1)
    slots = worlds.slots()
    return publishing.record(
        announced(slots, rules), entries, secret=SECRET, proof=PROOF, withdrawn=()
    )


def text(entries: Sequence[Entry], rules: Rules | None = None) -> str:
    return json.dumps(record(entries, rules), ensure_ascii=False)
