"""The fields of each kind of part, as the composing page draws them and reads them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from yakuba.broadcasts.rules.content import (
    KINDS,
    LANGUAGES,
    MOST_BUTTONS,
    MOST_FACTS,
    MOST_ITEMS,
)
from yakuba.broadcasts.rules.linting import NAMES

Document = dict[str, Any]
Look = Literal["text", "long", "line", "url", "media", "film", "flag", "facts", "buttons", "items"]


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    look: Look = "text"
    hint: str = ""


_TITLE = Field("title", "見出し")
_WORDS = Field("words", "文章", "long")
_PICTURE = Field("picture", "画像（なくてもよい）", "media", "横長の写真が向いています。")
_BUTTONS = Field("buttons", "ボタン", "buttons", "1つ目が大きなボタンになります。3つまで。")

FIELDS: dict[str, tuple[Field, ...]] = {
    "text": (
        Field(
            "text",
            "本文",
            "long",
            "5,000文字をこえると、読みやすいところで分けて送ります。",
        ),
    ),
    "image": (
        Field("media", "画像", "media", "JPEGかPNG、10MBまで。"),
        Field("alt", "読み上げる説明", "text", "画像が見えない人に読み上げます。"),
        Field("url", "押したときに開くページ（なくてもよい）", "url"),
    ),
    "video": (
        Field("media", "動画", "film", "MP4、200MBまで。"),
        Field("cover", "表紙の画像", "media", "再生するまで見える画像です。"),
        Field("alt", "何の動画か", "text"),
    ),
    "link": (
        _TITLE,
        _WORDS,
        _PICTURE,
        Field("url", "開くページ", "url"),
        Field("label", "ボタンの文字", "text", "空のときは「開く」です。"),
    ),
    "notice": (
        Field("kicker", "見出しの上の小さな文字", "text", "空のときは「お知らせ」です。"),
        _TITLE,
        Field("facts", "項目", "facts", "場所、期間など。8つまで。"),
        _WORDS,
        _PICTURE,
        _BUTTONS,
    ),
    "event": (
        Field("title", "催しの名前"),
        Field("when", "日時"),
        Field("where", "場所"),
        Field("who", "対象（なくてもよい）"),
        Field("fee", "料金（なくてもよい）"),
        Field("bring", "持ち物（なくてもよい）"),
        _WORDS,
        _PICTURE,
        _BUTTONS,
    ),
    "list": (_TITLE, _WORDS, Field("items", "行", "items", "10行まで。")),
    "coupon": (
        Field("title", "使えるもの", "text", "例：町営バスの1日券"),
        Field("until", "期限"),
        Field("where", "使えるところ"),
        Field("how", "使い方", "long"),
        Field("code", "番号（なくてもよい）", "line", "全員に同じ番号が届きます。"),
        _WORDS,
        _PICTURE,
    ),
    "page": (
        _TITLE,
        Field("lead", "トークに出す短い文章", "long"),
        Field("text", "ページの本文", "long", "長い文章はここに。開いた人数を役場が数えます。"),
        Field("label", "ボタンの文字", "text", "空のときは「続きを読む」です。"),
        Field(
            "names_readers",
            "だれが読んだかを記録する（手続に必要なときだけ）",
            "flag",
            "ページに「読んだことが記録されます」と表示します。",
        ),
    ),
}
MOST = {"facts": MOST_FACTS, "buttons": MOST_BUTTONS, "items": MOST_ITEMS}
_ROWS: dict[str, tuple[tuple[str, str], ...]] = {
    "facts": (("label", "text"), ("value", "text")),
    "buttons": (("kind", "line"), ("label", "text"), ("target", "line")),
    "items": (("title", "text"), ("words", "long"), ("url", "line")),
}
BUTTONS = (
    ("link", "ページを開く"),
    ("procedure", "手続をトークで始める"),
    ("page", "手続をページで開く"),
    ("telephone", "電話をかける"),
    ("map", "地図を開く"),
)
BLANK: dict[str, Document] = {
    "facts": {"label": {"ja": ""}, "value": {"ja": ""}},
    "buttons": {"kind": "link", "label": {"ja": ""}, "target": ""},
    "items": {"title": {"ja": ""}, "words": {"ja": ""}, "url": ""},
}


@dataclass(frozen=True, slots=True)
class Writing:
    """One language of a text on the page."""

    name: str
    language: str
    mark: str
    value: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field with what is in it. `writings` of texts, `rows` of several."""

    field: Field
    id: str
    writings: Sequence[Writing] = ()
    value: Any = ""
    rows: Sequence[Mapping[str, Any]] = ()
    is_full: bool = False
    problems: Sequence[str] = ()


