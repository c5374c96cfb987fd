"""Pages inside LINE on a phone: answered, shown, handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from pytest_django import Settings as DjangoSettings

from simulators.line.server import Running
from tests.browser.portal_hand import SIZE, Hand, choose_everything, line_for, next_page, phone_of

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def line(settings: DjangoSettings, live_server: LiveServer) -> Iterator[Running]:
    with line_for(settings, live_server) as simulator:
        yield simulator


@pytest.fixture
def hand(browser: Browser, line: Running) -> Iterator[Hand]:
    with phone_of(browser, line) as hand:
        yield hand


def photo(width: int = 2400, height: int = 1800) -> FilePayload:
    content = BytesIO()
    Image.new("RGB", (width, height), "#486b3a").save(content, "JPEG")
    return {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def write_everything(page: Page) -> None:
    page.get_by_label("好きな場所").fill("上市川の土手")
    page.get_by_label("家族の人数").fill("３")
    page.get_by_label("ひと月に払える金額").fill("1,500")
    page.get_by_label("来られる日").fill("令和9年4月1日")
    page.get_by_role("button", name="昭和").click()
    page.keyboard.type("25.4.1")
    page.get_by_label("来られる時刻").fill("午後3時")
    page.get_by_label("電話番号").fill("076-472-1111")
    page.get_by_label("姓", exact=True).fill("山田")
    page.get_by_label("名", exact=True).fill("花子")
    page.get_by_label("セイ（カタカナ）").fill("ヤマダ")
    page.get_by_label("メイ（カタカナ）").fill("ハナコ")
    page.get_by_label("郵便番号").fill("９３０－０３９３")
    expect(page.get_by_label("住所（都道府県")).to_have_value("富山県中新川郡上市町法音寺")
    page.get_by_label("番地", exact=True).fill("1")


def open_everything() -> None:
    from tests.procedures.on_page import CHOOSING, SHOWING, WRITING, make_open_procedure
    from yakuba.kit.postal import Place
    from yakuba.portal import operations

    make_open_procedure(CHOOSING, WRITING, SHOWING, thanks={"ja": "ありがとうございました。"})
    operations.load_postal_places([Place("9300393", "富山県", "中新川郡上市町", "法音寺", "")])


def test_a_resident_answers_every_kind_of_question_and_hands_in(
    hand: Hand, axe: AxeFindings
) -> None:
    open_everything()

    page = hand.open("x/everything/")
    expect(page.get_by_role("heading", name="choosingについて")).to_be_visible()
    hand.picture("1-choosing")
    assert axe(page) == []
    choose_everything(page)
    next_page(page)
    expect(page.get_by_role("heading", name="writingについて")).to_be_focused()
    hand.picture("2-writing")
    write_everything(page)
    expect(page.get_by_text("昭和25年4月1日（土）")).to_be_visible()
    hand.picture("3-written")
    assert axe(page) == []
    next_page(page)
    expect(page.get_by_role("heading", name="showingについて")).to_be_visible()
    hand.picture("4-showing")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="写真を選ぶ").click()
    chooser.value.set_files(photo())
    expect(page.get_by_text("送れました").first).to_be_visible()
    page.get_by_role("button", name="いまいる場所にする").click()
    expect(page.get_by_role("application", name="地図")).to_be_visible()
    page.get_by_label("場所を言葉で").fill("駅の北口")
    hand.picture("5-shown")
    assert axe(page) == []
    next_page(page)
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()
    thumb = page.locator(".yk-portal-thumb")
    expect(thumb).to_be_visible()
    thumb.evaluate("picture => picture.decode()")
    hand.picture("6-summary")
    assert axe(page) == []
    page.get_by_role("button", name="送る", exact=True).click()

    expect(page.get_by_role("heading", name="受け付けました")).to_be_focused()
    hand.picture("7-done")
    assert axe(page) == []
    page.get_by_role("link", name="マイページ").last.click()
    expect(page.get_by_role("heading", name="マイページ")).to_be_visible()
    hand.picture("8-mine")
    assert axe(page) == []
    from yakuba.files.models import StoredFile

    kept = StoredFile.objects.get()
    assert (kept.width, kept.height) == (1600, 1200)


def test_mistakes_are_said_above_and_each_leads_to_its_field(hand: Hand, axe: AxeFindings) -> None:
    from tests.procedures.on_page import WRITING, make_open_procedure

    make_open_procedure(WRITING)
    page = hand.open("x/everything/")
    page.get_by_label("好きな場所").fill("上市川")
    page.get_by_label("来られる日").fill("そのうち")

    next_page(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(8)
    hand.picture("mistakes")
    assert axe(page) == []
    summary.get_by_role("link", name="来られる日").click()

    field = page.get_by_label("来られる日")
    expect(field).to_be_focused()
    expect(field).to_have_value("そのうち")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("好きな場所")).to_have_value("上市川")


@pytest.mark.parametrize("size", ["m", "l", "xl"])
def test_nothing_runs_out_of_the_screen_and_fingers_hit_everything(hand: Hand, size: str) -> None:
    from tests.procedures.on_page import CHILDREN, CHOOSING, SHOWING, WRITING, make_open_procedure

    make_open_procedure(CHOOSING, WRITING, SHOWING, CHILDREN)
    page = hand.open("x/everything/")
    expect(page.get_by_role("heading", name="choosingについて")).to_be_visible()
    for _press in range(["m", "l", "xl"].index(size)):
        page.get_by_role("button", name="文字を大きく").click()
        expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("data-text-size", size)
    here = page.locator("main").get_attribute("data-here") or ""

    for section in ("choosing", "writing", "showing", "children"):
        page.goto(page.url.partition("/p/")[0] + here.replace("choosing", section))
        expect(page.get_by_role("heading", name=f"{section}について")).to_be_visible()
        page.wait_for_load_state("networkidle")
        hand.picture(f"{size}-{section}")
        width = page.evaluate("document.documentElement.scrollWidth")
        small = page.evaluate(
            """() => [...document.querySelectorAll('a, button, select, textarea, summary, label.yk-portal-choice, input')]
              .filter(e => e.checkVisibility() && !e.closest('.yk-hidden, .yk-skip, label, .leaflet-control')
                && !['hidden', 'file'].includes(e.type) && e.tabIndex !== -1)
              .filter(e => { const box = e.getBoundingClientRect(); return box.height < 44 || box.width < 44; })
              .map(e => e.outerHTML.slice(0, 120))"""
        )
        letters = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *')]
              .filter(e => e.checkVisibility() && e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 16)
              .map(e => e.outerHTML.slice(0, 120))"""
        )
        assert (width, small, letters) == (SIZE[0], [], [])


