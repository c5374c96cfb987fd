from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.townhall import factories
from yakuba.console import operations
from yakuba.console.models import SavedFilter, Undo
from yakuba.console.operations import NameMissing
from yakuba.kit import clock
from yakuba.townhall.models import Department

if TYPE_CHECKING:
    from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db
LIST = "/console/tests/departments/"


@pytest.fixture(autouse=True)
def _three_departments(clerk: StaffMember) -> None:
    for number, name in enumerate(["税務課", "福祉課", "防災課"], start=1):
        department = factories.make_department(name=name, code=f"f{number}")
        Department.objects.filter(pk=department.pk).update(order=number)


def text(desk: Client, query: str = "") -> str:
    return desk.get(LIST + query).content.decode()


def shown(desk: Client, query: str = "") -> list[str]:
    return [str(line["name"]) for line in desk.get(LIST + query).context["lines"]]


def key(name: str) -> str:
    return str(Department.objects.get(name=name).pk)


class TestLooking:
    def test_the_words_of_the_address_are_looked_for(self, desk: Client) -> None:
        assert shown(desk, "?q=福祉") == ["福祉課"]

    def test_a_filter_of_the_address_narrows_the_list(self, desk: Client) -> None:
        assert shown(desk, "?floor=1") == ["税務課"]

    def test_a_column_is_sorted_upwards_and_downwards(self, desk: Client) -> None:
        assert shown(desk, "?sort=-code")[:2] == ["防災課", "福祉課"]
        assert shown(desk, "?sort=code")[-1] == "防災課"

    def test_an_address_that_makes_no_sense_shows_the_list_as_it_comes(self, desk: Client) -> None:
        nonsense = "?sort=password&size=100000&page=abc&cols=secret"

        assert len(shown(desk, nonsense)) == 4

    def test_columns_come_and_go_as_they_are_chosen(self, desk: Client) -> None:
        heads = desk.get(LIST + "?cols=none&cols=phone").context["heads"]

        assert [column.key for column, _sorted in heads] == ["name", "phone"]

    def test_an_export_is_offered_for_what_is_on_the_screen(self, desk: Client) -> None:
        assert f'href="{LIST}export/?floor=1"' in text(desk, "?floor=1")

    def test_nothing_found_says_what_to_do(self, desk: Client) -> None:
        assert "条件に合うものがありません" in text(desk, "?q=水道")

    def test_nothing_at_all_says_what_to_do_first(self, desk: Client) -> None:
        Department.objects.filter(memberships=None).delete()
        Department.objects.exclude(memberships=None).first().memberships.all().delete()  # type: ignore[union-attr]
        Department.objects.all().delete()

        assert "まず1つ登録してください。" in text(desk)


class TestActingOnMany:
    def test_the_number_and_the_effect_are_said_before(self, desk: Client) -> None:
        picked = [key("税務課"), key("防災課")]

        answer = desk.post(LIST, {"act": "front", "picked": picked})

        assert "2件が一覧の先頭に並びます。" in answer.content.decode()
        assert Department.objects.get(name="防災課").order == 3

    def test_after_confirming_it_is_done_and_can_be_taken_back(self, desk: Client) -> None:
        picked = [key("税務課"), key("防災課")]

        done = desk.post(LIST, {"act": "front", "picked": picked, "count": "2"}, follow=True)
        assert Department.objects.get(name="防災課").order == 0
        assert "2件を先頭にしました。" in done.content.decode()

        desk.post(f"/console/undo/{Undo.objects.get().pk}/")
        assert Department.objects.get(name="防災課").order == 3

    def test_everything_that_matches_is_what_the_filter_shows(self, desk: Client) -> None:
        desk.post(LIST + "?floor=2", {"act": "front", "every": "1", "count": "1"})

        assert Department.objects.get(name="福祉課").order == 0
        assert Department.objects.get(name="防災課").order == 3

    def test_if_the_number_has_changed_meanwhile_it_asks_again(self, desk: Client) -> None:
        answer = desk.post(LIST, {"act": "front", "every": "1", "count": "3"})

        assert "件数が変わりました" in answer.content.decode()
        assert Department.objects.get(name="防災課").order == 3

    def test_nothing_chosen_is_said(self, desk: Client) -> None:
        answer = desk.post(LIST, {"act": "front"}, follow=True)

        assert "1件も選ばれていません" in answer.content.decode()

    def test_an_action_that_the_person_may_not_do_is_not_there(self, desk: Client) -> None:
        answer = desk.post(LIST, {"act": "close", "picked": [key("税務課")], "count": "1"})

        assert answer.status_code == 404
        assert "廃止する" not in text(desk)


