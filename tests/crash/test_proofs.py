"""Kill a proof at every step: it is resumed under the same key, and at most one check of a question is verified."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from simulators.cards.driver import Cards
from simulators.cards.server import Running
from tests.cast import make_town
from tests.environment import ROOT
from tests.identity.conftest import cards, simulator  # noqa: F401  (fixtures)
from tests.identity.making import Desk, make_desk
from yakuba.identity import operations
from yakuba.identity.models import Evidence, Heard, IdentityCheck

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_desk(simulator: Running, cards: Cards) -> Desk:  # noqa: F811
    make_town()
    return make_desk(simulator, cards)


def killed(place: str, what: str, *names: object) -> None:
    """Take one step in a process of its own, which is killed at `place`."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.proof_worker", place, what, *map(str, names)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL
    IdentityCheck.objects.update(asking_until=None)  # do not wait for the lease of what was killed


def everything_is_once(desk: Desk) -> None:
    states = list(IdentityCheck.objects.values_list("state", flat=True))
    assert states == ["verified"]
    assert Evidence.objects.count() == 1
    assert desk.check.evidence.attributes


@pytest.mark.parametrize("place", ["before the call", "after the call"])
def test_a_beginning_that_was_killed_goes_on_with_the_same_check(at_desk: Desk, place: str) -> None:
    killed(place, "begin", at_desk.run.pk, at_desk.provider.pk)
    left = at_desk.check
    assert (left.state, left.handoff) == ("none", None)

    wish = operations.Wish("who", "sign", "申請", ("name",), bytes(range(32)))
    check = operations.begin(at_desk.run, wish=wish, provider=at_desk.provider)
    at_desk.come_back(at_desk.cards.hold(check.handoff or "", "hanako"))

    assert check.pk == left.pk
    everything_is_once(at_desk)


def begun(desk: Desk) -> IdentityCheck:
    wish = operations.Wish("who", "sign", "申請", ("name",), bytes(range(32)))
    return operations.begin(desk.run, wish=wish, provider=desk.provider)


def test_a_callback_that_was_killed_is_as_if_it_never_came(at_desk: Desk) -> None:
    check = begun(at_desk)
    back = at_desk.cards.hold(check.handoff or "", "hanako")
    state = hashlib.sha256(f"state:{check.code_verifier}".encode()).hexdigest()

    killed("while it is heard", "back", state)
    assert Heard.objects.count() == 0
    at_desk.come_back(back)

    everything_is_once(at_desk)


@pytest.mark.parametrize(
    "place",
    [
        "before the call",
        "after the call",
        "while it is heard",
        "after it is heard",
        "before it is settled",
        "while it is settled",
    ],
)
def test_an_answer_whose_reader_was_killed_is_asked_for_again(at_desk: Desk, place: str) -> None:
    check = begun(at_desk)
    at_desk.cards.hold(check.handoff or "", "hanako")

    killed(place, "ask", check.pk)
    assert Evidence.objects.count() == 0
    operations.ask(at_desk.check)

    everything_is_once(at_desk)


def test_two_who_ask_at_once_make_one_proof(at_desk: Desk) -> None:
    check = begun(at_desk)
    at_desk.cards.hold(check.handoff or "", "hanako")
    first = IdentityCheck.objects.get(pk=check.pk)
    second = IdentityCheck.objects.get(pk=check.pk)
    held = operations.ask(first)

    again = operations.ask(second)

    assert (held.state, again.state) == ("verified", "verified")
    everything_is_once(at_desk)
