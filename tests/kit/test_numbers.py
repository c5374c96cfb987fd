"""Numbers as people type them, and numbers that must not stay."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kit import numbers
from yakuba.kit.errors import Refusal

MY_NUMBER = (
    "123456789018"  # an example made up here; its check digit is worked out in the test below
)
CARD = "4111111111111111"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("１，２００", 1200), ("1、200", 1200), ("2人", 2), ("△3", -3), ("-５", -5), ("ｰ5", -5), ("3.0", 3), ("3か月", 3)],
)  # fmt: skip
def test_reads_a_whole_number(typed: str, value: int) -> None:
    assert numbers.whole(typed) == value


def test_reads_a_decimal_number_with_its_unit() -> None:
    assert numbers.number("約36.5度") == Decimal("36.5")
    assert numbers.number("１．５ｋｍ") == Decimal("1.5")


@pytest.mark.parametrize("typed", ["", "あ", "1,20", "2-3", "1e5", "2人と犬", "--1"])
def test_refuses_what_is_no_number(typed: str) -> None:
    with pytest.raises(numbers.UnreadableNumber, match="1200"):
        numbers.number(typed)


def test_refuses_a_part_where_a_whole_is_asked_and_a_number_excel_cannot_hold() -> None:
    with pytest.raises(numbers.NotWhole):
        numbers.whole("2.5人")
    with pytest.raises(numbers.NumberTooLarge):
        numbers.whole("1" * 16)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１，２００円", 1200), ("￥1,200-", 1200), ("\\500", 500), ("3万円", 30000), ("1万2千円", 12000),
        ("１．５万円", 15000), ("1億円", 100_000_000), ("0円", 0),
    ],
)  # fmt: skip
def test_reads_money(typed: str, value: int) -> None:
    assert numbers.yen(typed) == value


@pytest.mark.parametrize("typed", ["", "万", "-5", "0.5円", "2人", "千円札", "円"])
def test_refuses_what_is_no_money(typed: str) -> None:
    with pytest.raises(numbers.UnreadableMoney, match="1,200円"):
        numbers.yen(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "076-472-1111", "0764721111", "０７６－４７２－１１１１", "076ー472ー1111", "076−472−1111", "(076)472-1111",
        "076 472 1111", "076.472.1111", "+81 76-472-1111", "+81(0)76-472-1111", "TEL:076-472-1111",
    ],
)  # fmt: skip
def test_writes_a_telephone_number_one_way(typed: str) -> None:
    assert numbers.telephone(typed) == "076-472-1111"
    assert numbers.telephone_digits(typed) == "0764721111"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("09012345678", "090-1234-5678"), ("0120123456", "0120-123-456"), ("08001234567", "0800-123-4567"),
        ("0765221234", "0765-22-1234"), ("0312345678", "03-1234-5678"), ("0152-12-1234", "0152-12-1234"),
        ("0152121234", "0152121234"),
    ],
)  # fmt: skip
def test_puts_hyphens_only_where_they_are_certain(typed: str, written: str) -> None:
    assert numbers.telephone(typed) == written


@pytest.mark.parametrize(
    ("typed", "refusal", "words"),
    [
        ("472-1111", numbers.NoAreaCode, "市外局番"),
        ("076-472-111", numbers.WrongTelephoneLength, "9けた"),
        ("090-1234-567", numbers.WrongTelephoneLength, "10けた"),
        ("000-000-0000", numbers.UnreadableTelephone, "076-472-1111"),
        ("+1 212 555 0100", numbers.UnreadableTelephone, "076-472-1111"),
        ("役場", numbers.UnreadableTelephone, "076-472-1111"),
    ],
)
def test_says_what_is_wrong_with_a_telephone_number(
    typed: str, refusal: type[numbers.UnreadableTelephone], words: str
) -> None:
    with pytest.raises(numbers.UnreadableTelephone, match=words) as no:
        numbers.telephone(typed)

    assert type(no.value) is refusal


def test_reads_a_mail_address() -> None:
    assert numbers.email(" ｈａｎａｋｏ＠Example.JP ") == "hanako@example.jp"
    assert numbers.email("a..b.@docomo.ne.jp") == "a..b.@docomo.ne.jp"


@pytest.mark.parametrize(
    "typed", ["", "hanako", "a@b", "a b@c.jp", "a@b,jp", "花子@example.jp", "a@-b.jp"]
)
def test_refuses_what_is_no_mail_address(typed: str) -> None:
    with pytest.raises(numbers.UnreadableEmail, match=r"hanako@example\.jp"):
        numbers.email(typed)


def test_knows_the_check_digit_of_my_number() -> None:
    # By hand, from the right: 1·2 + 0·3 + 9·4 + 8·5 + 7·6 + 6·7 + 5·2 + 4·3 + 3·4 + 2·5 + 1·6 = 212;
    # 212 = 19 · 11 + 3, and 11 - 3 = 8.
    assert numbers.is_my_number(MY_NUMBER)
    assert [digit for digit in "0123456789" if numbers.is_my_number(MY_NUMBER[:11] + digit)] == [
        "8"
    ]


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        (f"番号は{MY_NUMBER}です", "番号は＊＊＊＊＊＊＊＊＊＊＊＊です"),
        ("1234-5678-9018", "＊＊＊＊-＊＊＊＊-＊＊＊＊"),
        ("１２３４　５６７８　９０１８", "＊＊＊＊　＊＊＊＊　＊＊＊＊"),
        ("123 456 789 018", "＊＊＊ ＊＊＊ ＊＊＊ ＊＊＊"),
    ],
)
def test_masks_my_number(typed: str, masked: str) -> None:
    text, found = numbers.mask_numbers(typed)

    assert text == masked
    assert [number.kind for number in found] == ["my_number"]


@pytest.mark.parametrize(
    "typed",
    [CARD, "4111-1111-1111-1111", "４１１１ １１１１ １１１１ １１１１", "3782 822463 10005"],
)
def test_masks_card_numbers(typed: str) -> None:
    text, found = numbers.mask_numbers(f"カードは {typed} です")

    assert not any(letter.isdecimal() for letter in text)
    assert [number.kind for number in found] == ["card"]


@pytest.mark.parametrize(
    "typed",
    ["電話は090-1234-5678、2026-11-22です", "123456789017", "受付番号 2026-000123", "4111111111111112", MY_NUMBER + "12345678", "0" * 16],
)  # fmt: skip
def test_leaves_other_numbers_alone(typed: str) -> None:
    assert numbers.mask_numbers(typed) == (typed, [])


@given(st.text(st.characters()) | st.text("0123456789０１２-－ "))
def test_answers_anything_with_a_value_or_a_refusal(typed: str) -> None:
    masked, _found = numbers.mask_numbers(typed)
    for parse in (numbers.number, numbers.yen, numbers.telephone, numbers.email):
        with suppress(Refusal):
            parse(typed)

    assert len(masked) == len(typed)


@pytest.mark.parametrize(
    ("text", "read"), [("0", 0), ("42", 42), ("", -1), ("-1", -1), ("x", -1), ("9" * 5000, -1)]
)
def test_what_a_program_counted_is_read_and_everything_else_is_not(text: str, read: int) -> None:
    assert numbers.counted(text) == read
