"""Kana: one form for search, the order of the 五十音, and the reading of a name."""

import unicodedata

import jaconv
from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal
from yakuba.kit.text import clean, voiced

_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# Sounds that are one today, and so are mixed up when a name is heard: ヲ and オ, ヅ and ズ, ヴ and ブ.
_ALIKE = str.maketrans("ヰヱヲヂヅヴ", "イエオジズブ")
_VU = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"))
_LONG_MARK = "ー"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−-~〜", _LONG_MARK))
_VOWELS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジビピ",
    "ウ": "ウクスツヌフムユルグズブプ",
    "エ": "エケセテネヘメレゲゼデベペ",
    "オ": "オコソトノホモヨロゴゾドボポ",
}
_VOWEL_OF = {kana: vowel for vowel, row in _VOWELS.items() for kana in row}
_MARKS = {"\u3099": 1, "\u309a": 2}
_KANA_SIGNS = "ー・ 　"

SortKey = tuple[str, tuple[int, ...], str, str]


class NotKana(Refusal):
    sentence = _("ふりがなは、ひらがなかカタカナで入力してください。例：「カミイチ ハナコ」")


def is_kana(text: str) -> bool:
    """Tell whether `text` is hiragana and katakana only, with ー, ・ and spaces, and at least one kana."""
    letters = [letter for letter in _folded(text) if letter not in _KANA_SIGNS]
    return bool(letters) and all("ァ" <= letter <= "ヺ" for letter in letters)


def reading(text: str) -> str:
    """Return the reading of a name in full-width katakana, with one space between its parts.

    Raises:
        NotKana: something in it is neither hiragana nor katakana.
    """
    if not is_kana(text):
        raise NotKana
    return " ".join(_folded(clean(text)).translate(_DASHES).split())


def search_key(text: str) -> str:
    """Return the form in which two ways to write the same thing are equal.

    Width, case, hiragana and katakana, small and large kana, ー and the vowel it stands for (コー, コウ,
    コオ; ケー, ケイ), sounds that are one today, spaces and middle dots make no difference.
    """
    katakana = _folded(_folded(text).casefold())  # some small letters fold to compounds again
    for vu, bu in _VU:
        katakana = katakana.replace(vu, bu)
    letters: list[str] = []
    before = ""
    for letter in katakana.translate(_SMALL).translate(_ALIKE):
        if letter.isspace() or letter in "・.,'’" or letter in _MARKS:
            continue
        folded = _long(before, letter.translate(_DASHES) if before in _VOWEL_OF else letter)
        letters.append(folded)
        before = folded
    return "".join(letters)


def sort_key(text: str) -> SortKey:
    """Return a key that sorts in the order of the 五十音, after JIS X 4061.

    First the plain kana decide, then voice marks (は ば ぱ), then small before large, then hiragana before
    katakana. Digits and letters stand before kana, kanji after.
    """
    plain: list[str] = []
    marks: list[int] = []
    large: list[str] = []
    for letter in unicodedata.normalize("NFD", _folded(text)):
        if letter in _MARKS:
            if marks:
                marks[-1] = _MARKS[letter]
        elif not letter.isspace() and letter != "・":
            base = letter.translate(_SMALL)
            base = _VOWEL_OF.get(plain[-1], base) if base == _LONG_MARK and plain else base
            plain.append(base)
            marks.append(0)
            large.append("0" if letter == _LONG_MARK else "1" if letter != base else "2")
    return "".join(plain).casefold(), tuple(marks), "".join(large), text


def _folded(text: str) -> str:
    """Return NFKC with katakana for hiragana."""
    return jaconv.hira2kata(unicodedata.normalize("NFKC", voiced(text)))


def _long(before: str, letter: str) -> str:
    vowel = _VOWEL_OF.get(before, "")
    if letter == _LONG_MARK and vowel:
        return vowel
    if (vowel, letter) in (("オ", "ウ"), ("エ", "イ")):
        return vowel
    return letter
