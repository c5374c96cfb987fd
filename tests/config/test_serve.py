"""`yakuba serve` starts a part again that was killed, and leaves nobody behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int, seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/console/sign-in/", timeout=5)
        except urllib.error.HTTPError as error:
            if error.code != 503:
                return True
        except OSError:
            pass
        else:
            return True
        time.sleep(0.2)
    return False


def of_part(part: str, port: str) -> list[int]:
    """Return the processes of `part` whose environment names our port."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if part.encode() in command and f"PORT={port}".encode() in environment.split(b"\0"):
            found.append(int(folder.name))
    return sorted(found)


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc to find the processes")
def test_a_killed_web_part_comes_back_and_nobody_stays_behind() -> None:
    kept = connection.settings_dict
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}",
        "PORT": str(port),
        "WEB_PORT": str(free_port()),
        "LISTEN": "127.0.0.1",
    }
    house = subprocess.Popen([sys.executable, "-m", "yakuba.config.cli", "serve"], env=environment)
    try:
        assert answers(port)

        # The main process of the web part dies; its worker would go on holding the port.
        os.kill(of_part("web", str(port))[0], signal.SIGKILL)
        time.sleep(1)
        assert answers(port)
    finally:
        house.terminate()
        house.wait(30)

    left = [
        pid for part in ("web", "front", "worker", "sender") for pid in of_part(part, str(port))
    ]
    assert left == []
