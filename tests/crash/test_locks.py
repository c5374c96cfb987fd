"""Kill the worker at every step of a code: it is found again under our name, made once, and revoked."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from tests.environment import ROOT
from tests.locks.conftest import gym, sim  # noqa: F401  (fixtures)
from tests.locks.making import NOON, Gym, book, code_of
from yakuba.bookings import operations as bookings
from yakuba.locks import operations
from yakuba.locks.models import AccessGrant, Door

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
FOUR = NOON + timedelta(hours=4)


def killed(place: str, grant: AccessGrant) -> None:
    """Take one step in a process of its own, which is killed at `place`."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.lock_worker", place, str(grant.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL
    # Do not wait for the lease of what was killed.
    AccessGrant.objects.update(lease_until=None)
    Door.objects.update(lease_until=None)


@pytest.mark.parametrize(
    "place",
    [
        "before the maker is asked",
        "after the token",
        "at the first call",
        "after the first door",
        "after the maker answered",
        "after it was kept",
    ],
)
def test_a_code_whose_worker_was_killed_is_made_once_and_opens(
    gym: Gym,  # noqa: F811
    place: str,
) -> None:
    booking = book(gym, gym.left, FOUR)
    operations.plan_all()

    killed(place, AccessGrant.objects.get())
    gym.sync()
    gym.turn(FOUR)

    assert len(gym.desk.state()["persons"]) == 1
    assert gym.hand.types("gym-front", code_of(booking))
    assert gym.hand.types("gym-left", code_of(booking))


@pytest.mark.parametrize("place", ["before the revocation", "after the revocation"])
def test_a_revocation_whose_worker_was_killed_is_made_again(
    gym: Gym,  # noqa: F811
    place: str,
) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    bookings.cancel(booking)

    killed(place, AccessGrant.objects.get())
    gym.sync()

    assert gym.desk.codes_on("gym-left") == set()
    assert AccessGrant.objects.get().gone_at is not None


def test_a_code_given_up_while_its_worker_lay_dead_is_found_and_revoked(
    gym: Gym,  # noqa: F811
) -> None:
    booking = book(gym, gym.left, FOUR)
    operations.plan_all()
    killed("after the maker answered", AccessGrant.objects.get())

    bookings.cancel(booking)
    gym.sync()

    assert [one["status"] for one in gym.desk.state()["persons"]] == ["deactivated"]
    assert gym.desk.codes_on("gym-left") == set()
