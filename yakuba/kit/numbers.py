"""Numbers as people type them: amounts, money, telephones, mail addresses; and numbers to keep out.

What cannot be read is refused in a sentence with an example.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal


class UnreadableNumber(Refusal):
    sentence = _("数字として読み取れませんでした。「1200」のように、数字だけを入力してください。")


class NotWhole(UnreadableNumber):
    sentence = _("小数は使えません。「3」のように、きりのよい数を入力してください。")


class NumberTooLarge(UnreadableNumber):
    sentence = _("数が大きすぎます。けた数を確かめて、もう一度入力してください。")


class UnreadableMoney(Refusal):
    sentence = _("金額として読み取れませんでした。「1200」や「1,200円」のように入力してください。")


class UnreadableTelephone(Refusal):
    sentence = _(
        "電話番号として読み取れませんでした。"
        "「076-472-1111」や「090-1234-5678」のように、数字で入力してください。"
    )


class NoAreaCode(UnreadableTelephone):
    sentence = _("市外局番から入力してください。例：「076-472-1111」")


class WrongTelephoneLength(UnreadableTelephone):
    sentence = _(
        "電話番号のけた数が合いません（{digits}けたでした）。"
        "「076-472-1111」や「090-1234-5678」のように入力してください。"
    )


class UnreadableEmail(Refusal):
    sentence = _(
        "メールアドレスとして読み取れませんでした。"
        "「hanako@example.jp」のように、半角の英数字で入力してください。"
    )


_DASH = "-‐‑‒–—―−ー－ｰ"
_MOST_DIGITS = 15  # what a double, and so a cell of Excel, holds exactly
_MINUS = str.maketrans(dict.fromkeys(_DASH + "▲△", "-") | {"、": ","})
_NUMBER = re.compile(r"([-+]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?")
_UNIT = re.compile(
    "時間|[かヶカヵ箇]?[月所]|円|人|名|個|件|回|歳|才|年|日|週間?|泊|分|秒|台|本|枚|冊|箱|袋|匹|頭|羽|杯|組|戸|棟|室|階"
    "|点|つ|世帯|部|口|%|キロ|グラム|メートル|リットル|k?m|cm|mm|[km]?g|m?l|ha|番目?|位|度",
    re.IGNORECASE,
)
_BIG_UNITS = (("億", 100_000_000), ("万", 10_000), ("千", 1_000))


def counted(text: str) -> int:
    """Read what a program of ours once wrote, such as a revision or a place in a list; -1 for anything else.

    Digits without end, as only an attacker sends them, are anything else too.
    """
    return int(text) if text.isdecimal() and len(text) < 19 else -1


def number(text: str) -> Decimal:
    """Read a number, with or without a unit: １，２００, 1.5km, 2人, △3, 約5.

    Raises:
        UnreadableNumber: in a sentence with an example.
    """
    plain = _plain(text).removeprefix("約").removesuffix("くらい").removesuffix("ぐらい")
    plain = re.sub(r"^マイナス", "-", plain)
    found = _NUMBER.match(plain)
    if found is None or not (found[2] or found[3]):
        raise UnreadableNumber
    unit = plain[found.end() :]
    if unit and not _UNIT.fullmatch(unit):
        raise UnreadableNumber
    digits = (found[2] or "0").replace(",", "")
    if len(digits.lstrip("0")) > _MOST_DIGITS or len(found[3] or "") > _MOST_DIGITS:
        raise NumberTooLarge
    return Decimal(found[1] + digits + (found[3] or ""))


def whole(text: str) -> int:
    """Read a whole number; 3.0 is one.

    Raises:
        UnreadableNumber: in a sentence with an example.
    """
    value = number(text)
    if value != value.to_integral_value():
        raise NotWhole
    return int(value)


def yen(text: str) -> int:
    """Read an amount of money in whole yen: ￥１，２００, 1,200円, 3万円, 1万2千円, 1.5万円.

    Raises:
        UnreadableMoney: in a sentence with an example; a negative amount and a part of a yen too.
        NumberTooLarge: more digits than any amount has.
    """
    plain = _plain(text).lstrip("¥\\").removesuffix("-").removesuffix("也").removesuffix("円")
    total, rest = Decimal(0), plain
    try:
        for unit, value in _BIG_UNITS:
            before, found, after = rest.partition(unit)
            if found:
                total, rest = total + _unsigned(before) * value, after
        if rest:
            total += _unsigned(rest)
    except NumberTooLarge:
        raise
    except UnreadableNumber:
        raise UnreadableMoney from None
    if not plain or total != total.to_integral_value():
        raise UnreadableMoney
    if total >= 10**_MOST_DIGITS:
        raise NumberTooLarge
    return int(total)


def _unsigned(plain: str) -> Decimal:
    # The year of a date has no unit here: 2人 is no money.
    if not re.fullmatch(r"[\d,.]+", plain):
        raise UnreadableNumber
    return number(plain)


def _plain(text: str) -> str:
    # The minus has to be folded first: NFKC makes a long mark of the half-width one.
    folded = unicodedata.normalize("NFKC", text.translate(_MINUS)).translate(_MINUS)
    return "".join(folded.split())


_DASHES = re.compile(rf"[{_DASH}.・/\s]+")
_TELEPHONE = re.compile(r"[0-9+()\-]+")
_ELEVEN_DIGITS = re.compile(r"0[56789]0|020")  # 050 IP, 060-090 mobile, 0800 free of charge
# Only what is certain without the ministry's list of area codes: Tokyo, Osaka, and the 076 area,
# where 0761, 0763, 0765, 0766, 0767 and 0768 are codes of their own.
_GROUPS = (
    (re.compile(r"0(?:120|570|990)"), (4, 3, 3)),
    (re.compile(r"0800"), (4, 3, 4)),
    (_ELEVEN_DIGITS, (3, 4, 4)),
    (re.compile(r"0[36]"), (2, 4, 4)),
    (re.compile(r"076[135678]"), (4, 2, 4)),
    (re.compile(r"076"), (3, 3, 4)),
)


def telephone(text: str) -> str:
    """Read a Japanese telephone number and write it 076-472-1111.

    Where the area code is not known here, the person's own hyphens stay, and digits without
    hyphens stay digits. Look numbers up by `telephone_digits`, which is the same for all of them.

    Raises:
        UnreadableTelephone: in a sentence that says what was wrong, with an example.
    """
    digits, typed = _telephone(text)
    for prefix, lengths in _GROUPS:
        if prefix.match(digits):
            first, second, _third = lengths
            return "-".join(
                (digits[:first], digits[first : first + second], digits[first + second :])
            )
    is_grouped = len(typed) == 3 and 2 <= len(typed[0]) <= 5 and len(typed[2]) == 4
    return "-".join(typed) if is_grouped else digits


def telephone_digits(text: str) -> str:
    """Return the digits of a Japanese telephone number, for comparison and keyed hashes.

    Raises:
        UnreadableTelephone: in a sentence that says what was wrong, with an example.
    """
    return _telephone(text)[0]


def _telephone(text: str) -> tuple[str, list[str]]:
    """Return the digits, and the groups in which they were typed."""
    plain = unicodedata.normalize("NFKC", text.strip())
    plain = _DASHES.sub("-", re.sub(r"^(?:TEL|電話)[:.]?", "", plain, flags=re.IGNORECASE)).strip(
        "-"
    )
    if not _TELEPHONE.fullmatch(plain):
        raise UnreadableTelephone
    plain = re.sub(r"^\+81-?(?:\(0\)|0)?-?\(?0?", "0", plain)
    typed = [group for group in re.split(r"[-()]+", plain) if group]
    digits = "".join(typed)
    if "+" in digits or not digits:
        raise UnreadableTelephone
    if not digits.startswith("0"):
        raise NoAreaCode if len(digits) <= 8 else UnreadableTelephone
    wanted = 11 if _ELEVEN_DIGITS.match(digits) else 10
    if len(digits) != wanted:
        raise WrongTelephoneLength(digits=len(digits))
    if digits.startswith("00") or len(set(digits)) == 1:
        raise UnreadableTelephone
    return digits, typed


# Addresses of Japanese carriers may have a dot before the @ and two dots in a row, against RFC 5321.
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def email(text: str) -> str:
    """Read a mail address: full-width letters are folded, the domain is written small.

    Raises:
        UnreadableEmail: in a sentence with an example.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:")
    if len(plain) > 254 or not _EMAIL.fullmatch(plain):
        raise UnreadableEmail
    name, _at, domain = plain.rpartition("@")
    return f"{name}@{domain.lower()}"


