"""Kill the senders while they send: every push arrives once, a reply at most twice, and that is counted."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.environment import ROOT
from tests.line.conftest import phone, sim  # noqa: F401  (fixtures)
from yakuba.line import messages, operations
from yakuba.line.models import Outgoing

PEOPLE = 150
LETTERS = 1500


@contextmanager
def senders(base: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Two senders that use the database of this test and the simulated LINE."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "LINE_API_BASE": base, "LINE_DATA_BASE": base}
    alive = [start(environment), start(environment)]
    try:
        yield alive
        for place in range(2):
            time.sleep(1.5)
            os.killpg(alive[place].pid, signal.SIGKILL)
            alive[place].wait()
            alive[place] = start(environment)
            end_leases()
        wait_until_sent()
    finally:
        for process in alive:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def start(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.line_sender"], cwd=ROOT, env=environment, start_new_session=True
    )  # fmt: skip


def end_leases() -> None:
    """Do not wait half a minute for what the killed sender held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE line_outgoing SET lease_until = clock_timestamp() - interval '1s'"
            " WHERE state = 1 AND lease_until < clock_timestamp() + interval '29s'"
        )


def wait_until_sent(*, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while Outgoing.objects.exclude(state=Outgoing.State.SENT).exists():
        assert time.monotonic() < deadline, "the senders stand still"
        end_leases()
        time.sleep(0.5)


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_killed_senders_lose_nothing_and_repeat_no_push(sim: Running, phone: Phone) -> None:  # noqa: F811
    phone.faults(http_500_after_commit=True, endpoint="push", count=30)
    people = [phone.person(f"町民{number:03d}").follow() for number in range(PEOPLE)]
    for number in range(LETTERS):
        person = people[number % PEOPLE]
        operations.say(person.id, messages.text(f"{number}"))

    with senders(sim.base):
        pass

    for place, person in enumerate(people):
        assert person.heard() == [str(number) for number in range(place, LETTERS, PEOPLE)]
    counted = Counter(letter["text"] for sent in phone.sent() for letter in sent["messages"])
    assert set(counted.values()) == {1}
