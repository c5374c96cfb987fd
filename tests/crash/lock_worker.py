"""One step of one code, killed with -9 at a named place: `<place> <grant>`."""

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


def main(place: str, grant_id: str) -> None:
    django.setup()

    from yakuba.kit import http
    from yakuba.locks.kinds.remotelock import RemoteLockContract
    from yakuba.locks.operations import driving

    places: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "before the maker is asked": (RemoteLockContract, "issue", _die),
        "after the token": (RemoteLockContract, "_token", _then_die(RemoteLockContract._token)),
        "after the first door": (RemoteLockContract, "_lead", _die),
        "after the maker answered": (driving, "_keep_issued", _die),
        "after it was kept": (driving, "_keep_issued", _then_die(driving._keep_issued)),
        "before the revocation": (RemoteLockContract, "revoke", _die),
        "after the revocation": (
            RemoteLockContract,
            "revoke",
            _then_die(RemoteLockContract.revoke),
        ),
        "at the first call": (http, "call", _then_die(http.call)),
    }
    owner, name, instead = places[place]
    with mock.patch.object(owner, name, instead):
        driving.drive(grant_id=grant_id)


if __name__ == "__main__":
    main(*sys.argv[1:])
