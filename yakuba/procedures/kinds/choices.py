"""As many of several choices as apply."""

import re
from typing import Annotated

from pydantic import Field, StrictInt

from yakuba.conditions.facts import Kind as FactKind
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds import choosing
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, posted_list, typed_text, wrong
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    Given,
    More,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent
from yakuba.procedures.rules.says import Choice, View, Widget
from yakuba.procedures.rules.values import Value, texts_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

_DONE = "done"
_BETWEEN = re.compile(r"[,、，/・\s]+|と(?=[^ぁ-ん])")
_ENOUGH = ("これで決定", "決定", "これで終わり", "終わり", "おわり", "以上", "ok", "はい")

THAT_IS_ALL = Text(ja="これで決定", easy="これで きまり", en="That is all")
CHOSEN = Text(
    ja="選んだもの：{chosen}。ほかにもあれば選んでください。",
    easy="えらんだもの：{chosen}。ほかに ありますか。",
    en="Chosen: {chosen}. Anything else?",
)
HOW = Text(
    ja="あてはまるものをすべて選び、「これで決定」を押してください。「1、3」のように番号でも答えられます。",
    easy="ぜんぶ えらんで、「これで きまり」を おしてください。「1、3」でも いいです。",
    en="Choose all that apply, then press “That is all”. You can also send numbers, such as 1, 3.",
)
TOO_FEW = Text(
    ja="{least}個以上選んでください。",
    easy="{least}つ いじょう えらんでください。",
    en="Choose at least {least}.",
)
TOO_MANY = Text(
    ja="{most}個までにしてください。", easy="{most}つまで えらべます。", en="Choose at most {most}."
)
ALONE = Text(
    ja="「{label}」は、ほかのものと一緒には選べません。",
    easy="「{label}」は ほかと いっしょに えらべません。",
    en="“{label}” cannot be chosen together with others.",
)


