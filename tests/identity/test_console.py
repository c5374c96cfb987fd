"""An administrator connects a provider; staff look at what was proven, masked, and it is written down."""

from typing import Any

import pytest
from django.conf import settings as django
from django.test import Client
from pytest_django import Settings as DjangoSettings

from tests.cast import make_staff
from tests.identity.making import Desk, settings_of
from tests.identity.test_verifying import tamper
from yakuba.audit.models import Entry
from yakuba.identity import operations
from yakuba.identity.models import Provider
from yakuba.identity.operations import StillFaulty
from yakuba.portal.queries import looks_at
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Capability, Membership, StaffMember

pytestmark = pytest.mark.django_db
NEW = "/console/identity/new/platform_operator/"


def browser_for(staff: StaffMember) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(staff, backend=django.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def office(desk: Desk, settings: DjangoSettings) -> Client:
    settings.ENVIRONMENT = "trial"  # the simulator is an operator's test environment, without https
    return browser_for(make_staff("総務 太郎", is_administrator=True))


def typed(desk: Desk, **changes: object) -> dict[str, Any]:
    return {"name": "確認サービス", **settings_of(desk.simulator), **changes}


class TestProviders:
    def test_is_connected_looked_at_and_shown_to_residents(
        self, desk: Desk, office: Client
    ) -> None:
        office.post(NEW, typed(desk))
        provider = Provider.objects.latest("pk")
        page = f"/console/identity/{provider.public_id}/"

        early = office.post(page, {"act": "on"}, follow=True).content.decode()
        looked = office.post(page, {"act": "check"}, follow=True).content.decode()
        office.post(page, {"act": "on"})

        assert "まだ一度も確かめていません" in early
        assert "つながりました。直すところはありません。" in looked
        provider.refresh_from_db()
        assert provider.is_on

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"key": "wrong"}, "鍵が受け付けられません"),
            ({"address": "http://127.0.0.1:9"}, "事業者につながりません"),
            ({"keeps": "we_hold"}, "信頼する認証局の証明書がありません"),
        ],
    )
    def test_a_wrong_setting_is_red_before_a_resident_meets_it(
        self, desk: Desk, office: Client, changes: dict[str, object], said: str
    ) -> None:
        office.post(NEW, typed(desk, **changes))
        provider = Provider.objects.latest("pk")

        answer = office.post(
            f"/console/identity/{provider.public_id}/", {"act": "check"}, follow=True
        )

        assert said in answer.content.decode()
        with pytest.raises(StillFaulty):
            operations.switch(provider, on=True, staff=None)

    def test_a_secret_is_never_shown_again_and_stays_if_it_is_left_empty(
        self, desk: Desk, office: Client
    ) -> None:
        office.post(NEW, typed(desk, key="very-secret"))
        provider = Provider.objects.latest("pk")
        page = f"/console/identity/{provider.public_id}/"

        shown = office.get(page).content.decode()
        office.post(page, typed(desk, key="", webhook_secret="", name="新しい名前"))

        assert "very-secret" not in shown
        provider.refresh_from_db()
        assert (provider.name, provider.settings["key"]) == ("新しい名前", "very-secret")
        assert provider.checked_at is None

    def test_a_new_key_lies_beside_the_old_one_and_takes_its_place(
        self, desk: Desk, office: Client
    ) -> None:
        right = str(settings_of(desk.simulator)["key"])
        office.post(NEW, typed(desk, key="ended", next_key=right))
        provider = Provider.objects.latest("pk")

        assert (
            operations.look_at(provider, staff=None) == []
        )  # the old one is refused, the new one is not
        office.post(f"/console/identity/{provider.public_id}/", {"act": "next"})

        provider.refresh_from_db()
        assert (provider.settings["key"], provider.settings["next_key"]) == (right, "")

    def test_a_test_environment_is_red_in_a_real_town(
        self, desk: Desk, office: Client, settings: DjangoSettings
    ) -> None:
        settings.ENVIRONMENT = "production"

        faults = operations.look_at(desk.provider, staff=None)

        assert len(faults) == 2
        assert "https" in faults[0]
        assert "試験環境" in faults[1]

    def test_whoever_was_asked_once_is_not_removed(self, desk: Desk, office: Client) -> None:
        desk.prove("hanako")

        page = f"/console/identity/{desk.provider.public_id}/"
        answer = office.post(page, {"act": "remove"}, follow=True).content.decode()

        assert "記録に残っているため、消せません" in answer
        assert Provider.objects.filter(pk=desk.provider.pk).exists()


