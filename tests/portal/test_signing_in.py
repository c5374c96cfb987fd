"""Nobody is believed but LINE, and only what LINE said to us, now."""

import logging
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.cast import make_resident, user_id
from tests.portal.line_keys import LineKeys
from tests.portal.signing import send_token, signed_in
from yakuba.portal import operations, queries
from yakuba.portal.models import PortalSession
from yakuba.residents.models import LineAccount, Resident

pytestmark = pytest.mark.django_db


def test_a_token_of_line_begins_a_session_of_that_account(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    hanako = make_resident()
    account = LineAccount.objects.get(resident=hanako)

    answer = send_token(browser_of_resident, line_keys.id_token(account.line_user_id))
    page = browser_of_resident.get("/p/")

    assert answer.json() == {"signed_in": True, "changed": True}
    assert f'data-for="{hanako.public_id}"' in page.content.decode()


def test_somebody_who_is_no_friend_yet_gets_a_record_too(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    stranger = user_id()

    send_token(browser_of_resident, line_keys.id_token(stranger))

    assert Resident.objects.of_line(stranger).count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
        {"aud": "1650009999"},
        {"iss": "https://access.line.example"},
        {"sub": None},
        {"exp": None},
    ],
    ids=["expired", "for another channel", "of another issuer", "of nobody", "for ever"],
)
def test_a_token_that_is_not_for_us_now_is_refused(
    line_keys: LineKeys, browser_of_resident: Client, other: dict[str, object]
) -> None:
    answer = send_token(browser_of_resident, line_keys.id_token(user_id(), **other))

    assert answer.status_code == 401
    assert queries.COOKIE not in answer.cookies
    assert PortalSession.objects.count() == 0


@pytest.mark.parametrize("forge", ["signed_by_another", "unsigned", "signed_with_public_key"])
def test_a_forged_token_is_refused(
    line_keys: LineKeys, browser_of_resident: Client, forge: str
) -> None:
    token = getattr(line_keys, forge)(user_id())

    answer = send_token(browser_of_resident, token)

    assert answer.status_code == 401
    assert PortalSession.objects.count() == 0


def test_a_token_for_the_web_is_refused_even_with_the_channels_secret(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    import jwt

    claims = line_keys.claims(user_id())
    token = jwt.encode(
        claims, settings.LINE_LOGIN_CHANNEL_SECRET, "HS256", headers={"kid": line_keys.key_id}
    )

    assert send_token(browser_of_resident, token).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"id_token": 3}', b'{"id_token": ""}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_token_gets_a_sentence(
    line_keys: LineKeys, browser_of_resident: Client, body: bytes
) -> None:
    answer = browser_of_resident.post("/p/session", body, content_type="application/json")

    assert answer.status_code in (400, 401)
    assert "もう一度開いてください" in answer.json()["problem"]


def test_a_user_id_from_the_page_means_nothing(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    account = LineAccount.objects.get(resident=make_resident())
    body = {"user_id": account.line_user_id, "id_token": account.line_user_id}

    answer = browser_of_resident.post("/p/session", body, content_type="application/json")

    assert answer.status_code == 401
    assert PortalSession.objects.count() == 0


def test_another_sites_form_signs_nobody_in(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    token = line_keys.id_token(user_id())

    answer = browser_of_resident.post(
        "/p/session", f'{{"id_token": "{token}"}}', content_type="text/plain"
    )

    assert answer.status_code == 400
    assert PortalSession.objects.count() == 0


def test_lines_keys_are_read_once_and_not_at_every_forged_token(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    for _time in range(3):
        send_token(browser_of_resident, line_keys.id_token(user_id()))
        send_token(browser_of_resident, line_keys.signed_by_another(user_id()))
    line_keys.key_id = "a key that nobody has"
    send_token(browser_of_resident, line_keys.id_token(user_id()))

    assert line_keys.asked == 1


def test_when_lines_keys_cannot_be_read_the_page_says_so_and_does_not_log_out(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    line_keys.status = 503

    answer = send_token(browser_of_resident, line_keys.id_token(user_id()))

    assert answer.status_code == 503
    assert "少し待って" in answer.json()["problem"]


def test_the_same_account_keeps_its_session_and_another_ends_it_for_its_own(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    hanako, taro = user_id(), user_id()
    send_token(browser_of_resident, line_keys.id_token(hanako))

    again = send_token(browser_of_resident, line_keys.id_token(hanako))
    other = send_token(browser_of_resident, line_keys.id_token(taro))

    assert again.json()["changed"] is False
    assert other.json()["changed"] is True
    assert PortalSession.objects.get().account.line_user_id == taro


@override_settings(SESSION_COOKIE_SECURE=True)
def test_the_cookie_is_for_our_pages_only_and_no_script_reads_it(
    line_keys: LineKeys, browser_of_resident: Client
) -> None:
    answer = send_token(browser_of_resident, line_keys.id_token(user_id()))
    cookie = answer.cookies[queries.COOKIE]

    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (
        True, True, "Lax", "/p/",
    )  # fmt: skip
    assert int(cookie["max-age"]) == 12 * 3600
    assert bytes(PortalSession.objects.get().token_hash) != cookie.value.encode()


def test_a_session_ends_after_its_time_and_with_the_account() -> None:
    hanako, taro = make_resident(), make_resident()
    old, detached = signed_in(hanako), signed_in(taro)
    LineAccount.objects.filter(resident=taro).update(detached_at=queries.machine_now())
    PortalSession.objects.filter(account__resident=hanako).update(
        expires_at=queries.machine_now() - timedelta(seconds=1)
    )

    pages = [browser.get("/p/").content.decode() for browser in (old, detached)]
    operations.forget_ended_sessions()

    assert all("data-for=" not in page for page in pages)
    assert PortalSession.objects.filter(account__resident=hanako).count() == 0


def test_the_first_address_with_lines_token_is_in_no_log(
    caplog: pytest.LogCaptureFixture, browser_of_resident: Client
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "eyJhbGciOiJIUzI1NiJ9.secret"

    seen = browser_of_resident.get(f"/p/?liff.state=%2Fx%2Fno%2F&access_token={secret}")
    browser_of_resident.get(f"/p/no-such-page?access_token={secret}")
    browser_of_resident.post(f"/p/language/?access_token={secret}", {})

    assert seen.status_code == 200
    assert seen["Referrer-Policy"] == "strict-origin"
    assert secret not in caplog.text
    assert secret not in seen.content.decode()
