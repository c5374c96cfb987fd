"""YAML that a person wrote is read without surprises, and every complaint has its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from yakuba.kit import yaml_text

letters = some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
keys = some.one_of(
    letters, some.sampled_from(["yes", "no", "on", "off", "y", "null", "12:30", "<<"])
)
documents = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(10**9), 10**9)
    | some.floats(allow_nan=False, allow_infinity=False)
    | keys,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(documents)
def test_what_is_written_is_read_again(document: object) -> None:
    assert yaml_text.load(yaml_text.dump(document)).value == document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes", "yes"),
        ("a: no", "no"),
        ("a: on", "on"),
        ("a: y", "y"),
        ("a: 12:30", "12:30"),
        ("a: 076-472-1111", "076-472-1111"),
        ("a: 0765", "0765"),
        ("a: 1_000", "1_000"),
        ("a: 0x1f", "0x1f"),
        ("a: 2026-11-28", "2026-11-28"),
        ("a: true", True),
        ("a: 12", 12),
        ("a: 1.5", 1.5),
        ("a:", None),
    ],
)
def test_only_what_looks_like_a_number_or_a_truth_is_one(text: str, value: object) -> None:
    assert yaml_text.load(text).value == {"a": value}


def test_keys_are_texts_however_they_look() -> None:
    text = "yes: はい\nno: いいえ\n1: 一\ntrue: 本当\n"

    assert yaml_text.load(text).value == {"yes": "はい", "no": "いいえ", "1": "一", "true": "本当"}


def test_a_place_is_where_its_key_is_or_what_is_above() -> None:
    written = yaml_text.load("a:\n  - b: 1\n  - c:\n      d: 2\n")

    assert str(written.place_of("a.1.c.d")) == "4行目の7文字目"
    assert str(written.place_of("a.1.missing")) == "3行目の5文字目"
    assert str(written.place_of("elsewhere")) == "1行目の1文字目"
    assert yaml_text.load("").place_of("a") is None


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "3行目の1文字目", "「a」が2回"),
        ("a: b: c\n", "1行目の5文字目", "「:」がここに来ることはできません"),
        ("a:\n\t- b\n", "2行目の1文字目", "タブは使えません"),
        ('a: "b\nc: d\n', "3行目の1文字目", "閉じていません"),
        ("a: [1, 2\nb: 3\n", "2行目の2文字目", "「[」が閉じていません"),
        ("a: {b: 1\nc: 3\n", "2行目の2文字目", "「{」が閉じていません"),
        ("a: 1\n b: 2\n", "2行目の3文字目", "「:」がここに来ることはできません"),
        ("a:\n  - b\n - c\n", "3行目の2文字目", "字下げが前の行とそろっていません"),
        ("a: &x 1\nb: *x\n", "2行目の4文字目", "「*」で前の部分"),
        ("a: !!python/object:os.system 1\n", "1行目の4文字目", "「!」で始まる書き方"),
        ("a: 1\n--- \nb: 2\n", "2行目の1文字目", "2つの文書"),
        ("? [1, 2]\n: x\n", "1行目の3文字目", "項目の名前は文字"),
        ("a: @b\n", "1行目の4文字目", "この記号で始める"),
        ("a: 1\nb: \x07\n", "2行目の4文字目", "使えない文字"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str, place: str, words: str) -> None:
    with pytest.raises(yaml_text.NotReadable) as refused:
        yaml_text.load(text)

    assert words in refused.value.sentence
    assert str(refused.value.place or "") == place


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(yaml_text.NotReadable, match="深すぎます"):
        yaml_text.load("[" * 5000)
