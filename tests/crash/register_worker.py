"""One step of a register's import or letters, killed with -9 at a named place: `check <import>`, `commit <import>`, `letters <batch>`."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import django


def _die(*_given: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(work: Callable[..., Any]) -> Callable[..., Any]:
    def go(*given: Any, **named: Any) -> Any:
        work(*given, **named)
        _die()

    return go


def main(place: str, what: str, key: str) -> None:
    django.setup()

    from yakuba.console.sockets import exported
    from yakuba.registers import operations
    from yakuba.registers.operations import checking, committing, editions, letters

    check = checking._Check
    checking.AT_ONCE = 2  # so that there is a middle
    places: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "after some lines": (check, "_flush", _then_die(check._flush)),
        "before the rest is removed": (check, "_remove_rest", _die),
        "after it is put in order": (check, "_place", _then_die(check._place)),
        "before the check is kept": (check, "_end", _die),
        "after the edition is begun": (editions, "begin", _then_die(editions.begin)),
        "after the rows are written": (editions, "settle", _die),
        "before the commit": (editions, "note", _then_die(editions.note)),
        "after the commit": (committing, "commit", _then_die(committing.commit)),
        "after the file is kept": (letters, "_stand", _die),
        "while the codes are kept": (exported, "announce", _die),
    }
    steps: dict[str, Callable[[], Any]] = {
        "check": lambda: operations.check_import(import_id=key),
        "commit": lambda: operations.commit_import(import_id=key),
        "letters": lambda: operations.make_letters(batch_id=key),
    }
    target, name, instead = places[place]
    with mock.patch.object(target, name, instead):
        steps[what]()


if __name__ == "__main__":
    main(*sys.argv[1:])
