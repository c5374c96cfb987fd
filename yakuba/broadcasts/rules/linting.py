"""What is missing or wrong in a content, in sentences with the place to go to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from yakuba.broadcasts.rules import confidential, variables
from yakuba.broadcasts.rules.content import (
    LANGUAGES,
    Button,
    Content,
    CouponPart,
    EventPart,
    ImagePart,
    LinkPart,
    ListPart,
    NoticePart,
    PagePart,
    Part,
    TextPart,
    Texts,
    VideoPart,
    texts,
    texts_in,
)
from yakuba.broadcasts.rules.drawing import ADDRESS, Around, Shown, drawn
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import mask_numbers

NAMES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "英語"}
_NUMBERS = {"my_number": "マイナンバー", "card": "クレジットカードの番号"}
_TARGETS = {
    "link": "リンク先のアドレス",
    "procedure": "手続",
    "page": "手続",
    "telephone": "電話番号",
    "map": "地図で見せる場所",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`where` is a place as in `content.texts_in`; red ones stop a delivery, yellow ones are to be looked at."""

    where: str
    sentence: str
    colour: Literal["red", "yellow"] = "red"
    language: str = "ja"

    @property
    def is_red(self) -> bool:
        return self.colour == "red"

    @property
    def part(self) -> str:
        """The key of the part on the composing page."""
        steps = self.where.split(".")
        return f"p-{steps[1]}" if steps[0] == "parts" and len(steps) > 1 else "whole"

    @property
    def field(self) -> str:
        steps = self.where.split(".")
        return ".".join(steps[2:]) if steps[0] == "parts" else self.where


def problems(
    content: Content,
    *,
    known: Collection[str],
    procedures: Collection[str] | None = None,
    whole_media: Collection[UUID] | None = None,
    telephones: Collection[str] = (),
) -> list[Problem]:
    """Return every problem, the red ones first.

    `known` are the names of attributes that can be put into a text, `procedures` the slugs that are open,
    `whole_media` the files that are completely there (None: not looked at), `telephones` the town's own numbers.
    """
    found: list[Problem] = []
    if not content.parts:
        found.append(Problem("parts", "まだ何も書いていません。左の「加える」から始めてください。"))
    for number, part in enumerate(content.parts):
        for name, sentence in _of_part(part, procedures, whole_media):
            found.append(Problem(f"parts.{number}.{name}", sentence))
    found += _numbers(content)
    found += _variables(content, known)
    if not found:
        found += _refused(content)
    found += _not_translated(content)
    found += [
        Problem(one.where, one.sentence, "yellow", one.language)
        for one in confidential.warnings(content, known=telephones)
    ]
    return sorted(found, key=lambda one: not one.is_red)


def _of_part(
    part: Part, procedures: Collection[str] | None, whole: Collection[UUID] | None
) -> Iterator[tuple[str, str]]:
    match part:
        case TextPart():
            yield from _needed("text", part.text, "本文")
            for language in part.text.languages:
                for address in ADDRESS.findall(part.text.in_(language)):
                    yield from _address("text", address)
        case ImagePart():
            yield from _file("media", part.media, "画像", whole)
            if part.url.strip():
                yield from _address("url", part.url)
                yield from _needed("alt", part.alt, "読み上げる説明")
        case VideoPart():
            yield from _file("media", part.media, "動画", whole)
            yield from _file("cover", part.cover, "動画の表紙の画像", whole)
        case LinkPart():
            yield from _needed("title", part.title, "見出し")
            yield from _address("url", part.url)
            yield from _picture(part.picture, whole)
        case NoticePart():
            yield from _needed("title", part.title, "見出し")
            for number, row in enumerate(part.facts):
                yield from _needed(f"facts.{number}.label", row.label, "項目の名前")
                yield from _needed(f"facts.{number}.value", row.value, "項目の内容")
            yield from _buttons(part.buttons, procedures)
            yield from _picture(part.picture, whole)
        case EventPart():
            yield from _needed("title", part.title, "見出し")
            yield from _needed("when", part.when, "日時")
            yield from _buttons(part.buttons, procedures)
            yield from _picture(part.picture, whole)
        case ListPart():
            yield from _needed("title", part.title, "見出し")
            if not part.items:
                yield "items", "一覧に1つも入っていません。「行を加える」を押してください。"
            for number, item in enumerate(part.items):
                yield from _needed(f"items.{number}.title", item.title, "行の見出し")
                if item.url.strip():
                    yield from _address(f"items.{number}.url", item.url)
        case CouponPart():
            yield from _needed("title", part.title, "見出し")
            yield from _needed("until", part.until, "期限")
            yield from _picture(part.picture, whole)
        case PagePart():
            yield from _needed("title", part.title, "見出し")
            yield from _needed("text", part.text, "ページの本文")


