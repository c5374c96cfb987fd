"""What one cell says: read by the kind of its column, as files from Excel really are.

Whatever had to be guessed is noted, so that a clerk learns what was done with the file.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from yakuba.kit import kana, numbers, postal, text, wareki
from yakuba.kit.errors import Refusal
from yakuba.registers.rules.columns import OWN_LETTERS, Spec, Value

Raw: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None

LONGEST = 2_000
# What was done to a cell besides reading it.
ZEROS, SERIAL, OWN_LETTER, DITTO = "zeros", "serial", "own_letters", "ditto"

_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+?\d+")
_SERIAL = re.compile(r"\d{4,5}(?:\.0+)?")
_YEARLESS = re.compile(r"\d{1,2}[-/.月]\d{1,2}日?")
_CLOCK = re.compile(r"[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range(61, 73_051)  # 1900-03-01 to 2099-12-31; before, Excel counts a day that never was
_YES = frozenset({"1", "○", "〇", "◯", "有", "あり", "可", "true", "はい", "yes", "y", "レ", "✓", "✔", "該当"})  # fmt: skip
_NO = frozenset({"0", "×", "✕", "無", "なし", "否", "不可", "false", "いいえ", "no", "n", "非該当"})


class Unreadable(Refusal):
    """What a cell says does not fit its column; the sentence says what to do."""


class ShortenedByExcel(Unreadable):
    sentence = (
        "「{written}」は、Excelがけたを省いた形です。元の数字は分かりません。"
        "もとの表でこの列の書式を「文字列」にして、正しい番号を入れ直してください。"
    )


class TooLong(Unreadable):
    sentence = "長すぎます（{length:,}文字）。{limit:,}文字までにしてください。"


class NoYear(Unreadable):
    sentence = "「{written}」には年がありません。「令和8年4月1日」のように年も書いてください。"


class DayUnknown(Unreadable):
    sentence = "「{written}」は日付になりません。分からないときは空欄にしてください。"


class NotAChoice(Unreadable):
    sentence = "「{written}」は選択肢にありません。{choices}のどれかにしてください。"


class NeitherYesNorNo(Unreadable):
    sentence = "「{written}」が、はいかいいえか分かりません。「○」か空欄（または「はい」「いいえ」）にしてください。"


class WrongLength(Unreadable):
    sentence = "{length}けたの番号ですが、「{written}」は{found}けたです。"


class BrokenLetters(Unreadable):
    sentence = "文字が壊れています（�）。文字コードを選び直すか、もとの表から保存し直してください。"


class ErrorCell(Unreadable):
    sentence = "Excelの計算が誤り（{written}）になっています。もとの表を直してください。"


class Missing(Unreadable):
    sentence = "空欄です。この列は空欄にできません。"


class IsMyNumber(Unreadable):
    sentence = "マイナンバー（個人番号）のようです。台帳には入れられません。"


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a cell, None when it is empty, and what was done to it."""

    value: Value | None
    notes: tuple[str, ...] = ()


EMPTY = Read(None)


def read(column: Spec, raw: Raw) -> Read:
    """Read a cell of `column`.

    Raises:
        Refusal: in a sentence that says what is wrong and what to do.
    """
    if raw is None or (isinstance(raw, str) and text.is_blank(raw)):
        if column.is_required:
            raise Missing
        return EMPTY
    if isinstance(raw, str) and "\ufffd" in raw:
        raise BrokenLetters
    found = _READERS[column.kind](column, raw)
    if column.is_required and found.value is None:
        raise Missing
    if isinstance(found.value, str) and OWN_LETTERS.search(found.value):
        return Read(found.value, (*found.notes, OWN_LETTER))
    return found


