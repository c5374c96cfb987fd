"""A phone in somebody's hand, with a page inside LINE on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, Route
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone
from simulators.line.server import Running, running
from simulators.line.settings import Settings

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

SIZE = (390, 844)
HANAKO, TARO = "山田 花子", "佐藤 太郎"
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
TILES = "https://cyberjapandata.gsi.go.jp/**"
STATION = (36.6987, 137.3627)


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


@contextmanager
def line_for(settings: DjangoSettings, live_server: LiveServer) -> Iterator[Running]:
    """Run LINE, whose LIFF app is the town that `live_server` serves."""
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


@contextmanager
def phone_of(browser: Browser, line: Running) -> Iterator[Hand]:
    """Hand out a telephone; an error of a script, or against the page's policy, fails the test."""
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
