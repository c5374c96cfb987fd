"""Short and long texts in people's own words."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.kana import is_kana, reading
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import (
    NOT_UNDERSTOOD,
    forbidden_number,
    posted_text,
    typed_text,
    wrong,
)
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    ClearValue,
    FactType,
    FormReading,
    Given,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

HOW = Text(
    ja="文字で送ってください。", easy="文字で おくってください。", en="Please send it as text."
)
ONE_LINE = Text(
    ja="改行せずに、1行で送ってください。",
    easy="1行で おくってください。",
    en="Please send it in one line.",
)
TOO_LONG = Text(
    ja="長すぎます。{most}字までにしてください（いま{length}字です）。",
    easy="ながすぎます。{most}文字までに してください。",
    en="That is too long: {most} letters at most (now {length}).",
)
TOO_SHORT = Text(
    ja="{least}字以上で書いてください。",
    easy="{least}文字 いじょう 書いてください。",
    en="Please write at least {least} letters.",
)
ONLY_KANA = Text(
    ja="ひらがなかカタカナで送ってください。",
    easy="ひらがなか カタカナで おくってください。",
    en="Please use kana only.",
)
ONLY_DIGITS = Text(
    ja="数字だけで送ってください。",
    easy="すうじだけ おくってください。",
    en="Please use digits only.",
)
ONLY_ASCII = Text(
    ja="半角の英数字で送ってください。",
    easy="アルファベットと すうじで おくってください。",
    en="Please use letters and digits only.",
)


class ShortTextOptions(Options):
    least: Annotated[StrictInt, Field(ge=0, le=200)] = 0
    most: Annotated[StrictInt, Field(ge=1, le=200)] = 100
    letters: Literal["any", "kana", "digits", "ascii"] = "any"

    def view(self, at: At, so_far: Value = None) -> View:
        attributes: dict[str, object] = {"maxlength": self.most}
        if self.letters == "digits":
            attributes["inputmode"] = "numeric"
        return View(Widget("text", attributes), sensors=("text",), how=HOW.pick(at.language))

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        said = typed_text(sent)
        return NOT_UNDERSTOOD if said is None else self._read(said, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        said = posted_text(raw)
        return self._read(said, at) if said else Blank()

    def check(self, value: Value, at: At) -> Wrong | None:
        said = text_in(value)
        if len(said) > self.most:
            return wrong(TOO_LONG, at, most=self.most, length=len(said))
        if len(said) < self.least:
            return wrong(TOO_SHORT, at, least=self.least)
        return None

    def fact(self) -> FactType:
        return FactType(FactKind.TEXT)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=text_in(value))]

    def faults(self) -> list[OptionFault]:
        if self.least > self.most:
            return [OptionFault("least", "文字数の下限が上限より大きくなっています。")]
        return []

    def samples(self, at: At) -> list[Sample]:
        letter = {"kana": "ア", "digits": "7", "ascii": "a", "any": "町"}[self.letters]
        shortest, longest = letter * max(self.least, 1), letter * self.most
        return [Sample(one, Typed(one), one) for one in (shortest, longest)]

    def bad_samples(self, at: At) -> list[Raw]:
        bad = {"kana": "町役場", "digits": "abc", "ascii": "町役場", "any": ""}[self.letters]
        return [one for one in ("町" * (self.most + 1), bad) if one]

    def _read(self, said: str, at: At) -> Given | Wrong:
        forbidden = forbidden_number(said, at)
        if forbidden is not None:
            return forbidden
        if "\n" in said:
            return wrong(ONE_LINE, at)
        if self.letters == "kana":
            return Given(reading(said)) if is_kana(said) else wrong(ONLY_KANA, at)
        if self.letters == "digits" and not (said.isascii() and said.isdecimal()):
            return wrong(ONLY_DIGITS, at)
        if self.letters == "ascii" and not said.isascii():
            return wrong(ONLY_ASCII, at)
        return Given(said)


class LongTextOptions(ShortTextOptions):
    least: Annotated[StrictInt, Field(ge=0, le=5000)] = 0
    most: Annotated[StrictInt, Field(ge=1, le=5000)] = 1000
    letters: Literal["any"] = "any"

    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("textarea", {"maxlength": self.most, "rows": 5}),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def _read(self, said: str, at: At) -> Given | Wrong:
        return forbidden_number(said, at) or Given(said)


@question_kinds.plug
class ShortText(QuestionKind):
    key = "short_text"
    label = "短い文"
    options = ShortTextOptions


@question_kinds.plug
class LongText(QuestionKind):
    key = "long_text"
    label = "長い文"
    options = LongTextOptions
    is_confidential = True
