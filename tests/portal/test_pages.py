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
from yakuba.portal.sockets import Card, Offer, cards, offers, pages
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
        "public_id": uuid.UUID(int=3),
    }

    for page in pages:
        path = re.sub(
            r"<(?:(\w+):)?(\w+)>",
            lambda found: str(
                examples.get(found[2], examples["run_id"] if found[1] == "uuid" else 1)
            ),
            page.path,
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
            Card("頼んだ工事", "対応しています。", at=first, is_under_way=True),
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

    places = (
        "つぎにすること",
        "直す申請",
        "進んでいること",
        "頼んだ工事",
        "これまでのこと",
        "終わった申請",
    )
    assert sorted(places, key=page.index) == list(places)
    assert "令和8年11月1日（日）9:00" in page


def test_my_page_says_what_to_do_when_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "sources", [])
    monkeypatch.setattr(offers, "sources", [])

    page = signed_in(make_resident()).get("/p/").content.decode()

    assert "トークで「メニュー」と送ると" in page


class TestOffers:
    @pytest.fixture(autouse=True)
    def _many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def some(resident: Resident) -> list[Offer]:
            others = [Offer(f"その{n}", "", f"/p/x/o{n}/") for n in range(7)]
            trees = Offer(
                "通報", "倒れた木を知らせます。", "/p/x/t/", minutes=2, found_by=("どうろ",)
            )
            return [trees, *others]

        monkeypatch.setattr(cards, "sources", [])
        monkeypatch.setattr(offers, "sources", [some])

    def page(self, words: str = "") -> str:
        return signed_in(make_resident()).get("/p/", {"q": words}).content.decode()

    def test_what_can_be_begun_says_what_it_is_and_how_long_it_takes(self) -> None:
        page = self.page()

        assert "倒れた木を知らせます。" in page
        assert "かかる時間は2分ほど" in page
        assert page.index("通報") < page.index("その0")
        assert "まだ何もありません" not in page

    @pytest.mark.parametrize("words", ["木", "ドウロ", "倒れた　通報"])
    def test_it_is_found_by_any_of_its_words_however_they_are_written(self, words: str) -> None:
        page = self.page(words)

        assert "/p/x/t/" in page
        assert "その0" not in page

    def test_what_is_not_there_is_said_with_a_way_back(self) -> None:
        page = self.page("<b>プール</b>")

        assert "に合うものはありませんでした" in page
        assert "&lt;b&gt;プール" in page
        assert "全部見る" in page

    def test_a_few_are_not_searched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(offers, "sources", [lambda resident: [Offer("通報", "", "/p/x/t/")]])

        assert "ことばで探す" not in self.page()


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
