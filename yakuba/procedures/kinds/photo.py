"""One photo or several."""

from typing import ClassVar

from pydantic import StrictBool

from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.uploads import UploadOptions
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.inputs import Photo as SentPhoto
from yakuba.procedures.rules.inputs import Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import QuestionKind, question_kinds

HOW = Text(
    ja="「カメラ」で撮るか、「写真を選ぶ」で選んで送ってください。",
    easy="「カメラ」か「しゃしんを えらぶ」を おしてください。",
    en="Take a photo or choose one.",
)


class PhotoOptions(UploadOptions):
    """`keep_location` keeps where a photo was taken; otherwise that is thrown away."""

    keep_location: StrictBool = False

    unit: ClassVar[str] = "枚"
    counted: ClassVar[Text] = Text(ja="写真{count}枚", en="{count} photo(s)")

    def view(self, at: At, so_far: Value = None) -> View:
        widget = Widget("photos", {"most": self.most}, several=True)
        return self.asking(widget, ("camera", "camera_roll"), HOW.pick(at.language), at, so_far)

    def entry_of(self, sent: Sent, at: At) -> Value:
        if not isinstance(sent, SentPhoto):
            return None
        entry: dict[str, Value] = {"file": sent.file}
        if self.keep_location and sent.latitude is not None and sent.longitude is not None:
            entry |= {"latitude": sent.latitude, "longitude": sent.longitude}
        return entry

    def sample_sent(self, file: str) -> Sent:
        return SentPhoto(file)


@question_kinds.plug
class Photo(QuestionKind):
    key = "photo"
    label = "写真"
    options = PhotoOptions
