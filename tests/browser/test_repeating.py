"""A delivery that repeats is made from nothing, with the keyboard too; the pages around it are fine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_broadcast import desk, is_fine, town  # noqa: F401  (fixtures)
from tests.line.conftest import phone, sim  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from tests.broadcasts.cast import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]


def test_a_series_is_made_from_nothing_and_begun_with_the_keyboard(
    desk: Page,  # noqa: F811
    live_server: LiveServer,
    axe: AxeFindings,
    town: Town,  # noqa: F811
) -> None:
    from tests.broadcasts.cast import OTOSUGI
    from yakuba.broadcasts.models import Series
    from yakuba.kit import clock
    from yakuba.kit.clock import JAPAN

    draft = town.draft("今日は燃えるごみの日です。", condition=OTOSUGI)
    with clock.stopped_at(datetime(2026, 11, 20, 12, 0, tzinfo=JAPAN)):
        desk.goto(f"{live_server.url}/console/deliveries/{draft.public_id}/confirm/")
        desk.get_by_role("link", name="くり返し送る").press("Enter")
        expect(
            desk.get_by_label("第1")
        ).to_be_hidden()  # only what belongs to "every week" is there
        desk.get_by_label("月", exact=True).press("Space")
        desk.get_by_label("木", exact=True).press("Space")
        desk.get_by_label("送る時刻").fill("午前8時")
        desk.get_by_label("祝日・休みの日").select_option(
            label="祝日や休みの日のときは、前の日に送る"
        )
        expect(desk.locator("#days")).to_contain_text("毎週月・木曜日の8:00に送ります")
        expect(desk.locator("#days")).to_contain_text("勤労感謝の日")
        is_fine(desk, axe, "series-rule")
        desk.get_by_role("button", name="この日に決める").press("Enter")

        expect(desk.get_by_text("定期配信を作りました。")).to_be_visible()
        is_fine(desk, axe, "series-draft")
        desk.get_by_label("送る人数").fill("2")
        desk.get_by_role("button", name="始める").press("Enter")
        expect(desk.get_by_text("実施中")).to_be_visible()
        is_fine(desk, axe, "series-running")
        assert Series.objects.get().deliveries.count() == 4

        desk.goto(f"{live_server.url}/console/schedule/?month=2026-11")
        expect(desk.get_by_role("table").first).to_contain_text("勤労感謝の日")
        is_fine(desk, axe, "schedule")


def test_the_pages_of_asking_holding_and_disasters_are_fine(
    desk: Page,  # noqa: F811
    live_server: LiveServer,
    axe: AxeFindings,
    town: Town,  # noqa: F811
) -> None:
    from yakuba.broadcasts import operations
    from yakuba.broadcasts.rules import content as contents
    from yakuba.segments import queries as segments

    scope = operations.entrust_disasters(department=town.department, staff=None)
    template = operations.prepare(
        None,
        scope=scope,
        name="避難のお願い",
        content=contents.plain("〔地区〕の方は〔場所〕へ避難してください。"),
        condition=segments.everybody(),
        staff=town.manager,
    )
    town.manager.is_administrator = True
    town.manager.save()
    asked = town.draft("あした断水します")
    operations.submit(asked, staff=town.second, expected=3)
    town.send(town.draft("雪です"))
    held = town.draft("雪です")
    operations.submit(held, staff=town.manager, expected=3, why="もう一度")
    operations.agree(held, staff=town.second)
    held.overridden = []
    held.save()
    town.begin(held)
    for name, path in {
        "asked": f"deliveries/{asked.public_id}/",
        "held": f"deliveries/{held.public_id}/",
        "disaster": "disaster/",
        "template": f"disaster/templates/{template.public_id}/",
        "safeguards": "settings/safeguards/",
        "series": "series/",
    }.items():
        desk.goto(f"{live_server.url}/console/{path}")
        expect(desk.locator("h1")).not_to_be_empty()
        is_fine(desk, axe, f"fuse-{name}")
    desk.goto(f"{live_server.url}/console/disaster/{template.public_id}/")
    desk.get_by_label("地区").fill("音杉")
    desk.get_by_label("場所").fill("音杉小学校")
    desk.get_by_role("button", name="人数と文面を見る").click()
    expect(desk.get_by_text("3人に、いますぐ送ります")).to_be_visible()
    is_fine(desk, axe, "fuse-warn")
