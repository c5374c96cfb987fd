"""Choices, as `choice` and `choices` share them: recognised by token, id, number, label or kana."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from yakuba.kit import furigana
from yakuba.kit.kana import search_key
from yakuba.kit.numbers import counted
from yakuba.procedures.definition import Text
from yakuba.procedures.definition.document import ChoiceId
from yakuba.procedures.rules.answering import OptionFault
from yakuba.procedures.rules.says import Choice

MOST_BUTTONS = 13  # quick replies of one message (LINE); more are shown on a page
MOST_CHOICES = 200

HOW = Text(
    ja="ボタンを押すか、番号やことばで答えてください。",
    easy="ボタンを おすか、ばんごうで こたえてください。",
    en="Press a button, or answer with the number or the words.",
)
NONE_OF_THEM = Text(
    ja="「{said}」は選択肢にありません。",
    easy="「{said}」は ありません。",
    en="“{said}” is not one of the choices.",
)
NO_LONGER = Text(
    ja="「{label}」は、いま選べません。",
    easy="「{label}」は いま えらべません。",
    en="“{label}” cannot be chosen now.",
)
_NUMBER = re.compile(r"(?:no\.?)?(\d{1,3})(?:番|番目|つ目|\.|\))?", re.IGNORECASE)


class Option(BaseModel):
    """One choice. Its id is stored, and never given to another; `closed` keeps it from being chosen anew."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ChoiceId
    label: Text = Text()
    kana: Annotated[str, StringConstraints(max_length=120)] = ""
    hint: Text | None = None
    closed: StrictBool = False
    alone: StrictBool = False  # excludes all others ("特になし"); for several choices


Options = Annotated[tuple[Option, ...], Field(max_length=MOST_CHOICES)]


def buttons(options: Sequence[Option], language: str) -> tuple[Choice, ...]:
    """Return what may be chosen; tokens are places, so they say nothing to whoever sees the wire."""
    return tuple(
        Choice(
            f"c{number}",
            option.label.pick(language),
            option.hint.pick(language) if option.hint else "",
        )
        for number, option in enumerate(options)
        if not option.closed
    )


def form_choices(options: Sequence[Option], language: str) -> tuple[Choice, ...]:
    """Return the same for a form, whose values are the ids."""
    return tuple(
        Choice(
            option.id,
            option.label.marked(language),
            option.hint.marked(language) if option.hint else "",
        )
        for option in options
        if not option.closed
    )


def by_token(options: Sequence[Option], token: str) -> Option | None:
    place = counted(token.removeprefix("c"))
    if token.startswith("c") and 0 <= place < len(options):
        return options[place]
    return None


def by_words(options: Sequence[Option], said: str) -> Option | None:
    """Return the choice that somebody means by what they typed: label, kana or its number as shown."""
    wanted = search_key(said)
    if not wanted:
        return None
    for option in options:
        names = [*map(furigana.plain, option.label.words().values()), option.kana]
        if wanted in {search_key(name) for name in names if name}:
            return option
    shown = [option for option in options if not option.closed]
    number = _NUMBER.fullmatch(unicodedata.normalize("NFKC", said).strip().strip("。、"))
    if number and 1 <= int(number[1]) <= len(shown):
        return shown[int(number[1]) - 1]
    parts = [option for option in shown if wanted in search_key(option.label.pick("ja"))]
    says_enough = len(wanted) >= 2 or "一" <= wanted <= "鿿"  # 女 is a word, あ is none
    return parts[0] if len(parts) == 1 and says_enough else None


def by_id(options: Sequence[Option], option_id: str) -> Option | None:
    return next((option for option in options if option.id == option_id), None)


def labels(options: Sequence[Option]) -> dict[str, str]:
    return {option.id: option.label.pick("ja") for option in options}


def label_of(options: Sequence[Option], option_id: str, language: str) -> str:
    option = by_id(options, option_id)
    return option.label.pick(language) if option else option_id


def texts_of(options: Sequence[Option]) -> list[tuple[str, Text]]:
    found = [(f"choices.{number}.label", option.label) for number, option in enumerate(options)]
    found += [
        (f"choices.{number}.hint", option.hint)
        for number, option in enumerate(options)
        if option.hint is not None
    ]
    return found


def faults_of(options: Sequence[Option]) -> list[OptionFault]:
    """Say what is wrong with a list of choices."""
    faults = []
    if not any(not option.closed for option in options):
        faults.append(OptionFault("choices", "選べるものがありません。選択肢を追加してください。"))
    ids = [option.id for option in options]
    names: list[str] = []
    for number, option in enumerate(options):
        where = f"choices.{number}"
        if option.id in ids[:number]:
            faults.append(OptionFault(where, f"選択肢のID「{option.id}」が重なっています。"))
        if not option.label.pick("ja"):
            faults.append(OptionFault(f"{where}.label", "選択肢のことばがありません。"))
        elif search_key(option.label.pick("ja")) in names:
            faults.append(
                OptionFault(
                    f"{where}.label",
                    f"「{option.label.pick('ja')}」と同じ選択肢があります。",
                    is_red=False,
                )
            )
        names.append(search_key(option.label.pick("ja")))
    return faults
