"""What was tried at the door is in the trail: by which account, from where, and never the password."""

import re
from ipaddress import ip_network

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.townhall.factories import PASSWORD, make_staff, make_town
from tests.townhall.test_sign_in import (
    code_now,
    give_password,
    last_link,
    make_enrolled,
    sign_in,
)
from yakuba.audit.models import Entry
from yakuba.mail.models import Letter
from yakuba.townhall import operations

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_was_here_before(settings: object) -> None:
    cache.clear()
    make_town()
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]


FROM = {"X-Forwarded-For": "198.51.100.7"}


def told(action: str) -> list[str]:
    return list(
        Entry.objects.filter(action=action).order_by("pk").values_list("sentence", flat=True)
    )


def everything_written() -> str:
    return " ".join(
        f"{one.actor} {one.subject} {one.sentence} {one.detail}" for one in Entry.objects.all()
    )


class TestAWrongPassword:
    def test_is_in_the_trail_with_account_and_address_and_without_the_password(
        self, client: Client
    ) -> None:
        staff = make_enrolled(email="hanako@town.example.jp")

        give_password(client, staff, "ひみつの合言葉でした", **FROM)

        [entry] = Entry.objects.filter(action="sign_in_failed")
        assert entry.sentence == (
            "サインインできませんでした（パスワードのまちがい）。"
            "アカウント：hanako@town.example.jp、接続元：198.51.100.7"
        )
        assert (entry.staff_id, entry.subject) == (None, f"townhall.staff:{staff.pk}")
        assert "合言葉" not in everything_written()

    def test_of_somebody_who_does_not_exist_does_not_write_down_what_may_be_a_password(
        self, client: Client
    ) -> None:
        make_enrolled(email="hanako@town.example.jp")

        give_password(client, "hanaka@town.example.jp", **FROM)
        give_password(client, "taro@elsewhere.example", **FROM)
        give_password(client, "pass@word", **FROM)

        accounts = [
            entry.detail["account"] for entry in Entry.objects.filter(action="sign_in_failed")
        ]
        assert accounts == ["h●●●@town.example.jp", "登録のないアカウント"]
        assert "elsewhere" not in everything_written()

    def test_that_was_one_too_many_is_told_apart_from_what_came_after(self, client: Client) -> None:
        staff = make_enrolled()

        for n in range(7):
            give_password(client, staff, f"wrong {n}", **FROM)

        assert len(told("sign_in_failed")) == 4
        stopped = told("locked_out")
        assert stopped[0].startswith("パスワードのまちがいが続いたため、")
        assert [one.startswith("止めている間の") for one in stopped] == [False, True, True]

    def test_of_whoever_left_is_told_although_the_password_is_right(self, client: Client) -> None:
        staff = make_enrolled()
        staff.is_active = False
        staff.save()

        give_password(client, staff, **FROM)

        assert len(told("sign_in_failed")) == 1


