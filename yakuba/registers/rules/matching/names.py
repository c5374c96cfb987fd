"""Names and other words: width, spaces, kana and the shapes of kanji make no difference."""

import re

from yakuba.kit.kana import search_key
from yakuba.registers.rules.matching.letters import bare

_JOINTS = re.compile(r"[\s・･.,，．、'’`´=＝\-‐‑–_]")


def form(text: str) -> str:
    """Return the form in which 髙橋　花子, 高橋花子 and 高橋 花子 are one, and ユウコ and ユーコ."""
    # The joints go first: what stands on both sides of one may be a long sound.
    return search_key(bare(text, _JOINTS))
