"""A very small town: a bot that answers a few words, with one page and as many menus as one likes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from simulators.line.settings import Settings

CHANNEL = Settings()

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
<p id="who"></p><button id="send">送る</button><button id="close">閉じる</button>
<script src="{line}/liff/sdk.js"></script>
<script>
  const button = (id) => document.getElementById(id);
  liff.init({{ liffId: "{liff_id}" }}).then(() => {{
    button("send").onclick = () => liff.sendMessages([{{ type: "text", text: "申し込みました" }}]);
    button("close").onclick = () => liff.closeWindow();
    button("who").textContent = `${{liff.getDecodedIDToken().sub}} ${{location.pathname}}`;
  }});
</script>"""


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
        if messages:
            with self.speaking() as api:
                message = {"replyToken": event["replyToken"], "messages": messages}
                api.post("/v2/bot/message/reply", json=message).raise_for_status()

    def speaking(self) -> httpx.Client:
        """Return a client that holds a token of the channel."""
        channel = {
            "grant_type": "client_credentials",
            "client_id": CHANNEL.channel_id,
            "client_secret": CHANNEL.channel_secret,
        }
        token = httpx.post(f"{self.line}/oauth2/v3/token", data=channel).json()["access_token"]
        return httpx.Client(base_url=self.line, headers={"Authorization": f"Bearer {token}"})


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
            self.give(PAGE.format(line=bot.line, liff_id=CHANNEL.liff_id).encode(), "text/html")

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


def make_menu(bot: Bot, name: str, *areas: dict[str, str]) -> str:
    """Make a rich menu with one column for each action, and return its id."""
    width = 800 // len(areas)
    picture = BytesIO()
    Image.new("RGB", (800, 540), "#00316f").save(picture, "PNG")
    menu = {
        "size": {"width": 800, "height": 540},
        "selected": True,
        "name": name,
        "chatBarText": name,
        "areas": [
            {"bounds": {"x": i * width, "y": 0, "width": width, "height": 540}, "action": action}
            for i, action in enumerate(areas)
        ],
    }
    with bot.speaking() as api:
        menu_id = str(api.post("/v2/bot/richmenu", json=menu).json()["richMenuId"])
        api.post(
            f"/v2/bot/richmenu/{menu_id}/content",
            content=picture.getvalue(),
            headers={"Content-Type": "image/png"},
        ).raise_for_status()
        alias = {"richMenuAliasId": name, "richMenuId": menu_id}
        api.post("/v2/bot/richmenu/alias", json=alias).raise_for_status()
    return menu_id
