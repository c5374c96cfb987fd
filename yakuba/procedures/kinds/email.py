"""A mail address."""

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.numbers import email
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
    ja="メールアドレスを送ってください。例：「hanako@example.jp」",
    easy="メールアドレスを おくってください。れい：hanako@example.jp",
    en="Please send a mail address, for example hanako@example.jp.",
)


class EmailOptions(Options):
    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("email", {"inputmode": "email", "autocomplete": "email", "maxlength": 254}),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return hear_with(email, sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(email, raw, at)

    def fact(self) -> FactType:
        return FactType(FactKind.TEXT)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=text_in(value))]

    def samples(self, at: At) -> list[Sample]:
        return [Sample("hanako@example.jp", Typed("ｈａｎａｋｏ@example.jp"), "hanako@EXAMPLE.jp")]

    def bad_samples(self, at: At) -> list[Raw]:
        return ["hanako", "hanako@example"]


@question_kinds.plug
class Email(QuestionKind):
    key = "email"
    label = "メールアドレス"
    options = EmailOptions
    is_confidential = True
