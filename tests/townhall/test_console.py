"""The administrators' pages do what they say, and say what went wrong."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.townhall.factories import make_department, make_scope, make_staff, make_town
from yakuba.audit.models import Entry
from yakuba.kit import clock
from yakuba.mail.models import Letter
from yakuba.townhall import queries
from yakuba.townhall.models import Capability, Changeover, ClosedDay, Department, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> StaffMember:
    make_town()
    return make_staff(name="管理 花子", is_administrator=True)


@pytest.fixture
def desk(administrator: StaffMember) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"console:{name}", args=args)


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_colleague_is_invited_into_a_department(desk: Client) -> None:
    roads = make_department(name="建設課")
    given = {"email": "new@town.example.jp", "name": "黒部 次郎", f"role_{roads.pk}": "clerk"}

    desk.post(at("invite"), given)

    assert StaffMember.objects.get(email="new@town.example.jp").departments.get() == roads
    assert Letter.objects.get().to == ["new@town.example.jp"]
    page = words(desk, at("staff"))
    assert "黒部 次郎" in page
    assert "招待中" in page
    assert "2 / 17" in page


def test_one_colleague_too_many_is_refused_on_the_page(desk: Client) -> None:
    make_town(licences=1)

    response = desk.post(at("invite"), {"email": "new@town.example.jp", "name": "黒部 次郎"})

    assert "職員IDは1人分まで" in response.content.decode()


def test_a_colleague_is_stopped_at_once(desk: Client) -> None:
    clerk, theirs = make_staff(name="黒部 次郎"), Client()
    theirs.force_login(clerk)
    assert theirs.get("/console/").status_code == 200

    desk.post(at("colleague", clerk.pk), {"act": "stop"})

    assert theirs.get("/console/").status_code == 302
    assert "停止中" in words(desk, at("colleague", clerk.pk))


def test_the_form_of_a_colleague_keeps_what_it_showed(desk: Client) -> None:
    roads = make_department()
    clerk = make_staff(name="黒部 次郎", department=roads, role="manager")

    page = words(desk, at("colleague", clerk.pk))
    desk.post(at("colleague", clerk.pk), {"name": "黒部 次郎", f"role_{roads.pk}": "manager"})

    assert '<option value="manager" selected>' in page
    assert clerk.memberships.get().role == "manager"


def test_a_department_keeps_its_addresses_and_names_a_wrong_one(desk: Client) -> None:
    given = {"name": "税務課", "code": "zeimu", "order": "1", "emails": "a@town.example.jp\nだめ"}

    refused = desk.post(at("new_department"), given)
    desk.post(at("new_department"), {**given, "emails": "a@town.example.jp\n\nb@town.example.jp"})

    assert "「だめ」はメールアドレスの形ではありません" in refused.content.decode()
    assert Department.objects.get().emails == ["a@town.example.jp", "b@town.example.jp"]


def test_rights_are_set_by_ticks_and_every_change_is_in_the_trail(
    desk: Client, administrator: StaffMember
) -> None:
    owner, other = make_department(name="建設課"), make_department(name="税務課")
    scope = make_scope(department=owner)
    reader = make_staff(department=other, role="manager")
    ticks = [f"{owner.pk}:{c}" for c in Capability.values] + [f"{other.pk}:view"]

    desk.post(at("rights_of", scope.pk), {"may": ticks})

    assert queries.may(reader, Capability.VIEW, scope)
    assert not queries.may(reader, Capability.PERSONAL, scope)
    (entry,) = Entry.objects.filter(action="granted")
    assert entry.staff_id == administrator.pk
    assert entry.detail == {"department": other.code, "capability": "view", "kind": "procedures"}


def test_the_town_is_described_and_its_licences_raised(desk: Client) -> None:
    given = {"name": "上市町", "licences": "25", "session_minutes": "30"}

    desk.post(at("town"), given)
    refused = desk.post(at("town"), {**given, "session_minutes": "1"})

    assert (queries.town().licences, queries.town().session_minutes) == (25, 30)
    assert "5分から720分" in refused.content.decode()


def test_a_day_is_closed_and_opened_again(desk: Client) -> None:
    day = clock.today() + timedelta(days=30)

    desk.post(at("calendar"), {"day": day.isoformat(), "reason": "庁舎点検"})
    assert "庁舎点検" in words(desk, at("calendar"))
    desk.post(at("calendar"), {"open": str(ClosedDay.objects.get().pk)})

    assert not ClosedDay.objects.exists()


class TestTheChangeover:
    HEAD = "区分,メールアドレス,氏名,よみがな,部署コード,役割\n"

    def upload(self, desk: Client, text: str) -> str:
        file = SimpleUploadedFile("idou.csv", (self.HEAD + text).encode("cp932"))
        day = clock.today() + timedelta(days=100)
        response = desk.post(at("changeovers"), {"day": day.isoformat(), "file": file})
        self.sealed = response.context.get("sealed", "")
        return str(response.content.decode())

    def test_is_looked_at_planned_and_called_off(self, desk: Client) -> None:
        make_department(code="zeimu")

        page = self.upload(desk, "採用,new@town.example.jp,新人 花,,zeimu,担当者\n")
        assert "採用 1人・異動 0人・退職 0人" in page
        assert not Changeover.objects.exists()
        desk.post(at("plan_changeover"), {"sealed": self.sealed})
        planned = Changeover.objects.get()
        desk.post(at("cancel_changeover", planned.pk))

        planned.refresh_from_db()
        assert planned.state == Changeover.State.CANCELLED

    def test_names_the_row_and_column_of_what_is_wrong(self, desk: Client) -> None:
        page = self.upload(desk, "採用,new@town.example.jp,新人 花,,kanko,担当者\n")

        assert "2行目 部署コード" in page
        assert not self.sealed

    def test_plans_nothing_that_was_not_looked_at(self, desk: Client) -> None:
        desk.post(at("plan_changeover"), {"sealed": "forged"})

        assert not Changeover.objects.exists()
