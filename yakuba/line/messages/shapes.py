"""The types of what is said, and the two ways in which it cannot be said."""

import json
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal
from yakuba.kit.text import clean, cut_graphemes, cut_utf16, is_blank

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Message: TypeAlias = dict[str, Json]


# Where LINE counts letters it does not limit their length; a label of nothing but flags and
# families would burst the limit of a card. Emoji are 2 to 11 units, other letters 1.
UNITS_PER_LETTER = 3


class NothingToSay(Refusal):
    sentence = _("LINEで送る文章が空です。文章を入力してください。")


class TooMuchToSay(Refusal):
    sentence = _(
        "一度に送るには長すぎます。LINEでは、吹き出し{limit}つまでです。短くしてください。"
    )


def size(value: Json) -> int:
    """Count the bytes of the longest form in which `value` may travel."""
    return len(json.dumps(value))


def said(text: str) -> str:
    """Return `text` as it can be sent.

    Raises:
        NothingToSay: nobody would see anything of it.
    """
    cleaned = clean(text).strip()
    if is_blank(cleaned):
        raise NothingToSay
    return cleaned


def one_line(text: str, *, letters: int) -> str:
    """Return `text` on one line, cut to `letters` as a reader counts them.

    Raises:
        NothingToSay: nobody would see anything of it.
    """
    line = cut_graphemes(" ".join(said(text).split()), letters)
    return cut_utf16(line, letters * UNITS_PER_LETTER)
