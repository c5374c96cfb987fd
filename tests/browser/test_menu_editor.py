"""A clerk without a designer builds a menu of nine areas from nothing: with the mouse, and with the keyboard alone."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.procedures.models import Procedure
    from yakuba.richmenus.models import RichMenu
    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look

# Title, icon, what is done, and with what.
NINE = [
    ("お知らせの設定", "お知らせ", "手続を始める", "お知らせの受信設定"),
    ("ごみの日", "ごみ", "ホームページを開く", "https://www.town.example.jp/gomi"),
    ("子育て", "子ども", "トークに文章を出す", "子育ての窓口は1階3番です。"),
    ("施設の予約", "予約", "手続を始める", "お知らせの受信設定"),
    ("申請・手続き", "申請", "町のページを開く", ""),
    ("防災・避難所", "防災", "ホームページを開く", "https://www.town.example.jp/bosai"),
    ("道路の通報", "写真で知らせる", "手続を始める", "お知らせの受信設定"),
    ("日を選ぶ", "カレンダー", "日にちを選んでもらう", ""),
    ("役場に電話", "電話", "電話をかける", "076-472-1111"),
]


@pytest.fixture
def clerk() -> StaffMember:
    from tests import cast

    cast.make_town()
    return cast.make_staff(department=cast.make_department("企画課"))


@pytest.fixture
def registration(clerk: StaffMember) -> Procedure:
    from tests.procedures.at_desk import make_procedure, make_question
    from yakuba.procedures import operations

    made = make_procedure(clerk, make_question(1), title={"ja": "お知らせの受信設定"})
    operations.publish(made, staff=clerk)
    made.refresh_from_db()
    return made


@pytest.fixture
def desk(page: Page, live_server: LiveServer, clerk: StaffMember) -> Iterator[Page]:
    sign_in(page, live_server, clerk)
    refused: list[str] = []
    told_apart = "409 (Conflict)"  # what the browser says of it is no fault
    page.on(
        "console",
        lambda said: (
            refused.append(said.text)
            if said.type == "error" and told_apart not in said.text
            else None
        ),
    )
    yield page
    assert refused == []


def sign_in(page: Page, live_server: LiveServer, clerk: StaffMember) -> None:
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


def look(desk: Page, name: str, *, whole: bool = False) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/menu-{name}.png", full_page=whole)


def is_fine(desk: Page, axe: AxeFindings, name: str) -> None:
    look(desk, name)
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1366


def saved(desk: Page) -> None:
    """Wait until everything is kept, and the phone shows the picture of it."""
    from yakuba.richmenus.models import Draft

    expect(desk.locator(".yk-menu-bar__saved")).to_contain_text("保存しました")
    rev = Draft.objects.get().rev
    desk.wait_for_function(
        """rev => { const one = document.querySelector(".yk-menu-phone__picture");
        return one.src.endsWith(`?rev=${rev}`) && one.complete && one.naturalWidth > 0; }""",
        arg=rev,
    )


def document() -> dict[str, Any]:
    from yakuba.richmenus.models import Draft

    return dict(Draft.objects.get().document)


def cell(desk: Page, number: int) -> Locator:
    return desk.locator(".yk-board__cell").nth(number - 1)


def panel(desk: Page) -> Locator:
    return desk.get_by_role("region", name="選んだ区画")


def begin(desk: Page, live_server: LiveServer, beginning: str = "何もない6区画") -> None:
    desk.goto(f"{live_server.url}/console/menus/new/")
    desk.get_by_label("メニューの名前").fill("町民向け")
    desk.get_by_label(beginning).check()
    look(desk, "0-new")
    desk.get_by_role("button", name="作り始める").click()
    expect(cell(desk, 1)).to_be_visible()
    saved(desk)


def make_menu(clerk: StaffMember, beginning: str = "six") -> RichMenu:
    from tests.cast import make_department
    from yakuba.richmenus import operations, samples
    from yakuba.townhall.models import Department

    department = Department.objects.first() or make_department("企画課")
    document = samples.document_for(beginning, phone="076-472-1111")
    return operations.make(
        department=department, key="menu", name="町民向け", document=document, staff=clerk
    )


def test_a_menu_of_nine_areas_is_built_with_the_mouse(
    desk: Page, live_server: LiveServer, axe: AxeFindings, registration: Procedure
) -> None:
    begin(desk, live_server)
    is_fine(desk, axe, "1-empty")
    desk.get_by_role("button", name="9区画にする").click()
    expect(desk.locator(".yk-board__cell")).to_have_count(9)

    for number, (title, icon, action, content) in enumerate(NINE, 1):
        cell(desk, number).click()
        panel(desk).get_by_label("見出し").fill(title)
        panel(desk).locator("summary").click()
        panel(desk).get_by_role("radio", name=icon, exact=True).check(force=True)
        panel(desk).get_by_label("押したとき").select_option(label=action)
        if action == "手続を始める":
            panel(desk).get_by_label("始める手続").first.fill("受信")
            panel(desk).get_by_role("radio", name=content).check()
        elif content:
            panel(desk).locator(".yk-menu-panel__action").locator("input, textarea").fill(content)
    saved(desk)
    is_fine(desk, axe, "2-nine")

    kept = document()["tabs"][0]
    assert kept["grid"] == [3, 3]
    assert [one["title"] for one in kept["cells"]] == [title for title, *_more in NINE]
    assert [one["label"] for one in kept["cells"]] == [title for title, *_more in NINE]
    assert all(one["icon"] for one in kept["cells"])
    assert kept["cells"][0]["action"] == {"do": "procedure", "slug": registration.slug}
    assert kept["cells"][2]["action"]["text"] == "子育ての窓口は1階3番です。"
    assert kept["cells"][4]["action"] == {"do": "page", "path": ""}
    assert kept["cells"][8]["action"] == {"do": "telephone", "number": "076-472-1111"}
    expect(desk.get_by_text("直すところはありません")).to_be_visible()

    # What the telephone shows is the picture itself, and a press says what happens.
    desk.get_by_role("button", name="役場に電話", exact=True).click()
    expect(desk.locator(".yk-menu-phone__talk")).to_contain_text("076-472-1111 に電話をかけます")
    desk.get_by_role("button", name="メニュー ▾").click()
    expect(desk.locator(".yk-menu-phone__picture")).to_be_hidden()


def tab_to(desk: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Go on with the Tab key alone until `wanted` has the keyboard."""
    for _press in range(70):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        desk.keyboard.press(key)
    raise AssertionError(f"the keyboard does not come to {wanted}")


