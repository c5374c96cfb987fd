"""The simulated phone, as a resident's fingers meet it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from simulators.line.server import Running, running
from simulators.line.settings import Settings

pytestmark = pytest.mark.browser

CHANNEL = Settings()
HANAKO = "山田 花子"
TARO = "佐藤 太郎"

CARD = {
    "type": "bubble",
    "size": "kilo",
    "body": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {"type": "text", "text": "道路の通報", "weight": "bold", "size": "xl"},
            {
                "type": "box",
                "layout": "baseline",
                "contents": [
                    {"type": "text", "text": "受付番号", "flex": 2},
                    {"type": "text", "text": "A-123", "flex": 5},
                ],
            },
        ],
    },
    "footer": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {
                "type": "button",
                "style": "primary",
                "color": "#00316f",
                "action": {"type": "postback", "label": "内容を見る", "data": "see=1"},
            }
        ],
    },
}
PAGE = """<!doctype html><meta charset="utf-8"><title>申込み</title><h1>申込みのページ</h1>
<script>
  function tell(what) { parent.postMessage(what, "*"); }
</script>
<button onclick="tell({liff: 'send', messages: [{type: 'text', text: '申し込みました'}]})">送る</button>
<button onclick="tell({liff: 'close'})">閉じる</button>"""


def quick(text: str, *actions: dict[str, str]) -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": text, "quickReply": {"items": items}}


def say(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


class Bot:
    """A town that answers a few words; it speaks to LINE as the product does."""

    def __init__(self, base: str) -> None:
        self.base = base  # where its own pages are
        self.line = ""

    def answer(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        if event["type"] == "follow":
            greeting = {"type": "message", "label": "はじめる", "text": "はじめます"}
            return [quick("ようこそ、かみいち町へ。", greeting)]
        if event["type"] == "postback":
            return [say("受け取り " + json.dumps(event["postback"]))]
        if event["type"] != "message":
            return []
        return self.talk(event["message"].get("text", event["message"]["type"]))

    def talk(self, said: str) -> list[dict[str, Any]]:
        if said == "カード":
            return [{"type": "flex", "altText": "受け付けました", "contents": CARD}]
        if said == "日付":
            limits = {"initial": "2026-12-01", "min": "2026-11-24", "max": "2026-12-24"}
            pick = {"type": "datetimepicker", "label": "日をえらぶ", "data": "d=1", "mode": "date"}
            return [quick("いつにしますか？", pick | limits)]
        if said == "ページ":
            url = f"{self.line}/liff/{CHANNEL.liff_id}/form"
            return [quick("こちらです。", {"type": "uri", "label": "ひらく", "uri": url})]
        return [say(f"{said}、わかりました。")]

    def reply(self, event: dict[str, Any]) -> None:
        messages = self.answer(event)
        if not messages:
            return
        channel = {
            "grant_type": "client_credentials",
            "client_id": CHANNEL.channel_id,
            "client_secret": CHANNEL.channel_secret,
        }
        token = httpx.post(f"{self.line}/oauth2/v3/token", data=channel).json()["access_token"]
        httpx.post(
            f"{self.line}/v2/bot/message/reply",
            json={"replyToken": event["replyToken"], "messages": messages},
            headers={"Authorization": f"Bearer {token}"},
        ).raise_for_status()


@contextmanager
def town() -> Iterator[Bot]:
    """A web server with the town's webhook and its one page."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.give(b"{}", "application/json")
            for event in body["events"]:
                bot.reply(event)

        def do_GET(self) -> None:
            self.give(PAGE.encode(), "text/html")

        def give(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    bot = Bot(f"http://127.0.0.1:{web.server_port}")
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        yield bot
    finally:
        web.shutdown()
        web.server_close()


@pytest.fixture
def line() -> Iterator[Running]:
    with town() as bot:
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
    expect(page.locator("#announcer")).to_have_text("かみいち町：ようこそ、かみいち町へ。")


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
    expect(inside.get_by_role("heading", name="申込みのページ")).to_be_visible()
    inside.get_by_role("button", name="送る").click()
    inside.get_by_role("button", name="閉じる").click()

    expect(sheet).to_have_count(0)
    expect(phone.get_by_text("申し込みました、わかりました。")).to_be_visible()


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
