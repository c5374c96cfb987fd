from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from yakuba.console import operations, queries, sockets
from yakuba.console.sockets import Card, Figure, Found, Group, Page, Searched, Section, Staff

if TYPE_CHECKING:
    from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def plugged() -> Iterator[None]:
    """What others would plug in: one list that waits, one card, one search; gone afterwards."""

    def answer(request: object) -> HttpResponse:
        return HttpResponse()

    def waits(staff: Staff) -> list[Figure]:
        return [Figure("確認していない申請", 12, "/console/inbox/")]

    def secrets(staff: Staff) -> list[Figure]:
        return [Figure("管理者だけの数", 1, "/console/inbox/")]

    def find(staff: Staff, words: str) -> list[Found]:
        return [Found("R8-000123 道路の通報", "/console/inbox/123/")] if words == "123" else []

    pages = [
        Page("inbox/", "受付", "today", answer, "signed_in", Section.INCOMING, 0, lambda staff: 12),
        Page("secret/", "秘密", "today", answer, "administrator", Section.SETTINGS, 0, None),
    ]
    plugs: list[tuple[list[object], list[object]]] = [
        (sockets.pages, pages),  # type: ignore[list-item]
        (sockets.cards, [Card(Group.WAITING, waits, "signed_in", 0)]),  # type: ignore[list-item]
        (sockets.cards, [Card(Group.WAITING, secrets, "administrator", 0)]),  # type: ignore[list-item]
        (sockets.searches, [Searched("受付", find, "signed_in", 0)]),  # type: ignore[list-item]
    ]
    for register, things in plugs:
        register.extend(things)
    yield
    for register, things in plugs:
        for thing in things:
            register.remove(thing)


@pytest.mark.usefixtures("plugged")
class TestRail:
    def test_a_section_without_a_page_for_this_person_is_not_there(
        self, clerk: StaffMember
    ) -> None:
        sections = {section.key for section in queries.rail(clerk, "")}

        assert {"today", "incoming"} <= sections
        pages = [page.title for section in queries.rail(clerk, "") for page in section.pages]
        assert "秘密" not in pages

    def test_what_waits_stands_beside_the_section(self, clerk: StaffMember) -> None:
        incoming = next(s for s in queries.rail(clerk, "") if s.key == "incoming")

        assert incoming.waiting >= 12

    def test_a_page_below_a_list_leads_back_to_it(self) -> None:
        home = queries.home_of("inbox/123/")

        assert home is not None
        assert home.title == "受付"

    def test_a_page_of_nobody_has_no_home(self) -> None:
        assert queries.home_of("styleguide/") is None


@pytest.mark.usefixtures("plugged")
class TestToday:
    def test_a_figure_leads_to_its_list(self, desk: Client) -> None:
        page = desk.get("/console/").content.decode()

        assert 'href="/console/inbox/"' in page
        assert "確認していない申請" in page

    def test_a_card_for_others_is_not_shown(self, desk: Client) -> None:
        assert "管理者だけの数" not in desk.get("/console/").content.decode()


@pytest.mark.usefixtures("plugged")
class TestSearch:
    def test_what_is_found_is_a_link(self, desk: Client) -> None:
        page = desk.get("/console/search/?q=123").content.decode()

        assert 'href="/console/inbox/123/"' in page

    def test_nothing_found_says_so(self, desk: Client) -> None:
        assert "見つかりませんでした" in desk.get("/console/search/?q=999").content.decode()


class TestEnvironment:
    @pytest.mark.parametrize(("environment", "word"), [("trial", "試用環境"), ("demo", "デモ環境")])
    def test_the_frame_says_where_one_is(self, desk: Client, environment: str, word: str) -> None:
        with override_settings(ENVIRONMENT=environment):
            page = desk.get("/console/").content.decode()

        assert f'data-environment="{environment}"' in page
        assert word in page

    def test_the_real_one_has_no_frame(self, desk: Client) -> None:
        page = desk.get("/console/").content.decode()

        assert "試用環境" not in page
        assert "デモ環境" not in page


class TestLongWork:
    def test_it_is_shown_on_every_page_while_it_runs(
        self, desk: Client, clerk: StaffMember
    ) -> None:
        work = operations.begin(staff_id=clerk.pk, title="回答の書き出し", total=200)
        operations.advance(progress_id=work.pk, done=50)

        page = desk.get("/console/search/").content.decode()

        assert "50 / 200件" in page
        assert 'hx-trigger="every 2s"' in page

    def test_its_end_is_said_until_it_is_put_away(self, desk: Client, clerk: StaffMember) -> None:
        work = operations.begin(staff_id=clerk.pk, title="回答の書き出し")
        operations.finish(progress_id=work.pk, sentence="200件を書き出しました。", href="/x/")
        assert "200件を書き出しました。" in desk.get("/console/").content.decode()

        desk.post(f"/console/works/{work.pk}/seen/")

        assert "200件を書き出しました。" not in desk.get("/console/").content.decode()

    def test_what_still_runs_cannot_be_put_away(self, desk: Client, clerk: StaffMember) -> None:
        work = operations.begin(staff_id=clerk.pk, title="回答の書き出し")

        desk.post(f"/console/works/{work.pk}/seen/")

        assert "回答の書き出し" in desk.get("/console/").content.decode()

    def test_it_is_nobody_elses_business(self, desk: Client, clerk: StaffMember) -> None:
        operations.begin(staff_id=clerk.pk + 1, title="ほかの人の書き出し")

        assert "ほかの人の書き出し" not in desk.get("/console/").content.decode()

    def test_a_job_that_runs_again_after_its_end_changes_nothing(self, clerk: StaffMember) -> None:
        work = operations.begin(staff_id=clerk.pk, title="回答の書き出し")
        operations.finish(progress_id=work.pk, sentence="終わりました。")

        operations.fail(progress_id=work.pk, sentence="うまくいきませんでした。")

        work.refresh_from_db()
        assert work.state == work.State.DONE
