"""A text in Japanese, with やさしい日本語 and English beside it where the town wrote them."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from yakuba.kit import furigana

LANGUAGES = ("ja", "ja-easy", "en")


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and half of a surrogate pair is no text."""
    if any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in text):
        raise PydanticCustomError("not_storable", "使えない文字が入っています。")
    return text


Words = Annotated[str, Field(max_length=5000), AfterValidator(_storable)]


def in_three(ja: str, easy: str, en: str) -> "Text":
    """Return a text of ours, which is always written in all three languages; for tables of wording."""
    return Text(ja=ja, easy=easy, en=en)


class Text(BaseModel):
    """What people read. A language that was not written falls back on Japanese.

    It may carry furigana (`kit.furigana`). `pick` leaves it out, which is right everywhere but where a resident
    reads a sentence: `told` writes it in brackets for the talk, `marked` keeps it for pages, which draw it small.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    ja: Words = ""
    easy: Words | None = Field(default=None, alias="ja-easy")
    en: Words | None = None

    def pick(self, language: str) -> str:
        return furigana.plain(self.marked(language))

    def told(self, language: str) -> str:
        return furigana.told(self.marked(language))

    def marked(self, language: str) -> str:
        chosen = {"ja-easy": self.easy, "en": self.en}.get(language)
        return chosen or self.ja

    def written_in(self, language: str) -> bool:
        return bool({"ja": self.ja, "ja-easy": self.easy, "en": self.en}.get(language))

    def words(self) -> dict[str, str]:
        """Return what is written, by language."""
        written = {"ja": self.ja, "ja-easy": self.easy, "en": self.en}
        return {language: text for language, text in written.items() if text}

    @model_serializer(mode="wrap")
    def _without_gaps(self, handler: SerializerFunctionWrapHandler) -> dict[str, str]:
        """Leave out the languages that were not written, in whatever document the text stands."""
        return {
            "ja-easy" if name == "easy" else name: text
            for name, text in handler(self).items()
            if text is not None
        }
