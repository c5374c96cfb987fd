"""Passkeys in a real browser: enrolled, used without a password, and no way around who may come in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from tests.townhall.factories import PASSWORD, make_staff, make_town

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODES = re.compile(r"/console/account/codes/$")
TODAY = re.compile(r"/console/$")


@pytest.fixture(autouse=True)
def _nobody_was_here_before() -> None:
    cache.clear()
    make_town()


@pytest.fixture
def door(page: Page, live_server: LiveServer) -> Page:
    """A browser whose computer has a fingerprint reader, in front of the way in."""
    plug_in_another_reader(page)
    page.goto(f"{live_server.url}/console/sign-in/")
    return page


def plug_in_another_reader(page: Page) -> None:
    """Give the computer a reader that holds no passkey yet, instead of the one it had."""
    computer = page.context.new_cdp_session(page)
    computer.send("WebAuthn.disable")
    computer.send("WebAuthn.enable")
    computer.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def enrol(door: Page, staff: StaffMember) -> None:
    door.get_by_label("メールアドレス").fill(staff.email)
    door.get_by_label("パスワード", exact=False).first.fill(PASSWORD)
    door.get_by_role("button", name="つぎへ").click()
    door.get_by_role("link", name="パスキー").click()
    door.get_by_role("button", name="パスキーを登録する").click()
    expect(door).to_have_url(CODES)


def leave(door: Page) -> None:
    door.context.clear_cookies()
    door.goto(door.url.split("/console/")[0] + "/console/sign-in/")


def told(action: str) -> list[str]:
    from yakuba.audit.models import Entry

    return list(Entry.objects.filter(action=action).values_list("sentence", flat=True))


def test_a_passkey_enrolled_on_the_way_in_opens_the_house_without_a_password(door: Page) -> None:
    staff = make_staff(name="剱 花子")
    enrol(door, staff)
    leave(door)

    door.get_by_role("button", name="パスキーでサインイン").click()

    expect(door).to_have_url(TODAY)
    assert len(told("signed_in")) == 2


def test_a_passkey_is_the_second_step_after_the_password(door: Page) -> None:
    staff = make_staff()
    enrol(door, staff)
    leave(door)

    door.get_by_label("メールアドレス").fill(staff.email)
    door.get_by_label("パスワード", exact=False).first.fill(PASSWORD)
    door.get_by_role("button", name="つぎへ").click()
    door.get_by_role("button", name="パスキーを使う").click()

    expect(door).to_have_url(TODAY)


def test_a_passkey_of_whoever_was_stopped_opens_nothing_and_is_in_the_trail(door: Page) -> None:
    staff = make_staff()
    enrol(door, staff)
    leave(door)
    type(staff).objects.filter(pk=staff.pk).update(is_active=False)

    door.get_by_role("button", name="パスキーでサインイン").click()

    expect(door.get_by_text("いまは利用できる期間ではありません")).to_be_visible()
    door.goto(door.url.split("/console/")[0] + "/console/")
    expect(door.get_by_role("button", name="パスキーでサインイン")).to_be_visible()
    [sentence] = told("sign_in_failed")
    assert sentence.startswith("利用できる期間ではない人のサインイン（パスキー）を断りました。")


def test_a_passkey_opens_nothing_while_guesses_have_stopped_the_account_here(door: Page) -> None:
    staff = make_staff()
    enrol(door, staff)
    leave(door)
    for _guess in range(5):
        door.get_by_label("メールアドレス").fill(staff.email)
        door.get_by_label("パスワード", exact=False).first.fill("まちがった合言葉")
        with door.expect_navigation():
            door.get_by_role("button", name="つぎへ").click()
    leave(door)

    door.get_by_role("button", name="パスキーでサインイン").click()

    expect(door.get_by_role("heading", name="しばらくサインインできません")).to_be_visible()
    assert any("パスキー" in one for one in told("locked_out"))


def test_a_second_passkey_ends_the_sign_in_elsewhere_and_the_last_one_stays(
    door: Page, live_server: LiveServer
) -> None:
    staff, elsewhere = make_staff(), Client(HTTP_HOST="localhost")
    enrol(door, staff)
    elsewhere.force_login(staff, backend="yakuba.townhall.signin.backends.Backend")
    assert elsewhere.get("/console/account/").status_code == 200

    plug_in_another_reader(door)
    door.goto(f"{live_server.url}/console/account/")
    door.get_by_role("link", name="パスキーを加える").click()
    door.get_by_role("button", name="パスキーを登録する").click()
    expect(door.get_by_role("link", name="外す")).to_have_count(2)
    assert elsewhere.get("/console/account/").status_code == 302

    door.get_by_role("link", name="外す").first.click()
    door.get_by_role("button", name="外す").click()
    expect(door.get_by_role("link", name="外す")).to_have_count(1)
    door.get_by_role("link", name="外す").click()
    door.get_by_role("button", name="外す").click()
    expect(door.get_by_text("最後の1つは外せません")).to_be_visible()
    expect(door.get_by_role("link", name="外す")).to_have_count(1)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
