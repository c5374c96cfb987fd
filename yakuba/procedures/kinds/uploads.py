"""What photos and files share: several in one answer, each known by the id that `files` gave it."""

import uuid
from typing import Annotated, ClassVar

from pydantic import Field, StrictInt

from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, posted_list, typed_text, wrong
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    Cell,
    FormReading,
    Given,
    More,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent
from yakuba.procedures.rules.says import Choice, Sensor, View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options

DONE = "done"
_ENOUGH = ("これで終わり", "終わり", "おわり", "以上", "これで全部", "ok", "はい")

THAT_IS_ALL = Text(ja="これで終わり", easy="これで おわり", en="That is all")
GOT = Text(
    ja="{count}{unit}受け取りました。あと{left}{unit}送れます。終わったら「これで終わり」を押してください。",
    easy="{count}{unit} うけとりました。おわったら「これで おわり」を おしてください。",
    en="{count} received, {left} more possible. Press “That is all” when you are done.",
)
TOO_MANY = Text(
    ja="{most}{unit}までにしてください。",
    easy="{most}{unit}まで おくれます。",
    en="At most {most}, please.",
)
TOO_FEW = Text(
    ja="{least}{unit}以上送ってください。",
    easy="{least}{unit} いじょう おくってください。",
    en="At least {least}, please.",
)
NOT_OURS = Text(
    ja="送られたファイルを確かめられませんでした。もう一度選んでください。",
    easy="ファイルが わかりませんでした。もういちど えらんでください。",
    en="We could not find that file. Please choose it again.",
)


class UploadOptions(Options):
    """What photos and files have alike; each says what it takes, how it asks, and how it is counted."""

    least: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    most: Annotated[StrictInt, Field(ge=1, le=10)] = 1

    unit: ClassVar[str]  # 枚, 件
    counted: ClassVar[Text]  # with {count}

    def entry_of(self, sent: Sent, at: At) -> Value | Wrong:
        """Return what is kept of one that was sent; None if it was something else."""
        raise NotImplementedError

    def sample_sent(self, file: str) -> Sent:
        raise NotImplementedError

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        entry = self.entry_of(sent, at)
        if isinstance(entry, Wrong):
            return entry
        if entry is not None:
            return with_one_more(so_far, entry, most=self.most)
        if isinstance(sent, Pressed) and sent.token == DONE:
            return Given(list(entries_in(so_far)))
        return enough(so_far, typed_text(sent) or "") or NOT_UNDERSTOOD

    def read_form(self, raw: Raw, at: At) -> FormReading:
        ids = posted_ids(raw, at)
        if isinstance(ids, Wrong):
            return ids
        return Given([{"file": one} for one in ids]) if ids else Blank()

    def fill(self, value: Value) -> Raw:
        return ids_in(value)

    def check(self, value: Value, at: At) -> Wrong | None:
        count = len(entries_in(value))
        if count > self.most:
            return wrong(TOO_MANY, at, most=self.most, unit=self.unit)
        if count < self.least:
            return wrong(TOO_FEW, at, least=self.least, unit=self.unit)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return self.counted.pick(language).format(count=len(ids_in(value)))

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def files(self, value: Value) -> list[str]:
        return ids_in(value)

    def faults(self) -> list[OptionFault]:
        if self.least <= self.most:
            return []
        return [OptionFault("least", f"{self.unit}数の下限が上限より大きくなっています。")]

    def samples(self, at: At) -> list[Sample]:
        found = []
        for count in dict.fromkeys((self.least, self.most)):
            ids = [sample_id(number) for number in range(1, count + 1)]
            sent: tuple[Sent, ...] = (*map(self.sample_sent, ids), Pressed(DONE))
            found.append(Sample([{"file": one} for one in ids], sent, ids))
        return found

    def bad_samples(self, at: At) -> list[Raw]:
        too_many = [sample_id(number) for number in range(1, self.most + 2)]
        return [["no file of ours"], too_many]

    def asking(
        self, widget: Widget, sensors: tuple[Sensor, ...], how: str, at: At, so_far: Value
    ) -> View:
        return View(
            widget,
            sensors=sensors,
            buttons=done_button(so_far, at),
            prompt=got(so_far, at, most=self.most, unit=self.unit),
            how=how,
        )


def ids_in(value: Value) -> list[str]:
    """Return the file ids of a stored answer.

    Raises:
        TypeError: there is something else; a stored answer was damaged.
    """
    if not isinstance(value, list):
        raise TypeError(f"files were stored here, not {type(value).__name__}")
    return [str(one["file"]) for one in value if isinstance(one, dict)]


def entries_in(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else []


def with_one_more(so_far: Value, entry: Value, *, most: int) -> Given | More:
    """Add one; the answer is whole when no more are taken."""
    entries = [*entries_in(so_far), entry]
    return Given(list(entries)) if len(entries) >= most else More(list(entries))


def enough(so_far: Value, said: str) -> Given | None:
    """Return the answer when somebody says that these are all."""
    if so_far and said.strip("。.!！").casefold() in _ENOUGH:
        return Given(list(entries_in(so_far)))
    return None


def done_button(so_far: Value, at: At) -> tuple[Choice, ...]:
    return (Choice(DONE, THAT_IS_ALL.pick(at.language)),) if so_far else ()


def got(so_far: Value, at: At, *, most: int, unit: str) -> str:
    count = len(entries_in(so_far))
    return GOT.pick(at.language).format(count=count, left=most - count, unit=unit) if count else ""


def posted_ids(raw: Raw, at: At) -> list[str] | Wrong:
    """Return the ids of a form, each once."""
    ids = list(dict.fromkeys(posted_list(raw)))
    for one in ids:
        try:
            uuid.UUID(one)
        except ValueError:
            return wrong(NOT_OURS, at)
    return ids


def sample_id(number: int) -> str:
    return str(uuid.UUID(int=number))
