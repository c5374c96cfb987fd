"""`yakuba serve`: the whole product on one port, or one part of it.

web     staff pages and pages inside LINE (WSGI, threads)
intake  webhooks from LINE (bare ASGI)
worker  understands what came in, does jobs and chores
sender  says everything that is to be said to LINE
"""

import argparse
import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings

PARTS = ("web", "intake", "worker", "sender")
_GRACE_SECONDS = 15
_TOLD = (signal.SIGTERM, signal.SIGINT)
_TOO_SHORT = 0.2  # seconds; a sender that is killed sooner is not started again in a tight loop
_HEAD_WITHIN_MS = 10_000  # for the head of a request; how long its body may take, says the front


def add_to(commands: Any) -> None:
    parser = commands.add_parser("serve", help="run the product, or one part of it")
    parser.add_argument("part", nargs="?", choices=(*PARTS, "front"), help="run this part alone")
    parser.set_defaults(run=_serve)


def _serve(chosen: argparse.Namespace) -> int:
    if chosen.part is None:
        return _everything()
    runners: dict[str, Callable[[], None]] = {
        "web": _web,
        "intake": _intake,
        "front": _front,
        "worker": _worker,
        "sender": _sender,
    }
    runners[chosen.part]()
    return 0


def _everything() -> int:
    """Run all parts as processes of their own and start again whichever dies, until told to stop."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    command = [sys.executable, "-m", "yakuba.config.cli", "serve"]
    parts = ("web", "front", "worker", "sender")

    def start(part: str) -> subprocess.Popen[bytes]:
        # The front in front of it is one more proxy whose word the web part takes.
        proxies = settings.TRUSTED_PROXIES + (part == "web")
        return subprocess.Popen(
            [*command, part],
            env={**os.environ, "TRUSTED_PROXIES": str(proxies)},
            start_new_session=True,  # so that a part can be ended with everything it has started
        )

    running = {part: start(part) for part in parts}
    started = dict.fromkeys(parts, time.monotonic())
    print(f"yakuba listens on port {settings.PORT} for {settings.PUBLIC_URL}", flush=True)
    while not stopping.wait(0.5):
        for part, process in running.items():
            if process.poll() is None:
                continue
            lived = time.monotonic() - started[part]
            print(
                f"{part} ended with {process.returncode} after {lived:.0f} s; starting it again",
                flush=True,
            )
            _end_with_children(process)
            if lived < 5 and stopping.wait(2):
                break
            running[part], started[part] = start(part), time.monotonic()
    for process in running.values():
        process.terminate()
    until = time.monotonic() + _GRACE_SECONDS
    for process in running.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, until - time.monotonic()))
        _end_with_children(process)
    return 0


def _end_with_children(process: subprocess.Popen[bytes]) -> None:
    """Kill whoever a part has started and left behind: it would keep the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _web() -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "yakuba.config.wsgi:application",
        address=_address(alone=True),
        port=settings.WEB_PORT,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        backlog=1024,
        backpressure=128,
        websockets=False,
        log_access=False,
        log_level=_log_level(),
    ).serve()


def _intake() -> None:
    _asgi("yakuba.line.intake:application", settings.INTAKE_PORT)


def _front() -> None:
    _asgi("yakuba.config.front:application", settings.PORT)


def _asgi(target: str, port: int) -> None:
    from granian.constants import Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.server import Server

    Server(
        target,
        address=_address(alone=False),
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_WITHIN_MS),
        workers=1,
        backlog=1024,
        websockets=False,
        log_access=False,
        log_level=_log_level(),
    ).serve()


def _address(*, alone: bool) -> str:
    """The web part is behind the front; everything else is reached from outside."""
    return os.environ.get("LISTEN", "127.0.0.1" if alone else "0.0.0.0")


def _log_level() -> Any:
    from granian.log import LogLevels

    return LogLevels.warning


def _until_told_to_stop(*work: Callable[[threading.Event], None]) -> None:
    """Run each function in a thread until a signal comes; if one of them fails, end the process."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    failed = threading.Event()

    def run(one: Callable[[threading.Event], None]) -> None:
        try:
            one(stop)
        except BaseException:
            failed.set()
            raise
        finally:
            stop.set()

    threads = [threading.Thread(target=run, args=(one,), name=one.__name__) for one in work]
    for thread in threads:
        thread.start()
    parent = os.getppid()
    while not stop.wait(1):
        if os.getppid() != parent:  # whoever would start us again is gone
            stop.set()
    for thread in threads:
        thread.join(_GRACE_SECONDS)
    if failed.is_set():
        os._exit(1)


def _worker() -> None:
    import django

    django.setup()
    from yakuba.config import chores
    from yakuba.line import inbox

    _until_told_to_stop(inbox.run, chores.run, chores.run_jobs)


def _sender() -> None:
    import django

    django.setup()
    from yakuba.line import sender

    _with_a_double(lambda: _until_told_to_stop(sender.run))


def _with_a_double(work: Callable[[], None]) -> None:
    """Run `work` in a fork of this process, and fork again at once when it is killed.

    Everything is imported before, which takes seconds and is shared between the two. Here are no threads and no
    connections: a fork would inherit them half.
    """
    gc.collect()
    gc.freeze()  # what is shared stays shared
    stopping = threading.Event()
    child = 0

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()
        if child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    for told in _TOLD:
        signal.signal(told, stop)
    while not stopping.is_set():
        began = time.monotonic()
        signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)
        child = os.fork()
        if not child:
            _be_the_child(work)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)
        if stopping.is_set():  # we were told after the loop had asked, and before there was a child
            os.kill(child, signal.SIGTERM)
        _pid, status = os.waitpid(child, 0)
        child = 0
        code = os.waitstatus_to_exitcode(status)
        if code != -signal.SIGKILL and not stopping.is_set():
            sys.exit(abs(code))  # it ended by itself: whoever started us decides what then
        if time.monotonic() - began < _TOO_SHORT:
            stopping.wait(_TOO_SHORT)


def _be_the_child(work: Callable[[], None]) -> NoReturn:
    """Do the work with signals as a new process has them, and never return into what the parent was doing."""
    code = 1
    try:
        for told in _TOLD:
            signal.signal(told, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)
        work()
        code = 0
    except BaseException:
        logging.getLogger(__name__).exception("the sender ended")
    finally:
        logging.shutdown()
        os._exit(code)
