"""The frame of citizen pages: what is seen before and after sign-in."""

import re
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import make_resident, make_town
from tests.portal.signing import signed_in
from yakuba.kit.postal import Place
from yakuba.portal import operations, wording
from yakuba.portal.models import PostalPlace
from yakuba.portal.sockets import Card, cards, pages
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db
PACKAGES = Path(__file__).resolve().parents[2] / "yakuba"


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town("上市町")


def test_without_a_session_every_page_answers_200_and_redirects_nowhere() -> None:
    examples = {
        "slug": "nothing",
        "run_id": uuid.UUID(int=1),
        "section": "a",
        "code": "9300300",
        "file_id": uuid.UUID(int=2),
    }

    for page in pages:
        path = re.sub(
            r"<(?:\w+:)?(\w+)>", lambda found: str(examples.get(found[1], "1")), page.path
        )
        answer = Client().get(f"/p/{path}")

        assert answer.status_code == 200, page.path
        assert "上市町" in answer.content.decode()
        assert "LINEで確認しています" in answer.content.decode()


def test_without_a_session_nothing_is_taken_in() -> None:
    answer = Client().post("/p/language/", {"language": "en"})

    assert answer.status_code == 401


def test_the_first_address_of_liff_draws_nothing_personal() -> None:
    hanako = make_resident()

    page = signed_in(hanako).get("/p/?liff.state=%2Flanguage%2F").content.decode()

    assert "LINEで確認しています" in page
    assert "ことばと文字の大きさ" in page
    assert str(hanako.public_id) not in page


def test_what_was_drawn_for_one_resident_is_not_taken_for_another() -> None:
    hanako, taro = make_resident(), make_resident()

    answer = signed_in(taro).post(
        "/p/language/", {"language": "en"}, headers={"X-Portal-For": str(hanako.public_id)}
    )

    taro.refresh_from_db()
    assert answer.status_code == 401
    assert taro.language == "ja"


def test_a_form_without_its_token_is_refused() -> None:
    hanako = make_resident()
    browser = signed_in(hanako)
    browser.handler.enforce_csrf_checks = True

    answer = browser.post("/p/language/", {"language": "en"})

    assert answer.status_code == 403


def test_words_and_size_are_changed_with_one_press_and_stay() -> None:
    browser = signed_in(make_resident())

    browser.post("/p/language/", {"language": "en"})
    browser.post("/p/language/", {"text_size": "xl"})
    page = browser.get("/p/").content.decode()

    assert '<html lang="en" data-language="en" data-text-size="xl">' in page
    assert "My page" in page


def test_my_page_puts_what_is_to_be_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(resident: Resident) -> list[Card]:
        first, second = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
        return [
            Card("終わった申請", "受け付けました。", at=second, kind="申請"),
            Card(
                "直す申請",
                "直してください。",
                at=first,
                is_next=True,
                href="/p/x/a/",
                action="直す",
            ),
        ]

    monkeypatch.setattr(cards, "sources", [some])

    page = signed_in(make_resident()).get("/p/").content.decode()

    assert page.index("つぎにすること") < page.index("直す申請") < page.index("これまでのこと")
    assert page.index("これまでのこと") < page.index("終わった申請")
    assert "令和8年11月1日（日）9:00" in page


def test_my_page_says_what_to_do_when_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "sources", [])

    page = signed_in(make_resident()).get("/p/").content.decode()

    assert "トークで「メニュー」と送ると" in page


def test_a_postal_code_brings_its_places_and_an_unknown_one_none() -> None:
    places = [
        Place("9300361", "富山県", "中新川郡上市町", "", ""),
        Place("9300361", "富山県", "中新川郡上市町", "湯上野", "ユガミノ"),
    ]
    operations.load_postal_places([*places, places[0]])
    browser = signed_in(make_resident())

    known = browser.get("/p/postal/930-0361").json()["places"]
    unknown = browser.get("/p/postal/1000001").json()["places"]

    assert [place["address"] for place in known] == [
        "富山県中新川郡上市町湯上野",
        "富山県中新川郡上市町",
    ]
    assert unknown == []
    assert browser.get("/p/postal/12").status_code == 400


def test_loading_postal_places_again_replaces_them() -> None:
    operations.load_postal_places([Place("9300300", "富山県", "中新川郡上市町", "", "")])

    count = operations.load_postal_places(
        [Place("9300301", "富山県", "中新川郡上市町", "竹鼻", "")]
    )

    assert (count, list(PostalPlace.objects.values_list("postal", flat=True))) == (1, ["9300301"])


def test_every_sentence_of_the_pages_is_there_in_three_languages() -> None:
    used = re.compile(r'{% say "([^"]+)"')
    sentences = {
        found
        for path in [*PACKAGES.glob("*/templates/**/*.html")]
        for found in used.findall(path.read_text(encoding="utf-8"))
    }

    assert sentences <= wording.known(), sentences - wording.known()
    for words in sentences:
        assert (
            wording.say(words, "en").isascii() or "「" in words or "“" in wording.say(words, "en")
        )
