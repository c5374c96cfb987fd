"""The forms in which registers are searched: what is the same person, and what never becomes one."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registers.thousand_names import thousand_names
from yakuba.registers.rules import matching
from yakuba.registers.rules.matching.letters import plain, variants

NAMES = thousand_names()
# What people and systems write instead of the letter on the left.
_WRITTEN_AS = {
    "高": "髙",
    "崎": "﨑嵜",
    "吉": "𠮷",
    "辺": "邊邉",
    "斎": "齋斉齊",
    "沢": "澤",
    "浜": "濱濵",
    "島": "嶋嶌",
}
WORDS = st.text(
    alphabet=st.sampled_from(
        "上市町髙橋渡邊齋藤々ヶノー－-・ 　タカシュウゃっ゛ｶﾞA1９一二番地の丁目号大字郡県町富山〓■邉𠮷󠄀"
    )
)


@pytest.mark.parametrize(
    ("kind", "writings"),
    [
        ("name", ["髙橋　花子", "高橋 花子", "高橋花子", "高橋・花子", "高󠄁橋花子"]),
        ("name", ["渡邊太郎", "渡邉 太郎", "渡辺太郎"]),
        ("name", ["齋藤", "齊藤", "斎藤", "斉藤"]),
        ("name", ["山﨑", "山嵜", "山崎"]),
        ("name", ["佐々木", "佐佐木"]),
        ("name", ["三ヶ田", "三ケ田", "三ｹ田"]),
        ("name", ["神田", "神田"]),
        ("name", ["劉 徳華", "劉德華"]),
        ("name", ["Nguyễn Văn An", "NGUYỄN VĂN AN"]),
        ("name", ["ＳＭＩＴＨ－ＪＯＮＥＳ", "Smith Jones"]),
        ("kana", ["ﾀｶﾊｼ ﾊﾅｺ", "たかはし はなこ", "タカハシハナコ"]),
        ("kana", ["オオノ ユウコ", "おおの ゆーこ", "オーノ　ユウコ"]),
        ("kana", ["キヨウコ", "キョウコ"]),
        ("day", ["1935-04-05", "昭和10年4月5日", "S10.4.5", "１９３５／４／５", "昭和十年四月五日"]),
        ("code", ["00012345", "12345", "000-12345", "１２３４５"]),
        ("code", ["ab-12", "AB12", "ＡＢ　１２"]),
        ("phone", ["090-1234-5678", "+81 90-1234-5678", "９０１２３４５６７８"]),
        ("postal", ["930-0393", "〒９３００３９３"]),
        ("email", ["Hanako@Example.jp", "hanako@example.jp "]),
        (
            "address",
            [
                "富山県中新川郡上市町大字法音寺一番地の二",
                "中新川郡上市町法音寺1-2",
                "上市町法音寺１番地２　ハイツ上市１０１",
                "上市町字法音寺1番2号",
                "富山県上市町法音寺１－２",
            ],
        ),
        ("address", ["上市町斉ノ神新三丁目２番４号", "上市町斉神新3-2-4", "上市町齋之神新3丁目2番地4"]),
        ("address", ["郡上市八幡町島谷228", "岐阜県郡上市八幡町嶋谷２２８番地"]),
        ("address", ["上市町護摩堂番地なし", "上市町護摩堂"]),
        ("address", ["千代田区霞が関1-3-1", "東京都千代田区霞ヶ関一丁目3番1号"]),
    ],
)  # fmt: skip
def test_ways_to_write_the_same_thing_are_one(kind: str, writings: list[str]) -> None:
    forms = {matching.form(kind, writing) for writing in writings}

    assert len(forms) == 1, forms


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("name", "高橋花子", "高橋華子"),
        ("name", "大田", "太田"),
        ("name", "土屋", "士屋"),
        ("kana", "ハナコ", "バナコ"),
        ("kana", "ユキ", "ユウキ"),
        ("kana", "オノ", "オオノ"),
        ("day", "1935-04-05", "1935-05-04"),
        ("code", "12345", "12354"),
        ("address", "上市町法音寺1-2", "上市町法音寺12"),
        ("address", "上市町法音寺1-2", "上市町法音寺1-20"),
        ("address", "上市町三日市1", "上市町四日市1"),
        ("address", "上市町三杉町1", "魚津市三杉町1"),
    ],
)
def test_what_is_not_the_same_stays_apart(kind: str, one: str, other: str) -> None:
    assert matching.form(kind, one) != matching.form(kind, other)


def test_no_two_of_a_thousand_names_become_one() -> None:
    forms = {matching.form("name", name) for name in NAMES}

    assert len(NAMES) == 1000
    assert len(forms) == len(NAMES)


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_a_name_is_found_however_its_kanji_are_written(name: str, data: st.DataObject) -> None:
    written = "".join(
        data.draw(st.sampled_from(letter + _WRITTEN_AS.get(letter, ""))) for letter in name
    )

    assert matching.form("name", written) == matching.form("name", name)


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(sorted(matching.MATCHED)), WORDS | st.sampled_from(NAMES) | st.text())
def test_a_form_is_its_own_form(kind: str, words: str) -> None:
    form = matching.form(kind, words)

    assert matching.form(kind, form) == form


def test_the_table_leads_each_letter_to_one_that_leads_nowhere() -> None:
    table = variants()

    assert len(table) > 15_000
    assert not {chr(letter) for letter in table} & set(table.values())
    assert all(unicodedata.normalize("NFKC", letter) == letter for letter in table.values())


def test_only_letters_of_one_line_of_the_table_are_mixed() -> None:
    everyday = [chr(code) for code in range(0x4E00, 0x9FA5) if _is_in_jis(chr(code))]

    mixed = {
        letter for letter in everyday if plain(letter) != letter and ord(letter) not in variants()
    }

    assert mixed == set()


@pytest.mark.parametrize("mark", ["〓", "■", "\ue000", "\U000f0001"])
def test_a_letter_nobody_knows_stands_for_any_one(mark: str) -> None:
    unsure = matching.form("name", f"{mark}田 花子")

    assert matching.forms("name", f"{mark}田 花子") == (matching.UNKNOWN,)
    assert matching.agrees(unsure, matching.form("name", "苅田花子"))
    assert not matching.agrees(unsure, matching.form("name", "苅田梅子"))
    assert not matching.agrees(unsure, matching.form("name", "小苅田花子"))


def test_a_birthday_of_which_only_the_year_is_known_stands_for_any_of_that_year() -> None:
    unsure = matching.form("day", "昭和10年月日不詳")

    assert matching.agrees(unsure, matching.form("day", "1935-04-05"))
    assert not matching.agrees(unsure, matching.form("day", "1936-04-05"))


def test_a_column_hears_its_own_part_of_an_answer() -> None:
    name = {"family": "上市", "given": "花子", "family_kana": "カミイチ", "given_kana": "ハナコ"}
    address = {"postal": "9300393", "town": "上市町法音寺", "house": "1", "building": "ハイツ"}

    assert matching.spoken("name", name) == "上市 花子"
    assert matching.spoken("kana", name) == "カミイチ ハナコ"
    assert matching.spoken("postal", address) == "9300393"
    assert matching.form("address", matching.spoken("address", address)) == "上市町法音寺1"
    assert matching.spoken("code", "A-1") == "A-1"
    assert matching.spoken("code", None) == ""


def _is_in_jis(letter: str) -> bool:
    try:
        letter.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return True
