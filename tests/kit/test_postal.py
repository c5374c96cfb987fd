"""Postal codes as people type them, and the table of a town."""

from pathlib import Path

import pytest

from yakuba.kit import postal

TABLE = "postal,pref,city,town,kana\n930-0361,富山県,中新川郡上市町,湯上野,ユウワノ\n9300361,富山県,中新川郡上市町,別,ベツ\n"


@pytest.mark.parametrize(
    "typed",
    [
        "930-0393",
        "9300393",
        "〒930-0393",
        "９３０ー０３９３",
        "930 0393",
        "930−0393",
        "郵便番号：930-0393",
    ],
)
def test_reads_a_postal_code(typed: str) -> None:
    assert postal.parse(typed) == "9300393"


@pytest.mark.parametrize("typed", ["", "930-039", "930-03933", "上市町", "930-039a", "٩٣٠٠٣٩٣"])
def test_refuses_what_is_no_postal_code(typed: str) -> None:
    with pytest.raises(postal.UnreadablePostalCode, match="930-0393"):
        postal.parse(typed)


def test_writes_a_postal_code_with_its_hyphen() -> None:
    assert postal.written("9300393") == "930-0393"


def test_finds_every_place_of_a_code(tmp_path: Path) -> None:
    file = tmp_path / "postal.csv"
    file.write_text(TABLE, encoding="utf-8-sig")

    table = postal.PostalTable.load(file)

    assert [place.address for place in table.find("9300361")] == [
        "富山県中新川郡上市町湯上野",
        "富山県中新川郡上市町別",
    ]
    assert table.find("1000001") == []
    assert len(table) == 2


def test_says_what_is_wrong_with_a_table(tmp_path: Path) -> None:
    file = tmp_path / "postal.csv"

    file.write_text("postal,pref\n", encoding="utf-8")
    with pytest.raises(postal.WrongTable, match="city, town, kana"):
        postal.PostalTable.load(file)

    file.write_text(TABLE + "93,a,b,c,d\n", encoding="utf-8")
    with pytest.raises(postal.WrongTable, match=r"postal\.csv:4"):
        postal.PostalTable.load(file)