class TestChecks:
    @pytest.fixture
    def clerk(self, desk: Desk) -> Client:
        scope = desk.run.procedure.scope
        for capability in (Capability.VIEW, Capability.PERSONAL, Capability.HANDLE):
            townhall.grant(scope, department=scope.department, capability=capability)
        return browser_for(
            make_staff("窓口 花", department=scope.department, role=Membership.Role.CLERK)
        )

    def test_who_was_proven_is_masked_until_somebody_says_so_and_both_are_written_down(
        self, desk: Desk, clerk: Client
    ) -> None:
        desk.prove("hanako")
        tamper(attributes={"name": "山田花子", "born_on": "1990-05-14"})
        address = f"/console/identity/checks/{desk.check.pk}/"

        listed = clerk.get("/console/identity/checks/").content.decode()
        masked = clerk.get(address).content.decode()
        shown = clerk.post(f"{address}who/").content.decode()

        assert "住民票の写しの交付申請" in listed
        assert "山田花子" not in listed + masked
        assert "山田花子" in shown
        written = set(
            Entry.objects.filter(subject=desk.check.subject).values_list("action", flat=True)
        )
        assert written == {"viewed", "revealed"}
        assert not any("山田" in one.sentence for one in Entry.objects.all())

    def test_the_resident_reads_that_the_proof_was_looked_at(
        self, desk: Desk, clerk: Client
    ) -> None:
        desk.prove("hanako")
        resident = desk.check.resident
        assert resident is not None
        before = looks_at(resident)

        clerk.get(f"/console/identity/checks/{desk.check.pk}/")

        assert before == []
        assert [look.title for look in looks_at(resident)] == ["本人確認（住民票の写しの交付申請）"]

    def test_a_change_of_what_was_proven_is_noticed(self, desk: Desk, clerk: Client) -> None:
        desk.prove("hanako")
        address = f"/console/identity/checks/{desk.check.pk}/"
        assert "記録したときと違います" not in clerk.get(address).content.decode()

        tamper(attributes={"name": "だれか"})

        assert "記録したときと違います" in clerk.get(address).content.decode()

    def test_a_look_at_the_certificate_is_taken_and_says_who_took_it(
        self, desk: Desk, clerk: Client
    ) -> None:
        desk.prove("hanako")
        desk.cards.revoke("hanako", "affiliation_changed", "both")

        page = clerk.post(f"/console/identity/checks/{desk.check.pk}/", follow=True)

        assert "住所等が変わった可能性" in page.content.decode()
        assert "窓口 花" in page.content.decode()

    def test_e43_the_same_person_with_two_accounts_is_told_to_staff_alone(
        self, desk: Desk, clerk: Client
    ) -> None:
        desk.prove("hanako")
        first = desk.check
        other = make_second(desk)
        page = other.prove("hanako")

        answer = clerk.get(f"/console/identity/checks/{first.pk}/").content.decode()

        assert "ほかに1人の住民" in answer
        assert "ほかに" not in page


def make_second(desk: Desk) -> Desk:
    """Somebody else in the same procedure, with an account of their own."""
    from tests.cast import make_resident
    from tests.identity.making import browser_of
    from yakuba.procedures import operations as procedures

    resident = make_resident()
    run = procedures.begin(procedure=desk.run.procedure, resident=resident).run
    return Desk(desk.simulator, desk.cards, desk.provider, resident, run, browser_of(resident))
