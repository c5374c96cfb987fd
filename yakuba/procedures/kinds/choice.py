"""One of several choices."""

from yakuba.conditions.facts import Kind as FactKind
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds import choosing
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
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

_LONG_LIST = 7  # more choices than this are a list to open on a page


class ChoiceOptions(Options):
    choices: choosing.Options = ()

    def view(self, at: At, so_far: Value = None) -> View:
        buttons = choosing.buttons(self.choices, at.language)
        name = "radio" if len(buttons) <= _LONG_LIST else "select"
        return View(
            Widget(name, choices=choosing.form_choices(self.choices, at.language)),
            choices=buttons,
            how=choosing.HOW.pick(at.language),
            on_list_page=len(buttons) > choosing.MOST_BUTTONS,
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Pressed):
            option = choosing.by_token(self.choices, sent.token)
            return Given(option.id) if option else NOT_UNDERSTOOD
        said = typed_text(sent)
        if said is None:
            return NOT_UNDERSTOOD
        option = choosing.by_words(self.choices, said)
        return Given(option.id) if option else wrong(choosing.NONE_OF_THEM, at, said=said[:20])

    def read_form(self, raw: Raw, at: At) -> FormReading:
        chosen = posted_text(raw)
        if not chosen:
            return Blank()
        option = choosing.by_id(self.choices, chosen)
        return Given(option.id) if option else wrong(choosing.NONE_OF_THEM, at, said=chosen[:20])

    def check(self, value: Value, at: At) -> Wrong | None:
        option = choosing.by_id(self.choices, text_in(value))
        if option is None or option.closed:
            label = option.label.pick(at.language) if option else text_in(value)
            return wrong(choosing.NO_LONGER, at, choosing.HOW, label=label)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return choosing.label_of(self.choices, text_in(value), language)

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def fact(self) -> FactType:
        return FactType(FactKind.CHOICE, choosing.labels(self.choices))

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(choice=text_in(value), text=self.show(value))]

    def texts(self) -> list[tuple[str, Text]]:
        return choosing.texts_of(self.choices)

    def faults(self) -> list[OptionFault]:
        return choosing.faults_of(self.choices)

    def samples(self, at: At) -> list[Sample]:
        return [
            Sample(
                option.id,
                Typed(option.label.pick("ja")) if number % 2 else Pressed(f"c{number}"),
                option.id,
            )
            for number, option in enumerate(self.choices)
            if not option.closed
        ]

    def bad_samples(self, at: At) -> list[Raw]:
        return ["no_such_choice"]


@question_kinds.plug
class Choice(QuestionKind):
    key = "choice"
    label = "ひとつ選ぶ"
    options = ChoiceOptions
    is_choosing = True
