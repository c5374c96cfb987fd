"""A clerk builds a survey from nothing, tries it in the live phone, mends what is wrong and publishes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def clerk() -> StaffMember:
    from tests import cast

    cast.make_town()
    return cast.make_staff(department=cast.make_department("企画課"))


@pytest.fixture
def desk(page: Page, live_server: LiveServer, clerk: StaffMember) -> Page:
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/console/procedures/")
    return page


def picture(desk: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/designer-{name}.png")


def settled(desk: Page) -> None:
    """Wait until everything typed was kept and drawn."""
    expect(desk.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    desk.wait_for_load_state("networkidle")


def add_question(desk: Page, kind: str) -> None:
    desk.locator("#add-question").click()
    desk.locator(".yk-outline__kinds").get_by_role("button", name=kind, exact=True).click()
    expect(desk.get_by_label("質問の文", exact=True)).to_be_focused()


def phone(desk: Page) -> Locator:
    return desk.locator("yk-talk-preview")


def test_a_survey_is_built_tried_mended_and_published(desk: Page, axe: AxeFindings) -> None:
    picture(desk, "0-empty-list")
    assert axe(desk) == []
    desk.get_by_role("link", name="手続を作る").click()
    picture(desk, "1-new")
    assert axe(desk) == []
    desk.get_by_label("名称").fill("町民運動会のアンケート")
    desk.get_by_role("button", name="作り始める").click()
    settled(desk)
    picture(desk, "2-blank")
    assert axe(desk) == []

    add_question(desk, "ひとつ選ぶ")
    desk.get_by_label("質問の文", exact=True).fill("運動会に参加しましたか。")
    desk.get_by_label("選択肢1", exact=True).fill("参加した")
    desk.get_by_label("選択肢2", exact=True).fill("見に行った")
    desk.get_by_label("選択肢2", exact=True).press("Enter")
    expect(desk.get_by_label("選択肢3", exact=True)).to_be_focused()
    desk.get_by_label("選択肢3", exact=True).fill("行かなかった")
    desk.get_by_label("選択肢3", exact=True).blur()
    settled(desk)
    expect(phone(desk)).to_contain_text("運動会に参加しましたか。")
    expect(phone(desk).get_by_role("button", name="行かなかった")).to_be_visible()
    picture(desk, "3-first-question")

    add_question(desk, "短い文")
    desk.get_by_label("質問の文", exact=True).fill("行かなかった理由を教えてください。")
    desk.get_by_role("button", name="条件をつける").click()
    desk.get_by_label("問1 運動会に参加しましたか。の値").select_option("行かなかった")
    expect(desk.locator("#when-said")).to_contain_text(
        "問1「運動会に参加しましたか」が「行かなかった」"
    )
    settled(desk)
    expect(phone(desk)).to_contain_text("行かなかった理由を教えてください。")
    picture(desk, "4-condition")
    assert axe(desk) == []

    add_question(desk, "評価")
    settled(desk)
    desk.get_by_text("直すところ 1件").click()
    picture(desk, "5-problems")
    desk.locator(".yk-designer__problem-list a").first.click()
    expect(desk.get_by_label("質問の文", exact=True)).to_be_focused()
    desk.get_by_label("質問の文", exact=True).fill("来年も参加したいですか。")
    desk.get_by_label("質問の文", exact=True).blur()
    expect(desk.get_by_text("直すところはありません")).to_be_visible()

    desk.get_by_role("link", name="公開へ進む").click()
    expect(desk.get_by_text("すべて最後まで進めました", exact=False)).to_be_visible()
    picture(desk, "6-publish")
    assert axe(desk) == []
    desk.get_by_role("button", name="公開する").click()
    expect(desk.get_by_text("第1版を公開しました", exact=False)).to_be_visible()
    picture(desk, "7-published")
    assert axe(desk) == []


def begin(clerk: StaffMember, *questions: dict[str, object]) -> str:
    """Make a draft and return the path of its designer."""
    from django.urls import reverse

    from yakuba.procedures import operations

    made = operations.make(
        department=clerk.departments.get(),
        slug="matsuri",
        document={
            "schema": 1,
            "kind": "survey",
            "title": {"ja": "祭りのアンケート"},
            "retention": {"months": 12},
            "sections": [{"id": "s1", "title": {"ja": "祭り"}, "questions": list(questions)}],
        },
        staff=clerk,
    )
    return reverse("console:procedure_design", args=[made.public_id])


def question(number: int, kind: str = "yes_no", **more: object) -> dict[str, object]:
    return {"id": f"q{number}", "kind": kind, "label": {"ja": f"{number}つめの質問"}, **more}


def names_in_the_list(desk: Page) -> list[str]:
    return [
        text.split("つめ")[0]
        for text in desk.locator("[data-drop^=q-] .yk-outline__name").all_inner_texts()
    ]


def tab_to(desk: Page, target: Locator) -> None:
    for _stop in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        desk.keyboard.press("Tab")
    raise AssertionError("the keyboard does not come there")


def test_a_survey_is_built_and_published_by_keyboard_alone(desk: Page) -> None:
    keys = desk.keyboard
    tab_to(desk, desk.get_by_role("link", name="手続を作る"))
    keys.press("Enter")
    tab_to(desk, desk.get_by_label("名称"))
    keys.type("図書館のアンケート")
    tab_to(desk, desk.get_by_role("button", name="作り始める"))
    keys.press("Enter")

    for number, kind in enumerate(["ひとつ選ぶ", "はい・いいえ", "短い文"], start=1):
        tab_to(desk, desk.locator("#add-question"))
        keys.press("Enter")
        tab_to(
            desk, desk.locator(".yk-outline__kinds").get_by_role("button", name=kind, exact=True)
        )
        keys.press("Enter")
        expect(desk.get_by_label("質問の文", exact=True)).to_be_focused()
        keys.type(f"{number}つめの質問")
        if kind == "ひとつ選ぶ":
            tab_to(desk, desk.get_by_label("選択肢1", exact=True))
            keys.type("よく行く")
            tab_to(desk, desk.get_by_label("選択肢2", exact=True))
            keys.type("行かない")
            keys.press("Enter")
            expect(desk.get_by_label("選択肢3", exact=True)).to_be_focused()
            keys.type("知らない")
        keys.press("Tab")
        settled(desk)
    tab_to(desk, desk.get_by_role("button", name="条件をつける"))
    keys.press("Enter")
    settled(desk)
    expect(desk.locator("#when-said")).to_contain_text("問2「2つめの質問」")

    tab_to(desk, desk.locator("#o-q-q1"))
    keys.press("Alt+ArrowDown")
    expect(desk.locator("#o-q-q1")).to_be_focused()
    settled(desk)
    assert names_in_the_list(desk) == ["2", "1", "3"]

    tab_to(desk, desk.get_by_role("link", name="公開へ進む"))
    keys.press("Enter")
    expect(desk.get_by_text("すべて最後まで進めました", exact=False)).to_be_visible()
    tab_to(desk, desk.get_by_role("button", name="公開する"))
    keys.press("Enter")

    expect(desk.get_by_text("第1版を公開しました", exact=False)).to_be_visible()


def test_a_question_is_dragged_to_its_place(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    path = begin(clerk, question(1), question(2), question(3))
    desk.goto(live_server.url + path)

    desk.locator("#o-q-q3").drag_to(desk.locator("#o-q-q1"))
    expect(desk.get_by_text("1つもどす")).to_be_visible()
    settled(desk)

    assert names_in_the_list(desk) == ["3", "1", "2"]


def test_the_phone_runs_the_draft_in_the_talk_and_on_the_page(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    path = begin(clerk, question(1), question(2, "telephone"), question(3))
    desk.goto(live_server.url + path)

    phone(desk).get_by_role("button", name="はい", exact=True).click()
    expect(phone(desk)).to_contain_text("大切なこと")
    phone(desk).get_by_role("button", name="入力画面をひらく").click()
    page = desk.frame_locator("iframe[name=trial-page]")
    page.get_by_label("2つめの質問").fill("0764721111")
    picture(desk, "8-page-over-talk")
    page.get_by_role("radio", name="いいえ").last.check()
    page.get_by_role("button", name="つぎへ").click()
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_role("heading", name="受け付けました")).to_be_visible()
    desk.get_by_role("button", name="閉じる").click()

    expect(phone(desk)).to_contain_text("どこにも送りません")
    picture(desk, "9-tried")
    phone(desk).get_by_role("button", name="ページ").click()
    expect(page.get_by_role("heading", name="祭り")).to_be_visible()
    picture(desk, "10-page")


def test_the_second_of_two_clerks_is_shown_what_the_first_wrote(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    path = begin(clerk, question(1))
    desk.goto(f"{live_server.url}{path}q-q1/")
    other = desk.context.new_page()
    other.goto(f"{live_server.url}{path}q-q1/")

    other.get_by_label("質問の文", exact=True).fill("祭りは楽しかったですか。")
    other.get_by_label("質問の文", exact=True).blur()
    expect(other.get_by_text("1つもどす")).to_be_visible()
    desk.get_by_label("質問の文", exact=True).fill("祭りに来ましたか。")
    desk.get_by_label("質問の文", exact=True).blur()

    expect(desk.get_by_text("ほかの人が先に直しました")).to_be_visible()
    expect(desk.get_by_label("質問の文", exact=True)).to_have_value("祭りは楽しかったですか。")
    expect(desk.locator("#part")).to_contain_text("祭りに来ましたか。")
    picture(desk, "11-two-clerks")


def test_a_change_is_taken_back_with_its_words(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    path = begin(clerk, question(1), question(2))
    desk.goto(f"{live_server.url}{path}q-q2/")

    desk.get_by_role("button", name="消す", exact=True).click()
    settled(desk)
    assert names_in_the_list(desk) == ["1"]
    desk.get_by_role("button", name="1つもどす").click()
    settled(desk)

    expect(desk.get_by_text("取り消しました：質問を消しました。")).to_be_visible()
    assert names_in_the_list(desk) == ["1", "2"]


def test_whoever_leaves_at_once_has_lost_nothing(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    path = begin(clerk, question(1))
    desk.goto(f"{live_server.url}{path}q-q1/")

    desk.get_by_label("質問の文", exact=True).fill("急いで書きました。")
    desk.get_by_role("link", name="公開へ進む").click()
    expect(desk.get_by_role("heading", name="変わるところ")).to_be_visible()
    desk.goto(f"{live_server.url}{path}q-q1/")

    expect(desk.get_by_label("質問の文", exact=True)).to_have_value("急いで書きました。")


def test_a_broken_line_is_said_and_what_was_typed_is_kept_when_it_is_back(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    path = begin(clerk, question(1))
    desk.goto(f"{live_server.url}{path}q-q1/")
    settled(desk)
    label = desk.get_by_label("質問の文", exact=True)

    desk.context.set_offline(True)
    label.fill("線が切れました")
    label.blur()
    expect(desk.get_by_text("まだ保存していません")).to_be_visible()
    desk.context.set_offline(False)
    label.fill("線が切れました。")
    label.blur()

    expect(desk.get_by_text("1つもどす")).to_be_visible()
    desk.reload()
    expect(label).to_have_value("線が切れました。")


def test_texts_are_written_in_three_languages_side_by_side(
    desk: Page, live_server: LiveServer, clerk: StaffMember, axe: AxeFindings
) -> None:
    path = begin(clerk, question(1))
    desk.goto(f"{live_server.url}{path}whole/")
    desk.get_by_role("checkbox", name="やさしい日本語").check()
    desk.get_by_role("checkbox", name="英語").check()
    settled(desk)
    desk.locator("#o-q-q1").click()

    desk.get_by_label("質問の文（英語）").fill("Did you come?")
    desk.get_by_label("質問の文（英語）").blur()
    settled(desk)
    desk.get_by_label("ことば", exact=True).select_option("en")

    expect(phone(desk)).to_contain_text("Did you come?")
    picture(desk, "12-languages")
    assert axe(desk) == []


SIZES = [(1366, 768), (375, 667), (683, 384)]


@pytest.mark.parametrize("size", SIZES)
def test_the_designer_fits_every_window_and_axe_finds_nothing(
    desk: Page, live_server: LiveServer, clerk: StaffMember, axe: AxeFindings, size: tuple[int, int]
) -> None:
    choices = {
        "choices": [{"id": "c1", "label": {"ja": "はい"}}, {"id": "c2", "label": {"ja": "？"}}]
    }
    kinds = ["choice", "number", "date", "location", "consent", "file", "message"]
    options = {"choice": choices}
    path = begin(
        clerk,
        *(question(n, kind, options=options.get(kind, {})) for n, kind in enumerate(kinds, 1)),
    )
    desk.set_viewport_size({"width": size[0], "height": size[1]})

    wrong = {}
    for part in ["whole", "s-s1", *(f"q-q{n}" for n in range(1, len(kinds) + 1))]:
        desk.goto(f"{live_server.url}{path}{part}/")
        settled(desk)
        picture(desk, f"size-{size[0]}-{part}")
        found = axe(desk)
        if desk.evaluate("document.documentElement.scrollWidth") > size[0]:
            found.append("scrolls sideways")
        if found:
            wrong[part] = found

    assert wrong == {}


def test_the_pages_around_the_designer_are_clean(
    desk: Page, live_server: LiveServer, clerk: StaffMember, axe: AxeFindings
) -> None:
    from django.urls import reverse

    from yakuba.procedures import operations
    from yakuba.procedures.models import Procedure

    begin(clerk, question(1), question(2))
    made = Procedure.objects.get()
    operations.publish(made, staff=clerk)
    names = ["procedure", "procedure_link", "procedure_versions", "procedure_copy"]
    names += ["procedure_upload", "procedure_publish", "procedure_walk"]

    wrong = {}
    for name in ["procedures", *names]:
        desk.goto(
            live_server.url
            + reverse(f"console:{name}", args=[made.public_id] if name in names else [])
        )
        settled(desk)
        picture(desk, f"around-{name}")
        if found := axe(desk):
            wrong[name] = found

    assert wrong == {}