def written(raw: Raw) -> str:
    """Write a cell as it stands in the file: 12345.0 of Excel is 12345, a date is 2026-04-01."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ", "minutes")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw)


def _words(raw: Raw) -> str:
    words = written(raw).strip()
    if len(words) > LONGEST:
        raise TooLong(length=len(words), limit=LONGEST)
    if words.startswith("#") and words in ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"):
        raise ErrorCell(written=words)
    return words


def _whole(raw: Raw) -> str:
    """Return the words of a cell that is a number by name only; what Excel shortened cannot be known."""
    words = unicodedata.normalize("NFKC", _words(raw))
    if _EXPONENT.fullmatch(words):
        raise ShortenedByExcel(written=words)
    return words


def _text(column: Spec, raw: Raw) -> Read:
    return Read(text.stored(_words(raw)) or None)


def _name(column: Spec, raw: Raw) -> Read:
    return Read(" ".join(text.stored(_words(raw)).split()) or None)


def _kana(column: Spec, raw: Raw) -> Read:
    return Read(kana.reading(_words(raw)))


def _day(column: Spec, raw: Raw) -> Read:
    if isinstance(raw, datetime):
        return Read(raw.date().isoformat())
    if isinstance(raw, date):
        return Read(raw.isoformat())
    words = _words(raw)
    plain = unicodedata.normalize("NFKC", words).strip()
    if _SERIAL.fullmatch(plain) and int(float(plain)) in _SERIALS:
        return Read((_EXCEL_ZERO + timedelta(days=int(float(plain)))).isoformat(), (SERIAL,))
    plain = _CLOCK.sub("", plain) or plain
    if _YEARLESS.fullmatch("".join(plain.split())):
        raise NoYear(written=words)
    if "不詳" in plain or not any(letter.isdecimal() for letter in plain):
        raise DayUnknown(written=words)
    # Without a year it was refused above, so the day on which the file is read does not matter.
    return Read(wareki.parse_date(plain, today=date(2000, 1, 1)).isoformat())


def _number(column: Spec, raw: Raw) -> Read:
    words = _words(raw)
    if isinstance(raw, str) and _EXPONENT.fullmatch(unicodedata.normalize("NFKC", words)):
        raise ShortenedByExcel(written=words)
    value = Decimal(words) if isinstance(raw, int | float) else numbers.number(words)
    if value == value.to_integral_value():
        return Read(int(value))
    return Read(f"{value.normalize():f}")


def _money(column: Spec, raw: Raw) -> Read:
    return Read(numbers.yen(_whole(raw)))


def _choice(column: Spec, raw: Raw) -> Read:
    words = text.stored(_words(raw))
    wanted = _folded(words)
    for choice in column.choices:
        if _folded(choice) == wanted:
            return Read(choice)
    raise NotAChoice(written=words[:40], choices="".join(f"「{one}」" for one in column.choices))


def _yes_no(column: Spec, raw: Raw) -> Read:
    if isinstance(raw, bool):
        return Read(raw)
    words = _folded(_words(raw))
    if words in _YES:
        return Read(True)
    if words in _NO:
        return Read(False)
    raise NeitherYesNorNo(written=words[:40])


def _postal(column: Spec, raw: Raw) -> Read:
    words = _whole(raw)
    if len(words) == 6 and words.isdecimal():
        return Read(postal.parse("0" + words), (ZEROS,))
    return Read(postal.parse(words))


def _address(column: Spec, raw: Raw) -> Read:
    return Read(" ".join(text.stored(_words(raw)).split()) or None)


def _phone(column: Spec, raw: Raw) -> Read:
    words = _whole(raw)
    # A number without its first zero: nine digits at home, ten of a mobile telephone.
    if words.isdecimal() and words[0] != "0" and len(words) in (9, 10):
        return Read(numbers.telephone("0" + words), (ZEROS,))
    return Read(numbers.telephone(words))


def _email(column: Spec, raw: Raw) -> Read:
    return Read(numbers.email(_words(raw)))


def _code(column: Spec, raw: Raw) -> Read:
    words = "".join(_whole(raw).split())
    if numbers.is_my_number(words.replace("-", "")) and column.length != 12:
        raise IsMyNumber
    if not column.length:
        return Read(words)
    if words.isdecimal() and len(words) < column.length:
        return Read(words.zfill(column.length), (ZEROS,))
    if len(words) != column.length:
        raise WrongLength(length=column.length, written=words[:40], found=len(words))
    return Read(words)


def _folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


_READERS: dict[str, Callable[[Spec, Raw], Read]] = {
    "text": _text,
    "name": _name,
    "kana": _kana,
    "day": _day,
    "number": _number,
    "money": _money,
    "choice": _choice,
    "yes_no": _yes_no,
    "postal": _postal,
    "address": _address,
    "phone": _phone,
    "email": _email,
    "code": _code,
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, with the sentences about what could not be read, by the key of the column."""

    values: dict[str, Value]
    problems: dict[str, str]
    notes: list[tuple[str, str]]  # (key, what was done)


def read_line(columns: Sequence[Spec], cells: Mapping[str, Raw]) -> Line:
    """Read every cell of a line; what is empty is not among the values."""
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    notes: list[tuple[str, str]] = []
    for column in columns:
        try:
            found = read(column, cells.get(column.key))
        except Refusal as no:
            problems[column.key] = str(no)
            continue
        if found.value is not None:
            values[column.key] = found.value
        notes += [(column.key, note) for note in found.notes]
    return Line(values, problems, notes)
