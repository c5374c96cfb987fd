"""Files that people send along: certificates, letters, scans."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from yakuba.procedures.definition import Text
from yakuba.procedures.kinds import uploads
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, typed_text, wrong
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    Cell,
    FormReading,
    Given,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Document, Photo, Pressed, Raw, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

_TYPES = {
    "pdf": "application/pdf",
    "image": "image/",
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NAMES = {"pdf": "PDF", "image": "写真", "word": "Word", "excel": "Excel"}

HOW = Text(
    ja="{types}のファイルを送ってください。",
    easy="{types}の ファイルを おくってください。",
    en="Please send a file ({types}).",
)
WRONG_TYPE = Text(
    ja="この種類のファイルは受け取れません。{types}にしてください。",
    easy="この ファイルは つかえません。{types}に してください。",
    en="We cannot take this kind of file. Please send {types}.",
)


class FileOptions(Options):
    least: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    most: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    types: tuple[Literal["pdf", "image", "word", "excel"], ...] = ("pdf", "image")

    def view(self, at: At, so_far: Value = None) -> View:
        accept = ",".join("image/*" if kind == "image" else _TYPES[kind] for kind in self.types)
        return View(
            Widget("files", {"most": self.most, "accept": accept}, several=True),
            sensors=("file",),
            buttons=uploads.done_button(so_far, at),
            prompt=uploads.got(so_far, at, most=self.most, unit="件"),
            how=HOW.pick(at.language).format(types=self._named()),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Document):
            if not any(sent.content_type.startswith(_TYPES[kind]) for kind in self.types):
                return wrong(WRONG_TYPE, at, types=self._named())
            return uploads.with_one_more(so_far, {"file": sent.file}, most=self.most)
        if isinstance(sent, Photo) and "image" in self.types:
            return uploads.with_one_more(so_far, {"file": sent.file}, most=self.most)
        if isinstance(sent, Pressed) and sent.token == uploads.DONE:
            return Given(list(uploads.entries_in(so_far)))
        return uploads.enough(so_far, typed_text(sent) or "") or NOT_UNDERSTOOD

    def read_form(self, raw: Raw, at: At) -> FormReading:
        ids = uploads.posted_ids(raw, at)
        if isinstance(ids, Wrong):
            return ids
        return Given([{"file": one} for one in ids]) if ids else Blank()

    def fill(self, value: Value) -> Raw:
        return uploads.ids_in(value)

    def check(self, value: Value, at: At) -> Wrong | None:
        return uploads.wrong_number(value, at, least=self.least, most=self.most, unit="件")

    def show(self, value: Value, language: str = "ja") -> str:
        count = len(uploads.ids_in(value))
        return f"{count} file(s)" if language == "en" else f"ファイル{count}件"

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def files(self, value: Value) -> list[str]:
        return uploads.ids_in(value)

    def faults(self) -> list[OptionFault]:
        if self.least > self.most:
            return [OptionFault("least", "件数の下限が上限より大きくなっています。")]
        return [] if self.types else [OptionFault("types", "受け取るファイルの種類がありません。")]

    def samples(self, at: At) -> list[Sample]:
        found = []
        for count in dict.fromkeys((self.least, self.most)):
            ids = [uploads.sample_id(number) for number in range(1, count + 1)]
            content_type = _TYPES[self.types[0]] if self.types else ""
            sent: tuple[Sent, ...] = (
                *(Document(one, "f", content_type, 1) for one in ids),
                Pressed(uploads.DONE),
            )
            found.append(Sample([{"file": one} for one in ids], sent, ids))
        return found

    def bad_samples(self, at: At) -> list[Raw]:
        return [["no file of ours"]]

    def _named(self) -> str:
        return "・".join(_NAMES[kind] for kind in self.types)


@question_kinds.plug
class File(QuestionKind):
    key = "file"
    label = "ファイル"
    options = FileOptions
    is_confidential = True
