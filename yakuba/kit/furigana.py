"""Furigana as the town writes it: 上市町《かみいちまち》, or ｜明日の会《あしたのかい》 where the word is not kanji alone.

The notation of Aozora Bunko. Only a reading in kana, right behind a word, is furigana; 《》 elsewhere stay as they are.
"""

import re
from collections.abc import Iterator

_KANJI = "々〆ヶ〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd"
_KANA = "ぁ-ゖァ-ヺー・ \u3000"
_RUBY = re.compile(
    rf"(?:[｜|](?P<marked>[^｜|《》\n]{{1,40}})|(?P<kanji>[{_KANJI}]{{1,40}}))《(?P<reading>[{_KANA}]{{1,60}})》"
)
_ALMOST = re.compile(rf"(?:[｜|][^｜|《》\n]{{0,40}}|[{_KANJI}])《[^》\n]*》?")


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Go through the text: each word with its reading, and what is between with none."""
    end = 0
    for found in _RUBY.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], ""
        yield found["marked"] or found["kanji"], found["reading"]
        end = found.end()
    if end < len(text):
        yield text[end:], ""


def plain(text: str) -> str:
    """Return the text without its readings: for buttons, titles, tables and staff."""
    return "".join(word for word, _reading in parts(text)) if "《" in text else text


def told(text: str) -> str:
    """Return the text with its readings in brackets, for the talk, which has no small letters."""
    if "《" not in text:
        return text
    return "".join(f"{word}（{reading}）" if reading else word for word, reading in parts(text))


def unreadable(text: str) -> list[str]:
    """Return what looks like furigana and is none, as it stands in the text."""
    if "《" not in text:
        return []
    rest = (word for word, reading in parts(text) if not reading)
    return [found[0] for word in rest for found in _ALMOST.finditer(word)]
