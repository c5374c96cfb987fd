"""What a clerk composed: up to five parts, each in Japanese and perhaps in other languages."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Texts(_Strict):
    """One text in the languages of residents; an empty one falls back to Japanese."""

    ja: str
    ja_easy: str = Field(default="", alias="ja-easy")
    en: str = ""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def of(self, language: str) -> str:
        """Return what a resident with this language reads."""
        return getattr(self, language.replace("-", "_"), "") or self.ja


class TextPart(_Strict):
    kind: Literal["text"] = "text"
    text: Texts


class Content(_Strict):
    """The parts in the order in which they are said."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    parts: list[TextPart] = Field(min_length=1, max_length=5)

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def read(document: object) -> Content:
    """Return the content behind a stored document. Raises pydantic.ValidationError."""
    return Content.model_validate(document)


def document_of(content: Content) -> dict[str, object]:
    return content.model_dump(mode="json", by_alias=True)


def plain(text: str) -> dict[str, object]:
    """Return the document of a content that is one text in Japanese."""
    return document_of(Content(parts=[TextPart(text=Texts(ja=text))]))
