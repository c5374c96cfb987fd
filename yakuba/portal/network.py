"""From where the page was asked that is being answered; nothing in the talk, which comes from LINE."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

from yakuba.console.guard import client_address

_from: ContextVar[str] = ContextVar("portal_network", default="")


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Remember during one answer where `request` came from, for whoever counts tries."""
    token = _from.set(str(client_address(request) or ""))
    try:
        yield
    finally:
        _from.reset(token)


def address() -> str:
    """Return the address, or nothing outside a page."""
    return _from.get()
