"""The simulated phone, as a resident's fingers meet it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from simulators.line.server import Running, running
from tests.browser.small_town import CHANNEL, Bot, make_menu, town

pytestmark = pytest.mark.browser

HANAKO = "山田 花子"
TARO = "佐藤 太郎"


@pytest.fixture
def bot() -> Iterator[Bot]:
    with town() as bot:
        yield bot


@pytest.fixture
def line(bot: Bot) -> Iterator[Running]:
    settings = replace(CHANNEL, webhook=f"{bot.base}/webhook", liff_endpoint=f"{bot.base}/p/")
    with running(settings) as simulator:
        bot.line = simulator.base
        yield simulator


def pick_up(page: Page, line: Running, who: str = HANAKO) -> Locator:
    """Open the page and return that person's phone."""
    page.goto(f"{line.base}/phone/")
    page.get_by_role("navigation", name="住民").get_by_role("button", name=who).click()
    return page.get_by_role("region", name=f"{who}さんのスマートフォン")


def befriend(page: Page, line: Running, who: str = HANAKO) -> Locator:
    phone = pick_up(page, line, who)
    phone.get_by_role("button", name="友だちに追加する").click()
    expect(phone.get_by_text("ようこそ、かみいち町へ。")).to_be_visible()
    return phone


def write(phone: Locator, text: str) -> None:
    field = phone.get_by_role("textbox", name="メッセージを入力")
    field.fill(text)
    field.press("Enter")


def test_a_new_friend_is_greeted_in_a_bubble(line: Running, page: Page) -> None:
    phone = pick_up(page, line)

    phone.get_by_role("button", name="友だちに追加する").click()

    expect(phone.locator(".by-account .bubble")).to_have_text("ようこそ、かみいち町へ。")
    expect(phone.get_by_text("今日")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("上市町：ようこそ、かみいち町へ。")


def test_a_quick_reply_is_said_and_goes_away(line: Running, page: Page) -> None:
    phone = befriend(page, line)

    phone.get_by_role("button", name="はじめる").click()

    expect(phone.locator(".by-person .bubble")).to_have_text("はじめます")
    expect(phone.get_by_text("はじめます、わかりました。")).to_be_visible()
    expect(phone.get_by_role("button", name="はじめる")).to_have_count(0)


def test_a_card_is_drawn_as_it_was_laid_out_and_its_button_works(line: Running, page: Page) -> None:
    phone = befriend(page, line)

    write(phone, "カード")
    card = phone.get_by_role("group", name="受け付けました")
    expect(card).to_be_visible()
    label = card.get_by_text("受付番号").bounding_box()
    value = card.get_by_text("A-123").bounding_box()
    button = card.get_by_role("button", name="内容を見る")
    colour = button.evaluate("node => getComputedStyle(node).backgroundColor")
    button.click()

    assert card.evaluate("node => node.offsetWidth") == 260
    assert label is not None
    assert value is not None
    assert value["width"] / label["width"] == pytest.approx(2.5, abs=0.02)
    assert colour == "rgb(0, 49, 111)"
    expect(phone.get_by_text('受け取り {"data": "see=1"}')).to_be_visible()


def test_the_date_picker_keeps_its_limits_and_sends_the_day(line: Running, page: Page) -> None:
    phone = befriend(page, line)
    write(phone, "日付")

    phone.get_by_role("button", name="日をえらぶ").click()
    sheet = phone.get_by_role("dialog", name="日付をえらぶ")
    field = sheet.get_by_label("日付をえらぶ")
    limits = [field.get_attribute(name) for name in ("value", "min", "max")]
    field.fill("2026-12-08")
    expect(sheet.get_by_text("令和8年12月8日（火）")).to_be_visible()
    sheet.get_by_role("button", name="送信").click()

    assert limits == ["2026-12-01", "2026-11-24", "2026-12-24"]
    expect(phone.get_by_text('"params": {"date": "2026-12-08"}')).to_be_visible()


def test_a_page_opens_over_the_talk_and_speaks_for_the_resident(line: Running, page: Page) -> None:
    phone = befriend(page, line)
    write(phone, "ページ")

    phone.get_by_role("button", name="ひらく").click()
    sheet = phone.get_by_role("dialog")
    inside = sheet.frame_locator("iframe")
    expect(inside.locator("#who")).to_have_text(f"{phone.get_attribute('data-phone')} /p/form")
    inside.get_by_role("button", name="送る").click()
    inside.get_by_role("button", name="許可する").click()
    expect(phone.get_by_text("申し込みました、わかりました。")).to_have_count(1)
    inside.get_by_role("button", name="閉じる").click()

    expect(sheet).to_have_count(0)
    expect(phone.get_by_text("申し込みました、わかりました。")).to_be_visible()
    expect(phone.get_by_role("button", name="ひらく")).to_have_count(0)


def test_the_wire_shows_the_newest_first_and_opens_on_a_tap(line: Running, page: Page) -> None:
    phone = befriend(page, line)
    write(phone, "こんにちは")
    expect(phone.get_by_text("こんにちは、わかりました。")).to_be_visible()

    page.get_by_role("button", name="通信を見る").click()
    wire = page.get_by_role("complementary", name="通信の記録")
    entries = wire.locator("summary")
    expect(entries.filter(has_text="/v2/bot/message/reply")).to_have_count(2)
    entries.filter(has_text="message こんにちは").click()

    expect(wire.locator("pre:visible").filter(has_text='"webhookEventId"')).to_be_visible()
    times = [
        int(seq) for seq in wire.locator("li").evaluate_all("all => all.map(e => e.dataset.seq)")
    ]
    assert times == sorted(times, reverse=True)


def test_photos_are_sent_as_one_set(line: Running, page: Page) -> None:
    phone = befriend(page, line)

    phone.get_by_role("button", name="写真・位置情報・ファイルを送る").click()
    phone.get_by_role("button", name="写真", exact=True).click()
    sheet = phone.get_by_role("dialog", name="写真をえらぶ")
    sheet.get_by_role("button", name="道路の穴").click()
    sheet.get_by_role("button", name="用水路").click()
    sheet.get_by_role("button", name="2枚を送信").click()

    expect(phone.locator(".by-person .said-picture")).to_have_count(2)
    talk = line.world.people[str(phone.get_attribute("data-phone"))].talk
    sets = [item.message["imageSet"] for item in talk if item.message["type"] == "image"]
    assert [(one["index"], one["total"]) for one in sets] == [(1, 2), (2, 2)]


def test_a_file_of_ones_own_arrives_with_its_name(line: Running, page: Page) -> None:
    phone = befriend(page, line)
    paper: FilePayload = {
        "name": "申請書.pdf",
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.7 paper",
    }

    phone.get_by_role("button", name="写真・位置情報・ファイルを送る").click()
    phone.get_by_role("button", name="ファイル", exact=True).click()
    sheet = phone.get_by_role("dialog", name="ファイルを送る")
    sheet.get_by_label("ファイル", exact=True).set_input_files(files=paper)
    sheet.get_by_role("button", name="送信").click()

    expect(phone.locator(".by-person").get_by_role("link", name="申請書.pdf")).to_be_visible()
    contents = list(line.world.contents.values())
    assert [content.body for content in contents] == [b"%PDF-1.7 paper"]


def test_a_tab_of_the_menu_changes_the_menu(line: Running, bot: Bot, page: Page) -> None:
    tab = {"type": "richmenuswitch", "richMenuAliasId": "more", "data": "tab", "label": "つぎへ"}
    first = make_menu(bot, "first", tab)
    make_menu(bot, "more", {"type": "message", "text": "ごみの日", "label": "ごみ"})
    phone = befriend(page, line)
    with bot.speaking() as api:
        hanako = phone.get_attribute("data-phone")
        api.post(f"/v2/bot/user/{hanako}/richmenu/{first}").raise_for_status()

    phone.get_by_role("button", name="つぎへ").click()
    phone.get_by_role("button", name="ごみ").click()

    expect(phone.get_by_text("ごみの日、わかりました。")).to_be_visible()
    expect(phone.get_by_text('"status": "SUCCESS"')).to_be_visible()
    phone.get_by_role("button", name="more").click()
    expect(phone.get_by_role("button", name="ごみ")).to_be_hidden()
    phone.get_by_role("button", name="文字を入力する").click()
    expect(phone.get_by_role("textbox", name="メッセージを入力")).to_be_focused()


def test_a_message_taken_back_is_no_longer_shown(line: Running, page: Page) -> None:
    phone = befriend(page, line)
    write(phone, "まちがえました")
    said = phone.locator(".by-person")
    expect(phone.get_by_text("まちがえました、わかりました。")).to_be_visible()

    said.hover()
    said.get_by_role("button", name="このメッセージの送信を取り消す").click()

    expect(said).to_contain_text("メッセージの送信を取り消しました")
    expect(phone.get_by_text("まちがえました", exact=True)).to_have_count(0)


def test_two_residents_are_served_side_by_side(line: Running, page: Page) -> None:
    hanako = befriend(page, line)

    page.get_by_role("button", name="2台ならべる").click()
    taro = page.get_by_role("region", name=f"{TARO}さんのスマートフォン")
    taro.get_by_role("button", name="友だちに追加する").click()
    expect(taro.get_by_text("ようこそ、かみいち町へ。")).to_be_visible()
    write(taro, "太郎です")

    expect(taro.get_by_text("太郎です、わかりました。")).to_be_visible()
    expect(hanako).to_be_visible()
    expect(hanako.get_by_text("太郎です")).to_have_count(0)
    page.reload()
    expect(hanako).to_be_visible()
    expect(taro).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".phone")).to_have_count(1)