_MASK = "＊"
# \d matches the digits of every script, so full-width ones too.
_RUN = re.compile(rf"\d+(?:[{_DASH}\s.・]{{1,2}}\d+)*")
_GROUP = re.compile(r"\d+")
_CARD_GROUPS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (4, 4, 4, 2))


@dataclass(frozen=True, slots=True)
class Found:
    """Where a forbidden number stood; the number itself is not kept."""

    kind: Literal["my_number", "card"]
    start: int
    end: int


def is_my_number(digits: str) -> bool:
    """Check the check digit of an individual number.

    Source: 行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び個人番号
    カード並びに特定個人情報の提供等に関する省令 5条: 11 - (ΣPn·Qn mod 11), 0 when the rest is 0 or 1; Pn is the
    n-th digit from the right without the check digit, Qn = n + 1 up to n = 6 and n - 5 above.
    """
    if len(digits) != 12 or not digits.isdecimal():
        return False
    total = 0
    for n, digit in enumerate(reversed(digits[:11]), start=1):
        total += int(digit) * (n + 1 if n <= 6 else n - 5)
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_card_number(digits: str) -> bool:
    """Check length and check digit (Luhn, ISO/IEC 7812-1) of a payment card."""
    if not 13 <= len(digits) <= 19 or not digits.isdecimal() or int(digits) == 0:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask_numbers(text: str) -> tuple[str, list[Found]]:
    """Replace the digits of each マイナンバー and card number by ＊, and say where they stood.

    A number may be full-width and be written in groups (4-4-4, 4 4 4 4, 4-6-5). Groups of a
    telephone number followed by a date are not put together to one number.
    """
    found: list[Found] = []
    for run in _RUN.finditer(text):
        groups = [
            (run.start() + group.start(), run.start() + group.end())
            for group in _GROUP.finditer(run[0])
        ]
        found += _in_groups(text, groups)
    masked = list(text)
    for number in found:
        for place in range(number.start, number.end):
            if masked[place].isdecimal():
                masked[place] = _MASK
    return "".join(masked), found


def _in_groups(text: str, groups: Sequence[tuple[int, int]]) -> list[Found]:
    found: list[Found] = []
    first = 0
    while first < len(groups):
        number, after = _starting_at(text, groups, first)
        if number:
            found.append(number)
        first = after
    return found


def _starting_at(
    text: str, groups: Sequence[tuple[int, int]], first: int
) -> tuple[Found | None, int]:
    """Return the longest forbidden number that begins with group `first`, and the group to go on with."""
    for last in range(min(len(groups), first + 19), first, -1):
        start, end = groups[first][0], groups[last - 1][1]
        digits = "".join(str(int(letter)) for letter in text[start:end] if letter.isdecimal())
        lengths = tuple(end - start for start, end in groups[first:last])
        if len(set(lengths)) == 1 and is_my_number(digits):
            return Found("my_number", start, end), last
        if (len(lengths) == 1 or lengths in _CARD_GROUPS) and is_card_number(digits):
            return Found("card", start, end), last
    return None, first + 1
