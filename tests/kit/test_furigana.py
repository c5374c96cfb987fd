"""Furigana is drawn where the town wrote it, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kit import furigana
from yakuba.portal.templatetags.portal import ruby


@pytest.mark.parametrize(
    ("written", "plain", "told"),
    [
        ("上市町《かみいちまち》へ", "上市町へ", "上市町（かみいちまち）へ"),
        ("お｜申し込み《もうしこみ》です", "お申し込みです", "お申し込み（もうしこみ）です"),
        ("|ABC《エービーシー》", "ABC", "ABC（エービーシー）"),
        (
            "音杉《オトスギ》・弓庄《ゆのしょう》",
            "音杉・弓庄",
            "音杉（オトスギ）・弓庄（ゆのしょう）",
        ),
        ("広報《かみいち》", "広報", "広報（かみいち）"),
        ("様式《第1号》", "様式《第1号》", "様式《第1号》"),
        ("《お知らせ》です", "《お知らせ》です", "《お知らせ》です"),
        ("かな《かな》", "かな《かな》", "かな《かな》"),
        ("町《まち", "町《まち", "町《まち"),
        ("A|B", "A|B", "A|B"),
        ("", "", ""),
    ],
)
def test_what_is_written_is_said_in_each_way(written: str, plain: str, told: str) -> None:
    assert (furigana.plain(written), furigana.told(written)) == (plain, told)


def test_it_is_drawn_small_with_brackets_for_those_who_cannot_see_it_so() -> None:
    assert ruby("上市町《かみいちまち》") == (
        "<ruby>上市町<rp>（</rp><rt>かみいちまち</rt><rp>）</rp></ruby>"
    )


def test_nothing_in_it_becomes_part_of_the_page() -> None:
    drawn = ruby("<b>町</b>《まち》｜<i>《あい》&")

    assert "<b>" not in drawn
    assert "<ruby>&lt;i&gt;<rp>" in drawn
    assert drawn.endswith("&amp;")


@pytest.mark.parametrize("written", ["様式《第1号》", "町《まち", "｜町《a》"])
def test_what_looks_like_it_and_is_none_is_named(written: str) -> None:
    assert furigana.unreadable(written)


@given(st.text(alphabet="上町｜|《》かな<&a ", max_size=30))
def test_no_word_is_ever_lost(text: str) -> None:
    said = "".join(word for word, _reading in furigana.parts(text))

    assert furigana.plain(text) == said
    assert "<" not in ruby(text).replace("<ruby>", "").replace("</ruby>", "").replace(
        "<rp>", ""
    ).replace("</rp>", "").replace("<rt>", "").replace("</rt>", "")
