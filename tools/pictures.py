"""`make pictures`: look at a running demonstration, and keep what was seen in screens/.

    python -m tools.pictures --url http://localhost:8000

Every staff page that links lead to, the doors, the phone in a talk, and pages inside LINE, as they are at
a desk, in a hand and on paper. Two of them, small enough to be committed, go to docs/pictures/ for the READMEs.
The run talks with the town as a resident does, so the demonstration remembers it.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    PdfMargins,
    sync_playwright,
)

from simulators.line.driver import Phone
from tests.browser.conftest import ARGUMENTS, DESK, PLACES

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "screens"
SMALL = ROOT / "docs" / "pictures"
LARGEST = 150_000  # bytes of a committed picture
HAND = (390, 844)
PAPER = (703, 1032)  # A4 within its margins
EDGE = PdfMargins(top="12mm", right="12mm", bottom="12mm", left="12mm")
WHO = "山田 花子"
REPORTS = {
    "佐藤 太郎": ("道路の穴・ひび", "はい", "上市駅前"),
    "中川 さくら": ("消えた街灯", "いいえ", "北アルプス文化センター"),
    "石黒 健一": ("倒れた木", "いいえ", "丸山総合公園"),
    "広田 由紀": ("公園の遊具", "はい", "弓庄公民館"),
}
MOST_PAGES = 80
NO_PAGE = re.compile(r"sign-|account/|export|download|print|undo|\.(csv|xlsx|pdf)")
# What is committed for the READMEs and guides, and where it was seen.
COMMITTED = {"console": "console-kensetsu-submissions-one", "inbox": "console-kensetsu-submissions"}


def main() -> int:
    options = argparse.ArgumentParser(description="make pictures of a running demonstration")
    options.add_argument("--url", default="http://localhost:8000")
    options.add_argument(
        "--only", choices=("doors", "phone", "portal", "neighbours", "groups", "console", "prints")
    )
    chosen = options.parse_args()
    SCREENS.mkdir(exist_ok=True)
    SMALL.mkdir(parents=True, exist_ok=True)
    rounds: dict[str, Callable[[Browser, str], None]] = {
        "doors": doors,
        "phone": phone,
        "portal": portal,
        "neighbours": neighbours,
        "groups": groups,
        "console": console,
        "prints": prints,
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        for name, look in rounds.items():
            if chosen.only in (None, name):
                look(browser, chosen.url.rstrip("/"))
        browser.close()
    return 0


def doors(browser: Browser, url: str) -> None:
    """The page on which the demonstration begins."""
    for name, size in (("desk", DESK), ("hand", HAND)):
        page = _window(browser, size).new_page()
        page.goto(f"{url}/")
        keep(page, f"doors-{name}")
        page.context.close()


def phone(browser: Browser, url: str) -> None:
    """A resident adds the town, registers, and is asked something."""
    page = _window(browser, DESK).new_page()
    page.goto(_phone_url(browser, url))
    hand = page.get_by_role("region", name=f"{WHO}さんのスマートフォン")
    befriend = hand.get_by_role("button", name="友だちに追加する")
    hand.get_by_role("textbox", name="メッセージを入力").or_(befriend).first.wait_for()
    if befriend.count():
        befriend.click()
        hand.locator(".quick-choice").first.wait_for()
        keep(page, "phone-1-joined")
        for answer in (
            "70代",
            "女性",
            "音杉",
            "除雪・道路",
            "これで決定",
            "とばす",
            "この内容で送る",
        ):
            _press(hand, answer)
        keep(page, "phone-2-registered")
    _write(hand, "アンケート")
    _press(hand, "新しく始める", "はじめから")  # when an earlier run of this script is still open
    keep(page, "phone-3-asked")
    for choice in ("毎月読む", "特集", "健康・子育て"):
        _press(hand, choice)
    keep(page, "phone-4-answering")
    small(hand.screenshot(), "phone")
    page.get_by_role("button", name="通信を見る").click()
    keep(page, "phone-5-wire")
    page.context.close()


def portal(browser: Browser, url: str) -> None:
    """Pages inside LINE, as they open over the talk."""
    simulator = _phone_url(browser, url).removesuffix("/phone/")
    resident = Phone(simulator).person(WHO)
    page = _window(browser, HAND).new_page()
    page.goto(f"{simulator}/phone/")
    for name, path in (("mine", ""), ("report", "x/tsuho/"), ("registration", "x/toroku/")):
        page.goto(str(resident.liff(_liff(simulator, path))["src"]))
        page.wait_for_timeout(1500)  # the session, and what it brings
        keep(page, f"portal-{name}", whole=True)
    page.context.close()


def neighbours(browser: Browser, url: str) -> None:
    """Other residents report damage, so that the clerks have something on their desks."""
    phones = Phone(_phone_url(browser, url).removesuffix("/phone/"))
    for name, (what, danger, place) in REPORTS.items():
        resident = phones.person(name)
        if resident.heard():
            continue  # in an earlier run
        resident.follow().hears("年代")
        resident.says("通報")
        for asked, answer in (("何がありましたか", what), ("危険がありますか", danger)):
            resident.hears(asked)
            resident.taps(answer)
        resident.hears("写真を送ってください")
        resident.taps("答えずに進む")
        resident.hears("場所を送ってください")
        resident.shares_location(36.6985, 137.3622, title=place)
        resident.hears("お電話をしてもよいですか")
        resident.taps("いいえ")
        resident.hears("入力した内容")
        resident.taps("この内容で送る")
        resident.hears("受付番号")


def groups(browser: Browser, url: str) -> None:
    """A clerk says in two sentences which of the `neighbours` are meant; nothing is saved."""
    page = _window(browser, DESK).new_page()
    _sign_in(page, url, "admin")
    page.goto(f"{url}/console/segments/new/")
    page.get_by_label("グループの名前").fill("道路の穴か、倒れた木を知らせてくれた人")
    for typed, ticked in (("通報 状態", "提出ずみ"), ("通報 見つけたもの", "道路の穴・ひび")):
        page.get_by_role("button", name="条件を加える").click()
        page.get_by_role("group", name="アンケート・申請の回答").wait_for()  # the rest has come
        page.get_by_label("項目", exact=True).last.fill(typed)
        page.get_by_label("項目", exact=True).last.press("Enter")
        page.get_by_role("checkbox", name=ticked).check()
    page.get_by_role("checkbox", name="倒れた木").check()
    page.get_by_text("ここまでで").wait_for()
    page.get_by_role("heading", name="条件").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('condition-title').scrollIntoView()")
    keep(page, "groups-built")
    small(page.screenshot(), "groups")
    page.get_by_role("button", name="条件を加える").click()
    keep(page, "groups-facts", whole=True)
    page.context.close()


def console(browser: Browser, url: str) -> None:
    """Every staff page that links lead to, as the administrator and as a clerk."""
    for old in SCREENS.glob("console-*.png"):
        old.unlink()
    for who in ("admin", "kensetsu"):
        window = _window(browser, DESK)
        page = window.new_page()
        _sign_in(page, url, who)
        for path in _walk(page, url):
            keep(page, f"console-{who}-{_name(path)}", whole=True)
        window.close()
    for name, seen in COMMITTED.items():
        small((SCREENS / f"{seen}.png").read_bytes(), name)


def prints(browser: Browser, url: str) -> None:
    """What comes out of the printer: the list, one thing that came in, a delivery's results, a receipt.

    The things are those of `neighbours`; results are there when a delivery has been sent.
    """
    page = _window(browser, DESK).new_page()
    _sign_in(page, url, "kensetsu")
    page.goto(f"{url}/console/submissions/")
    on_paper(page, "print-inbox")
    page.locator("table").get_by_role("link", name=re.compile(r"^\d\d-")).first.click()
    on_paper(page, "print-submission-screen")
    page.get_by_role("link", name="印刷する").click()
    on_paper(page, "print-submission")
    page.context.close()

    page = _window(browser, DESK).new_page()
    _sign_in(page, url, "admin")
    page.goto(f"{url}/console/deliveries/")
    sent = page.locator("tr", has_text="送信済み").get_by_role("link")
    if sent.count():
        sent.first.click()
        page.get_by_role("link", name="結果を見る").click()
        on_paper(page, "print-results")
    page.context.close()

    simulator = _phone_url(browser, url).removesuffix("/phone/")
    page = _window(browser, HAND).new_page()
    page.goto(str(Phone(simulator).person(next(iter(REPORTS))).liff(_liff(simulator, ""))["src"]))
    page.get_by_role("link", name="見る").first.click()
    on_paper(page, "print-receipt")
    page.context.close()


def on_paper(page: Page, name: str) -> None:
    """Write the page as its sheets of A4 (PDF), and as one picture as wide as such a sheet."""
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    page.pdf(path=SCREENS / f"{name}.pdf", format="A4", margin=EDGE)
    keep(page, name, whole=True)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Write what is on the screen to screens/<name>.png."""
    page.wait_for_load_state("load")
    page.screenshot(path=SCREENS / f"{name}.png", full_page=whole)
    print(f"  · {name}", flush=True)


