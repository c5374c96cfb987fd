"""The demonstration's memory: what cloud and doors know, in one file, so that a restart locks nobody out."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from simulators.locks.doors import Access, Known
from simulators.locks.world import Json, Person, World


class Store:
    """Reads the file once, and writes it whenever something changed."""

    def __init__(self, path: Path, world: World) -> None:
        self.path = path
        self.world = world
        self.written = ""

    def load(self) -> None:
        if not self.path.exists():
            return
        whole: Json = json.loads(self.path.read_text(encoding="utf-8"))
        for row in whole["persons"]:
            self.world.persons[row["id"]] = Person(**_with_times(row))
        for row in whole["accesses"]:
            self.world.accesses[row["id"]] = Access(**row)
        for key, row in whole["doors"].items():
            if door := self.world.doors.get(key):
                door.known = {one: Known(**_with_times(code)) for one, code in row.items()}
        self.world.subscribers = whole["subscribers"]
        self.world.subscriptions = whole["subscriptions"]
        self.world.refresh = set(whole["refresh"])

    def save(self) -> None:
        world = self.world
        whole = {
            "persons": [_plain(asdict(one)) for one in world.persons.values()],
            "accesses": [asdict(one) for one in world.accesses.values()],
            "doors": {
                door.id: {key: _plain(asdict(code)) for key, code in door.known.items()}
                for door in world.doors.values()
            },
            "subscribers": world.subscribers,
            "subscriptions": world.subscriptions,
            "refresh": sorted(world.refresh),
        }
        text = json.dumps(whole, ensure_ascii=False)
        if text == self.written:
            return
        new = self.path.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(self.path)
        self.written = text


def _plain(row: Json) -> Json:
    return {**row, "starts": row["starts"].isoformat(), "ends": row["ends"].isoformat()}


def _with_times(row: Json) -> Json:
    return {
        **row,
        "starts": datetime.fromisoformat(row["starts"]),
        "ends": datetime.fromisoformat(row["ends"]),
    }