def test_the_same_menu_is_built_with_the_keyboard_alone(
    desk: Page, live_server: LiveServer, axe: AxeFindings, registration: Procedure
) -> None:
    actions = [
        "",
        "手続を始める",
        "町のページを開く",
        "ホームページを開く",
        "電話をかける",
        "トークに文章を出す",
    ]
    actions += ["ほかのタブへ移る", "日にちを選んでもらう"]
    keys = desk.keyboard
    desk.goto(f"{live_server.url}/console/menus/new/")
    tab_to(desk, desk.get_by_label("メニューの名前"))
    keys.type("町民向け")
    tab_to(desk, desk.get_by_label("標準6区画"))
    for _other in range(5):
        keys.press("ArrowDown")
    expect(desk.get_by_label("何もない6区画")).to_be_checked()
    tab_to(desk, desk.get_by_role("button", name="作り始める"))
    keys.press("Enter")
    expect(cell(desk, 1)).to_be_visible()

    tab_to(desk, desk.get_by_role("button", name="9区画にする"))
    keys.press("Enter")
    expect(desk.locator(".yk-board__cell")).to_have_count(9)
    tab_to(desk, cell(desk, 1), key="Shift+Tab")
    for number, (title, icon, action, content) in enumerate(NINE, 1):
        expect(cell(desk, number)).to_be_focused()
        keys.press("Enter")
        expect(panel(desk).get_by_label("見出し")).to_be_focused()
        keys.type(title)
        tab_to(desk, panel(desk).locator("summary"))
        keys.press("Enter")
        keys.press("Tab")
        keys.press("ArrowDown")
        while panel(desk).get_by_role("radio", name=icon, exact=True).is_checked() is False:
            keys.press("ArrowDown")
        tab_to(desk, panel(desk).get_by_label("押したとき"))
        for _choice in range(actions.index(action)):
            keys.press("ArrowDown")
        expect(panel(desk).get_by_label("押したとき")).to_have_value(_key(action))
        keys.press("Tab")
        if action == "手続を始める":
            keys.type("受信")
            keys.press("Tab")
            keys.press("Space")
        elif content:
            keys.type(content)
        keys.press("Escape")
        for key in ["ArrowRight"] if number % 3 else ["ArrowDown", "ArrowLeft", "ArrowLeft"]:
            keys.press(key)
    saved(desk)
    is_fine(desk, axe, "3-keyboard")

    kept = document()["tabs"][0]["cells"]
    assert [one["title"] for one in kept] == [title for title, *_more in NINE]
    assert [one["action"]["do"] for one in kept] == [_key(action) for _t, _i, action, _c in NINE]
    assert kept[0]["action"]["slug"] == registration.slug
    assert kept[8]["action"]["number"] == "076-472-1111"
    expect(desk.get_by_text("直すところはありません")).to_be_visible()