def small(picture: bytes, name: str) -> None:
    """Write a picture of at most LARGEST bytes to docs/pictures/<name>.png."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, 820)))
    for colours in (128, 64, 32):
        target = SMALL / f"{name}.png"
        image.quantize(colours).save(target, optimize=True)
        if target.stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{target} is larger than {LARGEST} bytes")


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next((at for at in PLACES if Path(at).exists()), None)


def _window(browser: Browser, size: tuple[int, int]) -> BrowserContext:
    width, height = size
    window = browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    window.set_default_timeout(10_000)
    return window


def _phone_url(browser: Browser, url: str) -> str:
    page = browser.new_page()
    page.goto(f"{url}/")
    href = page.get_by_role("link", name="電話をひらく").get_attribute("href")
    page.close()
    if not href:
        raise SystemExit(f"{url} is not a demonstration: its first page has no phone")
    return href


def _liff(simulator: str, path: str) -> str:
    state = Phone(simulator).http.get("/sim/state").json()
    return f"{state['liffBase']}/{state['liffId']}/{path}"


def _write(hand: Locator, text: str) -> None:
    field = hand.get_by_role("textbox", name="メッセージを入力")
    field.fill(text)
    field.press("Enter")
    hand.page.wait_for_timeout(2500)


def _press(hand: Locator, *labels: str) -> bool:
    """Press the first of the buttons that there is, and wait for what it brings."""
    for label in labels:
        button = hand.get_by_role("button", name=label, exact=True).last
        if button.count():
            button.click()
            hand.page.wait_for_timeout(2500)
            return True
    return False


def _sign_in(page: Page, url: str, who: str) -> None:
    page.goto(f"{url}/console/sign-in/")
    page.get_by_label("メールアドレス").fill(f"{who}@kamiichi.example")
    page.locator("input[type=password]").fill(_shown(page, url, "合言葉"))
    page.get_by_role("button", name="つぎへ").click()
    page.get_by_label("確認コード").fill(_shown(page, url, "確認コード"))
    page.get_by_role("button", name="サインイン").click()
    page.wait_for_url(f"{url}/console/")


def _shown(page: Page, url: str, label: str) -> str:
    """Read a value from the demonstration's first page."""
    other = page.context.new_page()
    other.goto(f"{url}/")
    value = other.locator("dt", has_text=label).locator("xpath=following-sibling::dd[1]//code")
    words = value.inner_text()
    other.close()
    return words


