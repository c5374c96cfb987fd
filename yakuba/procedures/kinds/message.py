"""A text that is shown on the way; nothing is asked."""

from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD
from yakuba.procedures.rules.answering import At, Blank, FormReading, Reading, Sample
from yakuba.procedures.rules.inputs import Raw, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds


class MessageOptions(Options):
    """The label of the question is the message."""

    def view(self, at: At, so_far: Value = None) -> View:
        return View(Widget("message"))

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return NOT_UNDERSTOOD

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return Blank()

    def samples(self, at: At) -> list[Sample]:
        return []


@question_kinds.plug
class Message(QuestionKind):
    key = "message"
    label = "お知らせ（質問なし）"
    options = MessageOptions
    is_message = True
