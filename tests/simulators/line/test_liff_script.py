"""LIFF's script in a real browser: inside LINE over the talk, and in an outside browser."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running, running
from simulators.line.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

PAGE = """<!doctype html><meta charset="utf-8"><title>waiting</title>
<script src="{sdk}"></script><script>
liff.init({{ liffId: "{liff_id}" }}).then(
  () => {{ document.title = "ready"; }},
  (problem) => {{ document.title = problem.code; }},
);
</script>"""
TALK = """<!doctype html><title>talk</title><iframe></iframe><script>
window.heard = [];
addEventListener("message", (event) => {
  heard.push(event.data);
  if (event.data.liff === "scan") {
    event.source.postMessage({ liff: "scanned", id: event.data.id, value: "kamiichi" }, "*");
  }
});
</script>"""


class Town:
    """A product that has one page, at every address."""

    def __init__(self) -> None:
        self.page = ""
        self.asked: list[str] = []
        town = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                town.asked.append(self.path)
                body = (TALK if self.path == "/talk" else town.page).encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.server.shutdown()
    town.server.server_close()


@pytest.fixture
def sim(town: Town) -> Iterator[Running]:
    settings = Settings(webhook="http://127.0.0.1:9/", liff_endpoint=f"{town.base}/p/")
    with running(settings) as sim:
        town.page = PAGE.format(sdk=f"{sim.base}/liff/sdk.js", liff_id=settings.liff_id)
        yield sim


@pytest.fixture
def hanako(sim: Running) -> Resident:
    return Phone(sim.base).person("花子")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(5000)
    yield page
    page.close()


def link(sim: Running, path: str = "") -> str:
    return f"{sim.base}/liff/{sim.settings.liff_id}{path}"


def open_over_talk(page: Page, town: Town, hanako: Resident, url: str) -> Frame:
    page.goto(f"{town.base}/talk")
    page.evaluate("src => { frames[0].location = src }", hanako.liff(url)["src"])
    page.wait_for_function("frames[0].document.title === 'ready'")
    return page.frames[1]


def test_inside_line_the_page_knows_who_it_is(
    sim: Running, town: Town, page: Page, hanako: Resident
) -> None:
    frame = open_over_talk(page, town, hanako, link(sim))

    claims = jwt.decode(frame.evaluate("liff.getIDToken()"), options={"verify_signature": False})

    assert claims["sub"] == hanako.id
    assert frame.evaluate("liff.isInClient() && liff.isLoggedIn()") is True
    assert frame.evaluate("liff.getDecodedIDToken().sub") == hanako.id
    assert frame.evaluate("liff.getContext().type") == "utou"
    assert frame.evaluate("liff.permission.query('profile')") == {"state": "prompt"}
    assert frame.evaluate("location.hash") == ""


def test_a_deep_link_is_reached_by_the_second_redirect(
    sim: Running, town: Town, page: Page, hanako: Resident
) -> None:
    frame = open_over_talk(page, town, hanako, link(sim, "/apply/12?from=talk#part"))

    assert frame.evaluate("location.pathname + location.search + location.hash") == (
        "/p/apply/12?from=talk#part"
    )
    assert frame.evaluate("liff.getDecodedIDToken().sub") == hanako.id
    pages = [path for path in town.asked if path.startswith("/p/")]
    assert pages == ["/p/?liff.state=%2Fapply%2F12%3Ffrom%3Dtalk%23part", "/p/apply/12?from=talk"]
    assert "access_token" not in "".join(town.asked)


def test_two_residents_side_by_side_stay_themselves(
    sim: Running, town: Town, page: Page, hanako: Resident
) -> None:
    taro = Phone(sim.base).person("太郎")
    open_over_talk(page, town, hanako, link(sim, "/me"))
    page.evaluate("document.body.append(document.createElement('iframe'))")
    page.evaluate("src => { frames[1].location = src }", taro.liff(link(sim, "/me"))["src"])
    page.wait_for_function("frames[1].document.title === 'ready'")

    page.evaluate("frames[0].isOld = true; frames[0].location.reload()")
    page.wait_for_function("!frames[0].isOld && frames[0].document.title === 'ready'")

    assert page.evaluate("frames[0].liff.getDecodedIDToken().sub") == hanako.id
    assert page.evaluate("frames[1].liff.getDecodedIDToken().sub") == taro.id


def test_the_page_speaks_to_the_phone(
    sim: Running, town: Town, page: Page, hanako: Resident
) -> None:
    frame = open_over_talk(page, town, hanako, link(sim))

    scanned = frame.evaluate("liff.scanCodeV2()")
    frame.evaluate("liff.openWindow({ url: 'https://town.example/', external: true })")
    frame.evaluate("liff.closeWindow()")
    page.wait_for_function("heard.length === 3")

    assert scanned == {"value": "kamiichi"}
    assert page.evaluate("heard.slice(1)") == [
        {"liff": "open", "url": "https://town.example/", "external": True},
        {"liff": "close"},
    ]


def test_the_name_is_told_after_the_person_agrees(
    sim: Running, town: Town, page: Page, hanako: Resident
) -> None:
    frame = open_over_talk(page, town, hanako, link(sim))

    frame.evaluate("void liff.getProfile().then((found) => { window.found = found })")
    frame.get_by_text("許可する").last.click()
    frame.wait_for_function("window.found")

    assert frame.evaluate("found.displayName") == "山田 花子"
    assert frame.evaluate("liff.permission.query('profile')") == {"state": "granted"}


def test_an_outside_browser_signs_in_first(sim: Running, page: Page, hanako: Resident) -> None:
    page.goto(link(sim, "/me?tab=2"))
    page.wait_for_function("document.title === 'ready'")
    before = page.evaluate("[liff.isInClient(), liff.isLoggedIn(), liff.getIDToken()]")

    page.evaluate("liff.login()")
    page.get_by_text("山田 花子").click()
    page.wait_for_function("document.title === 'ready'")

    assert before == [False, False, None]
    assert page.evaluate("liff.getDecodedIDToken().sub") == hanako.id
    assert page.evaluate("location.pathname + location.search") == "/p/me?tab=2"
    page.reload()
    page.wait_for_function("document.title === 'ready'")
    assert page.evaluate("liff.isLoggedIn()") is True
    page.evaluate("liff.logout()")
    assert page.evaluate("liff.isLoggedIn()") is False


def test_init_is_refused_outside_the_endpoint(sim: Running, town: Town, page: Page) -> None:
    page.goto(f"{town.base}/elsewhere")
    page.wait_for_function("document.title !== 'waiting'")

    assert page.title() == "INIT_FAILED"
