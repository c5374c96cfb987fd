"""Kill paying at every step: the ledger balances, nobody pays twice for nothing, no refund is sent twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings as DjangoSettings

from tests.cast import make_staff, make_town
from tests.environment import ROOT
from tests.payments.kinds.services import Services, contracted, wait_until
from tests.payments.making import make_charge
from yakuba.payments import operations, queries
from yakuba.payments.models import Attempt, Charge, LedgerEntry, ProviderMessage, RefundTask
from yakuba.portal.queries import machine_now

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def services(settings: DjangoSettings, live_server: Any) -> Iterator[Services]:
    settings.PUBLIC_URL = live_server.url
    make_town()
    with contracted(live_server.url) as found:
        yield found


def killed(place: str, what: str, name: object) -> None:
    """Take one step in a process of its own, which is killed at `place`."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.payment_worker", place, what, str(name)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL


def paid(services: Services) -> tuple[Charge, Attempt]:
    """Somebody has paid on the service's page, and nobody here has heard of it."""
    services.desk.faults(endpoint="stripe/webhook", drop=True)
    charge = make_charge()
    attempt = services.begin(charge, "stripe")
    services.pay(attempt)
    return charge, attempt


def everything_is_once(services: Services, charge: Charge) -> None:
    """The ledger says what the service says; what was paid is settled; nothing is too much."""
    (attempt,) = charge.attempts.all()
    moves = services.desk.moved(attempt.merchant_ref)
    ours = [(one.kind, one.amount) for one in LedgerEntry.objects.order_by("pk")]
    assert sorted(ours) == sorted((kind, abs(yen)) for kind, yen in moves)
    assert ours.count(("capture", 300)) == 1
    charge.refresh_from_db()
    assert charge.settled_at is not None
    assert not RefundTask.objects.exclude(state="done").exists()


@pytest.mark.parametrize(
    "place", ["before the call", "after the call", "before it is kept", "after it is kept"]
)
def test_a_beginning_that_was_killed_goes_on_as_the_same_attempt(
    services: Services, place: str
) -> None:
    charge = make_charge()

    killed(place, "begin", charge.pk)
    attempt = services.begin(charge, "stripe")
    services.pay(attempt)
    operations.ask(attempt)

    assert len(services.sim.world.movements) == 1
    assert services.desk.calls("stripe/sessions.create").count(200) == 1
    everything_is_once(services, charge)


@pytest.mark.parametrize(
    "place",
    [
        "before the call",
        "after the call",
        "before it is written down",
        "while it is written down",
        "after it is written down",
    ],
)
def test_a_question_that_was_killed_is_asked_again(services: Services, place: str) -> None:
    charge, attempt = paid(services)

    killed(place, "ask", attempt.pk)
    operations.ask_attempt(attempt_id=str(attempt.pk))

    everything_is_once(services, charge)


@pytest.mark.parametrize(
    "place",
    ["before the call", "before it is written down", "while it is written down", "before the end"],
)
def test_a_message_whose_reader_was_killed_is_read_again(services: Services, place: str) -> None:
    charge = make_charge()
    services.pay(services.begin(charge, "stripe"))
    message = the_first_message()

    killed(place, "message", message.pk)
    assert ProviderMessage.objects.filter(pk=message.pk, processed_at=None).exists()
    operations.process_message(message_id=message.pk)

    everything_is_once(services, charge)


def the_first_message() -> ProviderMessage:
    wait_until(ProviderMessage.objects.exists)
    return ProviderMessage.objects.order_by("pk")[0]


@pytest.mark.parametrize(
    "place",
    [
        "before the call",
        "after the call",
        "before the refund is kept",
        "while the refund is kept",
    ],
)
def test_a_refund_that_was_killed_is_sent_once(services: Services, place: str) -> None:
    charge, attempt = paid(services)
    operations.ask(attempt)
    (task,) = operations.ask_refund(charge, amount=100, reason="減額", staff=make_staff("窓口 花"))
    operations.approve_refund(task, staff=make_staff("課長 一郎"))

    killed(place, "refund", task.pk)
    lease_runs_out(task)
    operations.send_refund(task_id=task.pk)

    assert services.desk.moved(attempt.merchant_ref) == [("capture", 300), ("refund", -100)]
    task.refresh_from_db()
    assert task.state == RefundTask.State.DONE
    assert LedgerEntry.objects.filter(kind="refund").count() == 1
    assert queries.standing(charge) == "paid"


def lease_runs_out(task: RefundTask) -> None:
    """Do not wait for the five minutes in which nobody else takes it up."""
    past = machine_now() - timedelta(seconds=1)
    RefundTask.objects.filter(pk=task.pk).update(lease_until=past, next_at=past)