class ChoicesOptions(Options):
    choices: choosing.Options = ()
    least: Annotated[StrictInt, Field(ge=0, le=200)] = 1
    most: Annotated[StrictInt, Field(ge=1, le=200)] | None = None

    def view(self, at: At, so_far: Value = None) -> View:
        chosen = texts_in(so_far) if so_far else []
        left = tuple(
            button
            for button, option in zip(
                choosing.buttons(self.choices, at.language),
                [option for option in self.choices if not option.closed],
                strict=True,
            )
            if option.id not in chosen
        )
        words = "、".join(choosing.label_of(self.choices, one, at.language) for one in chosen)
        return View(
            Widget(
                "checkboxes",
                {"least": self.least, "most": self.most},
                choosing.form_choices(self.choices, at.language),
                several=True,
            ),
            choices=left,
            buttons=(Choice(_DONE, THAT_IS_ALL.pick(at.language)),)
            if chosen or not self.least
            else (),
            prompt=CHOSEN.pick(at.language).format(chosen=words) if chosen else "",
            how=HOW.pick(at.language),
            on_list_page=len(left) > choosing.MOST_BUTTONS - 1,
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        chosen = texts_in(so_far) if so_far else []
        if isinstance(sent, Pressed):
            if sent.token == _DONE:
                return Given(self._sorted(chosen))
            option = choosing.by_token(self.choices, sent.token)
            return self._with(chosen, [option], at) if option else NOT_UNDERSTOOD
        said = typed_text(sent)
        if said is None:
            return NOT_UNDERSTOOD
        one = choosing.by_words(self.choices, said)
        if one is not None:
            return self._with(chosen, [one], at)
        if chosen and said.casefold() in _ENOUGH:
            return Given(self._sorted(chosen))
        found = []
        for words in _BETWEEN.split(said):
            option = choosing.by_words(self.choices, words) if words else None
            if words and option is None:
                return wrong(choosing.NONE_OF_THEM, at, said=words[:20])
            if option is not None:
                found.append(option)
        if not found:
            return NOT_UNDERSTOOD
        # Several in one message are the whole answer; nobody types a list to be asked for more.
        return Given(self._sorted([*chosen, *(option.id for option in found)]))

    def read_form(self, raw: Raw, at: At) -> FormReading:
        chosen = posted_list(raw)
        if not chosen:
            return Blank() if self.least else Given([])
        for one in chosen:
            if choosing.by_id(self.choices, one) is None:
                return wrong(choosing.NONE_OF_THEM, at, said=one[:20])
        return Given(self._sorted(chosen))

    def fill(self, value: Value) -> Raw:
        return texts_in(value)

    def check(self, value: Value, at: At) -> Wrong | None:
        chosen = texts_in(value)
        for one in chosen:
            option = choosing.by_id(self.choices, one)
            if option is None or option.closed:
                label = choosing.label_of(self.choices, one, at.language)
                return wrong(choosing.NO_LONGER, at, HOW, label=label)
            if option.alone and len(chosen) > 1:
                return wrong(ALONE, at, label=option.label.pick(at.language))
        if len(chosen) < self.least:
            return wrong(TOO_FEW, at, least=self.least)
        if self.most is not None and len(chosen) > self.most:
            return wrong(TOO_MANY, at, most=self.most)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return "、".join(choosing.label_of(self.choices, one, language) for one in texts_in(value))

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [f"{label}［{option.label.pick(language)}］" for option in self.choices]

    def cells(self, value: Value) -> list[Cell]:
        chosen = texts_in(value) if value is not None else []
        return [None if value is None else int(option.id in chosen) for option in self.choices]

    def fact(self) -> FactType:
        return FactType(FactKind.CHOICES, choosing.labels(self.choices))

    def fact_value(self, value: Value) -> frozenset[str]:
        return frozenset(texts_in(value))

    def clear(self, value: Value) -> list[ClearValue]:
        return [
            ClearValue(choice=one, text=choosing.label_of(self.choices, one, "ja"))
            for one in texts_in(value)
        ]

    def texts(self) -> list[tuple[str, Text]]:
        return choosing.texts_of(self.choices)

    def faults(self) -> list[OptionFault]:
        faults = choosing.faults_of(self.choices)
        offered = sum(not option.closed for option in self.choices)
        if self.least > offered or (self.most is not None and self.most < self.least):
            faults.append(OptionFault("least", "選ぶ数の下限が、選べる数より大きくなっています。"))
        return faults

    def samples(self, at: At) -> list[Sample]:
        """Return each choice once: in companies as small as may be, and the largest company."""
        offered = [option.id for option in self.choices if not option.closed and not option.alone]
        alone = [[option.id] for option in self.choices if option.alone and not option.closed]
        least = max(self.least, 1)
        sets = [offered[place : place + least] for place in range(0, len(offered), least)]
        sets = [(one + [other for other in offered if other not in one])[:least] for one in sets]
        if offered:
            sets.append(offered[: self.most or len(offered)])
        return [self._sample(one) for one in [*sets, *alone] if len(one) >= self.least]

    def bad_samples(self, at: At) -> list[Raw]:
        return [["no_such_choice"]]

    def _sample(self, chosen: list[str]) -> Sample:
        presses = [
            Pressed(f"c{number}")
            for number, option in enumerate(self.choices)
            if option.id in chosen
        ]
        return Sample(list(self._sorted(chosen)), (*presses, Pressed(_DONE)), chosen)

    def _sorted(self, chosen: list[str]) -> list[Value]:
        return [option.id for option in self.choices if option.id in chosen]

    def _with(self, chosen: list[str], options: list[choosing.Option], at: At) -> Reading:
        now = [*chosen, *(option.id for option in options)]
        last = options[-1]
        if last.alone:
            return Given([last.id])
        company = [one for one in now if not self._is_alone(one)]
        values = self._sorted(company)
        offered = [option for option in self.choices if not option.closed and not option.alone]
        if len(values) >= (self.most or len(offered)):
            return Given(values)
        return More(values)

    def _is_alone(self, option_id: str) -> bool:
        option = choosing.by_id(self.choices, option_id)
        return option is not None and option.alone


@question_kinds.plug
class Choices(QuestionKind):
    key = "choices"
    label = "いくつでも選ぶ"
    options = ChoicesOptions
    is_choosing = True
