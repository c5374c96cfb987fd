"""The sending part: what it loads, and how quickly it is there again after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

# What draws papers, writes books and talks to other clouds is nothing that a message needs.
_HEAVY = ("fpdf", "fontTools", "xlsxwriter", "stripe", "boto3")
_LOAD = "import django; django.setup(); from yakuba.line import sender; import sys, threading"

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="needs /proc to find the processes"
)


def test_a_sender_loads_nothing_that_only_papers_and_books_need() -> None:
    found = _said(f"{_LOAD}; print([one for one in {_HEAVY!r} if one in sys.modules])")

    assert found == "[]"


def test_before_it_forks_a_sender_has_one_thread_and_no_connection() -> None:
    found = _said(
        f"{_LOAD}; from django.db import connection;"
        " print(threading.active_count(), connection.connection)"
    )

    assert found == "1 None"


def _said(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def house() -> Iterator["subprocess.Popen[bytes]"]:
    kept = connection.settings_dict
    address = f"{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "yakuba.config.cli", "serve", "sender"],
        env={**os.environ, "DATABASE_URL": f"postgresql://{address}"},
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@needs_proc
@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
class TestAKilledSender:
    def test_is_replaced_by_a_fork_that_listens_again(
        self, house: "subprocess.Popen[bytes]"
    ) -> None:
        first = _until(lambda: _listening(house))

        os.kill(first, signal.SIGKILL)

        second = _until(lambda: (now := _listening(house)) != first and now)
        assert house.poll() is None
        assert second != first

    def test_and_one_that_is_told_to_stop_is_not(self, house: "subprocess.Popen[bytes]") -> None:
        child = _until(lambda: _listening(house))

        house.send_signal(signal.SIGTERM)

        assert house.wait(30) == 0
        assert not Path(f"/proc/{child}").exists()

    def test_ends_by_itself_when_nobody_is_left_to_replace_it(
        self, house: "subprocess.Popen[bytes]"
    ) -> None:
        child = _until(lambda: _listening(house))

        os.kill(house.pid, signal.SIGKILL)
        house.wait()

        _until(lambda: not _is_alive(child))


def _listening(house: "subprocess.Popen[bytes]") -> int:
    """Return the process that sends once it has a thread for the bell; 0 before."""
    words = Path(f"/proc/{house.pid}/task/{house.pid}/children").read_text().split()
    if not words:
        return 0
    names = [one.read_text() for one in Path(f"/proc/{words[0]}/task").glob("*/comm")]
    return int(words[0]) if len(names) > 2 else 0


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _until(holds: Callable[[], int | bool], seconds: float = 90) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := holds():
                return int(found)
        except OSError:  # it ended while it was looked at
            pass
        time.sleep(0.05)
    raise AssertionError("it did not happen")
