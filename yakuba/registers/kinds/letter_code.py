"""The code of a posted letter, typed in: what only whoever opens the letter-box of that house can know."""

from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, posted_text, typed_text, wrong
from yakuba.procedures.rules.answering import At, Blank, FormReading, Given, Reading, Sample, Wrong
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds
from yakuba.registers.kinds import wording
from yakuba.registers.rules import letter_codes

_SAMPLE = "3F4-K9M-TWG"


class LetterCodeOptions(Options):
    """Stored without dashes. Whether it is this person's code is judged by the register's question."""

    def view(self, at: At, so_far: Value = None) -> View:
        attributes = {"type": "text", "maxlength": 20, "autocomplete": "off", "spellcheck": "false"}
        return View(
            Widget("line", attributes), sensors=("text",), how=wording.CODE_HOW.pick(at.language)
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        said = typed_text(sent)
        return NOT_UNDERSTOOD if said is None else self._read(said, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        said = posted_text(raw)
        return self._read(said, at) if said else Blank()

    def fill(self, value: Value) -> Raw:
        return letter_codes.written(text_in(value))

    def show(self, value: Value, language: str = "ja") -> str:
        return letter_codes.written(text_in(value))

    def samples(self, at: At) -> list[Sample]:
        return [Sample(letter_codes.form(_SAMPLE), Typed(_SAMPLE), _SAMPLE.lower())]

    def bad_samples(self, at: At) -> list[Raw]:
        return ["3F4-K9M-TWX", "12345"]

    def _read(self, said: str, at: At) -> Given | Wrong:
        if not letter_codes.is_one(said):
            return wrong(wording.CODE_WRONG, at)
        return Given(letter_codes.form(said))


@question_kinds.plug
class LetterCode(QuestionKind):
    key = "letter_code"
    label = "お手紙の確認コード"
    options = LetterCodeOptions
    is_confidential = True
