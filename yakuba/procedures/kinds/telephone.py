"""A telephone number in Japan."""

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.numbers import telephone
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import form_with, hear_with
from yakuba.procedures.rules.answering import (
    At,
    ClearValue,
    FactType,
    FormReading,
    Reading,
    Sample,
)
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

HOW = Text(
    ja="市外局番から送ってください。例：「076-472-1111」「090-1234-5678」",
    easy="でんわばんごうを おくってください。れい：090-1234-5678",
    en="Please send the number with its area code, for example 090-1234-5678.",
)


class TelephoneOptions(Options):
    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("tel", {"inputmode": "tel", "autocomplete": "tel", "maxlength": 20}),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return hear_with(telephone, sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(telephone, raw, at)

    def fact(self) -> FactType:
        return FactType(FactKind.TEXT)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=text_in(value))]

    def samples(self, at: At) -> list[Sample]:
        return [
            Sample("076-472-1111", Typed("0764721111"), "０７６－４７２－１１１１"),
            Sample("090-0000-0001", Typed("090-0000-0001"), "09000000001"),
        ]

    def bad_samples(self, at: At) -> list[Raw]:
        return ["472-1111", "090-1234", "でんわ"]


@question_kinds.plug
class Telephone(QuestionKind):
    key = "telephone"
    label = "電話番号"
    options = TelephoneOptions
    is_confidential = True
