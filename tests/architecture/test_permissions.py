"""Every staff page can be reached only by whoever may, and no address below /console/ escapes the question."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.townhall.factories import make_department, make_scope, make_staff, make_town
from yakuba.console import sockets
from yakuba.townhall.models import Membership

pytestmark = pytest.mark.django_db

# What must be open to people who are not signed in: the way in, and nothing else.
ENTRANCE = {
    "account_login",
    "account_logout",  # has nothing to show to a stranger and leads to the way in
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "townhall_choose_password",
    "townhall_enrolment",
    "townhall_forgotten",
    "townhall_mail_code",
    "townhall_out_everywhere",
    "townhall_passkey_enrolment",
}
# A person's own second steps, guarded by allauth.
ACCOUNT = {
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}
# The only pages of these that a stranger may read.
OPEN_TO_STRANGERS = {"account_login", "townhall_forgotten", "townhall_choose_password"}
_EXAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "path": "a/b"}


def _addresses(
    patterns: list[URLPattern | URLResolver], before: str = "/"
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, here)
        else:
            yield here, pattern


def _example(address: str) -> str:
    """Put something into the places of an address where a number or a name belongs."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda place: _EXAMPLES.get(place[1], "x"), address)


def staff_addresses() -> list[tuple[str, URLPattern]]:
    everything = _addresses(get_resolver().url_patterns)
    return [
        (address, pattern) for address, pattern in everything if address.startswith("/console/")
    ]


def page_addresses() -> list[tuple[str, sockets.Page]]:
    return [(_example(f"/console/{page.path}"), page) for page in sockets.pages]


def test_there_is_something_to_walk() -> None:
    assert len(sockets.pages) > 10
    assert len(staff_addresses()) >= len(sockets.pages)


def test_every_address_below_the_console_is_a_page_that_says_whom_it_serves() -> None:
    registered = {page.view for page in sockets.pages}

    escaped = [
        address
        for address, pattern in staff_addresses()
        if pattern.callback not in registered and pattern.name not in ENTRANCE | ACCOUNT
    ]

    assert escaped == []


def test_no_page_but_the_entrance_is_open_to_anyone() -> None:
    assert [page.path for page in sockets.pages if page.needs == sockets.ANYONE] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_led_to_the_way_in(method: str) -> None:
    make_town()

    seen = {}
    for address, pattern in staff_addresses():
        if pattern.name not in OPEN_TO_STRANGERS:
            response = getattr(Client(), method)(_example(address))
            seen[address] = (response.status_code, response.headers.get("Location", ""))

    # 405: the address takes only the other method, and says so before it looks who is there.
    assert {
        address: answer
        for address, answer in seen.items()
        if answer[0] != 405 and not (answer[0] == 302 and answer[1].startswith("/console/sign-in/"))
    } == {}


def _answers(client: Client) -> dict[str, int]:
    """The status of every page that asks for more than being signed in."""
    return {
        address: client.get(address).status_code
        for address, page in page_addresses()
        if page.needs != sockets.SIGNED_IN
    }


def test_a_colleague_without_any_right_reads_only_what_everybody_may() -> None:
    make_town()
    client = Client()
    client.force_login(make_staff())

    answers = _answers(client)

    assert answers
    assert {address for address, status in answers.items() if status != 403} == set()


def test_a_colleague_of_another_department_reaches_nothing_of_ours() -> None:
    make_town()
    ours, theirs = make_department(name="建設課"), make_department(name="税務課")
    make_scope(department=ours)
    client = Client()
    client.force_login(make_staff(department=theirs, role=Membership.Role.MANAGER))

    answers = _answers(client)

    # Their department has been granted nothing, so every page beyond the common ones is closed.
    assert {address for address, status in answers.items() if status != 403} == set()


def test_an_administrator_without_a_grant_reaches_no_page_of_a_capability() -> None:
    make_town()
    client = Client()
    client.force_login(make_staff(is_administrator=True))

    reached = {
        address: client.get(address).status_code
        for address, page in page_addresses()
        if page.needs not in (sockets.SIGNED_IN, sockets.ADMINISTRATOR)
    }

    assert {address for address, status in reached.items() if status != 403} == set()


def test_a_page_that_is_not_registered_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "pages", sockets.pages[1:])

    with pytest.raises(AssertionError):
        test_every_address_below_the_console_is_a_page_that_says_whom_it_serves()