def test_the_keyboard_alone_is_enough(hand: Hand) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    make_open_procedure(
        make_section(
            "one",
            ask("place", "short_text", "好きな場所"),
            ask("car", "yes_no", "車を使いますか。"),
        )
    )
    page = hand.open("x/everything/")
    expect(page.get_by_role("heading", name="oneについて")).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.get_by_label("好きな場所")).to_be_focused()
    page.keyboard.type("土手")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("はい", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="つぎへ").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()
    page.get_by_role("button", name="送る", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="受け付けました")).to_be_focused()


def test_what_was_typed_outlives_a_lost_line_and_a_reload(hand: Hand) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    make_open_procedure(make_section("one", ask("place", "long_text", "好きな場所")))
    page = hand.open("x/everything/")
    page.get_by_label("好きな場所").fill("上市川の土手")

    page.context.set_offline(True)
    next_page(page)
    expect(page.get_by_text("入力したものはこの画面に残っています")).to_be_visible()
    expect(page.get_by_label("好きな場所")).to_have_value("上市川の土手")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("好きな場所")).to_have_value("上市川の土手")
    next_page(page)

    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_pressing_twice_sends_once_and_says_that_it_is_sending(hand: Hand) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    make_open_procedure(make_section("one", ask("place", "short_text", "好きな場所")))
    page = hand.open("x/everything/")
    page.get_by_label("好きな場所").fill("土手")
    sent: list[str] = []

    def slowly(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            page.wait_for_timeout(400)
        route.continue_()

    page.route("**/p/run/**", slowly)
    page.evaluate(
        "() => { const b = [...document.querySelectorAll('.yk-portal-next button')].at(-1);"
        " b.click(); b.click(); window.said = b.textContent }"
    )
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()

    assert len(sent) == 1
    assert page.evaluate("window.said") == "送っています…"


def test_another_language_keeps_what_was_typed(hand: Hand, axe: AxeFindings) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)
    page = hand.open("x/everything/")
    page.get_by_label("なし").first.check()

    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("Required").first).to_be_visible()
    hand.picture("english")

    expect(page.get_by_label("Pears").first).to_be_checked()
    assert axe(page) == []
    page.get_by_role("button", name="やさしい日本語").click()
    expect(page.get_by_text("かならず").first).to_be_visible()


def test_a_photo_that_did_not_arrive_holds_the_form_back_and_is_sent_again(hand: Hand) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    make_open_procedure(make_section("one", ask("photo", "photo", "写真")))
    page = hand.open("x/everything/")
    expect(page.get_by_role("heading", name="oneについて")).to_be_visible()
    page.route("**/file/", lambda route: route.abort())

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="写真を選ぶ").click()
    chooser.value.set_files(photo())
    expect(page.get_by_role("button", name="もう一度送る")).to_be_visible()
    next_page(page)
    expect(page.get_by_text("送れていない写真があります")).to_be_visible()
    page.unroute("**/file/")
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.get_by_text("送れました")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="消す")).to_be_visible()
    next_page(page)

    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()
    expect(page.get_by_text("写真1枚")).to_be_visible()


def test_a_place_is_set_on_the_map_by_finger_and_by_keyboard(hand: Hand) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    make_open_procedure(make_section("one", ask("spot", "location", "場所")))
    page = hand.open("x/everything/")
    latitude = page.locator("[name='spot:latitude']")

    page.get_by_role("button", name="地図で選ぶ").click()
    canvas = page.get_by_role("application", name="地図")
    canvas.click(position={"x": 200, "y": 100})
    expect(page.get_by_text("場所が決まりました")).to_be_visible()
    by_finger = float(latitude.input_value())
    canvas.focus()
    page.keyboard.press("Enter")
    expect(latitude).not_to_have_value(str(by_finger))
    by_keyboard = float(latitude.input_value())
    page.get_by_role("button", name="場所を消す").click()

    assert 30 < by_keyboard < by_finger < 45
    expect(latitude).to_have_value("")
