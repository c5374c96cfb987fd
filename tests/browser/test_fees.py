"""A clerk types a fee into the designer, and a resident reads it on the phone before sending."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
AxeFindings = Callable[[Page], list[str]]


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/fees-{name}.png", full_page=True)


def test_a_fee_is_typed_and_read_on_the_phone_before_anything_is_sent(
    page: Page, live_server: LiveServer, axe: AxeFindings
) -> None:
    from tests import cast
    from tests.procedures.at_desk import make_procedure, make_question
    from tests.procedures.test_console_prices import FEE
    from yakuba.procedures.models import Draft

    cast.make_town()
    clerk = cast.make_staff(department=cast.make_department("町民課"))
    procedure = make_procedure(
        clerk,
        make_question(1, "number", label={"ja": "必要な通数"}, options={"least": 1, "most": 10}),
        make_question(2, "yes_no", label={"ja": "郵送で受け取りますか。"}),
    )
    draft = Draft.objects.get(procedure=procedure)
    document = {**draft.document, "kind": "application", "fee": FEE}
    Draft.objects.filter(pk=draft.pk).update(document=document)
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server.url}/console/procedures/{procedure.public_id}/design/?part=whole")

    # A new row: the name alone says nothing is wrong, the amount makes it a line of the fee.
    page.locator("[name='fee.2.label.ja']").fill("速達")
    page.locator("[name='fee.2.amount']").fill("300")
    page.locator("[name='fee.2.amount']").press("Tab")
    expect(page.locator("[name='fee.3.amount']")).to_have_count(1)
    expect(page.locator("[name='fee.2.amount']")).to_have_value("300")
    assert axe(page) == []
    picture(page, "desk")

    # The live phone: its page shows the fee above the button.
    page.get_by_role("button", name="ページ", exact=True).click()
    phone = page.frame_locator("iframe")
    phone.locator("[name='q1']").fill("2")
    phone.locator("[name='q2'][value='yes']").check()
    phone.get_by_role("button", name="つぎへ").last.click()
    expect(phone.locator(".yk-portal-cost__total")).to_have_text(re.compile(r"1,010円"))
    expect(phone.locator(".yk-portal-cost")).to_contain_text("300円 × 2")
    picture(page, "phone")
