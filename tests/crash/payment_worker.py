"""One step of a payment, killed with -9 at a named place: `begin <charge>`, `ask <attempt>`, `message <id>`, `refund <task>`."""

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


def main(place: str, what: str, name: str) -> None:
    django.setup()

    from yakuba.kit import http
    from yakuba.payments import operations
    from yakuba.payments.models import Charge, Connection
    from yakuba.payments.operations import attempting, posting, receiving, reconciling, refunding

    places: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "before the call": (http, "call", _die),
        "after the call": (http, "call", _then_die(http.call)),
        "before it is kept": (attempting, "_keep", _die),
        "after it is kept": (attempting, "_keep", _then_die(attempting._keep)),
        "before it is written down": (reconciling, "keep_state", _die),
        "while it is written down": (posting, "post_moves", _then_die(posting.post_moves)),
        "after it is written down": (reconciling, "keep_state", _then_die(reconciling.keep_state)),
        "before the end": (receiving, "_end", _die),
        "before the refund is kept": (refunding, "_keep", _die),
        "while the refund is kept": (posting, "finish_refund", _then_die(posting.finish_refund)),
    }
    owner, attribute, instead = places[place]
    with mock.patch.object(owner, attribute, instead):
        if what == "begin":
            operations.begin_attempt(
                Charge.objects.get(pk=name),
                connection=Connection.objects.get(kind="stripe"),
                resident=None,
                method="card",
            )
        elif what == "ask":
            operations.ask_attempt(attempt_id=name)
        elif what == "message":
            operations.process_message(message_id=int(name))
        else:
            operations.send_refund(task_id=int(name))


if __name__ == "__main__":
    main(*sys.argv[1:])
