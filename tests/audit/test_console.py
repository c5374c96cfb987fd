"""The trail as it is read, searched and taken out."""

from datetime import timedelta

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from tests.townhall.factories import make_staff, make_town
from yakuba.audit import queries
from yakuba.audit.models import Entry
from yakuba.audit.operations import record
from yakuba.console import sockets
from yakuba.kit import clock
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db
TRAIL = "/console/settings/trail/"


@pytest.fixture
def administrator() -> StaffMember:
    make_town()
    return make_staff(name="管理 花子", is_administrator=True)


@pytest.fixture
def desk(administrator: StaffMember) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def make_entry(
    *,
    actor: str = "立山 一郎",
    action: str = "viewed",
    subject: str = "x.y:1",
    sentence: str = "見た。",
) -> Entry:
    return record(staff_id=7, actor=actor, action=action, subject=subject, sentence=sentence)


def found(desk: Client, **asked: str) -> list[str]:
    return [entry.sentence for entry in desk.get(TRAIL, asked).context["page"]]


def test_is_searched_by_person_thing_act_and_day(desk: Client) -> None:
    make_entry(sentence="一つ目")
    make_entry(
        sentence="二つ目", actor="黒部 次郎", action="revealed", subject="residents.resident:5"
    )
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()

    assert found(desk, actor="黒部") == ["二つ目"]
    assert found(desk, action="viewed") == ["一つ目"]
    assert found(desk, subject="residents.resident:5") == ["二つ目"]
    assert found(desk, since=tomorrow) == []
    assert found(desk, until=clock.today().isoformat()) == ["二つ目", "一つ目"]
    assert found(desk, since="きのう") == ["二つ目", "一つ目"]


def test_is_taken_out_as_a_table_and_that_is_an_entry_too(
    desk: Client, administrator: StaffMember
) -> None:
    make_entry(sentence="=HYPERLINK()")

    response = desk.get(reverse("console:trail_export"))
    assert isinstance(response, StreamingHttpResponse)
    table = b"".join(response.streaming_content).decode("utf-8-sig")

    assert "番号,日時,職員番号" in table
    assert ",=HYPERLINK" not in table
    last = Entry.objects.latest("pk")
    assert (last.action, last.staff_id) == ("exported", administrator.pk)
    assert queries.verify().is_whole


@pytest.mark.parametrize("action", ["viewed", "revealed", "exported"])
def test_whatever_the_console_announces_is_recorded(
    action: str, administrator: StaffMember
) -> None:
    getattr(sockets, action).announce(
        administrator, "submissions.submission:1", "受付R8-1を見ました。", {"fields": ["name"]}
    )

    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.detail) == (action, "管理 花子", {"fields": ["name"]})


def test_is_closed_to_everybody_but_administrators() -> None:
    client = Client()
    client.force_login(make_staff())

    assert client.get(TRAIL).status_code == 403
