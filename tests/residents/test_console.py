"""The register and its attributes in the console: who may look, and what is done to whom."""

import pytest
from django.test import Client

from tests.cast import (
    make_department,
    make_district,
    make_resident,
    make_staff,
    make_town,
    user_id,
)
from yakuba.audit.models import Entry
from yakuba.residents import operations, queries, sockets
from yakuba.residents.models import Attribute, AttributeChoice, Resident
from yakuba.townhall.models import Department, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def department() -> Department:
    make_town()
    make_district()
    department = make_department("町民課")
    operations.entrust(department=department, staff=None)
    return department


@pytest.fixture
def clerk(department: Department) -> StaffMember:
    return make_staff("中村 恵", department=department, role="clerk")


def desk_of(staff: StaffMember) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def desk(clerk: StaffMember) -> Client:
    return desk_of(clerk)


def make_hanako(number: int | None = None) -> Resident:
    hanako = make_resident(line_user=user_id(number) if number else "")
    operations.keep(hanako, key="district", value="otosugi")
    operations.call(hanako, name="かみいち花子")
    return hanako


def page(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


class TestLooking:
    def test_the_list_shows_numbers_and_no_names(self, desk: Client) -> None:
        hanako = make_hanako()

        said = page(desk, "/console/residents/")

        assert hanako.number in said
        assert "か●●●●" in said
        assert "花子" not in said

    def test_looking_at_somebody_is_recorded(self, desk: Client, clerk: StaffMember) -> None:
        hanako = make_hanako()

        said = page(desk, f"/console/residents/{hanako.public_id}/")

        assert "音杉" in said
        entry = Entry.objects.get(action="viewed")
        assert (entry.staff_id, entry.subject) == (clerk.pk, hanako.subject)

    @pytest.mark.parametrize("words", ["かみいち花子", "カミイチ花子 ", "{number}", "{short}"])
    def test_is_found_by_whole_name_and_by_number(self, desk: Client, words: str) -> None:
        hanako, other = make_hanako(), make_resident()
        words = words.format(number=hanako.number, short=hanako.number[2:8].lower())

        said = page(desk, f"/console/residents/?who={words}")

        assert hanako.number in said
        assert other.number not in said

    def test_half_a_name_finds_nobody(self, desk: Client) -> None:
        make_hanako()

        assert "見つかりません" in page(desk, "/console/residents/?who=かみいち")

    def test_is_found_by_what_others_know(self, desk: Client) -> None:
        hanako = make_hanako()

        def by_receipt(staff: StaffMember, words: str) -> list[int]:
            return [hanako.pk] if words == "K-1" else []

        sockets.finder(by_receipt)
        try:
            assert hanako.number in page(desk, "/console/residents/?who=K-1")
        finally:
            sockets.finders.remove(by_receipt)

    def test_others_put_cards_on_the_page(self, desk: Client) -> None:
        hanako = make_hanako()

        def card(resident: Resident, staff: StaffMember) -> sockets.Card:
            return sockets.Card("申請", [sockets.Row("K-1 道路の通報")])

        sockets.card(card)
        try:
            assert "K-1 道路の通報" in page(desk, f"/console/residents/{hanako.public_id}/")
        finally:
            sockets._cards.remove(card)

    def test_who_has_rights_elsewhere_only_does_not_get_in(self, department: Department) -> None:
        from yakuba.townhall import operations as townhall

        tax = make_department("税務課")
        townhall.own(department=tax, kind="procedures", name="納税の相談")
        stranger = desk_of(make_staff(department=tax))
        hanako = make_hanako()

        for address in ("", f"{hanako.public_id}/", f"{hanako.public_id}/forget/"):
            assert stranger.get(f"/console/residents/{address}").status_code == 403
        found = page(stranger, f"/console/search/?q={hanako.number}")
        assert str(hanako.public_id) not in found

    def test_an_administrator_without_the_right_does_not_get_in(
        self, department: Department
    ) -> None:
        administrator = desk_of(make_staff(is_administrator=True))

        assert administrator.get("/console/residents/").status_code == 403
        assert "町民課" in page(administrator, "/console/settings/register/")


class TestReattaching:
    def test_side_by_side_masked_confirmed_recorded_and_undone(self, desk: Client) -> None:
        old, new = make_hanako(1), make_resident(line_user=user_id(2))
        address = f"/console/residents/{new.public_id}/reattach/"

        offered = page(desk, f"{address}?who={old.number}")
        asked = page(desk, f"{address}{old.public_id}/")
        done = desk.post(
            f"{address}{old.public_id}/",
            {"identified_by": "窓口で運転免許証", "sure": "on"},
            follow=True,
        ).content.decode()

        assert f"{address}{old.public_id}/" in offered
        assert "か●●●●" in asked
        assert "花子" not in asked
        assert queries.line_user_id(old) == user_id(2)
        assert Entry.objects.get(action="reattached").detail["reason"] == "窓口で運転免許証"

        undo = done.split("/console/undo/")[1].split("/")[0]
        desk.post(f"/console/undo/{undo}/")
        assert queries.line_user_id(old) == user_id(1)
        assert queries.line_user_id(new) == user_id(2)
        old.refresh_from_db()
        assert old.reachable

    def test_without_saying_how_the_person_was_identified_nothing_happens(
        self, desk: Client
    ) -> None:
        old, new = make_hanako(1), make_resident(line_user=user_id(2))

        desk.post(f"/console/residents/{new.public_id}/reattach/{old.public_id}/", {"sure": "on"})

        assert queries.line_user_id(old) == user_id(1)


class TestForgetting:
    def test_two_people_are_needed(self, desk: Client, department: Department) -> None:
        hanako = make_hanako()
        address = f"/console/residents/{hanako.public_id}/forget/"
        colleague = desk_of(make_staff("高橋", department=department, role="clerk"))

        desk.post(address, {"reason": "本人の申し出"})
        desk.post(address, {"reason": "もう一度", "sure": "on"})
        assert Resident.objects.filter(pk=hanako.pk).exists()
        assert "登録情報の削除の確認" in page(colleague, "/console/")
        assert "登録情報の削除の確認" not in page(desk, "/console/")

        colleague.post(address, {"sure": "on"})

        assert not Resident.objects.filter(pk=hanako.pk).exists()
        assert Entry.objects.filter(action="forgotten").count() == 1

    def test_the_wish_can_be_withdrawn(self, desk: Client, department: Department) -> None:
        hanako = make_hanako()
        address = f"/console/residents/{hanako.public_id}/forget/"
        desk.post(address, {"reason": "本人の申し出"})

        desk.post(address, {"keep": "1"})
        colleague = make_staff(department=department, role="clerk")

        with pytest.raises(operations.NotAsked):
            operations.agree_to_forget(hanako, staff=colleague)


def test_a_tester_is_listed_and_struck_off(desk: Client) -> None:
    hanako = make_hanako()
    address = f"/console/residents/{hanako.public_id}/tester/"

    desk.post(address, {"yes": "1"})
    listed = Resident.objects.get(pk=hanako.pk).is_tester
    desk.post(address)

    assert listed
    assert not Resident.objects.get(pk=hanako.pk).is_tester


class TestAttributes:
    @pytest.fixture
    def administrator(self, department: Department) -> Client:
        return desk_of(make_staff(is_administrator=True))

    def save(self, desk: Client, rows: list[tuple[str, str]], **more: object) -> None:
        typed = {
            "choice": [pk for pk, _label in rows],
            "label": [label for _pk, label in rows],
            "kana": ["" for _row in rows],
        } | more
        desk.post("/console/settings/attributes/district/", typed)

    def labels(self) -> list[str]:
        used = AttributeChoice.objects.filter(attribute__key="district", retired_at=None)
        return list(used.order_by("order").values_list("label", flat=True))

    def rows(self) -> list[tuple[str, str]]:
        choices = AttributeChoice.objects.filter(attribute__key="district").order_by("order")
        return [(str(choice.pk), choice.label) for choice in choices]

    def test_a_district_is_added_renamed_and_moved(self, administrator: Client) -> None:
        (first, _otosugi), (second, yunosho) = self.rows()

        self.save(
            administrator, [(first, "音杉地区"), (second, yunosho), ("", "南加積")], press="up:2"
        )

        assert self.labels() == ["音杉地区", "南加積", "弓庄"]

    def test_a_district_in_use_is_retired_and_its_people_keep_it(
        self, administrator: Client
    ) -> None:
        hanako = make_hanako()
        (first, otosugi), (second, yunosho) = self.rows()

        self.save(administrator, [(first, otosugi), (second, yunosho)], retired=[first])

        assert self.labels() == ["弓庄"]
        assert queries.known(hanako) == {"district": "otosugi"}

    def test_a_row_that_was_taken_out_of_the_form_is_retired_not_deleted(
        self, administrator: Client
    ) -> None:
        (_first, _otosugi), (second, yunosho) = self.rows()

        self.save(administrator, [(second, yunosho)])

        assert self.labels() == ["弓庄"]
        assert AttributeChoice.objects.filter(attribute__key="district").count() == 2

    def test_two_of_the_same_name_are_refused(self, administrator: Client) -> None:
        rows = self.rows()

        self.save(administrator, [*rows, ("", "音杉")])

        assert self.labels() == ["音杉", "弓庄"]

    def test_a_band_of_ages_is_typed_and_a_word_is_refused(self, administrator: Client) -> None:
        rows = self.rows()

        self.save(administrator, rows, from_age=["0", "６５歳"])
        self.save(administrator, rows, from_age=["0", "高齢"])
        self.save(administrator, rows, from_age=["65", "65"])

        ages = AttributeChoice.objects.filter(attribute__key="district").order_by("order")
        assert list(ages.values_list("from_age", flat=True)) == [0, 65]

    def test_a_choice_of_another_attribute_cannot_be_written_to(
        self, administrator: Client
    ) -> None:
        other = operations.define_attribute(
            key="other", label="別", kind="choice", choices=[("a", "甲", "")]
        ).choices.get()

        self.save(administrator, [*self.rows(), (str(other.pk), "乗っ取り")])

        other.refresh_from_db()
        assert other.label == "甲"

    def test_says_who_uses_it(self, administrator: Client, clerk: StaffMember) -> None:
        from yakuba.segments import operations as segments

        segments.make(
            department=clerk.departments.get(),
            name="音杉の人",
            condition={"fact": "resident.district", "operator": "is", "value": "otosugi"},
            staff=clerk,
        )

        assert "「音杉の人」" in page(administrator, "/console/settings/attributes/district/")

    def test_a_new_one_is_added_once(self, administrator: Client) -> None:
        typed = {"label": "ペット", "key": "pets", "kind": "choices", "is_shown": "on"}

        administrator.post("/console/settings/attributes/new/", typed)
        twice = administrator.post("/console/settings/attributes/new/", typed).content.decode()

        assert Attribute.objects.get(key="pets").label == "ペット"
        assert "もう使われています" in twice

    def test_a_clerk_does_not_change_them(self, desk: Client) -> None:
        assert desk.get("/console/settings/attributes/").status_code == 403


def test_a_search_in_the_register_is_in_the_trail_without_the_words(clerk: StaffMember) -> None:
    desk = desk_of(clerk)

    desk.get("/console/residents/", {"who": "かみいち はなこ"})
    desk.get("/console/residents/")

    [entry] = Entry.objects.filter(action="looked_for")
    assert (entry.staff_id, entry.sentence) == (
        clerk.pk,
        "「住民」で、かなを検索しました。",
    )
    assert "はなこ" not in str(entry.detail)
