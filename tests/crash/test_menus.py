"""Kill the worker at every step of a menu's way to LINE: no double stays, and everybody ends with the right menu."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from simulators.line.driver import Phone
from simulators.line.server import Running
from simulators.line.world import World
from tests.environment import ROOT
from tests.line.conftest import phone, sim  # noqa: F401  (fixtures)
from tests.richmenus.cast import (
    Town,
    end_leases,
    make_due,
    make_menu_town,
    open_batches,
    wait_until,
)
from yakuba.richmenus.models import LinkBatch, MadeMenu, RichMenu

PEOPLE = 30

# Each step of the way, and how it is seen from LINE's side that it was taken.
STEPS: dict[str, Callable[[World], object]] = {
    "richmenu": lambda world: world.menus,
    "richmenu/content": lambda world: any(menu.image for menu in world.menus.values()),
    "richmenu/alias": lambda world: world.aliases,
    "richmenu/default": lambda world: world.default_menu,
    "richmenu/bulk/link": lambda world: any(one.menu for one in world.people.values()),
}


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_before_it_hears_the_answer_leaves_nothing_behind(
    step: str,
    sim: Running,  # noqa: F811
    phone: Phone,  # noqa: F811
) -> None:
    town = make_menu_town(sim, phone)
    for number in range(PEOPLE):
        town.join(f"町民{number:02d}", district="otosugi")
    parents = town.menu("oyako")
    town.rule(parents)
    phone.faults(delay_ms=20_000, endpoint=step, count=1)

    with worker(sim.base) as process:
        wait_until(lambda: STEPS[step](sim.world), 60)
        os.killpg(process.pid, signal.SIGKILL)
    phone.faults(reset=True)
    make_everything_due()
    with worker(sim.base):
        wait_until(lambda: everything_is_done(town), 90)

    ours = Counter(str(menu.body["name"]) for menu in sim.world.menus.values())
    assert set(ours.values()) == {1}
    assert len(ours) == MadeMenu.objects.filter(state="ready").count() == 3
    assert {town.sees(name) for name in town.people if name != "太郎"} == {"oyako/a"}


def everything_is_done(town: Town) -> bool:
    shown = RichMenu.objects.filter(shown=None).count() == 0
    linked = all(town.linked(name) for name in town.people if name != "太郎")
    is_set = town.sees("太郎") == "kurashi/a"
    return bool(shown and linked and is_set and open_batches() == 0 and LinkBatch.objects.exists())


def make_everything_due() -> None:
    """Do not wait for leases and back-off of what was killed."""
    end_leases()
    make_due()


@contextmanager
def worker(base: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker that uses the database of this test and the simulated LINE."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "LINE_API_BASE": base, "LINE_DATA_BASE": base}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.menu_worker"], cwd=ROOT, env=environment, start_new_session=True
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