def name_of(kind: str) -> str:
    return KINDS[kind].name


def draw(part: Document, problems: Mapping[str, Sequence[str]]) -> list[Drawn]:
    """Return the fields of a part, with the sentences that belong to each."""
    return [_drawn(field, part, problems) for field in FIELDS[part["kind"]]]


def _drawn(field: Field, part: Document, problems: Mapping[str, Sequence[str]]) -> Drawn:
    said = [
        sentence
        for name, sentences in problems.items()
        for sentence in sentences
        if name == field.name or name.startswith(f"{field.name}.")
    ]
    value = part.get(field.name)
    if field.look in ("text", "long"):
        writings = writings_of(field.name, value)
        return Drawn(field, f"f-{field.name}", writings=writings, problems=said)
    if field.look in MOST:
        rows = [_row(field, number, row) for number, row in enumerate(value or [])]
        is_full = len(rows) >= MOST[field.look]
        return Drawn(field, f"f-{field.name}", rows=rows, is_full=is_full, problems=said)
    return Drawn(field, f"f-{field.name}", value=value or "", problems=said)


def _row(field: Field, number: int, row: Document) -> Document:
    drawn: Document = {"number": number, "prefix": f"{field.name}.{number}"}
    for name, look in _ROWS[field.look]:
        here = f"{field.name}.{number}.{name}"
        drawn[name] = writings_of(here, row.get(name)) if look in ("text", "long") else row[name]
    return drawn


def writings_of(name: str, value: Any) -> list[Writing]:
    """Return a text in every language, Japanese first."""
    said = value or {}
    return [
        Writing(f"{name}.{language}", language, NAMES[language], said.get(language, ""))
        for language in LANGUAGES
    ]


def read(part: Document, posted: Mapping[str, str]) -> Document:
    """Return the part with what was typed into its form; what was not on the page stays."""
    after = dict(part)
    for field in FIELDS[part["kind"]]:
        if field.look in ("text", "long"):
            after[field.name] = read_texts(field.name, part.get(field.name), posted)
        elif field.look in MOST:
            rows = part.get(field.name) or []
            after[field.name] = [
                _read_row(field, number, row, posted) for number, row in enumerate(rows)
            ]
        elif field.look == "flag":
            after[field.name] = field.name in posted
        elif field.look in ("line", "url") and field.name in posted:
            after[field.name] = posted[field.name].strip()
        elif field.look in ("media", "film") and field.name in posted:
            after[field.name] = posted[field.name] or None
    return after


def shape(part: Document) -> list[object]:
    """Return what decides how the form looks: another picture, another kind of button."""
    files = [part.get(name) for name in ("media", "cover", "picture")]
    return [*files, *(row["kind"] for row in part.get("buttons", []))]


def _read_row(field: Field, number: int, row: Document, posted: Mapping[str, str]) -> Document:
    after = dict(row)
    for name, look in _ROWS[field.look]:
        here = f"{field.name}.{number}.{name}"
        if look in ("text", "long"):
            after[name] = read_texts(here, row.get(name), posted)
        elif here in posted:
            after[name] = posted[here].strip()
    return after


def read_texts(name: str, before: Any, posted: Mapping[str, str]) -> Document:
    """Return a text in every language that was on the page."""
    said = dict(before or {})
    for language in LANGUAGES:
        here = f"{name}.{language}"
        if here in posted:
            said[language] = posted[here].replace("\r\n", "\n").strip()
    return said