class TestASecondStep:
    def test_that_fails_is_in_the_trail(self, client: Client) -> None:
        staff = make_enrolled(email="hanako@town.example.jp")
        give_password(client, staff)

        client.post(reverse("mfa_authenticate"), {"code": "000000"}, headers=FROM)

        [sentence] = told("sign_in_failed")
        assert sentence == (
            "サインインできませんでした（確認コードのまちがい）。"
            "アカウント：hanako@town.example.jp、接続元：198.51.100.7"
        )
        assert "000000" not in everything_written()

    def test_that_was_guessed_too_often_is_told(self, client: Client) -> None:
        give_password(client, make_enrolled())

        for _guess in range(6):
            client.post(reverse("mfa_authenticate"), {"code": "000000"}, headers=FROM)

        assert (len(told("sign_in_failed")), len(told("locked_out"))) == (5, 1)

    def test_sent_empty_is_no_attempt(self, client: Client) -> None:
        give_password(client, make_enrolled())

        client.post(reverse("mfa_authenticate"), {"code": ""}, headers=FROM)

        assert told("sign_in_failed") == []

    def test_by_mail_that_fails_is_in_the_trail(self, client: Client, settings: object) -> None:
        make_town(code_by_mail=True)
        settings.STAFF_NETWORKS = [ip_network("198.51.100.0/24")]  # type: ignore[attr-defined]
        give_password(client, make_staff(), **FROM)
        code = re.search(r"\d{6}", Letter.objects.get().parts.get().text)
        assert code
        wrong = "000000" if code[0] != "000000" else "111111"

        client.post(reverse("townhall_mail_code"), {"code": wrong}, headers=FROM)

        assert len(told("sign_in_failed")) == 1

    def test_that_fails_when_it_is_asked_again_is_in_the_trail(self, client: Client) -> None:
        sign_in(client, make_enrolled())

        client.post(reverse("mfa_reauthenticate"), {"code": "000000"}, headers=FROM)
        client.post(reverse("account_reauthenticate"), {"password": "ちがう"}, headers=FROM)

        assert [("確認コード" in one, "パスワード" in one) for one in told("sign_in_failed")] == [
            (True, False),
            (False, True),
        ]

    @pytest.mark.parametrize(
        "credential", ['{"id": "x"}', "7", '["id"]', '{"id": "x", "rawId": "x", "response": 7}']
    )
    def test_by_a_passkey_that_is_none_is_in_the_trail(
        self, client: Client, credential: str
    ) -> None:
        response = client.post(
            reverse("mfa_login_webauthn"), {"credential": credential}, headers=FROM
        )

        assert response.status_code == 302
        [sentence] = told("sign_in_failed")
        assert "パスキー" in sentence
        assert "198.51.100.7" in sentence

    def test_that_is_enrolled_with_a_broken_passkey_is_refused_with_a_sentence(
        self, client: Client
    ) -> None:
        give_password(client, make_staff())

        page = client.post(reverse("townhall_passkey_enrolment"), {"credential": '{"id": "x"}'})

        assert "もう一度お試しください" in page.content.decode()

    def test_with_a_printed_code_is_told_with_how_many_are_left(self, client: Client) -> None:
        staff = make_enrolled()
        code = RecoveryCodes.activate(staff).get_unused_codes()[0]
        give_password(client, staff)

        client.post(reverse("mfa_authenticate"), {"code": code}, headers=FROM)

        assert told("used_recovery_code") == [
            "予備コードを使いました（残り9個）。接続元：198.51.100.7"
        ]
        assert code not in everything_written()

    def test_with_an_app_is_no_printed_code(self, client: Client) -> None:
        give_password(client, make_enrolled())

        client.post(reverse("mfa_authenticate"), {"code": code_now()}, headers=FROM)

        assert told("used_recovery_code") == []
        assert told("signed_in") == ["サインインしました。接続元：198.51.100.7"]


def test_a_password_that_was_changed_is_told_with_the_address(client: Client) -> None:
    operations.send_password_link(email=make_staff().email)

    client.post(
        last_link(),
        {"password": "あたらしい長い合言葉です", "again": "あたらしい長い合言葉です"},
        headers=FROM,
    )

    assert told("chose_password") == ["パスワードを決めました。接続元：198.51.100.7"]
    assert "合言葉" not in everything_written()
    assert PASSWORD not in everything_written()


def test_only_administrators_read_it(client: Client) -> None:
    give_password(client, make_enrolled(), "wrong", **FROM)
    clerk, administrator = make_enrolled(), make_enrolled(is_administrator=True)
    desks = []
    for staff in (clerk, administrator):
        desk = Client(headers=FROM)
        desk.force_login(staff)
        desks.append(desk.get("/console/settings/trail/", {"action": "sign_in_failed"}))

    assert [one.status_code for one in desks] == [403, 200]
    assert "198.51.100.7" in desks[1].content.decode()
