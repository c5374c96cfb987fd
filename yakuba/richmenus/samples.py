"""What a new menu begins with: areas with their words and icons, without most of what they do.

A ready menu cannot know the town's procedures; what is still to be chosen stands in the list of problems.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yakuba.richmenus import definition
from yakuba.richmenus.drawing.themes import USUAL
from yakuba.richmenus.rules import grids

Document = dict[str, Any]
Words = tuple[str, str, str]  # title, note, icon


@dataclass(frozen=True, slots=True)
class Face:
    """One tab of a ready menu."""

    name: str
    words: Sequence[Words]
    areas: int
    height: str = "full"
    theme: str = USUAL


@dataclass(frozen=True, slots=True)
class Beginning:
    """One way to begin."""

    key: str
    label: str
    words: str
    faces: Sequence[Face]


_LIVING: Sequence[Words] = (
    ("お知らせの設定", "", "news"),
    ("ごみ・リサイクル", "", "garbage"),
    ("子育て", "", "child"),
    ("施設の予約", "", "reserve"),
    ("申請・手続き", "", "apply"),
    ("防災・避難所", "", "disaster"),
    ("道路の通報", "", "camera"),
    ("よくある質問", "", "question"),
    ("マイページ", "", "person"),
)
_SAFETY: Sequence[Words] = (
    ("避難所をさがす", "", "shelter"),
    ("いまの警報", "", "alarm"),
    ("川と雨", "", "river"),
    ("持ち出すもの", "", "disaster"),
    ("家族の安否", "", "family"),
    ("役場に電話", "", "phone"),
)

BEGINNINGS: Sequence[Beginning] = (
    Beginning("six", "標準6区画", "横3・縦2。いちばん多く使われる形です。", [Face("くらし", (*_LIVING[:5], _LIVING[8]), 6)]),
    Beginning("nine", "9区画", "横3・縦3。案内することが多いとき。", [Face("くらし", _LIVING, 9)]),
    Beginning("tabs", "タブ2枚", "「くらし」と「防災」を上のタブで切り替えます。", [Face("くらし", (*_LIVING[:5], _LIVING[8]), 6), Face("防災", _SAFETY, 6)]),
    Beginning("four", "低い4区画", "画面の3分の1ほどの高さ。トークを広く見せたいとき。", [Face("くらし", (_LIVING[0], _LIVING[1], _LIVING[5], _LIVING[8]), 4, "half")]),
    Beginning("disaster", "災害のとき", "赤い6区画。警報が出たときに切り替えます。", [Face("防災", _SAFETY, 6, theme="alarm")]),
    Beginning("blank", "何もない6区画", "ことばも絵も、はじめから自分で入れます。", [Face("メニュー", (), 6)]),
)  # fmt: skip


def document_for(key: str, *, phone: str) -> Document:
    """Return the document that a new menu begins with; `phone` is the town's number, or empty."""
    beginning = next((one for one in BEGINNINGS if one.key == key), BEGINNINGS[0])
    tabs = [
        _tab("abcdefgh"[number], face, phone=phone) for number, face in enumerate(beginning.faces)
    ]
    document: Document = {"schema": definition.SCHEMA, "chat_bar": "メニュー", "tabs": tabs}
    return definition.document_of(definition.read(document))


def _tab(key: str, face: Face, *, phone: str) -> Document:
    board = grids.READY[face.height][face.areas]
    cells: list[Document] = [{"at": [*at]} for at in board.cells]
    for cell, (title, note, icon) in zip(cells, face.words, strict=False):
        cell.update(title=title, note=note, icon=icon, label=title, action=_action(icon, phone))
    return {
        "key": key,
        "name": face.name,
        "height": face.height,
        "grid": [*board.grid],
        "picture": {"drawn": {"theme": face.theme}},
        "cells": cells,
    }


def _action(icon: str, phone: str) -> Document | None:
    if icon == "person":
        return {"do": "page", "path": ""}
    if icon == "phone" and phone:
        return {"do": "telephone", "number": phone}
    return None