def _key(action: str) -> str:
    from yakuba.richmenus.console.vocabulary import ACTIONS

    return next(key for key, label in ACTIONS.items() if str(label) == action)


def test_areas_are_joined_split_and_taken_back(
    desk: Page, live_server: LiveServer, axe: AxeFindings, clerk: StaffMember
) -> None:
    menu = make_menu(clerk, "nine")
    desk.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/")

    # With the mouse: drag from the first to the fifth.
    start, end = cell(desk, 1).bounding_box(), cell(desk, 5).bounding_box()
    assert start
    assert end
    desk.mouse.move(start["x"] + 40, start["y"] + 40)
    desk.mouse.down()
    desk.mouse.move(end["x"] + 40, end["y"] + 40, steps=5)
    desk.mouse.up()
    expect(desk.locator(".yk-board__cell[aria-pressed=true]")).to_have_count(4)
    look(desk, "4-chosen")
    desk.get_by_role("button", name="まとめる").click()
    expect(desk.locator(".yk-board__cell")).to_have_count(6)
    saved(desk)
    assert document()["tabs"][0]["cells"][0] | {"action": None} == {
        "at": [0, 0, 2, 2],
        "title": "お知らせの設定",
        "note": "",
        "icon": "news",
        "label": "お知らせの設定",
        "action": None,
    }
    is_fine(desk, axe, "5-joined")

    # With keys: two in the last row become one, which is then cut into an upper and a lower half.
    cell(desk, 4).focus()
    desk.keyboard.press("Shift+ArrowRight")
    desk.keyboard.press("j")
    expect(desk.locator(".yk-board__cell")).to_have_count(5)
    expect(cell(desk, 4)).to_be_focused()
    desk.keyboard.press("t")
    expect(desk.locator(".yk-board__cell")).to_have_count(6)
    saved(desk)
    assert document()["tabs"][0]["grid"] == [3, 6]

    # All the way back, and forth again.
    for _step in range(3):
        desk.keyboard.press("Control+z")
    expect(desk.locator(".yk-board__cell")).to_have_count(9)
    expect(desk.get_by_role("button", name="もどす")).to_be_disabled()
    desk.keyboard.press("Control+y")
    expect(desk.locator(".yk-board__cell")).to_have_count(6)
    desk.get_by_role("button", name="もどす").click()
    saved(desk)
    assert document()["tabs"][0]["grid"] == [3, 3]
    assert len(document()["tabs"][0]["cells"]) == 9


