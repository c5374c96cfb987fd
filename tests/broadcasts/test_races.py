"""Two clerks press at once, and senders are killed while they send."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from psycopg.sql import Composed

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.broadcasts.cast import OTOSUGI, Town, end_leases, make_broadcasting_town
from tests.environment import ROOT
from yakuba.broadcasts import operations, queries, rules
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.broadcasts.operations import sending, starting
from yakuba.broadcasts.queries import audience
from yakuba.conditions.facts import Parameters
from yakuba.kit import clock
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


def slow_selection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the other one time to come in between."""
    slow = audience.selection

    def slowly(delivery: Delivery, **more: bool) -> tuple[Composed, Parameters]:
        time.sleep(0.3)
        return slow(delivery, **more)

    monkeypatch.setattr(audience, "selection", slowly)


def without_lock(monkeypatch: pytest.MonkeyPatch, *rooms: ModuleType) -> None:
    for room in rooms:
        monkeypatch.setattr(room, "lock", lambda row: row.refresh_from_db())


def afresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def over(delivery: Delivery) -> AbstractContextManager[None]:
    """The moment at which the grace is over."""
    assert delivery.begins_at is not None
    return clock.stopped_at(delivery.begins_at)


def test_two_clerks_who_press_at_once_confirm_once(town: Town) -> None:
    delivery = town.draft(condition=OTOSUGI)

    def press() -> None:
        operations.submit(afresh(delivery), staff=town.manager, expected=2)

    assert at_once(press, press) == ["NotADraft"]
    assert afresh(delivery).state == "waiting"


def test_two_workers_begin_a_delivery_once(town: Town) -> None:
    delivery = town.confirm(town.draft())

    with over(delivery):
        at_once(operations.attend, operations.attend)
    sender.send_waiting()

    assert town.heard("花子") == ["除雪に入ります"]


def test_without_the_lock_two_workers_would_begin_it_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: this is what the lock in `begin` prevents."""
    delivery = town.confirm(town.draft())
    without_lock(monkeypatch, starting)
    slow_selection(monkeypatch)
    monkeypatch.setattr(Batch._meta, "constraints", [])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE broadcasts_delivery_batch DROP CONSTRAINT batch_once")
        cursor.execute("ALTER TABLE broadcasts_delivery_arm DROP CONSTRAINT arm_once")
    try:
        with over(delivery):
            at_once(lambda: operations.begin(delivery.pk), lambda: operations.begin(delivery.pk))
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


def stop_while_it_begins(town: Town) -> Delivery:
    delivery = town.confirm(town.draft())

    def stop() -> None:
        time.sleep(0.1)
        operations.stop(afresh(delivery), staff=town.manager)

    with over(delivery):
        at_once(lambda: operations.begin(delivery.pk), stop)
    sender.send_waiting()
    return afresh(delivery)


def test_a_stop_in_the_moment_of_the_beginning_reaches_everybody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_selection(monkeypatch)

    delivery = stop_while_it_begins(town)

    assert delivery.state == "stopped"
    assert town.heard("花子") == []


def test_without_the_lock_it_would_go_out_although_it_was_stopped(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_lock(monkeypatch, starting)
    slow_selection(monkeypatch)

    delivery = stop_while_it_begins(town)

    assert delivery.state == "sent"
    assert town.heard("花子") == ["除雪に入ります"]


def agree_while_it_is_taken_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    delivery = town.draft()
    operations.submit(delivery, staff=town.manager, expected=3)
    give_word = sending.give_word

    def slowly(*given: Any) -> None:
        time.sleep(0.3)
        give_word(*given)

    monkeypatch.setattr(sending, "give_word", slowly)

    def take_back() -> None:
        time.sleep(0.1)
        operations.withdraw(afresh(delivery), staff=town.manager)

    at_once(lambda: operations.agree(afresh(delivery), staff=town.second), take_back)
    return afresh(delivery)


def test_what_is_taken_back_is_a_draft_whoever_agrees_at_that_moment(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert agree_while_it_is_taken_back(town, monkeypatch).state == "draft"


def test_without_the_lock_an_agreement_would_win_over_a_change(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_lock(monkeypatch, sending)

    assert agree_while_it_is_taken_back(town, monkeypatch).state == "waiting"


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
