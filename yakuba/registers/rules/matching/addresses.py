"""Addresses: 富山県中新川郡上市町大字法音寺一番地の二 and 上市町法音寺1-2 are one place; buildings stand aside."""

import re

from yakuba.registers.rules.matching.letters import bare, plain

_PREFECTURES = plain(
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|"
    "新潟県|富山県|石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|"
    "奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|"
    "熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
# 郡 is left out where it stands before a town or a village (中新川郡上市町), not inside a name (郡上市).
_DRESS = re.compile(rf"^(?:{_PREFECTURES})?(?:[^\d市区町村郡]{{1,5}}郡(?=..*[町村]))*")
_SPACES = re.compile(r"[\s,、・]")
_SECTION = re.compile(r"大字|(?<=[町村市区])字|(?<=.)小字")
_KANJI_NUMBER = re.compile(
    r"[〇一二三四五六七八九十百千]+(?=丁目|丁|番|号|地割)"
    r"|(?:(?<=番地の)|(?<=番地)|(?<=丁目)|(?<=番))[〇一二三四五六七八九十百千]+"
)
_PLACE = re.compile(
    r"(?<=\d)(?:丁目|地割|番地の?|番町?の?|号(?:室|棟)?の?|丁|[-‐‑‒–—―−ー─の之ノ/])(?=\d|$|\D)"
)
_DASHES = re.compile(r"-{2,}|-(?=\D|$)")
_HOUSE = re.compile(r"\d+(?:-\d+)*")
_NO_HOUSE = re.compile(r"無?番地(?:なし|無し)?$")
_BETWEEN = re.compile(r"(?<=[^\x00-\xff])[ノの之](?=[^\x00-\xff\d])")
_KE = str.maketrans("ヵヶがガ", "ケケケケ")
_DIGITS = {kanji: digit for digit, kanji in enumerate("〇一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def form(text: str) -> str:
    """Return the town and the numbers of its block, as 上市町法音寺1-2."""
    written = _DRESS.sub("", bare(text, _SPACES), count=1)
    counted = _KANJI_NUMBER.sub(lambda found: str(_number(found[0])), _SECTION.sub("", written))
    placed = _DASHES.sub(_between, _PLACE.sub("-", counted))
    house = _HOUSE.search(placed)
    town, numbers = (placed[: house.start()], house[0]) if house else (placed, "")
    return _town(_NO_HOUSE.sub("", town)) + numbers


def _between(found: re.Match[str]) -> str:
    """Keep one dash between numbers; drop the last, which 1番地 leaves behind."""
    return "-" if found.end() < len(found.string) and found.string[found.end()].isdigit() else ""


def _town(name: str) -> str:
    """Return a name without what is written or not written as people please: 斉ノ神新, 鶴ヶ丘."""
    return _BETWEEN.sub("", name).translate(_KE)


def _number(kanji: str) -> int:
    if not any(unit in kanji for unit in _UNITS):
        return int("".join(str(_DIGITS[letter]) for letter in kanji))
    total, digit = 0, 0
    for letter in kanji:
        if letter in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[letter], 0
        else:
            digit = _DIGITS[letter]
    return total + digit
