"""Tags: made at the desk, given to a group or to numbers, counted before, taken back after."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import make_department, make_district, make_resident, make_staff, make_town
from yakuba.audit.models import Entry
from yakuba.console.models import Undo
from yakuba.residents import operations as residents
from yakuba.residents import queries as people
from yakuba.residents.models import Attribute, AttributeChoice, Resident
from yakuba.segments import operations, queries
from yakuba.townhall.models import Department, StaffMember

pytestmark = pytest.mark.django_db
TAGS = "/console/segments/tags/"


@pytest.fixture
def department() -> Department:
    make_town()
    make_district()
    return make_department("企画課")


@pytest.fixture
def clerk(department: Department) -> StaffMember:
    return make_staff(department=department, role="clerk")


@pytest.fixture
def desk(clerk: StaffMember) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def make_tag(clerk: StaffMember, label: str = "防災士") -> AttributeChoice:
    return residents.make_tag(label=label, staff=clerk)


def tagged(tag: AttributeChoice) -> list[int]:
    condition = {"fact": "resident.tags", "operator": "contains", "value": tag.key}
    return queries.residents_meant(condition)


def give(desk: Client, tag: AttributeChoice, **posted: object) -> tuple[str, str]:
    """Ask, then press on the page of confirmation with what it carries; return both pages."""
    at = f"{TAGS}{tag.pk}/"
    asked = desk.post(at, posted)
    if "carried" not in (asked.context or {}):
        return asked.content.decode(), ""
    carried = {**asked.context["carried"], "give": "1"}
    return asked.content.decode(), desk.post(at, carried, follow=True).content.decode()


def test_a_tag_is_made_and_shown_with_its_people(desk: Client) -> None:
    desk.post(TAGS, {"label": "防災士"})
    again = desk.post(TAGS, {"label": "防災士"}).content.decode()

    assert [one.label for one in people.tags()] == ["防災士"]
    assert people.tags().get().attribute.is_shown is False
    assert "「防災士」という選択肢が2つあります" in again
    assert "防災士" in desk.get(TAGS).content.decode()


def test_everybody_in_a_group_gets_it_those_beyond_reach_too(
    desk: Client, department: Department, clerk: StaffMember
) -> None:
    tag = make_tag(clerk)
    inside, blocked, outside = make_resident(), make_resident(friend=False), make_resident()
    for one in (inside, blocked):
        residents.keep(one, key="district", value="otosugi")
    otosugi = {"fact": "resident.district", "operator": "is", "value": "otosugi"}
    segment = operations.make(department=department, name="音杉", condition=otosugi, staff=clerk)

    asked, done = give(desk, tag, segment=segment.pk)

    assert "2人に付けますか" in asked
    assert "タグ「防災士」を2人に付けました" in done
    assert tagged(tag) == [inside.pk, blocked.pk]
    assert outside.pk not in tagged(tag)
    assert "タグ「防災士」をグループ「音杉」の2人に付けました。" in {
        one.sentence for one in Entry.objects.all()
    }


def test_numbers_are_found_however_they_are_written_and_the_others_are_named(
    desk: Client, clerk: StaffMember
) -> None:
    tag, hanako, taro = make_tag(clerk), make_resident(), make_resident()
    wide = hanako.number.translate({ord(one): ord(one) + 0xFEE0 for one in "R0123456789ABCDEF"})
    file = SimpleUploadedFile("名簿.csv", f"氏名,番号\r\n山田,{taro.number}\r\n".encode("cp932"))

    asked, _done = give(desk, tag, numbers=f"{wide}\nR-00000000", file=file)

    assert "2人に付けますか" in asked
    assert "R-00000000" in asked
    assert tagged(tag) == sorted([hanako.pk, taro.pk])


def test_a_number_that_two_people_share_is_nobodys(desk: Client, clerk: StaffMember) -> None:
    tag, hanako, taro = make_tag(clerk), make_resident(), make_resident()
    twin = make_resident()
    twin.public_id = type(twin.public_id)(hex=hanako.public_id.hex[:8] + twin.public_id.hex[8:])
    twin.save()

    asked, _done = give(desk, tag, numbers=f"{hanako.number} {taro.number}")

    assert "同じ番号の人が2人いるため、付けられません" in asked
    assert tagged(tag) == [taro.pk]


def test_taking_back_leaves_it_to_those_who_had_it_before(desk: Client, clerk: StaffMember) -> None:
    tag, hanako, taro = make_tag(clerk), make_resident(), make_resident()
    residents.tag(tag, resident_ids=[hanako.pk], whom="", staff=clerk)
    give(desk, tag, numbers=f"{hanako.number}\n{taro.number}")

    desk.post(f"/console/undo/{Undo.objects.get().pk}/")

    assert tagged(tag) == [hanako.pk]


def test_what_people_told_stays_beside_their_tags(clerk: StaffMember) -> None:
    tag, hanako = make_tag(clerk), make_resident()
    residents.keep(hanako, key="district", value="otosugi")
    before = Resident.objects.get(pk=hanako.pk).tags

    residents.tag(tag, resident_ids=[hanako.pk], whom="", staff=clerk)
    during = Resident.objects.get(pk=hanako.pk).tags
    residents.untag(tag, resident_ids=[hanako.pk], staff=clerk)

    assert during == sorted([*before, tag.pk])
    assert Resident.objects.get(pk=hanako.pk).tags == before


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "グループか番号の、どちらか一方で決めてください。"),
        ({"numbers": "山田さん"}, "住民の番号が見つかりませんでした。"),
    ],
)
def test_who_is_not_said_is_asked_for(
    desk: Client, clerk: StaffMember, posted: dict[str, str], sentence: str
) -> None:
    asked, done = give(desk, make_tag(clerk), **posted)

    assert sentence in asked
    assert done == ""


def test_a_number_of_people_that_changed_is_confirmed_again(
    desk: Client, department: Department, clerk: StaffMember
) -> None:
    tag = make_tag(clerk)
    make_resident()
    condition = json.loads(json.dumps(queries.everybody()))
    segment = operations.make(department=department, name="全員", condition=condition, staff=clerk)
    make_resident()

    stale = desk.post(
        f"{TAGS}{tag.pk}/", {"segment": segment.pk, "expected": 1, "give": "1"}
    ).content.decode()

    assert "人数が変わりました" in stale
    assert tagged(tag) == []


def test_a_reader_makes_and_gives_no_tags(department: Department, clerk: StaffMember) -> None:
    tag = make_tag(clerk)
    reader = Client()
    reader.force_login(make_staff(department=department, role="reader"))

    assert reader.get(TAGS).status_code == 403
    assert reader.post(f"{TAGS}{tag.pk}/", {"numbers": "R-00000000"}).status_code == 403


def test_what_a_group_veils_is_not_written_on_people(
    desk: Client, department: Department, clerk: StaffMember
) -> None:
    tag = make_tag(clerk)
    residents.keep(make_resident(), key="district", value="otosugi")
    Attribute.objects.filter(key="district").update(is_sensitive=True)
    otosugi = {"fact": "resident.district", "operator": "is", "value": "otosugi"}
    segment = operations.make(department=department, name="音杉", condition=otosugi, staff=clerk)

    asked, _done = give(desk, tag, segment=segment.pk)

    assert "タグは付けられません" in asked
    assert tagged(tag) == []
