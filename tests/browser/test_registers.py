"""A clerk makes a register, brings a messy file in and takes it back, without touching the mouse; then the letters."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.keyboard import wrong_without_a_mouse

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
AxeFindings = Callable[[Page], list[str]]
FOCUSED = """() => {
  const at = document.activeElement;
  const words = [at.getAttribute("aria-label"), at.labels?.[0]?.textContent, at.textContent];
  return (words.find(Boolean) ?? "").trim();
}"""
MOST_TABS = 150

TITLES = [["令和8年度　敬老祝い金　対象者名簿"], [], ["宛名番号", "お名前（漢字）", "生年月日", "住所", "備考"]]  # fmt: skip
HANAKO = ["123", "上市　花子", "S16.5.3", "上市町法音寺１", ""]
TARO = ["124", "剱　太郎", "昭和12年1月9日", "〃", "施設入所"]
BROKEN = ["125", "阿部　次郎", "昭和65年13月1日", "上市町森尻3", ""]
MENDED = ["125", "阿部　次郎", "昭和5年12月31日", "上市町森尻3", ""]


@pytest.fixture
def clerk() -> StaffMember:
    from tests import cast
    from yakuba.townhall.models import Membership

    cast.make_town()
    department = cast.make_department("福祉課")
    return cast.make_staff(department=department, role=Membership.Role.MANAGER)


@pytest.fixture
def desk(
    page: Page, live_server: LiveServer, clerk: StaffMember, settings: Any, tmp_path: Path
) -> Page:
    """The browser of the clerk, who has signed in."""
    settings.FILES_URL = str(tmp_path / "files")
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server.url}/console/registers/")
    return page


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/registers-{name}.png", full_page=True)


def to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what begins with `words`."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(words):
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def press(page: Page, words: str, *, then: str) -> None:
    """Go to a button or link, press it, and wait for the page of that heading."""
    to(page, words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(then)


def write(page: Page, label: str, words: str) -> None:
    to(page, label)
    page.keyboard.insert_text(words)


def pick(page: Page, label: str, words: str) -> None:
    """Choose in a list by its first letters, as whoever types does."""
    to(page, label)
    page.locator(":focus").select_option(label=words)


def add_column(page: Page, label: str, kind: str, *ticks: str) -> None:
    write(page, "列の名前", label)
    pick(page, "種類", kind)
    for tick in ticks:
        to(page, tick)
        page.keyboard.press("Space")
    to(page, "追加する")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"列「{label}」を追加しました")


def choose(page: Page, rows: list[list[str]]) -> None:
    from tests.registers.importing import csv_of

    to(page, "ファイル")
    content = csv_of([*TITLES, *rows], "cp932")
    file: FilePayload = {"name": "対象者名簿.csv", "mimeType": "text/csv", "buffer": content}
    page.locator(":focus").set_input_files(file)
    press(page, "読み取る", then="対象者名簿.csv")


def worked(desk: Page) -> None:
    """Do what waits for a worker, then see it on the page that was left open."""
    from yakuba.registers import operations
    from yakuba.registers.models import Import

    run = Import.objects.latest("made_at")
    operations.check_import(import_id=str(run.pk))
    operations.commit_import(import_id=str(run.pk))


def test_a_messy_file_comes_in_is_looked_at_and_taken_back_by_keyboard(
    desk: Page, axe: AxeFindings
) -> None:
    press(desk, "台帳を作る", then="台帳を作る")
    write(desk, "台帳の名前", "敬老祝い金対象者")
    write(desk, "使う目的", "敬老祝い金の支給")
    assert axe(desk) == []
    press(desk, "作って、列を決める", then="列")
    add_column(desk, "宛名番号", "番号・記号", "行を見分ける")
    add_column(desk, "氏名", "氏名", "空欄にできない", "個人情報")
    add_column(desk, "生年月日", "日付", "個人情報")
    add_column(desk, "住所", "住所", "個人情報")
    assert axe(desk) == []
    picture(desk, "1-columns")
    press(desk, "ファイルを取り込む", then="ファイルを取り込む")
    picture(desk, "2-upload")
    choose(desk, [HANAKO, TARO, BROKEN])

    # The heading was found below the title; one column has a name that nobody knows yet.
    expect(desk.get_by_text("3行目")).to_be_visible()
    pick(desk, "お名前（漢字）を入れる台帳の列", "氏名")
    assert axe(desk) == []
    picture(desk, "3-mapping")
    to(desk, "確かめる")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="確かめています")).to_be_visible()
    worked(desk)
    table = desk.get_by_role("region", name="直すところ")
    expect(table).to_contain_text("昭和65年13月1日")
    expect(table.get_by_role("row").nth(1)).to_contain_text("6")
    expect(table.get_by_role("row").nth(1)).to_contain_text("生年月日")
    assert axe(desk) == []
    picture(desk, "4-errors")

    # Mended and chosen again: the mapping is known by now.
    press(desk, "別のファイルを選ぶ", then="ファイルを取り込む")
    choose(desk, [HANAKO, TARO, MENDED])
    to(desk, "確かめる")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="確かめています")).to_be_visible()
    worked(desk)
    expect(desk.get_by_role("heading", name="追加3行、変更0行、削除0行を取り込みますか")).to_be_visible()  # fmt: skip
    assert axe(desk) == []
    picture(desk, "5-difference")
    to(desk, "取り込む")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="取り込んでいます")).to_be_visible()
    worked(desk)
    expect(desk.get_by_text("第1版になりました")).to_be_visible()
    picture(desk, "6-done")
    press(desk, "台帳を開く", then="敬老祝い金対象者")
    expect(desk.get_by_text("3行（五十音順）")).to_be_visible()
    assert axe(desk) == []
    assert wrong_without_a_mouse(desk) == []
    picture(desk, "7-register")

    press(desk, "第1版を取り消す", then="取り消し")
    picture(desk, "8-undo")
    press(desk, "取り消す", then="敬老祝い金対象者")
    expect(desk.get_by_text("行がまだありません")).to_be_visible()
    picture(desk, "9-taken-back")


def test_letters_are_counted_made_and_received_once(
    desk: Page, clerk: StaffMember, live_server: LiveServer, axe: AxeFindings
) -> None:
    from tests.registers.making import HANAKO as LISTED
    from tests.registers.making import make_register
    from yakuba.registers import operations
    from yakuba.registers.models import LetterBatch

    hidden = {**LISTED, "number": "9", "name": "秘密 花子", "hidden": "はい"}
    register = make_register(rows=[LISTED, hidden], staff=clerk)
    desk.goto(f"{live_server.url}/console/registers/{register.public_id}/")
    picture(desk, "10-list")
    press(desk, "確認コードのお手紙", then="確認コードのお手紙")
    picture(desk, "10-letters")
    assert axe(desk) == []
    press(desk, "お手紙を作る", then="お手紙を作る")
    assert axe(desk) == []
    assert wrong_without_a_mouse(desk) == []
    picture(desk, "11-new-letters")
    to(desk, "人数を確かめる")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="1人分のお手紙を作りますか")).to_be_visible()
    expect(desk.get_by_text("支援措置の1人は入れません。")).to_be_visible()
    assert axe(desk) == []
    picture(desk, "12-count")
    to(desk, "作る")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("お手紙を作っています").first).to_be_visible()
    picture(desk, "13-making")
    operations.make_letters(batch_id=str(LetterBatch.objects.get().pk))
    button = desk.get_by_role("button", name="受け取る（1回だけ）")
    expect(button).to_be_visible()
    assert axe(desk) == []
    picture(desk, "14-ready")
    with desk.expect_download() as waiting:
        button.focus()
        desk.keyboard.press("Enter")
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    if PICTURES:
        (Path(PICTURES) / "letter.pdf").write_bytes(content)
    desk.reload()
    expect(desk.get_by_text("受け取りずみ")).to_be_visible()
    picture(desk, "15-taken")
