"""A clerk builds a group from nothing among many facts, by mouse and by keyboard, and gives a tag to a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.procedures.models import Procedure
    from yakuba.residents.models import Resident
    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look


@dataclass
class Town:
    clerk: StaffMember
    survey: Procedure
    people: list[Resident] = field(default_factory=list)


@pytest.fixture
def town() -> Town:
    """Twelve people of two districts; half of them answered the survey, in two versions."""
    from tests.cast import (
        make_department,
        make_district,
        make_interests,
        make_resident,
        make_staff,
        make_town,
    )
    from tests.submissions.making import (
        hand_in,
        make_choice,
        make_procedure,
        make_section,
        publish_again,
    )
    from yakuba.residents import operations as residents

    make_town()
    make_district()
    make_interests()
    department = make_department("企画課")
    label = {"ja": "広報をどのくらい読みますか"}
    question = make_choice("reads", "毎月", "ときどき", "読まない")
    question = {**question, "label": label, "options": {"choices": [
        {"id": "always", "label": {"ja": "毎月"}}, {"id": "never", "label": {"ja": "読まない"}},
    ]}}  # fmt: skip
    section = make_section("main", question)
    survey = make_procedure(section, department=department, title="広報のアンケート", kind="survey")
    town = Town(make_staff("企画 花", department=department, role="clerk"), survey)
    for number in range(12):
        person = make_resident(friend=number != 11)
        person.called = f"かみいち{'花子次郎三郎'[number % 6]}"
        person.save()
        residents.keep(person, key="district", value="otosugi" if number % 3 else "yunosho")
        if number == 6:
            publish_again(survey, section, title={"ja": "広報のアンケート"}, kind="survey")
        if number % 2 == 0:
            hand_in(survey, person, main={"reads": "never" if number % 4 else "always"})
        town.people.append(person)
    return town


@pytest.fixture
def desk(page: Page, live_server: LiveServer, town: Town) -> Iterator[Page]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(town.clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    yield page
    # Whoever goes on typing replaces the count that is under way; htmx calls that an error.
    replaced = ("htmx:afterRequest", "htmx:sendAbort")
    assert [words for words in refused if not words.startswith(replaced)] == []


def is_fine(desk: Page, axe: AxeFindings, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1366


def test_a_group_is_built_from_nothing_with_the_keyboard_alone(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    from yakuba.segments.models import Segment

    desk.goto(f"{live_server.url}/console/segments/new/")
    desk.get_by_label("グループの名前").focus()
    desk.keyboard.type("広報を読まない音杉の人")

    # The first sentence: found among all facts by two words, chosen with Enter.
    fact = desk.get_by_label("項目", exact=True)
    with desk.expect_response(lambda answer: answer.url.endswith("/console/segments/facts/")):
        desk.get_by_role("button", name="条件を加える").press("Enter")
    expect(fact).to_be_focused()
    expect(desk.get_by_role("group", name="アンケート・申請の回答")).to_be_visible()
    is_fine(desk, axe, "group-facts")
    desk.keyboard.type("広報 どのくらい")
    expect(desk.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    desk.keyboard.press("Enter")
    expect(fact).to_have_value("「広報のアンケート」の「広報をどのくらい読みますか」")
    expect(fact).to_be_focused()
    desk.get_by_role("checkbox", name="読まない").press("Space")
    expect(desk.locator("#look")).to_contain_text("3人に届きます")

    # The second narrows it; each says how many fit it.
    desk.get_by_role("button", name="条件を加える").press("Enter")
    desk.keyboard.type("地区")
    desk.keyboard.press("Enter")
    desk.get_by_role("checkbox", name="音杉").press("Space")
    expect(desk.locator("#look")).to_contain_text("2人に届きます")
    expect(desk.locator("#look")).to_contain_text("この条件だけなら7人")
    expect(desk.locator("#look")).to_contain_text("ここまでで2人")
    is_fine(desk, axe, "group-built")

    # Escape leaves everything as it was.
    first = desk.get_by_label("項目", exact=True).first
    first.press("ArrowDown")
    desk.keyboard.type("ことば")
    desk.keyboard.press("Escape")
    expect(first).to_have_value("「広報のアンケート」の「広報をどのくらい読みますか」")

    desk.get_by_role("button", name="保存する").press("Enter")
    expect(desk.get_by_text("グループ「広報を読まない音杉の人」を保存しました。")).to_be_visible()
    expect(desk.locator("#look")).to_contain_text("ここまでで2人")  # the pane has done asking
    key = f"answer.{town.survey.public_id.hex}.reads"
    assert Segment.objects.get().condition == {
        "all_of": [
            {"fact": key, "operator": "one_of", "value": ["never"]},
            {"fact": "resident.district", "operator": "one_of", "value": ["otosugi"]},
        ]
    }


def test_one_version_is_chosen_with_the_mouse_and_who_is_beyond_reach_is_said(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    desk.goto(f"{live_server.url}/console/segments/new/")
    expect(desk.locator("#look")).to_contain_text("11人に届きます")
    expect(desk.locator("#look")).to_contain_text("町のLINEを友だちに追加していない")

    desk.get_by_role("button", name="条件を加える").click()
    desk.get_by_role("option", name="広報をどのくらい読みますか").click()
    desk.get_by_label("比べ方").select_option(label="入力あり")
    expect(desk.locator("#look")).to_contain_text("6人に届きます")
    desk.get_by_label("回答の版").select_option(label="第1版の回答だけ")
    expect(desk.locator("#look")).to_contain_text("3人に届きます")
    expect(desk.locator("#look")).to_contain_text("第1版の回答だけ")
    is_fine(desk, axe, "group-version")


def test_a_list_of_numbers_gets_a_tag_and_loses_it_again(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    desk.goto(f"{live_server.url}/console/segments/tags/")
    is_fine(desk, axe, "tags-empty")
    desk.get_by_label("タグの名前").fill("防災士の名簿")
    desk.get_by_role("button", name="タグを作る").click()
    desk.get_by_label("番号の人に付ける").fill(
        "\n".join([one.number for one in town.people[:4]] + ["R-00000000"])
    )
    is_fine(desk, axe, "tag-whom")
    desk.get_by_role("button", name="人数を確かめる").click()

    expect(desk.get_by_role("heading", name="4人に付けますか")).to_be_visible()
    expect(desk.get_by_text("R-00000000")).to_be_visible()
    is_fine(desk, axe, "tag-confirm")
    desk.get_by_role("button", name="付ける", exact=True).click()

    expect(desk.get_by_text("タグ「防災士の名簿」を4人に付けました。")).to_be_visible()
    is_fine(desk, axe, "tags")
    desk.get_by_role("button", name="元に戻す").click()
    expect(desk.get_by_text("4人からタグを外しました。")).to_be_visible()
