"""Building a segment in the console: who may, what is counted, what is kept back."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from psycopg.sql import SQL

from tests.cast import (
    make_department,
    make_district,
    make_procedure,
    make_resident,
    make_staff,
    make_town,
)
from tests.submissions.making import publish_again as publish_with
from yakuba.procedures.models import Procedure
from yakuba.residents import operations as residents
from yakuba.residents.models import Attribute, Resident
from yakuba.segments import operations, queries, sockets
from yakuba.segments.models import Segment
from yakuba.segments.sockets import Group
from yakuba.townhall.models import Department, StaffMember

pytestmark = pytest.mark.django_db
OTOSUGI = {"fact": "resident.district", "operator": "is", "value": "otosugi"}
LOOK = "/console/segments/look/"
WHOLE = "/console/segments/look/whole/"


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


def make_people(count: int, *, district: str = "otosugi") -> None:
    for _number in range(count):
        residents.keep(make_resident(), key="district", value=district)


def publish_again(procedure: Procedure) -> None:
    asked = procedure.draft.document["sections"]
    publish_with(procedure, *asked, title={"ja": "また聞くアンケート"})


def look(desk: Client, condition: object, *, at: str = LOOK, segment: object = "") -> str:
    answer = desk.post(at, {"condition": json.dumps(condition), "segment": segment})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_clerk_of_a_department_without_anything_yet_makes_the_first(
    desk: Client, department: Department
) -> None:
    make_people(1)
    typed = {"name": "音杉の人", "department": department.pk, "condition": json.dumps(OTOSUGI)}

    desk.post("/console/segments/new/", typed)

    segment = Segment.objects.get()
    assert (segment.name, segment.condition) == ("音杉の人", OTOSUGI)
    assert "住んでいる地区が音杉" in desk.get("/console/segments/").content.decode()


def test_says_while_typing_how_many_and_in_which_words(desk: Client) -> None:
    make_people(3)
    make_people(2, district="yunosho")

    said = look(desk, OTOSUGI)

    assert "3<span" in said
    assert "住んでいる地区が音杉" in said


def test_a_broken_condition_is_said_in_sentences(desk: Client) -> None:
    said = look(desk, {**OTOSUGI, "value": "mars"})

    assert "「住んでいる地区」に「mars」という選択肢はありません。" in said


@pytest.mark.parametrize("posted", ["", "{", "[1]", '{"all_of": 5}', '"\\u0000"'])
def test_rubbish_instead_of_a_condition_is_answered(desk: Client, posted: str) -> None:
    assert desk.post(LOOK, {"condition": posted}).status_code == 200


def test_a_small_number_of_something_sensitive_is_not_shown(desk: Client) -> None:
    Attribute.objects.update(is_sensitive=True)
    make_people(9)

    few = look(desk, OTOSUGI) + look(desk, OTOSUGI, at=WHOLE)
    make_people(1)
    enough = look(desk, OTOSUGI) + look(desk, OTOSUGI, at=WHOLE)

    assert "10人未満" in few
    assert "9" not in few.replace("yk-", "")
    assert "10<span" in enough
    assert "R-" not in few + enough  # examples would tell the answer of a person


def test_whether_one_chosen_person_has_something_sensitive_is_not_told(desk: Client) -> None:
    Attribute.objects.update(is_sensitive=True)
    make_people(1)
    inside = look(desk, OTOSUGI) + look(desk, OTOSUGI, at=WHOLE)
    Resident.objects.all().update(tags=[])

    outside = look(desk, OTOSUGI) + look(desk, OTOSUGI, at=WHOLE)

    assert "10人未満" in inside
    assert outside == inside


def test_a_condition_without_a_bottom_is_answered(desk: Client) -> None:
    answer = desk.post(LOOK, {"condition": "[" * 200_000})

    assert answer.status_code == 200


def test_examples_are_only_for_those_who_may_open_the_register(desk: Client) -> None:
    resident = make_resident()

    said = look(desk, queries.everybody(), at=WHOLE)

    assert "たとえば" not in said
    assert resident.number not in said


def test_examples_are_numbers_and_masked_names(desk: Client, department: Department) -> None:
    residents.entrust(department=department, staff=None)
    resident = make_resident()
    resident.called = "山田 花子"
    resident.save()

    said = look(desk, queries.everybody(), at=WHOLE)

    assert resident.number in said
    assert "山●●●●" in said
    assert "山田" not in said


def test_two_clerks_do_not_write_over_each_other(
    desk: Client, department: Department, clerk: StaffMember
) -> None:
    segment = operations.make(department=department, name="甲", condition=OTOSUGI, staff=clerk)
    typed = {"name": "乙", "condition": json.dumps(OTOSUGI), "rev": 0}
    desk.post(f"/console/segments/{segment.pk}/", typed)

    answer = desk.post(f"/console/segments/{segment.pk}/", {**typed, "name": "丙"})

    segment.refresh_from_db()
    assert segment.name == "乙"
    assert "ほかの職員がこのグループを変えました" in answer.content.decode()


def test_another_department_sees_nothing_of_it(department: Department, clerk: StaffMember) -> None:
    segment = operations.make(department=department, name="秘", condition=OTOSUGI, staff=clerk)
    stranger = Client()
    stranger.force_login(make_staff(department=make_department("税務課")))

    assert stranger.get(f"/console/segments/{segment.pk}/").status_code == 404
    assert stranger.post(f"/console/segments/{segment.pk}/drop/").status_code == 404
    assert "秘" not in stranger.get("/console/segments/").content.decode()


def test_a_reader_builds_nothing_and_counts_nobody(department: Department) -> None:
    reader = Client()
    reader.force_login(make_staff(department=department, role="reader"))

    assert reader.get("/console/segments/new/").status_code == 403
    assert reader.post(LOOK, {"condition": json.dumps(OTOSUGI)}).status_code == 403


def test_dropping_forgets_the_name_and_not_the_people(
    desk: Client, department: Department, clerk: StaffMember
) -> None:
    segment = operations.make(department=department, name="甲", condition=OTOSUGI, staff=clerk)

    asked = desk.get(f"/console/segments/{segment.pk}/drop/").content.decode()
    desk.post(f"/console/segments/{segment.pk}/drop/")

    assert "住民の登録や、すでに送った配信の記録は変わりません" in asked
    assert not Segment.objects.exists()


def test_the_pane_asks_for_the_rest_by_itself_and_only_once(desk: Client) -> None:
    make_people(3)
    make_people(2, district="yunosho")
    old = {"fact": "resident.born_on", "operator": "unanswered"}

    quick = look(desk, {"all_of": [old, OTOSUGI]})
    whole = look(desk, {"all_of": [old, OTOSUGI]}, at=WHOLE)

    assert 'hx-post="/console/segments/look/whole/"' in quick
    assert "hx-post" not in whole
    assert "この条件だけなら5人" in whole
    assert "ここまでで3人" in whole


def test_a_group_says_who_came_and_who_went_since_it_was_used(
    desk: Client, department: Department, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_people(2)
    gone = make_resident()
    segment = operations.make(department=department, name="甲", condition=OTOSUGI, staff=clerk)
    use = sockets.Use(
        at=datetime(2026, 11, 3, tzinfo=UTC),
        ids=SQL("SELECT unnest(%(ids)s::bigint[])"),
        parameters={"ids": [gone.pk]},
    )
    monkeypatch.setattr(sockets, "_uses", [lambda _one: use])

    said = look(desk, OTOSUGI, at=WHOLE, segment=segment.pk)
    other = look(desk, OTOSUGI, at=WHOLE, segment="9" * 30)

    assert "令和8年11月3日（火）から" in said
    assert "＋2人" in said
    assert "−1人" in said
    assert "＋" not in other


def test_answers_of_another_department_are_not_offered(
    desk: Client, department: Department
) -> None:
    ours = make_procedure(department=department)
    theirs = make_procedure(department=make_department("税務課"))

    fetched = desk.get("/console/segments/facts/").content.decode()

    assert f"answer.{ours.public_id.hex}" in fetched
    assert theirs.public_id.hex not in fetched


def test_the_builder_fetches_everything_there_is_to_ask_about(
    desk: Client, department: Department
) -> None:
    survey = make_procedure(department=department)
    publish_again(survey)

    inside = desk.get("/console/segments/new/").content.decode()
    fetched = desk.get("/console/segments/facts/").json()["facts"]

    key = f"answer.{survey.public_id.hex}.likes"
    found = {fact["key"]: fact for fact in fetched}
    assert key not in inside
    assert found[key]["group"] == "アンケート・申請の回答"
    assert found[key]["versions"] == [
        [f"{key}:1", "第1版の回答だけ"],
        [f"{key}:2", "第2版の回答だけ"],
    ]
    assert f"{key}:1" not in found
    groups = [fact["group"] for fact in fetched]
    assert groups == sorted(groups, key=[*Group].index)


def test_a_condition_that_is_kept_finds_its_facts_without_fetching(
    desk: Client, department: Department, clerk: StaffMember
) -> None:
    survey = make_procedure()
    publish_again(survey)
    key = f"answer.{survey.public_id.hex}.likes"
    condition = {"fact": f"{key}:1", "operator": "is", "value": True}
    segment = operations.make(department=department, name="甲", condition=condition, staff=clerk)

    page = desk.get(f"/console/segments/{segment.pk}/").content.decode()

    assert f'"key": "{key}"' in page
    assert f'"{key}:1"' in page
