"""The document of a menu, as drafts and versions keep it and as a clerk's YAML shows it.

A draft may be unfinished: an area without an action, a link without an address. Only what has not the shape
of a menu is refused here; what is unwise or would not work is said by `rules.checking`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from yakuba.kit import documents, yaml_text
from yakuba.kit.text import clean, grapheme_length

SCHEMA = 1
MOST_AREAS = 20  # LINE's own
HEIGHTS = {"full": 1686, "half": 843}
WIDTH = 2500
_LONGEST_FILE = 1_000_000


class UnreadableMenu(ValueError):
    """A document is no menu; the words say why, for a clerk."""


def _letters(most: int) -> AfterValidator:
    """Hold a text to what a reader counts as letters, which is how LINE counts labels and the chat bar."""

    def checked(text: str) -> str:
        if grapheme_length(text) > most:
            raise ValueError(f"at most {most} letters")
        return clean(text)

    return AfterValidator(checked)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StartProcedure(_Part):
    do: Literal["procedure"]
    slug: str = Field("", max_length=40)


class SayText(_Part):
    """We answer with the text, in the talk."""

    do: Literal["text"]
    text: str = Field("", max_length=2000)


class OpenLink(_Part):
    do: Literal["link"]
    url: str = Field("", max_length=1000)


class Telephone(_Part):
    do: Literal["telephone"]
    number: str = Field("", max_length=20)


class OpenPage(_Part):
    """A page of ours inside LINE; the path is below /p/, empty is "my page"."""

    do: Literal["page"]
    path: str = Field("", max_length=200)


class SwitchTab(_Part):
    do: Literal["tab"]
    key: str = Field("", max_length=8)


class PickDate(_Part):
    """LINE's own calendar; the day picked begins the procedure, or is only told back."""

    do: Literal["date"]
    mode: Literal["date", "time", "datetime"] = "date"
    procedure: str = Field("", max_length=40)
    earliest: str = Field("", max_length=16)  # as LINE writes it: 2026-11-22, 09:00
    latest: str = Field("", max_length=16)


Action = Annotated[
    StartProcedure | SayText | OpenLink | Telephone | OpenPage | SwitchTab | PickDate,
    Field(discriminator="do"),
]


class Cell(_Part):
    """One area: where it lies in the grid, what stands on it, what a screen reader says, what it does."""

    at: tuple[int, int, int, int]  # column, row, width, height, in units of the grid
    title: str = Field("", max_length=40)
    note: str = Field("", max_length=60)
    icon: str = Field("", max_length=40)
    label: Annotated[str, _letters(20)] = ""
    action: Action | None = None


class Drawn(_Part):
    """Where a picture drawn by us gets its colours from."""

    theme: str = Field(max_length=30)


class Picture(_Part):
    """Drawn from titles, notes and icons; or a file that somebody uploaded."""

    drawn: Drawn | None = None
    file: str | None = Field(None, max_length=36)  # a StoredFile

    @model_validator(mode="after")
    def _one_of_both(self) -> "Picture":
        if (self.drawn is None) == (self.file is None):
            raise ValueError("either drawn or file")
        return self


class Tab(_Part):
    """One face of the menu; LINE keeps each as a menu of its own."""

    key: str = Field(pattern=r"^[a-z0-9]{1,8}$")
    name: Annotated[str, _letters(20)] = ""
    height: Literal["full", "half"] = "full"
    grid: tuple[Annotated[int, Field(ge=1, le=12)], Annotated[int, Field(ge=1, le=12)]]
    picture: Picture
    cells: tuple[Cell, ...] = Field((), max_length=40)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, in pixels."""
        return WIDTH, HEIGHTS[self.height]


class Menu(_Part):
    """The whole document."""

    schema_: Literal[1] = Field(alias="schema")
    chat_bar: Annotated[str, _letters(14)] = (
        "メニュー"  # the word under the talk that opens the menu
    )
    opens_by_itself: bool = True
    tabs: tuple[Tab, ...] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _tabs_are_told_apart(self) -> "Menu":
        keys = [tab.key for tab in self.tabs]
        if len(set(keys)) < len(keys):
            raise ValueError("two tabs have the same key")
        return self

    def tab(self, key: str) -> Tab | None:
        return next((tab for tab in self.tabs if tab.key == key), None)

    def cells(self) -> Iterator[tuple[Tab, int, Cell]]:
        """Every area with its tab and its place in it."""
        for tab in self.tabs:
            for place, cell in enumerate(tab.cells):
                yield tab, place, cell


def read(document: object, *, written: yaml_text.Written | None = None) -> Menu:
    """Build the menu of a document; `written` is the file that it stands in, under `menu`.

    Raises UnreadableMenu, with every reason and its place.
    """
    if not isinstance(document, Mapping):
        raise UnreadableMenu("メニューの定義ではありません。")
    if document.get("schema") != SCHEMA or isinstance(document.get("schema"), bool):
        raise UnreadableMenu(f"「schema: {SCHEMA}」のメニューではありません。")
    try:
        return Menu.model_validate(document)
    except ValidationError as error:
        raise UnreadableMenu(_words(error, written)) from None


def _words(error: ValidationError, written: yaml_text.Written | None) -> str:
    lines = []
    for where, sentence in documents.complaints(error):
        place = written.place_of(f"menu.{where}") if written else None
        lines.append(f"{place}（{where}）：{sentence}" if place else f"{where}：{sentence}")
    return "\n".join(lines)


def document_of(menu: Menu) -> dict[str, JsonValue]:
    """Return the document with every field written out; `read` gives the menu back."""
    document: dict[str, JsonValue] = menu.model_dump(mode="json", by_alias=True, exclude_none=False)
    for tab in menu.tabs:
        place = menu.tabs.index(tab)
        picture = tab.picture.model_dump(mode="json", exclude_none=True)
        document["tabs"][place]["picture"] = picture  # type: ignore[index,call-overload]
    return document


def sha256_of(value: object) -> str:
    """Return the hash of a document in one spelling, whatever order its keys had."""
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def empty(*, chat_bar: str = "メニュー") -> dict[str, JsonValue]:
    """Return the document with which a new menu begins: six equal areas without actions."""
    cells = [{"at": [column, row, 1, 1]} for row in range(2) for column in range(3)]
    tab = {
        "key": "a",
        "name": "メニュー",
        "height": "full",
        "grid": [3, 2],
        "picture": {"drawn": {"theme": "town"}},
        "cells": cells,
    }
    return document_of(read({"schema": SCHEMA, "chat_bar": chat_bar, "tabs": [tab]}))


def to_yaml(whole: Mapping[str, Any]) -> str:
    """Write the file that a clerk takes to another installation."""
    return yaml_text.dump(dict(whole))


def from_yaml(text: str) -> dict[str, Any]:
    """Read a file that `to_yaml` wrote, or that a person wrote: name, department, menu.

    Raises:
        UnreadableMenu: it is no YAML, or there is no menu in it.
    """
    if len(text) > _LONGEST_FILE:
        raise UnreadableMenu("ファイルが大きすぎます（1MBまで）。")
    try:
        written = yaml_text.load(text)
    except yaml_text.NotReadable as no:
        raise UnreadableMenu(str(no)) from None
    whole = written.value
    if not isinstance(whole, dict) or "menu" not in whole:
        raise UnreadableMenu("メニューのファイルではありません。「menu:」がありません。")
    read(whole["menu"], written=written)
    return whole
