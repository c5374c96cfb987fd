"""A clerk's day without a mouse: ten applications from the inbox to the issue, and the way back to the resident."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.submissions.models import Submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def came_in() -> list[Submission]:
    """Ten applications of one procedure, the oldest first."""
    from tests.cast import make_department, make_town
    from tests.submissions.making import hand_in, make_application

    make_town()
    procedure = make_application(
        department=make_department("建設課"),
        workflow={
            "checklist": [{"ja": "お名前を確かめた"}],
            "charges": [{"label": {"ja": "図面の写し"}, "amount": 110}],
        },
    )
    return [hand_in(procedure) for _number in range(10)]


@pytest.fixture
def desk(page: Page, live_server: LiveServer, came_in: list[Submission]) -> Page:
    """The browser of a clerk who has signed in."""
    from tests.submissions.making import make_clerk

    clerk = make_clerk(came_in[0].procedure, "立山 一郎")
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


def picture(desk: Page, name: str, *, full: bool = False) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/day-{name}.png", full_page=full)


def said(desk: Page, words: str) -> None:
    expect(desk.get_by_text(words).first).to_be_visible()


def press(desk: Page, key: str) -> None:
    """Press a key of the page, once the page hears it."""
    expect(desk.locator("yk-review-keys:defined")).to_have_count(1)
    desk.keyboard.press(key)


def open_first(desk: Page, live_server: LiveServer) -> None:
    """Open the oldest from the inbox, by keys."""
    desk.goto(f"{live_server.url}/console/submissions/?sort=submitted")
    expect(desk.locator("yk-list:defined")).to_have_count(1)
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url(lambda url: "?" not in url)


def test_ten_applications_go_from_the_inbox_to_the_issue_by_keyboard_alone(
    desk: Page, live_server: LiveServer, came_in: list[Submission], axe: AxeFindings
) -> None:
    from yakuba.submissions.models import OfficialLetter, Submission

    open_first(desk, live_server)
    for number, one in enumerate(came_in):
        expect(desk.locator("a.yk-queue__item[aria-current=page]")).to_contain_text(one.receipt_no)
        if number == 0:
            picture(desk, "1-opened")
            assert axe(desk) == []
        press(desk, "s")
        said(desk, "審査を始めました。")
        press(desk, "c")
        expect(desk.locator(".yk-checks__box[aria-pressed=true]")).to_have_count(1)
        press(desk, "a")
        expect(desk.get_by_role("button", name="この内容で承認する")).to_be_focused()
        if number == 0:
            picture(desk, "2-approving")
        desk.keyboard.press("Enter")
        said(desk, "承認しました。")
        press(desk, "i")
        expect(desk.get_by_role("button", name="この内容で交付する")).to_be_focused()
        desk.keyboard.press("Enter")
        said(desk, "交付しました。")
        if number == 5:
            picture(desk, "3-in-the-middle")
            assert axe(desk) == []
        if one is not came_in[-1]:
            press(desk, "j")

    assert set(Submission.objects.values_list("status", flat=True)) == {"done"}
    assert OfficialLetter.objects.filter(kind="approval").count() == 10


def test_the_list_beside_is_mine_or_my_departments_and_keeps_its_place(
    desk: Page, live_server: LiveServer, came_in: list[Submission]
) -> None:
    open_first(desk, live_server)
    here = desk.locator("a.yk-queue__item[aria-current=page]")
    for number in (1, 2, 3):
        press(desk, "j")
        expect(here).to_contain_text(came_in[number].receipt_no)
    press(desk, "s")
    said(desk, "審査を始めました。")

    press(desk, "l")
    expect(desk.locator("a.yk-queue__item")).to_have_count(1)
    expect(desk.locator(".yk-queue__lists [aria-current]")).to_have_text("自分の担当 1")
    press(desk, "l")
    expect(desk.locator("a.yk-queue__item")).to_have_count(10)
    press(desk, "k")

    expect(here).to_contain_text(came_in[2].receipt_no)


def test_the_keys_are_told_on_demand_and_are_letters_where_somebody_writes(
    desk: Page, live_server: LiveServer, came_in: list[Submission], axe: AxeFindings
) -> None:
    from yakuba.submissions.models import Submission

    open_first(desk, live_server)
    press(desk, "?")
    expect(desk.get_by_role("heading", name="キー操作")).to_be_visible()
    picture(desk, "4-keys")
    assert axe(desk) == []
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("heading", name="キー操作")).to_be_hidden()

    note = desk.get_by_label("新しいメモ")
    note.focus()
    desk.keyboard.type("sjck?")
    expect(note).to_have_value("sjck?")
    desk.keyboard.press("Escape")
    expect(note).not_to_be_focused()

    assert Submission.objects.get(pk=came_in[0].pk).status == "new"


def test_it_is_sent_back_charged_and_rejected_by_keyboard_too(
    desk: Page, live_server: LiveServer, came_in: list[Submission], axe: AxeFindings
) -> None:
    from tests.submissions.making import HANAKO, PLACE, begin_to_correct, finish
    from yakuba.submissions.models import Submission

    first = came_in[0]
    open_first(desk, live_server)
    press(desk, "s")
    said(desk, "審査を始めました。")
    press(desk, "r")
    expect(desk.get_by_role("checkbox", name="whatは？")).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.type("写真と違うようです")
    picture(desk, "5-sending-back")
    assert axe(desk) == []
    desk.keyboard.press("Enter")
    said(desk, "補正をお願いしました。")
    picture(desk, "6-sent-back")

    assert first.resident is not None
    turn = begin_to_correct(Submission.objects.get(pk=first.pk), first.resident)
    finish(turn, place={**PLACE, "what": "tree"}, contact=HANAKO)
    desk.reload()
    said(desk, "「whatは？」を「hole」から「tree」に変えました。")
    picture(desk, "7-resubmitted")
    press(desk, "s")
    said(desk, "審査を始めました。")

    press(desk, "m")
    expect(desk.get_by_role("radio", name="図面の写し")).to_be_focused()
    desk.keyboard.press("Space")
    desk.get_by_label("理由（本人に見えます）").focus()
    desk.keyboard.type("図面の写しの分です。")
    picture(desk, "8-charging", full=True)
    desk.get_by_role("button", name="請求して、本人に送る").press("Enter")
    said(desk, "追加の110円をお願いしました。")
    picture(desk, "9-charged", full=True)
    assert axe(desk) == []
