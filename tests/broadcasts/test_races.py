"""Two clerks press at once, and senders are killed while they send."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from psycopg.sql import Composed

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.broadcasts.cast import Town, end_leases, make_broadcasting_town
from tests.environment import ROOT
from yakuba.broadcasts import operations, queries, rules
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.broadcasts.operations import sending
from yakuba.broadcasts.queries import audience
from yakuba.conditions.facts import Parameters
from yakuba.kit.errors import Refusal
from yakuba.line import sender

PEOPLE = 120


@pytest.fixture
def town(transactional_db: None, sim: Running, phone: Phone) -> Town:
    return make_broadcasting_town(sim, phone)


def at_once(*deeds: Callable[[], None]) -> list[str]:
    """Do everything at the same moment, and return what was refused."""
    refused: list[str] = []
    ready = threading.Barrier(len(deeds))

    def run(deed: Callable[[], None]) -> None:
        ready.wait()
        try:
            deed()
        except Refusal as no:
            refused.append(type(no).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def press_send(town: Town, delivery: Delivery) -> Callable[[], None]:
    def press() -> None:
        operations.send(
            Delivery.objects.get(pk=delivery.pk), staff=town.manager, expected=len(town.people)
        )

    return press


def test_two_clerks_who_press_at_once_send_once(town: Town) -> None:
    delivery = town.draft()

    refused = at_once(press_send(town, delivery), press_send(town, delivery))
    sender.send_waiting()

    assert refused == ["NotADraft"]
    assert town.heard("花子") == ["除雪に入ります"]


def test_without_the_lock_the_race_would_be_lost(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: this is what the lock in `send` prevents."""
    delivery = town.draft()
    monkeypatch.setattr(sending, "lock", lambda row: row.refresh_from_db())
    slow = audience.selection

    def slowly(delivery: Delivery) -> tuple[Composed, Parameters]:
        time.sleep(0.3)
        return slow(delivery)

    monkeypatch.setattr(audience, "selection", slowly)
    monkeypatch.setattr(Batch._meta, "constraints", [])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE broadcasts_delivery_batch DROP CONSTRAINT batch_once")
        cursor.execute("ALTER TABLE broadcasts_delivery_arm DROP CONSTRAINT arm_once")
    try:
        refused = at_once(press_send(town, delivery), press_send(town, delivery))
        assert refused == []
        assert delivery.batches.count() == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM broadcasts_delivery_batch")
            cursor.execute("DELETE FROM broadcasts_delivery_arm")
            cursor.execute(
                "ALTER TABLE broadcasts_delivery_arm"
                " ADD CONSTRAINT arm_once UNIQUE (delivery_id, number)"
            )
            cursor.execute(
                "ALTER TABLE broadcasts_delivery_batch"
                " ADD CONSTRAINT batch_once UNIQUE (delivery_id, number)"
            )


@pytest.mark.crash
def test_senders_killed_between_accept_and_settle_lose_nobody_and_repeat_nothing(
    town: Town, phone: Phone, sim: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)
    for number in range(PEOPLE - len(town.people)):
        town.join(f"町民{number:03d}")
    # LINE has done it before it answers, so a kill in between is certain.
    phone.faults(delay_ms=1500, endpoint="multicast")
    delivery = town.send(town.draft())

    killed_under_way = 0
    alive = _start(sim.base)
    try:
        for _kill in range(5):
            _wait_until_some_are_under_way()
            os.killpg(alive.pid, signal.SIGKILL)
            alive.wait()
            killed_under_way += Batch.objects.filter(state=Batch.State.SENDING).count()
            end_leases()
            alive = _start(sim.base)
        phone.faults(delay_ms=0, endpoint="multicast")
        _wait_until_sent(delivery)
    finally:
        os.killpg(alive.pid, signal.SIGKILL)
        alive.wait()

    heard = Counter({name: len(person.heard()) for name, person in town.people.items()})
    assert killed_under_way > 0
    assert set(heard.values()) == {1}
    assert Batch.objects.filter(http_status=409).exists()
    assert queries.progress(delivery) == rules.Progress(planned=PEOPLE, accepted=PEOPLE)


def _start(base: str) -> "subprocess.Popen[bytes]":
    kept = connection.settings_dict
    url = f"postgresql://{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "LINE_API_BASE": base, "LINE_DATA_BASE": base}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.line_sender"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )


def _wait_until_some_are_under_way(*, seconds: float = 60) -> None:
    """However slowly a sender starts: LINE has been asked, and its answer is still to come."""
    until = time.monotonic() + seconds
    while not Batch.objects.filter(state=Batch.State.SENDING).exists():
        assert time.monotonic() < until, "the sender does not begin"
        time.sleep(0.05)
    time.sleep(0.7)


def _wait_until_sent(delivery: Delivery, *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while Batch.objects.filter(delivery=delivery, state__in=(0, 1)).exists():
        assert time.monotonic() < until, "the sender stands still"
        end_stale_leases()
        time.sleep(0.3)


def end_stale_leases() -> None:
    """Do not wait a minute for what a killed sender held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE broadcasts_delivery_batch SET lease_until = clock_timestamp() - interval '1s'"
            " WHERE state = 1 AND lease_until < clock_timestamp() + interval '50s'"
        )
