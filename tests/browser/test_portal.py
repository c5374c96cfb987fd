"""Pages inside LINE on a phone: signed in by LINE's script, answered, handed in."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone
from simulators.line.server import Running, running
from simulators.line.settings import Settings

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZE = (390, 844)
HANAKO, TARO = "山田 花子", "佐藤 太郎"
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
TILES = "https://cyberjapandata.gsi.go.jp/**"
STATION = (36.6987, 137.3627)

AxeFindings = Callable[[Page], list[str]]


def photo(width: int = 2400, height: int = 1800) -> FilePayload:
    content = BytesIO()
    Image.new("RGB", (width, height), "#486b3a").save(content, "JPEG")
    return {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


@dataclass
class Hand:
    """A phone in somebody's hand: pages are opened over the talk, as LINE opens them."""

    page: Page
    line: Running
    broken: list[str]

    def open(self, path: str, who: str = HANAKO) -> Page:
        settings = self.line.settings
        address = f"{settings.liff_base}/{settings.liff_id}/{path}"
        self.page.goto(str(Phone(self.line.base).person(who).liff(address)["src"]))
        return self.page

    def picture(self, name: str) -> None:
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{PICTURES}/portal-{name}.png", full_page=True)


@pytest.fixture
def line(settings: DjangoSettings, live_server: LiveServer) -> Iterator[Running]:
    from yakuba.portal import tokens

    tokens.start_afresh()
    chosen = Settings(
        login_channel_id=settings.LINE_LOGIN_CHANNEL_ID,
        liff_id=settings.LINE_LIFF_ID,
        liff_endpoint=f"{live_server.url}/p/",
    )
    with running(chosen) as simulator:
        settings.LINE_API_BASE = settings.LINE_ACCESS_BASE = simulator.base
        settings.LIFF_BASE = simulator.settings.liff_base
        settings.LIFF_SDK_URL = f"{simulator.base}/liff/sdk.js"
        yield simulator
    tokens.start_afresh()


@pytest.fixture
def hand(browser: Browser, line: Running) -> Iterator[Hand]:
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        has_touch=True,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        geolocation={"latitude": STATION[0], "longitude": STATION[1]},
        permissions=["geolocation"],
    )
    context.route(TILES, no_tiles)
    page = context.new_page()
    page.set_default_timeout(10_000)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda said: broken.append(said.text) if "Content Security" in said.text else None,
    )
    yield Hand(page, line, broken)
    context.close()
    assert broken == []


def no_tiles(route: Route) -> None:
    route.abort()


def next_page(page: Page) -> None:
    page.get_by_role("button", name="つぎへ").last.click()


def choose_everything(page: Page) -> None:
    page.get_by_label("なし").first.check()
    page.get_by_role("group", name="買ったことがあるもの").get_by_label("りんご").check()
    page.get_by_role("group", name="買ったことがあるもの").get_by_label("ぶどう").check()
    page.get_by_label("お住まいの地区").select_option("7区")
    page.get_by_label("はい", exact=True).check()
    page.get_by_label("4", exact=True).check()
    page.get_by_label("同意する", exact=True).check()


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
    from tests.procedures.on_page import ask, make_open_procedure, make_section

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
    from tests.procedures.on_page import ask, make_open_procedure, make_section

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
    from tests.procedures.on_page import ask, make_open_procedure, make_section

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


def test_a_live_session_waits_for_nobody(hand: Hand) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)
    page = hand.open("x/everything/")
    expect(page.get_by_role("heading", name="choosingについて")).to_be_visible()
    address = page.url

    page.route("**/liff/sdk.js", lambda route: route.abort())
    page.goto(address)
    choose_everything(page)
    next_page(page)

    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()


def test_when_line_does_not_answer_the_page_says_so(hand: Hand, settings: DjangoSettings) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING, summary={"ja": "果物についてのアンケートです。"})
    hand.page.route("**/liff/sdk.js", lambda route: route.abort())

    page = hand.open("x/everything/")

    expect(page.get_by_text("果物についてのアンケートです。")).to_be_visible()
    expect(page.get_by_text("LINEにつながりませんでした")).to_be_visible()


