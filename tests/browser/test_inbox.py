"""The clerk's day: from the list to the answer by keyboard, with axe at a desk, on a phone and enlarged."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.submissions.models import Submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK, PHONE, ENLARGED = (1366, 768), (375, 667), (683, 384)
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def came_in() -> list[Submission]:
    """Three reports of damage; the first was corrected once and has a photo and a place."""
    from tests.cast import make_department, make_resident, make_town
    from tests.submissions.making import (
        HANAKO,
        finish,
        hand_in,
        make_procedure,
        make_question,
        make_questions,
    )
    from yakuba.files import operations as files
    from yakuba.portal.models import Upload
    from yakuba.procedures import operations as procedures
    from yakuba.submissions import queries

    make_town()
    procedure = make_procedure(
        *make_questions(
            make_question("photo", "photo", label={"ja": "写真"}, required=False),
            make_question("spot", "location", label={"ja": "場所"}, required=False),
        ),
        department=make_department("建設課"),
        title="道路・公園の通報",
    )
    hanako = make_resident()
    content = BytesIO()
    Image.new("RGB", (800, 600), "#7a8a72").save(content, "JPEG")
    photo = files.keep(content=content.getvalue(), name="hole.jpg")
    Upload.objects.create(resident=hanako, file=photo, waits_until="2027-01-01")
    place = {
        "what": "hole", "free": "法音寺の橋のたもとに、直径30センチほどの穴があります。",
        "photo": [str(photo.pk)], "spot:latitude": "36.6985", "spot:longitude": "137.3622",
        "spot:words": "上市町役場の前",
    }  # fmt: skip
    first = hand_in(procedure, hanako, place=place, contact={**HANAKO, "phone": "076-472-5555"})
    turn = procedures.begin_correction(
        procedure=procedure, resident=hanako, earlier=queries.as_earlier(first)
    )
    finish(turn, place=place | {"what": "tree"})
    bare = {"what": "snow", "free": "道が凍っています。", "photo": "", "spot": ""}
    others = [hand_in(procedure, place=bare, contact=HANAKO) for _number in range(2)]
    return [first, *others]


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


def picture(desk: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/inbox-{name}.png", full_page=True)


@pytest.mark.parametrize("size", [DESK, PHONE, ENLARGED])
def test_axe_finds_nothing_and_nobody_scrolls_sideways(
    desk: Page,
    live_server: LiveServer,
    axe: AxeFindings,
    came_in: list[Submission],
    size: tuple[int, int],
) -> None:
    width, height = size
    desk.set_viewport_size({"width": width, "height": height})
    one = f"/console/submissions/{came_in[0].pk}/"

    found = {}
    for name, path in {
        "list": "/console/submissions/",
        "names": "/console/submissions/?cols=name&cols=status&sort=name",
        "none": "/console/submissions/?status=withdrawn",
        "detail": one,
        "print": f"{one}print/",
        "export": "/console/submissions/export/",
        "today": "/console/",
    }.items():
        desk.goto(live_server.url + path)
        picture(desk, f"{name}-{width}")
        found[name] = axe(desk)
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, name

    assert found == {name: [] for name in found}


def test_a_clerk_works_from_the_list_to_the_answer_with_the_keyboard_alone(
    desk: Page, live_server: LiveServer, came_in: list[Submission], axe: AxeFindings
) -> None:
    from yakuba.audit.models import Entry
    from yakuba.line.models import Outgoing

    desk.goto(f"{live_server.url}/console/submissions/")
    desk.keyboard.press("/")
    desk.keyboard.type("山田花子")
    with desk.expect_response(lambda answer: "q=" in answer.url):  # all three are there before, too
        desk.keyboard.press("Enter")
    desk.wait_for_load_state("networkidle")
    expect(desk.get_by_text("3件", exact=True).first).to_be_visible()
    desk.keyboard.press("Escape")
    for _row in range(3):
        desk.keyboard.press("j")
    desk.keyboard.press("Enter")

    # The oldest is the last of the list. What is personal is masked until it is asked for.
    expect(desk.get_by_text(came_in[0].receipt_no).first).to_be_visible()
    expect(desk.get_by_text("山田 花子")).to_have_count(0)
    desk.get_by_role("button", name=re.compile("表示.*お名前")).press("Enter")
    expect(desk.get_by_text("山田 花子（ヤマダ ハナコ）")).to_be_visible()
    expect(desk.get_by_text("076-472-5555")).to_have_count(0)
    expect(desk.get_by_text("「whatは？」を「hole」から「tree」に変えました。")).to_be_visible()
    picture(desk, "revealed")
    assert axe(desk) == []

    desk.get_by_role("button", name="自分の担当にする").press("Enter")
    expect(desk.get_by_text("立山 一郎を担当にしました。").first).to_be_visible()
    desk.get_by_role("button", name="対応中にする").press("Enter")
    expect(desk.get_by_text("「対応中」にしました。").first).to_be_visible()
    desk.get_by_label("確認しました").press("Space")
    desk.get_by_label("つけ加える文").fill("来週直します。")
    desk.get_by_role("button", name="LINEで送る").press("Enter")
    expect(desk.get_by_text("本人のトークに送ります。")).to_be_visible()
    picture(desk, "answered")

    assert "来週直します。" in str(Outgoing.objects.order_by("-pk")[0].messages)
    assert Entry.objects.filter(action="revealed", sentence__contains="お名前").count() == 1


def test_many_are_finished_at_once_by_keyboard_and_taken_back(
    desk: Page, live_server: LiveServer, came_in: list[Submission]
) -> None:
    desk.goto(f"{live_server.url}/console/submissions/")
    for key in ("j", "x", "j", "x"):
        desk.keyboard.press(key)
    expect(desk.get_by_text("2件を選択中")).to_be_visible()

    desk.get_by_role("button", name="完了にする").press("Enter")
    picture(desk, "confirm")
    desk.get_by_role("button", name="2件を完了にする").press("Enter")
    expect(desk.get_by_text("2件を「完了」にしました。")).to_be_visible()
    picture(desk, "done")
    desk.get_by_role("button", name="元に戻す").press("Enter")

    expect(desk.get_by_text("2件を元に戻しました。")).to_be_visible()


def test_an_export_shows_how_far_it_is_and_then_the_file(
    desk: Page, live_server: LiveServer, came_in: list[Submission]
) -> None:
    from yakuba.submissions import operations
    from yakuba.submissions.models import Export

    desk.goto(f"{live_server.url}/console/submissions/")
    desk.get_by_role("link", name="書き出す").press("Enter")
    desk.get_by_label("手続").select_option(label="道路・公園の通報")
    desk.get_by_label("個人情報も入れる").press("Space")
    desk.get_by_role("button", name="回答を書き出す").press("Enter")
    expect(desk.get_by_text("道路・公園の通報の書き出し")).to_be_visible()
    picture(desk, "exporting")

    operations.make_export(export_id=str(Export.objects.get().pk))
    desk.get_by_role("link", name="結果を見る").click()
    picture(desk, "exported")
    with desk.expect_download() as coming:
        desk.get_by_role("link", name="ファイルを受け取る").click()

    assert coming.value.suggested_filename.endswith(".xlsx")


def test_residents_see_their_own_on_a_phone(
    page: Page, live_server: LiveServer, came_in: list[Submission], axe: AxeFindings
) -> None:
    from tests.portal.signing import signed_in
    from yakuba.portal.queries import COOKIE

    resident = came_in[0].resident
    assert resident is not None
    session = signed_in(resident).cookies[COOKIE].value
    page.context.add_cookies([{"name": COOKIE, "value": session, "url": f"{live_server.url}/p/"}])
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})

    page.goto(f"{live_server.url}/p/submission/{came_in[0].pk}/")
    picture(page, "portal")
    assert axe(page) == []
    page.get_by_role("link", name="取り下げる").click()
    picture(page, "portal-withdraw")
    assert axe(page) == []
    page.get_by_role("button", name="取り下げる").click()

    expect(page.get_by_text("取り下げました。")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
