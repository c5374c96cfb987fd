"""One photo or several."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from yakuba.procedures.definition import Text
from yakuba.procedures.kinds import uploads
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, typed_text
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
from yakuba.procedures.rules.inputs import Photo as SentPhoto
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

HOW = Text(
    ja="「カメラ」で撮るか、「写真を選ぶ」で選んで送ってください。",
    easy="「カメラ」か「しゃしんを えらぶ」を おしてください。",
    en="Take a photo or choose one.",
)


class PhotoOptions(Options):
    """`keep_location` keeps where a photo was taken; otherwise that is thrown away."""

    least: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    most: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    keep_location: StrictBool = False

    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("photos", {"most": self.most}, several=True),
            sensors=("camera", "camera_roll"),
            buttons=uploads.done_button(so_far, at),
            prompt=uploads.got(so_far, at, most=self.most, unit="枚"),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, SentPhoto):
            return uploads.with_one_more(so_far, self._entry(sent), most=self.most)
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
        return uploads.wrong_number(value, at, least=self.least, most=self.most, unit="枚")

    def show(self, value: Value, language: str = "ja") -> str:
        count = len(uploads.ids_in(value))
        return f"{count} photo(s)" if language == "en" else f"写真{count}枚"

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def files(self, value: Value) -> list[str]:
        return uploads.ids_in(value)

    def faults(self) -> list[OptionFault]:
        if self.least > self.most:
            return [OptionFault("least", "枚数の下限が上限より大きくなっています。")]
        return []

    def samples(self, at: At) -> list[Sample]:
        found = []
        for count in dict.fromkeys((self.least, self.most)):
            ids = [uploads.sample_id(number) for number in range(1, count + 1)]
            sent: tuple[Sent, ...] = (*(SentPhoto(one) for one in ids), Pressed(uploads.DONE))
            found.append(Sample([{"file": one} for one in ids], sent, ids))
        return found

    def bad_samples(self, at: At) -> list[Raw]:
        too_many = [uploads.sample_id(number) for number in range(1, self.most + 2)]
        return [["no file of ours"], too_many]

    def _entry(self, sent: SentPhoto) -> Value:
        entry: dict[str, Value] = {"file": sent.file}
        if self.keep_location and sent.latitude is not None and sent.longitude is not None:
            entry |= {"latitude": sent.latitude, "longitude": sent.longitude}
        return entry


@question_kinds.plug
class Photo(QuestionKind):
    key = "photo"
    label = "写真"
    options = PhotoOptions
