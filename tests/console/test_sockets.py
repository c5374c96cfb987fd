from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from yakuba.console import sockets
from yakuba.console.sockets import ANYONE, SIGNED_IN, Guard

if TYPE_CHECKING:
    from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


def test_a_stranger_is_led_to_the_sign_in_page_and_back_here(client: Client) -> None:
    answer = client.get("/console/search/?q=花子", HTTP_HOST="localhost")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/console/sign-in/?next=%2Fconsole%2Fsearch%2F")


def test_a_fragment_leads_the_whole_page_to_sign_in(client: Client) -> None:
    answer = client.get(
        "/console/works/",
        HTTP_HOST="localhost",
        headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/console/"},
    )

    assert answer["HX-Redirect"].startswith("/console/sign-in/?next=")


def test_every_page_is_closed_to_strangers_unless_it_says_anyone(client: Client) -> None:
    names = [page.name for page in sockets.pages if page.needs != ANYONE and "<" not in page.path]

    answers = {
        name: client.get(reverse(f"console:{name}"), HTTP_HOST="localhost").status_code
        for name in names
    }

    assert set(answers.values()) == {302}


def test_a_page_that_needs_a_capability_refuses_who_has_none(desk: Client) -> None:
    answer = desk.get("/console/tests/publish/")

    assert answer.status_code == 403


def test_a_page_is_not_kept_in_the_browser_after_signing_out(desk: Client) -> None:
    assert desk.get("/console/")["Cache-Control"] == "no-store"


def test_nobody_may_do_anything_while_no_guard_is_plugged_in(clerk: StaffMember) -> None:
    guard = Guard()

    assert guard(clerk, SIGNED_IN)
    assert not guard(clerk, "view")


def test_who_has_left_may_not_even_be_signed_in(clerk: StaffMember) -> None:
    clerk.is_active = False

    assert not sockets.guard(clerk, SIGNED_IN)


def test_two_pages_of_the_same_name_are_a_mistake_at_once() -> None:
    with pytest.raises(TypeError, match="already a staff page named 'today'"):
        sockets.page("again/", title="もう一つ", name="today")(lambda request: None)  # type: ignore[arg-type, return-value]
