"""One Chromium for all browser tests; without one they are skipped, and say so."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

# For machines without a screen, a sandbox or a way out to the network.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = (1366, 768)
PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA holds JIS X 8341-3:2016 AA; best practices are axe's own advice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _installed() -> str | None:
    """Return the Chromium that the machine brings; None leaves the choice to Playwright."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return wanted
    return next((place for place in PLACES if Path(place).exists()), None)


_LAST_ANSWERS = 0.3  # seconds for what the page asked last, before the tables are emptied under it


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=_installed(), args=ARGUMENTS)
        except Error as missing:
            pytest.skip(f"NO CHROMIUM, the browser tests did not run: {missing.message}")
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A clean window of a clerk's desk. An error in a script of the page fails the test."""
    has_server = "live_server" in request.fixturenames
    if has_server:
        request.getfixturevalue(
            "live_server"
        )  # so that the page closes before the tables are emptied
    width, height = DESK
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    fresh = context.new_page()
    fresh.set_default_timeout(10_000)
    broken: list[str] = []
    fresh.on("pageerror", lambda error: broken.append(str(error)))
    yield fresh
    context.close()
    if has_server:
        time.sleep(_LAST_ANSWERS)
    assert broken == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Ask axe what is wrong with a page: one sentence for each finding, with the element."""
    if not AXE.exists():
        pytest.skip("NO AXE, accessibility was not looked at: run `npm ci` in frontend/")
    source = AXE.read_text()

    def findings(page: Page) -> list[str]:
        # Not a <script>: the page's Content-Security-Policy would rightly refuse it.
        page.evaluate(source)
        found = page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES
        )
        return [
            f"{violation['id']}: {violation['help']}: {node['html']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return findings