def test_whoever_holds_the_phone_sees_their_own_and_a_session_that_ended_begins_again(
    hand: Hand,
) -> None:
    from tests.procedures.on_page import ask, make_open_procedure, make_section
    from yakuba.portal.models import PortalSession
    from yakuba.procedures.models import Run

    make_open_procedure(make_section("one", ask("place", "short_text", "好きな場所")))
    page = hand.open("x/everything/")
    expect(page.get_by_label("好きな場所")).to_be_visible()
    before = str(page.locator("body").get_attribute("data-for"))
    hand.open("x/everything/", TARO)
    expect(page.locator("body")).to_have_attribute("data-for", re.compile(f"^(?!{before})"))
    page.get_by_label("好きな場所").fill("太郎の土手")
    PortalSession.objects.all().delete()
    next_page(page)

    expect(page.get_by_text("太郎の土手")).to_be_visible()
    assert Run.objects.count() == 2
    assert PortalSession.objects.get().account.line_user_id == Phone(hand.line.base).person(TARO).id


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


def test_nothing_touches_the_address_before_line_has_finished_with_it(hand: Hand) -> None:
    from tests.procedures.on_page import ask, make_open_procedure, make_section

    make_open_procedure(
        make_section("one", ask("place", "short_text", "好きな場所")),
        make_section("two", ask("food", "short_text", "好きな食べ物")),
    )
    page = hand.open("x/everything/")
    expect(page.get_by_label("好きな場所")).to_be_visible()
    waiting: list[Route] = []
    page.route("**/liff/sdk.js", lambda route: waiting.append(route))
    page.goto(page.url, wait_until="domcontentloaded")
    page.get_by_label("好きな場所").fill("土手")
    next_page(page)
    expect(page.get_by_label("好きな食べ物")).to_be_visible()
    before = page.url
    waiting[0].continue_()
    page.evaluate(
        "() => new Promise(done => { const look = () => window.liff?.id ? done() : setTimeout(look, 50); look() })"
    )
    page.get_by_label("好きな食べ物").fill("ます寿司")
    next_page(page)
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()

    assert before.endswith("/p/x/everything/")
    assert "/p/run/" in page.url
    page.go_back()
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()


def test_an_outside_browser_signs_in_through_line_and_comes_back(
    hand: Hand, live_server: LiveServer
) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)

    hand.page.goto(f"{live_server.url}/p/x/everything/")
    hand.page.get_by_role("link", name=HANAKO).click()

    expect(hand.page.get_by_role("heading", name="choosingについて")).to_be_visible()
    assert hand.page.url == f"{live_server.url}/p/x/everything/"


def test_an_old_token_of_an_outside_browser_leads_to_a_new_one_and_never_in_a_circle(
    hand: Hand, live_server: LiveServer
) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)
    phone = Phone(hand.line.base)
    phone.faults(id_token="expired", count=1)

    hand.page.goto(f"{live_server.url}/p/x/everything/")
    hand.page.get_by_role("link", name=HANAKO).click()
    hand.page.get_by_role("link", name=HANAKO).click()  # once more, after the old one was refused
    expect(hand.page.get_by_role("heading", name="choosingについて")).to_be_visible()
    phone.faults(id_token="audience")
    hand.page.context.clear_cookies()
    hand.page.evaluate("localStorage.clear()")
    hand.page.goto(f"{live_server.url}/p/x/everything/")
    hand.page.get_by_role("link", name=HANAKO).click()
    hand.page.get_by_role("link", name=HANAKO).click()

    expect(hand.page.get_by_text("LINEで確認できませんでした")).to_be_visible()


def test_a_photo_that_did_not_arrive_holds_the_form_back_and_is_sent_again(hand: Hand) -> None:
    from tests.procedures.on_page import ask, make_open_procedure, make_section

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
    from tests.procedures.on_page import ask, make_open_procedure, make_section

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
