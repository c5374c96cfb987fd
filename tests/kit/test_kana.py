"""One form for search, and the order of the 五十音."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kit import kana


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("かみいち はなこ", "カミイチハナコ"),
        ("ｶﾐｲﾁ　ﾊﾅｺ", "カミイチハナコ"),
        ("きょうこ", "キョーコ"),
        ("おおた", "オータ"),
        ("こうじ", "コージ"),
        ("けいこ", "ケーコ"),
        ("ヴァイオレット", "ばいおれっと"),
        ("づつみ", "ズツミ"),
        ("かをる", "カオル"),
        ("か゛く", "ガク"),
        ("ＡＢＣ", "abc"),
        ("ジョン・スミス", "ジョンスミス"),
        ("ケ−コ", "ケーコ"),
    ],
)
def test_finds_what_is_written_another_way(one: str, other: str) -> None:
    assert kana.search_key(one) == kana.search_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("かき", "かぎ"), ("ゆき", "ゆうき"), ("はら", "ばら"), ("1-2", "12")]
)
def test_keeps_apart_what_sounds_different(one: str, other: str) -> None:
    assert kana.search_key(one) != kana.search_key(other)


@given(st.text("かがぱっゃーヴァィコウオケイヲﾊﾟ゛゜・ 　-ABＣ漢1"))
def test_a_search_key_is_its_own_search_key(text: str) -> None:
    key = kana.search_key(text)

    assert kana.search_key(key) == key


def test_sorts_in_the_order_of_the_syllables() -> None:
    sorted_names = [
        "あい",
        "あう",
        "いえ",
        "はあ",
        "ばあ",
        "ぱあ",
        "はい",
        "ひよう",
        "ひょうし",
        "んん",
        "漢",
    ]

    mixed = sorted_names[::-1]

    assert sorted(mixed, key=kana.sort_key) == sorted_names


def test_sorts_small_before_large_and_hiragana_before_katakana() -> None:
    assert sorted(["きよう", "キョウ", "きょう"], key=kana.sort_key) == [
        "きょう",
        "キョウ",
        "きよう",
    ]


def test_a_long_mark_sorts_like_its_vowel() -> None:
    assert sorted(["かあど", "カート", "かいと"], key=kana.sort_key) == [
        "カート",
        "かあど",
        "かいと",
    ]


def test_gives_the_reading_of_a_name_in_katakana() -> None:
    assert kana.reading(" かみいち　はなこ ") == "カミイチ ハナコ"
    assert kana.reading("ｼﾞｮﾝ･ｽﾐｽ") == "ジョン・スミス"


@pytest.mark.parametrize("typed", ["上市花子", "Hanako", "", "ー", "はなこ1"])
def test_refuses_a_reading_that_is_not_kana(typed: str) -> None:
    assert not kana.is_kana(typed)
    with pytest.raises(kana.NotKana, match="ひらがな"):
        kana.reading(typed)