class TestTakingBack:
    @pytest.fixture
    def undo(self, desk: Client) -> Undo:
        desk.post(LIST, {"act": "front", "picked": [key("防災課")], "count": "1"})
        return Undo.objects.get()

    def test_a_second_press_says_so_and_changes_nothing(self, desk: Client, undo: Undo) -> None:
        desk.post(f"/console/undo/{undo.pk}/")
        Department.objects.filter(name="防災課").update(order=7)

        answer = desk.post(f"/console/undo/{undo.pk}/", follow=True)

        assert "すでに元に戻してあります。" in answer.content.decode()
        assert Department.objects.get(name="防災課").order == 7

    def test_after_an_hour_it_is_too_late(self, desk: Client, undo: Undo) -> None:
        with clock.stopped_at(undo.done_at + timedelta(hours=1, seconds=1)):
            answer = desk.post(f"/console/undo/{undo.pk}/", follow=True)

        assert "1時間を過ぎた" in answer.content.decode()
        assert Department.objects.get(name="防災課").order == 0

    def test_somebody_else_cannot_take_it_back(self, client: Client, undo: Undo) -> None:
        from django.conf import settings

        other = factories.make_staff(name="黒部 次郎")
        client.force_login(other, backend=settings.AUTHENTICATION_BACKENDS[-1])

        assert client.post(f"/console/undo/{undo.pk}/", HTTP_HOST="localhost").status_code == 404


class TestSavedFilters:
    def test_a_way_to_look_is_kept_under_a_name(self, desk: Client) -> None:
        desk.post(LIST + "?floor=2", {"keep": "1", "name": "2階だけ"})

        assert 'href="?floor=2" aria-current="true">2階だけ' in text(desk, "?floor=2")

    def test_only_a_shared_one_is_seen_by_others(self, desk: Client, clerk: StaffMember) -> None:
        for name, is_shared in (("自分の", False), ("みんなの", True)):
            operations.keep_filter(
                staff_id=clerk.pk + 1,
                listing="tests.departments",
                name=name,
                query="floor=1",
                is_shared=is_shared,
            )

        page = text(desk)
        assert "みんなの" in page
        assert "自分の" not in page

    def test_what_others_have_kept_cannot_be_dropped(
        self, desk: Client, clerk: StaffMember
    ) -> None:
        kept = operations.keep_filter(
            staff_id=clerk.pk + 1,
            listing="tests.departments",
            name="共有",
            query="",
            is_shared=True,
        )

        desk.post(LIST, {"drop": str(kept.pk)})

        assert SavedFilter.objects.filter(pk=kept.pk).exists()

    def test_a_name_of_spaces_is_refused(self) -> None:
        with pytest.raises(NameMissing):
            operations.keep_filter(staff_id=1, listing="x", name="　 ", query="", is_shared=False)

    def test_a_searched_name_does_not_lie_open_in_the_database(self, clerk: StaffMember) -> None:
        from django.db import connection

        operations.keep_filter(
            staff_id=1, listing="x", name="あの人", query="q=hanako", is_shared=False
        )

        with connection.cursor() as cursor:
            cursor.execute("SELECT query FROM console_savedfilter")
            assert b"hanako" not in bytes(cursor.fetchone()[0])
