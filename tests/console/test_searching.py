"""Who searched for whom stays known, and the words themselves are nowhere."""

import json

import pytest
from django.test import Client

from yakuba.audit import queries as trail
from yakuba.audit.models import Entry
from yakuba.console import operations, rules
from yakuba.kit import secrets
from yakuba.townhall.models import StaffMember


@pytest.mark.parametrize(
    ("words", "kind", "same"),
    [
        ("076-472-1111", rules.PHONE, "０７６（４７２）１１１１"),
        ("090 1234 5678", rules.PHONE, "+81 90-1234-5678"),
        ("08-7K3M9QA-2", rules.NUMBER, "08-7k3m9qa-2"),
        ("R-4F2A", rules.NUMBER, "r-4f2a"),
        ("1234", rules.NUMBER, "１２３４"),
        ("ヤマダ ハナコ", rules.KANA, "やまだはなこ"),
        ("山田 花子", rules.WORDS, "山田花子"),
        ("橋のたもと", rules.WORDS, "橋の たもと"),
    ],
)
def test_a_key_is_known_by_its_form_however_it_is_spelt(words: str, kind: str, same: str) -> None:
    assert rules.sought(words)[0] == kind
    assert rules.sought(words) == rules.sought(same)


@pytest.mark.django_db
class TestTheTrail:
    def test_keeps_who_searched_with_which_kind_of_key_and_not_the_words(
        self, desk: Client, clerk: StaffMember
    ) -> None:
        desk.get("/console/search/", {"q": "076-472-1111"})

        entry = Entry.objects.get(action="looked_for")
        assert (entry.staff_id, entry.sentence) == (
            clerk.pk,
            "「検索」で、電話番号を検索しました。",
        )
        written = json.dumps([entry.subject, entry.sentence, entry.detail], ensure_ascii=False)
        assert "472" not in written
        assert entry.detail["key"] == "phone"

    @pytest.mark.parametrize("words", ["", "  ", "・", "　"])
    def test_is_not_filled_with_searches_for_nothing(self, clerk: StaffMember, words: str) -> None:
        operations.note_search(clerk, where="x", place="届いたもの", words=words)

        assert not Entry.objects.exists()

    def test_tells_who_looked_for_somebody(self, clerk: StaffMember) -> None:
        operations.note_search(clerk, where="x", place="届いたもの", words="ヤマダ ハナコ")
        operations.note_search(clerk, where="x", place="届いたもの", words="山田花子")

        found = trail.entries(sought="やまだはなこ")

        assert [entry.detail["key"] for entry in found] == ["kana"]

    def test_tells_it_also_after_the_key_was_changed(
        self, clerk: StaffMember, settings: object
    ) -> None:
        operations.note_search(clerk, where="x", place="届いたもの", words="0764721111")
        before = list(settings.DATA_KEYS)  # type: ignore[attr-defined]

        settings.DATA_KEYS = ["c29tZSBvdGhlciBrZXkgb2YgdGhlIHRvd24gaGFsbC4=", *before]  # type: ignore[attr-defined]

        assert trail.entries(sought="076-472-1111").count() == 1

    def test_is_of_no_use_to_whoever_has_the_table_but_not_the_key(
        self, clerk: StaffMember, settings: object
    ) -> None:
        operations.note_search(clerk, where="x", place="届いたもの", words="0764721111")

        settings.DATA_KEYS = ["c29tZSBvdGhlciBrZXkgb2YgdGhlIHRvd24gaGFsbC4="]  # type: ignore[attr-defined]

        assert not trail.entries(sought="076-472-1111").exists()
        assert secrets.keyed_hash("phone:0764721111", purpose=operations.SOUGHT)