def _needed(where: str, said: Texts, name: str) -> Iterator[tuple[str, str]]:
    if not said.ja.strip():
        yield where, f"「{name}」が空です。日本語で書いてください。"


def _file(
    where: str, media: UUID | None, name: str, whole: Collection[UUID] | None
) -> Iterator[tuple[str, str]]:
    if media is None:
        yield where, f"{name}を選んでください。"
    elif whole is not None and media not in whole:
        yield where, f"{name}がまだ届いていません。もう一度選んでください。"


def _picture(media: UUID | None, whole: Collection[UUID] | None) -> Iterator[tuple[str, str]]:
    if media is not None:
        yield from _file("picture", media, "画像", whole)


def _address(where: str, address: str) -> Iterator[tuple[str, str]]:
    plain = address.strip()
    if not plain:
        yield where, "リンク先のアドレスを書いてください。"
    elif not plain.startswith("https://"):
        yield where, f"「{plain[:60]}」は「https://」で始まるアドレスにしてください。"
    elif "." not in (urlsplit(plain).hostname or "") or "@" in urlsplit(plain).netloc:
        yield where, f"「{plain[:60]}」はアドレスとして読み取れません。"


def _buttons(
    buttons: Collection[Button], procedures: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    for number, button in enumerate(buttons):
        where, target = f"buttons.{number}.target", button.target.strip()
        if not target:
            yield where, f"ボタンの{_TARGETS[button.kind]}を入れてください。"
        elif button.kind == "link":
            yield from _address(where, target)
        elif button.kind in ("procedure", "page"):
            if procedures is not None and target not in procedures:
                yield where, "この手続は、いま受け付けていません。別の手続を選んでください。"
        elif button.kind == "telephone" and not 9 <= sum(map(str.isdecimal, target)) <= 11:
            yield where, "電話番号は市外局番から入れてください。"


def _numbers(content: Content) -> Iterator[Problem]:
    for where, language, words in texts(content):
        _masked, found = mask_numbers(words)
        for kind in dict.fromkeys(one.kind for one in found):
            name = _NUMBERS[kind]
            sentence = f"{name}と思われる番号が入っています。消してから送ってください。"
            yield Problem(where, sentence, "red", language)


def _variables(content: Content, known: Collection[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for where, said in texts_in(content):
        for language in said.languages:
            for name in variables.names_in(said.in_(language)):
                if name in variables.ALWAYS or name in seen:
                    continue
                seen.add(name)
                if name not in known:
                    sentence = f"差し込みの{{{name}}}は、役場の項目にありません。"
                    yield Problem(where, sentence, "red", language)
                elif not content.otherwise.get(name, Texts()).ja.strip():
                    sentence = f"「{name}」を登録していない人には何と書くかを決めてください。"
                    yield Problem(f"otherwise.{name}", sentence)


def _refused(content: Content) -> Iterator[Problem]:
    """Yield what only LINE's own limits say: six bubbles, a card without words."""
    stand_ins = {
        one: Shown("https://page.invalid/1", "https://page.invalid/2", 4, 3)
        for one in content.media
    }
    for language in ("ja", *(one for one in content.languages if one != "ja")):
        try:
            drawn(
                content,
                language=language,
                around=Around(media=stand_ins, why="https://page.invalid/why"),
            )
        except Refusal as no:
            yield Problem("parts.0", str(no), "red", language)
            return


def _not_translated(content: Content) -> Iterator[Problem]:
    """Yield texts that stay Japanese in a language in which others are written."""
    for language in LANGUAGES[1:]:
        if language not in content.languages:
            continue
        for where, said in texts_in(content):
            if said.ja.strip() and not said.in_(language).strip():
                words = said.ja.strip().splitlines()[0][:20]
                sentence = (
                    f"「{words}」の{NAMES[language]}がまだありません。日本語のまま送られます。"
                )
                yield Problem(where, sentence, "yellow", language)
