"""The talk kept in a file, so that a demonstration goes on where it stopped."""

import asyncio
import base64
import contextlib
import json
import os
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from simulators.line.world import Content, Item, Json, Menu, Person, World

PAUSE = 0.5  # seconds: several changes become one file


class Store:
    """Writes people, talks, pictures and menus to `path` soon after they change."""

    def __init__(self, world: World, path: Path) -> None:
        self.world = world
        self.path = path
        self.dirty: asyncio.Event | None = None
        self.task: asyncio.Task[None] | None = None

    def load(self) -> bool:
        """Put what was kept into the world; return whether there was anything to read.

        A file that cannot be read is put aside, so that nothing is lost and LINE starts afresh.
        """
        if not self.path.exists():
            return False
        try:
            self._restore(json.loads(self.path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            aside = self.path.with_suffix(".unreadable")
            self.path.replace(aside)
            print(f"{self.path} could not be read ({error!r}); it is now {aside}.", file=sys.stderr)
            self.world.forget()
            return False
        return True

    def _restore(self, kept: Json) -> None:
        world = self.world
        for body in kept["people"]:
            talk = [Item(**item) for item in body.pop("talk")]
            person = Person(**{**body, "granted": set(body["granted"])}, talk=talk)
            world.people[person.id] = person
        for key, body in kept["contents"].items():
            world.contents[key] = Content(**{**body, "body": base64.b64decode(body["body"])})
        for body in kept["menus"]:
            image = base64.b64decode(body["image"]) if body["image"] else None
            world.menus[body["id"]] = Menu(**{**body, "image": image})
        world.aliases = kept["aliases"]
        world.default_menu = kept["default_menu"]
        world.used = kept["used"]
        world.seq = kept["seq"]
        # The product keeps its turned clock too; a restart must not part the two.
        world.clock.offset = timedelta(seconds=kept["clock_offset_seconds"])

    def start(self) -> None:
        self.dirty = asyncio.Event()
        self.world.changed = self.dirty.set
        self.task = asyncio.get_running_loop().create_task(self._keep_writing())

    async def stop(self) -> None:
        if self.task:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
        self.write()

    async def _keep_writing(self) -> None:
        assert self.dirty is not None
        while True:
            await self.dirty.wait()
            await asyncio.sleep(PAUSE)
            self.dirty.clear()
            self.write()

    def write(self) -> None:
        """Replace the file in one step: a kill leaves the old one or the new one."""
        world = self.world
        kept = {
            "seq": world.seq,
            "clock_offset_seconds": world.clock.offset.total_seconds(),
            "people": [
                {**asdict(person), "granted": sorted(person.granted)}
                for person in world.people.values()
            ],
            "contents": {
                key: {**asdict(one), "body": base64.b64encode(one.body).decode()}
                for key, one in world.contents.items()
            },
            "menus": [
                {
                    "id": menu.id,
                    "body": menu.body,
                    "image": base64.b64encode(menu.image).decode() if menu.image else None,
                    "image_type": menu.image_type,
                }
                for menu in world.menus.values()
            ],
            "aliases": world.aliases,
            "default_menu": world.default_menu,
            "used": world.used,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