def _walk(page: Page, url: str) -> Iterator[str]:
    """Open the pages that links lead to, from Today on, and say where we are while each is on the screen."""
    waiting, seen = ["/console/"], {"/console/"}
    while waiting:
        path = waiting.pop(0)
        try:
            answer = page.goto(url + path)
        except Error as no:  # an address that brings a file is no page
            print(f"  · {path} was not looked at: {no.message.splitlines()[0]}", flush=True)
            continue
        if answer is None or answer.status != 200:
            print(f"  · {path} answered {answer.status if answer else 'nothing'}", flush=True)
            continue
        yield path
        hrefs: list[str] = page.locator("a[href]").evaluate_all("links => links.map(a => a.href)")
        for href in hrefs:
            found = urlsplit(href).path
            if found.startswith("/console/") and not NO_PAGE.search(found) and found not in seen:
                # One of a kind is enough of pages that differ by a number only.
                if len(seen) < MOST_PAGES and not _has_twin(found, seen):
                    waiting.append(found)
                seen.add(found)


def _has_twin(path: str, seen: set[str]) -> bool:
    kind = _kind(path)
    return kind != path and any(_kind(one) == kind for one in seen)


def _kind(path: str) -> str:
    """Return the path with every number and id in it replaced."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", "one", path)


def _name(path: str) -> str:
    plain = _kind(path).removeprefix("/console/").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "today"


if __name__ == "__main__":
    sys.exit(main())
