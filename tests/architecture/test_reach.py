"""Every console address, tried by everybody who might: the answers are those of a written table."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from tests.architecture.test_permissions import staff_addresses
from tests.architecture.whole_town import ROLES, WholeTown, make_whole_town
from yakuba.console import sockets

TABLE = Path(__file__).resolve().parents[2] / "docs" / "running" / "who-reaches-what.ja.md"
SEE, SEND, NOTHING = "見る", "送る", "—"
ELSEWHERE = {"/console/sign-in/": "サインインへ", "/console/sign-in/again/": "本人確認へ"}
# What nobody of the table reaches, and why.
SHUT = {
    "townhall_choose_password": "the link in a letter is needed",
    "mfa_deactivate_totp": "one's own authenticator is needed",
    "mfa_view_recovery_codes": "one's own printed codes are needed",
    "delivery_answer": "a warning has to be open on the draft",
    "procedure_joining": "needs an administrator who may also publish the procedure",
}
# What has to be sent where an empty form is answered as if the page did not exist.
FORMS = {
    "menu_do": {"do": "default"},
    "payment_charge": {"act": "void", "words": "取り下げ"},
    "procedure_status": {"act": "pause"},
    "submission_work": {"do": "status", "status": "working", "rev": "0"},
}


def _address(town: WholeTown, address: str) -> str:
    """Put what the town has into the places of an address: by the folder and the name, or the name."""
    folder = address.split("/")[2]

    def place(found: re.Match[str]) -> str:
        name = found[1]
        return str(town.places.get(f"{folder} {name}", town.places.get(name, "1")))

    return re.sub(r"<(?:\w+:)?(\w+)>", place, address)


def _answer(client: Client, method: str, address: str, form: dict[str, str]) -> str:
    """Ask once, and leave everything as it was."""
    cookies = copy.deepcopy(client.cookies)  # whoever signs out would be a stranger from here on
    before = transaction.savepoint()  # no block, in which pages would not ask LINE
    response: Any = getattr(client, method)(address, form)
    transaction.savepoint_rollback(before)
    client.cookies = cookies
    if to := ELSEWHERE.get(response.headers.get("Location", "").partition("?")[0]):
        return to
    if response.status_code in (403, 404, 405, 410):
        return NOTHING
    return SEE if method == "get" else SEND


def _cell(client: Client, address: str, form: dict[str, str]) -> str:
    answers = [_answer(client, "get", address, {}), _answer(client, "post", address, form)]
    return "・".join(one for one in dict.fromkeys(answers) if one != NOTHING) or NOTHING


def _title(pattern: URLPattern) -> str:
    page = next((one for one in sockets.pages if one.view == pattern.callback), None)
    return str(page.title) if page else "サインイン・本人の設定"


def walked(town: WholeTown) -> dict[str, str]:
    """The line of every page, by its name."""
    browsers = {role: town.browser(role) for role in ROLES}
    lines = {}
    for address, pattern in staff_addresses():
        name, here = str(pattern.name), _address(town, address)
        cells = [_cell(browsers[role], here, FORMS.get(name, {})) for role in ROLES]
        lines[name] = f"| {_title(pattern)} | `{name}` | {' | '.join(cells)} |"
    return lines


def written() -> dict[str, str]:
    lines = TABLE.read_text().splitlines()
    return {
        found[1]: line for line in lines if (found := re.match(r"\| [^|]+ \| `(\w+)` \|", line))
    }


@pytest.mark.django_db
def test_everybody_reaches_what_the_table_says_and_nothing_else(
    settings: Any, tmp_path: Path
) -> None:
    settings.FILES_URL = str(tmp_path)

    lines = walked(make_whole_town())

    differ = [line for name, line in lines.items() if written().get(name) != line]
    assert not differ, (
        f"Is this who should reach these pages? Then write it into {TABLE.name}:\n"
        + "\n".join(differ)
    )
    assert written().keys() - lines.keys() == set(), "pages that are gone"


def test_somebody_reaches_every_page_of_the_table() -> None:
    shut = {
        name
        for name, line in written().items()
        if name not in SHUT and {cell.strip() for cell in line.split("|")[4:-1]} == {NOTHING}
    }

    assert shut == set(), "make one of them in tests/architecture/whole_town.py"


def test_no_cell_of_the_table_is_open_to_somebody_who_has_not_signed_in() -> None:
    open_to_strangers = {
        name
        for name, line in written().items()
        if {SEE, SEND} & set(re.split(r"[・ ]+", line.split("|")[3]))
    }

    assert open_to_strangers == {"account_login", "townhall_forgotten"}
