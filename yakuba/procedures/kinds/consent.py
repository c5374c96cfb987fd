"""Agreeing to a text; which text it was is kept as its hash."""

import hashlib

from yakuba.conditions.facts import Kind as FactKind
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, posted_text, typed_text, wrong
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    Given,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent
from yakuba.procedures.rules.says import Choice, View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

_YES = (
    "はい",
    "同意",
    "同意する",
    "同意します",
    "うん",
    "ok",
    "了解",
    "わかりました",
    "分かりました",
    "yes",
)
_NO = ("いいえ", "いや", "同意しない", "同意しません", "no")

AGREE = Text(ja="同意する", easy="いいです（同意する）", en="I agree")
DISAGREE = Text(ja="同意しない", easy="いやです（同意しない）", en="I do not agree")
AGREED = Text(ja="同意しました", easy="同意しました", en="Agreed")
DISAGREED = Text(ja="同意していません", easy="同意していません", en="Not agreed")
NEEDED = Text(
    ja="同意いただけない場合は、ここから先に進めません。窓口や電話でも手続できます。",
    easy="同意しないと、つぎに すすめません。まどぐちや でんわでも できます。",
    en="Without your consent we cannot go on here. You can also come to the counter or call us.",
)
HOW = Text(
    ja="「同意する」か「同意しない」で答えてください。",
    easy="「同意する」か「同意しない」で こたえてください。",
    en="Please answer “I agree” or “I do not agree”.",
)
CHANGED = Text(
    ja="同意の文が変わりました。もう一度お読みください。",
    easy="文が かわりました。もういちど 読んでください。",
    en="The text has changed. Please read it again.",
)


class ConsentOptions(Options):
    text: Text = Text()  # what is agreed to
    may_decline: bool = False  # "no" is an answer too, and the procedure goes on

    def view(self, at: At, so_far: Value = None) -> View:
        choices = (
            Choice("yes", AGREE.pick(at.language)),
            Choice("no", DISAGREE.pick(at.language)),
        )
        text = self.text.marked(at.language)
        return View(
            Widget("consent", {"text": text, "may_decline": self.may_decline}, choices),
            choices=choices,
            how=HOW.pick(at.language),
            preamble=self.text.told(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Pressed):
            said = sent.token
        else:
            said = (typed_text(sent) or "").strip("。.!！").casefold()
        if said in _YES or said == "yes":
            return self._answer(True, at)
        if said in _NO or said == "no":
            return self._answer(False, at)
        return NOT_UNDERSTOOD

    def read_form(self, raw: Raw, at: At) -> FormReading:
        said = posted_text(raw)
        if said in ("yes", "no"):
            return self._answer(said == "yes", at)
        return Blank()

    def fill(self, value: Value) -> Raw:
        return "yes" if _agreed(value) else "no"

    def check(self, value: Value, at: At) -> Wrong | None:
        if not _agreed(value) and not self.may_decline:
            return wrong(NEEDED, at)
        if not isinstance(value, dict) or value.get("sha256") not in self._hashes():
            return wrong(CHANGED, at)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return (AGREED if _agreed(value) else DISAGREED).pick(language)

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def fact(self) -> FactType:
        return FactType(FactKind.BOOLEAN)

    def fact_value(self, value: Value) -> bool:
        return _agreed(value)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(choice="yes" if _agreed(value) else "no", text=self.show(value))]

    def texts(self) -> list[tuple[str, Text]]:
        return [("text", self.text)]

    def faults(self) -> list[OptionFault]:
        return [] if self.text.ja else [OptionFault("text", "同意してもらう文がありません。")]

    def samples(self, at: At) -> list[Sample]:
        found = [Sample(self._value(True, at), Pressed("yes"), "yes")]
        if self.may_decline:
            found.append(Sample(self._value(False, at), Pressed("no"), "no"))
        return found

    def bad_samples(self, at: At) -> list[Raw]:
        return [] if self.may_decline else ["no"]

    def _answer(self, agreed: bool, at: At) -> Given | Wrong:
        if not agreed and not self.may_decline:
            return wrong(NEEDED, at)
        return Given(self._value(agreed, at))

    def _value(self, agreed: bool, at: At) -> Value:
        return {"agreed": agreed, "sha256": _hash(self.text.pick(at.language))}

    def _hashes(self) -> list[str]:
        return [_hash(text) for text in (self.text.words() or {"ja": ""}).values()]


def _agreed(value: Value) -> bool:
    return isinstance(value, dict) and value.get("agreed") is True


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@question_kinds.plug
class Consent(QuestionKind):
    key = "consent"
    label = "同意"
    options = ConsentOptions
    is_choosing = True
