"""デジタル認証アプリ: OpenID Connect over the wire; offered beside another way, never alone."""

import pytest
from pytest_django import Settings as DjangoSettings

from tests.identity.making import Desk, app_settings, make_application, make_provider
from yakuba.identity import operations, sockets
from yakuba.identity.models import Evidence, IdentityCheck
from yakuba.procedures.operations.publishing import HasProblems
from yakuba.procedures.sockets import question_kinds

DIGEST = bytes(range(32))


@pytest.fixture
def app(desk: Desk) -> Desk:
    desk.provider = make_provider(kind="digital_auth_app", settings=app_settings(desk.simulator))
    return desk


def sign(desk: Desk) -> IdentityCheck:
    wish = operations.Wish("who", "sign", "申請", ("name", "address", "born_on"), DIGEST)
    return operations.begin(desk.run, wish=wish, provider=desk.provider)


class TestTheApp:
    def test_proves_who_somebody_is(self, app: Desk) -> None:
        page = app.prove("hanako")

        assert "本人確認が終わりました" in page
        evidence = Evidence.objects.get()
        assert evidence.person_id
        assert evidence.certificate is None

    def test_is_offered_after_the_way_without_an_app_and_says_what_it_needs(
        self, app: Desk
    ) -> None:
        page = app.browser.get(app.start).content.decode()

        first, second = page.index("アプリのインストールはいりません"), page.index("別のアプリ")
        assert first < second

    @pytest.mark.parametrize("fault", ["wrong_nonce", "wrong_signature"])
    def test_a_token_that_is_not_theirs_or_not_for_this_check_is_not_believed(
        self, app: Desk, fault: str
    ) -> None:
        app.cards.faults(**{fault: True})

        page = app.prove("hanako")

        assert "結果を正しく受け取れませんでした" in page
        assert Evidence.objects.count() == 0

    def test_a_code_that_was_used_already_has_the_person_begin_again(self, app: Desk) -> None:
        back = app.cards.hold(app.press().handoff or "", "hanako")
        app.cards.faults(http_500_after=True, endpoint="userinfo", count=1)
        app.come_back(back)

        operations_seen = operations.ask(app.check)

        assert operations_seen.reason == "not_believed"
        assert "本人確認が終わりました" in app.prove("hanako")

    def test_who_declines_is_told_the_other_ways(self, app: Desk) -> None:
        page = app.come_back(app.cards.gives_up(app.press().handoff or ""))

        assert "途中でやめました" in page
        assert "窓口・郵送でも手続できます。" in page

    def test_a_signature_is_verified_by_an_operator(self, app: Desk) -> None:
        app.come_back(app.cards.hold(sign(app).handoff or "", "hanako"))

        evidence = Evidence.objects.get()
        assert bytes(evidence.signed_digest or b"") == DIGEST
        assert evidence.attributes["name"] == "山田花子"
        assert operations.ask_status(evidence).is_intact is True

    def test_somebody_under_fifteen_cannot_sign(self, app: Desk) -> None:
        page = app.come_back(app.cards.hold(sign(app).handoff or "", "child"))

        assert app.check.state in (IdentityCheck.State.FAILED, IdentityCheck.State.EXPIRED)
        assert "窓口" in page

    def test_its_connection_is_looked_at(self, app: Desk, settings: DjangoSettings) -> None:
        settings.ENVIRONMENT = "trial"

        assert operations.look_at(app.provider, staff=None) == []
        wrong = make_provider(
            kind="digital_auth_app",
            settings=app_settings(app.simulator) | {"client_id": "somebody"},
        )
        assert "受け付けられません" in operations.look_at(wrong, staff=None)[0]


class TestNeverTheOnlyWay:
    def test_a_question_with_nothing_but_apps_is_red(self) -> None:
        kind = question_kinds["identity"]

        faults = kind.reads({"providers": ["digital_auth_app"]}).faults()
        both = kind.reads({"providers": ["digital_auth_app", "platform_operator"]}).faults()

        assert [one.is_red for one in faults] == [True]
        assert "6(4)ア" in faults[0].sentence
        assert both == []

    @pytest.mark.django_db
    def test_a_procedure_that_only_an_app_could_prove_is_not_published(self) -> None:
        with pytest.raises(HasProblems, match="まだ住民に出ていません"):
            make_application()
        make_provider(kind="digital_auth_app", settings={})

        with pytest.raises(HasProblems, match="アプリのいらない方法"):
            make_application()

        make_provider()
        assert make_application().current is not None

    def test_a_way_that_nobody_knows_is_red(self) -> None:
        assert question_kinds["identity"].reads({"providers": ["magic"]}).faults()[0].is_red

    def test_the_operator_needs_no_app_and_the_app_does(self) -> None:
        assert not sockets.verifiers["platform_operator"].needs_app
        assert sockets.verifiers["digital_auth_app"].needs_app
