"""Yes or no, in the words that people really use."""

from yakuba.conditions.facts import Kind as FactKind
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, posted_text, typed_text
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    Given,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent, Typed
from yakuba.procedures.rules.says import Choice, View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

_YES = (
    "はい", "うん", "ええ", "そう", "そうです", "ok", "オーケー", "ある", "あります", "いる", "います",
    "する", "します", "yes", "y", "○", "〇", "◯", "もちろん", "お願いします", "大丈夫", "了解", "1",
)  # fmt: skip
_NO = (
    "いいえ", "いや", "いえ", "ううん", "ちがう", "違う", "違います", "ない", "ないです", "ありません",
    "いない", "いません", "しない", "しません", "no", "n", "×", "✕", "ノー", "結構です", "なし", "2",
)  # fmt: skip

HOW = Text(
    ja="「はい」か「いいえ」で答えてください。",
    easy="「はい」か「いいえ」で こたえてください。",
    en="Please answer yes or no.",
)


class YesNoOptions(Options):
    yes: Text = Text(ja="はい", easy="はい", en="Yes")
    no: Text = Text(ja="いいえ", easy="いいえ", en="No")

    def view(self, at: At, so_far: Value = None) -> View:
        yes, no = self.yes.pick(at.language), self.no.pick(at.language)
        return View(
            Widget(
                "radio",
                choices=(
                    Choice("yes", self.yes.marked(at.language)),
                    Choice("no", self.no.marked(at.language)),
                ),
            ),
            choices=(Choice("yes", yes), Choice("no", no)),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Pressed):
            return Given(sent.token == "yes") if sent.token in ("yes", "no") else NOT_UNDERSTOOD
        said = typed_text(sent)
        meant = None if said is None else self._meant(said)
        return NOT_UNDERSTOOD if meant is None else Given(meant)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        said = posted_text(raw)
        if not said:
            return Blank()
        return Given(said == "yes") if said in ("yes", "no") else Wrong(HOW.pick(at.language))

    def fill(self, value: Value) -> Raw:
        return "yes" if value else "no"

    def show(self, value: Value, language: str = "ja") -> str:
        return (self.yes if value else self.no).pick(language)

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def fact(self) -> FactType:
        return FactType(FactKind.BOOLEAN)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(choice="yes" if value else "no", text=self.show(value))]

    def texts(self) -> list[tuple[str, Text]]:
        return [("yes", self.yes), ("no", self.no)]

    def samples(self, at: At) -> list[Sample]:
        return [Sample(True, Pressed("yes"), "yes"), Sample(False, Typed("いいえ"), "no")]

    def bad_samples(self, at: At) -> list[Raw]:
        return ["maybe"]

    def _meant(self, said: str) -> bool | None:
        plain = said.strip("。、.!！ 　").casefold()
        if plain in [words.casefold() for words in self.yes.words().values()]:
            return True
        if plain in [words.casefold() for words in self.no.words().values()]:
            return False
        if plain in _YES:
            return True
        return False if plain in _NO else None


@question_kinds.plug
class YesNo(QuestionKind):
    key = "yes_no"
    label = "はい・いいえ"
    options = YesNoOptions
    is_choosing = True
