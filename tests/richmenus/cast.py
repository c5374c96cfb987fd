"""A town with menus, at our side and at LINE's."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection

from simulators.line.driver import Phone
from simulators.line.driver import Resident as Person
from simulators.line.server import Running
from tests.cast import make_department, make_district, make_staff, make_town
from yakuba.broadcasts import operations as broadcasts
from yakuba.kit import clock
from yakuba.line import sender
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.richmenus import operations
from yakuba.richmenus.models import LinkBatch, MadeMenu, MenuRule, RichMenu
from yakuba.townhall.models import Department, StaffMember

OTOSUGI: dict[str, object] = {
    "fact": "resident.district",
    "operator": "is",
    "value": "otosugi",
}


def tab(key: str = "a", *titles: str, name: str = "くらし", **more: Any) -> dict[str, Any]:
    """A low tab with a cell for each title, which says it back."""
    names = titles or ("ごみ", "防災")
    return {
        "key": key,
        "name": name,
        "height": "half",
        "grid": [len(names), 1],
        "picture": {"drawn": {"theme": "town"}},
        "cells": [
            {
                "at": [place, 0, 1, 1],
                "title": title,
                "label": title,
                "action": {"do": "text", "text": f"{title}のご案内です。"},
            }
            for place, title in enumerate(names)
        ],
        **more,
    }


def document(*tabs: dict[str, Any], chat_bar: str = "メニュー") -> dict[str, Any]:
    return {"schema": 1, "chat_bar": chat_bar, "tabs": list(tabs) or [tab()]}


@dataclass
class Town:
    sim: Running
    phone: Phone
    department: Department
    manager: StaffMember
    people: dict[str, Person] = field(default_factory=dict)
    records: dict[str, Resident] = field(default_factory=dict)

    def join(self, name: str, *, district: str = "") -> Person:
        """Let somebody become a friend, in LINE and with us."""
        person = self.phone.person(name).follow()
        resident, _news = residents.befriend(user_id=person.id, at_ms=1_700_000_000_000)
        if district:
            residents.keep(resident, key="district", value=district)
        self.people[name], self.records[name] = person, resident
        return person

    def menu(self, key: str, *tabs: dict[str, Any], name: str = "") -> RichMenu:
        """A published menu."""
        menu = operations.make(
            department=self.department,
            key=key,
            name=name or key,
            document=document(*tabs),
            staff=self.manager,
        )
        operations.publish(menu, rev=None, staff=self.manager)
        return menu

    def redraw(self, menu: RichMenu, *tabs: dict[str, Any]) -> None:
        """Change a menu and publish it."""
        draft = menu.draft
        draft.refresh_from_db()
        operations.save_draft(
            draft, document=document(*tabs), rev=draft.rev, words="直した", staff=self.manager
        )
        operations.publish(menu, rev=None, staff=self.manager)

    def rule(self, menu: RichMenu, condition: object = None, **more: Any) -> MenuRule:
        now = clock.now()
        given = {
            "name": menu.name,
            "condition": OTOSUGI if condition is None else condition,
            "starts_at": now,
            "ends_at": now + timedelta(days=1),
            "staff": self.manager,
        }
        return operations.add_rule(menu, **{**given, **more})

    def settle(self) -> None:
        """Let the mirror and the sender do everything there is."""
        for _round in range(4):
            operations.mirror()
            make_due()
            sender.send_waiting()

    def sees(self, name: str) -> str:
        """Which menu of ours stands on somebody's phone: `menu/tab`, or nothing."""
        person = self.sim.world.people[self.people[name].id]
        line_id = person.menu if person.menu in self.sim.world.menus else None
        made = MadeMenu.objects.filter(line_id=line_id or self.sim.world.default_menu or "-")
        one = made.select_related("menu").first()
        return f"{one.menu.key}/{one.tab}" if one else ""

    def linked(self, name: str) -> str | None:
        return self.sim.world.people[self.people[name].id].menu

    def ours(self) -> list[str]:
        """The names of our menus at LINE."""
        return sorted(str(menu.body["name"]) for menu in self.sim.world.menus.values())


def make_menu_town(sim: Running, phone: Phone) -> Town:
    make_town()
    make_district()
    department = make_department()
    town = Town(sim, phone, department, make_staff(department=department))
    broadcasts.entrust_disasters(department=department, staff=None)
    town.join("花子", district="otosugi")
    town.join("太郎", district="yunosho")
    usual = town.menu("kurashi", tab("a"), tab("b", "避難所", "警報", name="防災"))
    operations.set_default(usual, staff=town.manager)
    return town


def make_due() -> None:
    """Let what waits for its next try be tried now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE richmenus_linkbatch SET next_at = clock_timestamp()")
        cursor.execute("UPDATE richmenus_mademenu SET next_at = clock_timestamp()")


def end_leases() -> None:
    """Do not wait for what a killed process held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE richmenus_linkbatch SET lease_until = clock_timestamp() WHERE state = 1"
        )
        cursor.execute("UPDATE richmenus_mirror SET lease_until = NULL")


def wait_until(seen: Callable[[], object], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, f"did not happen in {seconds} seconds"
        time.sleep(0.05)


def open_batches() -> int:
    return LinkBatch.objects.filter(state__in=(0, 1)).count()
