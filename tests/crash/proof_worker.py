"""One step of a proof, killed with -9 at a named place: `begin <run> <provider>`, `back <state>`, `ask <check>`."""

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


def main(place: str, what: str, *names: str) -> None:
    django.setup()

    from yakuba.identity import operations
    from yakuba.identity.models import IdentityCheck, Provider
    from yakuba.identity.operations import ending
    from yakuba.kit import http
    from yakuba.procedures.models import Run

    places: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "before the call": (http, "call", _die),
        "after the call": (http, "call", _then_die(http.call)),
        "after it is heard": (ending, "_kept", _then_die(ending._kept)),
        "while it is heard": (ending, "_hear", _then_die(ending._hear)),
        "before it is settled": (ending, "_prove", _die),
        "while it is settled": (ending, "_prove", _then_die(ending._prove)),
    }
    owner, name, instead = places[place]
    with mock.patch.object(owner, name, instead):
        if what == "begin":
            wish = operations.Wish("who", "sign", "申請", ("name",), bytes(range(32)))
            run = Run.objects.get(pk=names[0])
            operations.begin(run, wish=wish, provider=Provider.objects.get(pk=names[1]))
        elif what == "back":
            operations.come_back(given={"state": names[0]}, resident=None)
        else:
            operations.ask(IdentityCheck.objects.get(pk=names[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
