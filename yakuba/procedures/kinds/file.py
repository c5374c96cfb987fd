"""Files that people send along: certificates, letters, scans."""

from typing import ClassVar, Literal

from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import wrong
from yakuba.procedures.kinds.uploads import UploadOptions
from yakuba.procedures.rules.answering import At, OptionFault, Wrong
from yakuba.procedures.rules.inputs import Document, Photo, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import QuestionKind, question_kinds

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


class FileOptions(UploadOptions):
    types: tuple[Literal["pdf", "image", "word", "excel"], ...] = ("pdf", "image")

    unit: ClassVar[str] = "件"
    counted: ClassVar[Text] = Text(ja="ファイル{count}件", en="{count} file(s)")

    def view(self, at: At, so_far: Value = None) -> View:
        accept = ",".join("image/*" if kind == "image" else _TYPES[kind] for kind in self.types)
        widget = Widget("files", {"most": self.most, "accept": accept}, several=True)
        how = HOW.pick(at.language).format(types=self._named())
        return self.asking(widget, ("file",), how, at, so_far)

    def entry_of(self, sent: Sent, at: At) -> Value | Wrong:
        if isinstance(sent, Document):
            if not any(sent.content_type.startswith(_TYPES[kind]) for kind in self.types):
                return wrong(WRONG_TYPE, at, types=self._named())
            return {"file": sent.file}
        return {"file": sent.file} if isinstance(sent, Photo) and "image" in self.types else None

    def sample_sent(self, file: str) -> Sent:
        content_type = _TYPES[self.types[0]] if self.types else ""
        return Document(file, "f", content_type, 1)

    def faults(self) -> list[OptionFault]:
        nothing = OptionFault("types", "受け取るファイルの種類がありません。")
        return super().faults() or ([] if self.types else [nothing])

    def _named(self) -> str:
        return "・".join(_NAMES[kind] for kind in self.types)


@question_kinds.plug
class File(QuestionKind):
    key = "file"
    label = "ファイル"
    options = FileOptions
    is_confidential = True