def test_who_blocks_can_come_back(line: Running, page: Page) -> None:
    phone = befriend(page, line)

    phone.get_by_role("button", name="トークの設定").click()
    phone.get_by_role("button", name="ブロックする").click()
    expect(phone.get_by_role("textbox", name="メッセージを入力")).to_be_hidden()
    phone.get_by_role("button", name="ブロックを解除する").click()

    expect(phone.get_by_role("textbox", name="メッセージを入力")).to_be_visible()
    expect(phone.locator(".by-account .bubble")).to_have_count(2)


def test_the_clock_is_turned_and_shown_as_japan_writes_it(line: Running, page: Page) -> None:
    befriend(page, line)

    page.locator(".clock-summary").click()
    page.get_by_label("日時を指定する（日本時間）").fill("2027-03-31T18:00")
    page.get_by_role("button", name="この日時にする").click()

    expect(page.locator(".clock-face")).to_have_text("令和9年3月31日（水）18:00")
    assert f"{line.world.clock.now():%Y-%m-%d}" == "2027-03-31"


def test_enter_that_ends_a_conversion_sends_nothing(line: Running, page: Page) -> None:
    phone = befriend(page, line)
    field = phone.get_by_role("textbox", name="メッセージを入力")

    field.fill("かみいち")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})

    expect(field).to_have_value("かみいち")
    expect(phone.locator(".by-person")).to_have_count(0)


def test_a_narrow_window_shows_one_thing_at_a_time(line: Running, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})

    phone = befriend(page, line)

    people = page.get_by_role("navigation", name="住民")
    expect(people).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    phone.get_by_role("button", name="一覧にもどる").click()
    expect(people.get_by_role("button", name=HANAKO)).to_be_focused()
