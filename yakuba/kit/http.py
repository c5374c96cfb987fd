"""Calls to the world outside. The only room that may import httpx."""

import ipaddress
import json as jsons
import socket
from dataclasses import dataclass
from typing import Any

import httpx
from django.db import connection

from yakuba.kit.errors import OutsideFailure

_LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20)
_clients: dict[float, httpx.Client] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (names in lower case) and the body as bytes."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        try:
            return jsons.loads(self.content or b"null")
        except ValueError:
            raise OutsideFailure("the answer is not JSON", status=self.status) from None


def call(
    method: str,
    url: str,
    *,
    token: str = "",
    json: Any = None,
    form: dict[str, str] | None = None,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    timeout: float = 10.0,
) -> Answer:
    """Ask once and return whatever status came back; never inside a transaction.

    Raises:
        OutsideFailure: no answer came (status None), so nobody knows whether it was done.
        RuntimeError: a transaction is open, which would hold its locks while the outside thinks.
    """
    # The transaction that wraps a test is not the product's.
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError(f"{method} {url}: no network inside a transaction")
    sent = dict(headers or {})
    if token:
        sent["Authorization"] = f"Bearer {token}"
    try:
        answer = _client(timeout).request(
            method, url, json=json, data=form, content=content, headers=sent
        )
    except httpx.HTTPError as error:
        raise OutsideFailure(f"{method} {httpx.URL(url).host}: {type(error).__name__}") from error
    names = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(status=answer.status_code, headers=names, content=answer.content)


def _client(timeout: float) -> httpx.Client:
    if timeout not in _clients:
        _clients[timeout] = httpx.Client(timeout=timeout, limits=_LIMITS, follow_redirects=False)
    return _clients[timeout]


def addresses_of(host: str) -> list[str]:
    """Return the addresses of a host; none if nobody has the name."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Say whether the address is one of the open Internet."""
    one = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(one, "ipv4_mapped", None) or one
    return bool(mapped.is_global and not mapped.is_multicast)


def knock(method: str, url: str, *, address: str, timeout: float = 8.0) -> Answer:
    """Ask the host of `url` at `address`, which the caller has looked at, and read none of the body.

    Whatever the name means a moment later, nobody else is asked.

    Raises:
        OutsideFailure: no answer came.
    """
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError(f"{method} {url}: no network inside a transaction")
    try:
        wanted = httpx.URL(url)
        client = _client(timeout)
        request = client.build_request(
            method,
            wanted.copy_with(host=address),
            headers={"Host": wanted.netloc.decode("ascii"), "User-Agent": "Mozilla/5.0 (yakuba)"},
            extensions={"sni_hostname": wanted.raw_host.decode("ascii")},
        )
        answer = client.send(request, stream=True)
        answer.close()
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise OutsideFailure(f"{method} {address}: {type(error).__name__}") from error
    names = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(status=answer.status_code, headers=names, content=b"")
