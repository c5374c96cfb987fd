"""What the town publishes of a draw, made with the functions by which it is checked."""

import hashlib
from collections.abc import Sequence

from yakuba.lotteries.rules import method_1
from yakuba.lotteries.rules.method_1 import Entry, Outcome, Slot


def slot_as_json(slot: Slot) -> dict[str, object]:
    return {
        "id": slot.id,
        "units": list(slot.units),
        "takes_all": slot.takes_all,
        "starts": slot.starts,
        "ends": slot.ends,
        "busy_until": slot.busy_until,
    }


def commitment(secret: str) -> str:
    """Return what is published before entries open, so that the secret cannot be chosen afterwards."""
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def randomness(source: str, proof: str) -> str:
    """Return the number that `proof` gives: drand says SHA-256 of its signature, for dice we say the same."""
    return hashlib.sha256(proof.encode() if source == "dice" else bytes.fromhex(proof)).hexdigest()


def outcome(
    announced: dict[str, object],
    entries: Sequence[Entry],
    *,
    secret: str,
    randomness: str,
    withdrawn: Sequence[str],
) -> Outcome:
    """Draw, from exactly what is published."""
    root = method_1.seed(secret, method_1.hash_of_list(announced, entries), randomness)
    slots, rules = method_1.read_announced(announced)
    return method_1.draw(slots, entries, rules, root, withdrawn)


def record(
    announced: dict[str, object],
    entries: Sequence[Entry],
    *,
    secret: str,
    proof: str,
    withdrawn: Sequence[str],
) -> dict[str, object]:
    """Draw, and return the whole record: `method_1.verify` finds nothing wrong with it."""
    drawn = randomness(str(announced["source"]), proof)
    found = outcome(
        announced, entries, secret=secret, randomness=drawn, withdrawn=sorted(withdrawn)
    )
    result: dict[str, object] = {
        "won": [method_1.won_as_json(won) for won in found.won],
        "lost": found.lost,
    }
    return {
        "method": method_1.VERSION,
        "announced": announced,
        "entries": [method_1.as_json(entry) for entry in sorted(entries, key=lambda one: one.id)],
        "list_hash": method_1.hash_of_list(announced, entries),
        "withdrawn": sorted(withdrawn),
        "secret": secret,
        "proof": proof,
        "randomness": drawn,
        **result,
        "result_hash": method_1.digest(result),
    }
