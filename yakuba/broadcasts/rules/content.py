"""What a clerk composed: up to five parts, each in Japanese and perhaps in other languages.

A draft may be half written: the shape is always right, and `linting` says what is missing.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST_PARTS = 5
MOST_ITEMS = 10
MOST_FACTS = 8
MOST_BUTTONS = 3  # one main button and two quiet ones
LANGUAGES = ("ja", "ja-easy", "en")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Texts(_Strict):
    """One text in the languages of residents; an empty one falls back to Japanese."""

    ja: str = Field(default="", max_length=100_000)
    ja_easy: str = Field(default="", alias="ja-easy", max_length=100_000)
    en: str = Field(default="", max_length=100_000)

    def in_(self, language: str) -> str:
        """Return what was written in exactly this language."""
        return str(getattr(self, language.replace("-", "_"), ""))

    def of(self, language: str) -> str:
        """Return what a resident with this language reads."""
        return self.in_(language) if self.in_(language).strip() else self.ja

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language in LANGUAGES if self.in_(language).strip())


NOTHING = Texts()


class Button(_Strict):
    """What a card lets somebody do. `target` is an address, a procedure, a telephone number or a place."""

    kind: Literal["link", "procedure", "page", "telephone", "map"] = "link"
    label: Texts = NOTHING
    target: str = Field(default="", max_length=2_000)


class Row(_Strict):
    """A line of a card: 場所 and 町民センター."""

    label: Texts = NOTHING
    value: Texts = NOTHING


class Item(_Strict):
    """A line of a list, which may lead somewhere."""

    title: Texts = NOTHING
    words: Texts = NOTHING
    url: str = Field(default="", max_length=2_000)


class TextPart(_Strict):
    name: ClassVar[str] = "文章"
    kind: Literal["text"] = "text"
    text: Texts = NOTHING


class ImagePart(_Strict):
    """A picture; `alt` is what is read aloud. With a link it is sent as a card, which can be tapped."""

    name: ClassVar[str] = "画像"
    kind: Literal["image"] = "image"
    media: UUID | None = None
    alt: Texts = NOTHING
    url: str = Field(default="", max_length=2_000)


class VideoPart(_Strict):
    """A film and the picture that stands for it until it is played."""

    name: ClassVar[str] = "動画"
    kind: Literal["video"] = "video"
    media: UUID | None = None
    cover: UUID | None = None
    alt: Texts = NOTHING


class LinkPart(_Strict):
    """A card that leads to one page."""

    name: ClassVar[str] = "リンクのカード"
    kind: Literal["link"] = "link"
    title: Texts = NOTHING
    words: Texts = NOTHING
    picture: UUID | None = None
    url: str = Field(default="", max_length=2_000)
    label: Texts = NOTHING


class NoticePart(_Strict):
    name: ClassVar[str] = "お知らせのカード"
    kind: Literal["notice"] = "notice"
    kicker: Texts = NOTHING
    title: Texts = NOTHING
    words: Texts = NOTHING
    picture: UUID | None = None
    facts: list[Row] = Field(default_factory=list, max_length=MOST_FACTS)
    buttons: list[Button] = Field(default_factory=list, max_length=MOST_BUTTONS)


class EventPart(_Strict):
    name: ClassVar[str] = "催しのカード"
    kind: Literal["event"] = "event"
    title: Texts = NOTHING
    when: Texts = NOTHING
    where: Texts = NOTHING
    who: Texts = NOTHING
    fee: Texts = NOTHING
    bring: Texts = NOTHING
    words: Texts = NOTHING
    picture: UUID | None = None
    buttons: list[Button] = Field(default_factory=list, max_length=MOST_BUTTONS)


class ListPart(_Strict):
    name: ClassVar[str] = "一覧のカード"
    kind: Literal["list"] = "list"
    title: Texts = NOTHING
    words: Texts = NOTHING
    items: list[Item] = Field(default_factory=list, max_length=MOST_ITEMS)


class CouponPart(_Strict):
    name: ClassVar[str] = "クーポンのカード"
    kind: Literal["coupon"] = "coupon"
    title: Texts = NOTHING
    until: Texts = NOTHING
    how: Texts = NOTHING
    where: Texts = NOTHING
    code: str = Field(default="", max_length=40)
    words: Texts = NOTHING
    picture: UUID | None = None


class PagePart(_Strict):
    """A long text on a page of ours. How many opened it is counted by us, even where LINE counts nothing."""

    name: ClassVar[str] = "続きを読むページ"
    kind: Literal["page"] = "page"
    title: Texts = NOTHING
    lead: Texts = NOTHING
    text: Texts = NOTHING
    label: Texts = NOTHING
    names_readers: bool = False  # the procedure needs to know who has read it


Part: TypeAlias = (
    TextPart
    | ImagePart
    | VideoPart
    | LinkPart
    | NoticePart
    | EventPart
    | ListPart
    | CouponPart
    | PagePart
)
KINDS: dict[str, type[Part]] = {
    part.model_fields["kind"].default: part
    for part in (
        TextPart,
        ImagePart,
        VideoPart,
        LinkPart,
        NoticePart,
        EventPart,
        ListPart,
        CouponPart,
        PagePart,
    )
}


class Content(_Strict):
    """The parts in the order in which they are said.

    `otherwise` says what stands for a variable, by its name, where the town does not know the answer.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    parts: list[Annotated[Part, Field(discriminator="kind")]] = Field(max_length=MOST_PARTS)
    measures_links: bool = True
    otherwise: dict[str, Texts] = Field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which something was written."""
        written = {language for _where, said in texts_in(self) for language in said.languages}
        return tuple(language for language in LANGUAGES if language in written)

    @property
    def media(self) -> list[UUID]:
        """The files that LINE will have to fetch, in order."""
        found = (
            getattr(part, name, None)
            for part in self.parts
            for name in ("media", "cover", "picture")
        )
        return [one for one in found if one is not None]


def read(document: object) -> Content:
    """Return the content behind a stored document. Raises pydantic.ValidationError."""
    return Content.model_validate(document)


def document_of(content: Content) -> dict[str, object]:
    return content.model_dump(mode="json", by_alias=True)


def plain(text: str) -> dict[str, object]:
    """Return the document of a content that is one text in Japanese."""
    return document_of(Content(parts=[TextPart(text=Texts(ja=text))]))


def texts_in(content: Content) -> Iterator[tuple[str, Texts]]:
    """Yield every text with its place, such as `parts.0.facts.1.value`."""
    for number, part in enumerate(content.parts):
        yield from _texts_of(part, f"parts.{number}")
    for name, said in content.otherwise.items():
        yield f"otherwise.{name}", said


def _texts_of(value: object, where: str) -> Iterator[tuple[str, Texts]]:
    if isinstance(value, Texts):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts_of(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts_of(inner, f"{where}.{number}")


def texts(content: Content) -> list[tuple[str, str, str]]:
    """Return every written text as (place, language, words): for whoever looks for old dates and the like."""
    found = [
        (where, language, said.in_(language))
        for where, said in texts_in(content)
        for language in said.languages
    ]
    codes = [
        (f"parts.{number}.code", "ja", part.code)
        for number, part in enumerate(content.parts)
        if isinstance(part, CouponPart) and part.code
    ]
    return found + codes