def test_tabs_are_added_named_moved_and_removed(
    desk: Page, live_server: LiveServer, axe: AxeFindings, clerk: StaffMember
) -> None:
    menu = make_menu(clerk, "six")
    desk.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/")

    desk.get_by_role("button", name="＋ タブ").click()
    name = desk.get_by_role("group", name="タブ", exact=True).get_by_label("名前")
    name.fill("防災")
    desk.get_by_label("色（町の文字と絵で描く）").select_option(label="赤（緊急のとき）")
    cell(desk, 1).click()
    panel(desk).get_by_label("見出し").fill("避難所")
    saved(desk)
    is_fine(desk, axe, "6-tabs")
    assert [tab["name"] for tab in document()["tabs"]] == ["くらし", "防災"]

    # The phone switches by the strip, without leaving the tab that is edited.
    desk.get_by_role("button", name="タブ「くらし」").click()
    expect(desk.get_by_role("button", name="マイページ", exact=True)).to_be_visible()
    expect(desk.get_by_role("button", name="防災", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )

    desk.get_by_role("button", name="左へ").click()
    saved(desk)
    assert [tab["name"] for tab in document()["tabs"]] == ["防災", "くらし"]
    desk.get_by_role("button", name="このタブを消す").click()
    saved(desk)
    assert [tab["name"] for tab in document()["tabs"]] == ["くらし"]
    desk.get_by_role("button", name="もどす").click()
    saved(desk)
    assert [tab["name"] for tab in document()["tabs"]] == ["防災", "くらし"]


def test_the_word_below_is_counted_as_line_counts_it(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    menu = make_menu(clerk)
    desk.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/")

    word = desk.get_by_label("下の言葉").last
    word.fill("👨‍👩‍👧家族と暮らしのメニューはこちらからどうぞ")

    expect(word).to_have_value("👨‍👩‍👧家族と暮らしのメニューはこ")
    expect(desk.get_by_text("14／14字")).to_be_visible()
    saved(desk)
    assert document()["chat_bar"] == "👨‍👩‍👧家族と暮らしのメニューはこ"


def test_a_problem_is_a_way_to_its_area(
    desk: Page, live_server: LiveServer, axe: AxeFindings, clerk: StaffMember
) -> None:
    menu = make_menu(clerk, "tabs")
    desk.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/")

    desk.locator(".yk-menu-problems summary").click()
    is_fine(desk, axe, "7-problems")
    desk.get_by_role("button", name="いまの警報").filter(has_text="押しても").click()

    expect(panel(desk).get_by_role("heading", name="2番目の区画")).to_be_visible()
    expect(panel(desk).get_by_label("見出し")).to_be_focused()
    expect(panel(desk).get_by_label("見出し")).to_have_value("いまの警報")


def test_an_address_leads_to_an_area(
    desk: Page, live_server: LiveServer, clerk: StaffMember
) -> None:
    menu = make_menu(clerk, "tabs")

    desk.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/#b-2")

    expect(panel(desk).get_by_label("見出し")).to_have_value("川と雨")
    expect(panel(desk).get_by_label("見出し")).to_be_focused()


def test_a_picture_is_brought_and_what_is_cut_off_is_agreed_first(
    desk: Page, live_server: LiveServer, axe: AxeFindings, clerk: StaffMember
) -> None:
    menu = make_menu(clerk)
    desk.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/")
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 1200)).convert("RGB").save(picture, "PNG")

    chooser = desk.get_by_label("自分で作った絵を送る")
    chooser.set_input_files(
        {"name": "絵.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(desk.get_by_text("上下を切り取ります（全体の33%）。")).to_be_visible()
    expect(desk.get_by_text("引きのばすので、少しぼやけます")).to_be_visible()
    is_fine(desk, axe, "8-upload")
    desk.get_by_role("button", name="これでよい").click()
    expect(desk.locator(".yk-board__picture")).to_be_visible()
    saved(desk)
    is_fine(desk, axe, "9-brought")

    from yakuba.files.models import StoredFile

    kept = StoredFile.objects.get()
    assert document()["tabs"][0]["picture"] == {"file": str(kept.pk)}
    assert (kept.width, kept.height) == (2500, 1686)
    assert kept.size <= 1_000_000


def test_two_clerks_at_one_menu_are_told_apart(
    desk: Page, browser: Browser, live_server: LiveServer, axe: AxeFindings, clerk: StaffMember
) -> None:
    from tests import cast
    from yakuba.townhall.models import Department

    menu = make_menu(clerk)
    address = f"{live_server.url}/console/menus/{menu.public_id}/edit/"
    other = cast.make_staff(department=Department.objects.get(), name="山田 太一")
    desk.goto(address)
    beside = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in(beside, live_server, other)
    beside.goto(address)
    panel(beside).get_by_label("見出し").fill("お知らせ")
    saved(beside)
    beside.context.close()

    panel(desk).get_by_label("見出し").fill("役場から")
    notice = desk.get_by_role("alert")
    expect(notice).to_contain_text("山田 太一さんが")
    expect(notice).to_contain_text("まだ保存していません")
    look(desk, "10-two-clerks")
    assert axe(desk) == []
    assert document()["tabs"][0]["cells"][0]["title"] == "お知らせ"
    notice.get_by_role("button", name="その人の内容を見る").click()

    expect(panel(desk).get_by_label("見出し")).to_have_value("お知らせ")
    panel(desk).get_by_label("見出し").fill("お知らせと予定")
    saved(desk)
    assert document()["tabs"][0]["cells"][0]["title"] == "お知らせと予定"


def test_without_script_the_menu_is_a_form(
    browser: Browser, live_server: LiveServer, clerk: StaffMember
) -> None:
    menu = make_menu(clerk)
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, java_script_enabled=False
    )
    plain = context.new_page()
    sign_in(plain, live_server, clerk)
    plain.goto(f"{live_server.url}/console/menus/{menu.public_id}/edit/")
    look(plain, "11-no-script", whole=True)

    plain.locator("[name=t0-c1-title]").fill("ごみカレンダー")
    plain.locator("[name=t0-c1-do]").select_option(label="ホームページを開く")
    plain.locator("[name=t0-c1-content]").fill("https://www.town.example.jp/gomi")
    plain.locator("[name=t0-areas]").select_option("9")
    plain.get_by_role("button", name="保存する").click()
    expect(plain.get_by_text("保存しました。公開するまで、住民には見えません。")).to_be_visible()
    context.close()

    kept = document()["tabs"][0]
    assert kept["cells"][1]["title"] == "ごみカレンダー"
    assert kept["cells"][1]["action"] == {"do": "link", "url": "https://www.town.example.jp/gomi"}
    assert kept["grid"] == [3, 3]
    assert len(kept["cells"]) == 9
