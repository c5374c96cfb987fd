"""LINE's two ways to count, and what is kept of what people send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kit import text

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("written", "units", "letters"),
    [("役場", 2, 2), ("𠮷野", 3, 2), (FAMILY, 8, 1), ("か\u3099", 2, 1), ("a\r\nb", 4, 3)],
)
def test_counts_units_and_letters_as_line_does(written: str, units: int, letters: int) -> None:
    assert text.utf16_length(written) == units == len(written.encode("utf-16-le")) // 2
    assert text.grapheme_length(written) == letters


def test_cuts_between_two_letters_and_says_that_something_is_missing() -> None:
    assert text.cut_utf16(FAMILY * 2 + "あ", 10) == FAMILY + "…"
    assert text.cut_graphemes(FAMILY * 2 + "あい", 3) == FAMILY * 2 + "…"


def test_leaves_a_text_that_just_fits() -> None:
    assert text.cut_utf16("𠮷𠮷", 4) == "𠮷𠮷"
    assert text.cut_graphemes(FAMILY * 3, 3) == FAMILY * 3


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_is_never_longer_than_its_limit(written: str, limit: int) -> None:
    cleaned = text.clean(written)

    assert text.utf16_length(text.cut_utf16(cleaned, limit)) <= limit
    assert text.grapheme_length(text.cut_graphemes(cleaned, limit)) <= limit


def test_takes_out_what_cannot_be_printed_or_sent() -> None:
    assert text.clean("a\x00b\x1b[1m\ud83d\u202e") == "ab[1m"
    assert text.clean("一\r\n二\r三\t四\u2028五") == "一\n二\n三 四\n五"


def test_keeps_emoji_and_halves_of_nothing() -> None:
    assert text.clean(f"{FAMILY}❤️👍🏽") == f"{FAMILY}❤️👍🏽"


def test_a_letter_with_a_thousand_accents_does_not_stay_one() -> None:
    assert len(text.clean("e" + "\u0301" * 1000)) == 16


@given(st.text(st.characters()))
def test_a_clean_text_can_be_encoded(written: str) -> None:
    text.clean(written).encode()
    text.stored(written).encode()


def test_stores_the_usual_form_of_digits_but_the_writers_own_kanji() -> None:
    assert text.stored(" １２３㈱ ") == "123(株)"
    assert text.stored("\ufa19山") == "\ufa19山"
    assert text.stored("か゛く") == "がく"


@pytest.mark.parametrize("nothing", ["", " ", "\u3000\n", "\u200b", "\x00", "\u2060\ufe0f"])
def test_knows_a_text_that_nobody_would_see(nothing: str) -> None:
    assert text.is_blank(nothing)
    assert not text.is_blank(nothing + "。")
