"""A place on the map."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from yakuba.conditions.distance import Place, metres_between
from yakuba.conditions.facts import Kind as FactKind
from yakuba.conditions.tree import MOST_METRES, Spot
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import (
    NOT_UNDERSTOOD,
    forbidden_number,
    posted_part,
    typed_text,
    wrong,
)
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
from yakuba.procedures.rules.inputs import Placed, Raw, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

PARTS = ("latitude", "longitude", "words")
MOST_LETTERS = 200

HOW = Text(
    ja="「位置情報を送る」を押して、地図で場所を選んでください。",
    easy="「ばしょを おくる」を おして、ちずで えらんでください。",
    en="Press “Send a place” and choose it on the map.",
)
HOW_WITH_WORDS = Text(
    ja="「位置情報を送る」を押すか、場所をことばで送ってください。例：「上市駅の北口」",
    easy="「ばしょを おくる」を おすか、ことばで おくってください。れい：「上市駅の 北口」",
    en="Press “Send a place”, or describe it in words.",
)
NOT_A_PLACE = Text(
    ja="場所を読み取れませんでした。地図でもう一度選んでください。",
    easy="ばしょが わかりませんでした。もういちど えらんでください。",
    en="That is not a place on the map. Please choose again.",
)
TOO_FAR = Text(
    ja="その場所は{name}から離れています。受け付けているのは{metres}mまでです。",
    easy="その ばしょは とおいです。{name}から {metres}mまでに してください。",
    en="That place is too far from {name} (at most {metres} m).",
)
ON_THE_MAP = Text(ja="地図で示した場所", easy="ちずの ばしょ", en="A place on the map")


class LocationOptions(Options):
    """`words` takes a description instead of a point; `near` and `metres` keep out what is elsewhere."""

    words: StrictBool = True
    near: Spot | None = None
    metres: Annotated[StrictInt, Field(ge=1, le=MOST_METRES)] | None = None

    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("location", {"words": self.words, "maxlength": MOST_LETTERS}, parts=PARTS),
            sensors=("location", "text") if self.words else ("location",),
            how=(HOW_WITH_WORDS if self.words else HOW).pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Placed):
            words = " ".join(word for word in (sent.title, sent.address) if word)
            return self._whole(str(sent.latitude), str(sent.longitude), words, at)
        said = typed_text(sent)
        if said is None or not self.words:
            return NOT_UNDERSTOOD
        return self._whole("", "", said, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        latitude, longitude, words = (posted_part(raw, part) for part in PARTS)
        if not (latitude and longitude) and not (words and self.words):
            return Blank()
        return self._whole(latitude, longitude, words, at)

    def fill(self, value: Value) -> Raw:
        place = _place_in(value)
        return {
            "latitude": str(place.latitude) if place else "",
            "longitude": str(place.longitude) if place else "",
            "words": text_in(value, "words"),
        }

    def check(self, value: Value, at: At) -> Wrong | None:
        place = _place_in(value)
        if place is None or self.near is None or self.metres is None:
            return None
        if metres_between(place, self.near.place) <= self.metres:
            return None
        return wrong(TOO_FAR, at, name=self.near.name or "町", metres=f"{self.metres:,}")

    def show(self, value: Value, language: str = "ja") -> str:
        return text_in(value, "words") or ON_THE_MAP.pick(language)

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [label, f"{label}［緯度］", f"{label}［経度］"]

    def cells(self, value: Value) -> list[Cell]:
        if value is None:
            return [None, None, None]
        filled = self.fill(value)
        point = (filled["latitude"], filled["longitude"]) if isinstance(filled, dict) else ("", "")
        return [text_in(value, "words"), *(part or None for part in point)]

    def fact(self) -> FactType:
        return FactType(FactKind.PLACE)

    def fact_value(self, value: Value) -> Place | None:
        return _place_in(value)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=text_in(value, "words"))]

    def faults(self) -> list[OptionFault]:
        if (self.near is None) != (self.metres is None):
            return [OptionFault("metres", "中心の場所と距離は、両方とも決めてください。")]
        return []

    def samples(self, at: At) -> list[Sample]:
        centre = self.near.place if self.near else Place(36.6987, 137.3627)
        value: Value = {
            "latitude": centre.latitude,
            "longitude": centre.longitude,
            "words": "上市町役場",
        }
        raw = {
            "latitude": str(centre.latitude),
            "longitude": str(centre.longitude),
            "words": "上市町役場",
        }
        return [Sample(value, Placed(centre.latitude, centre.longitude, "上市町役場"), raw)]

    def bad_samples(self, at: At) -> list[Raw]:
        return [{"latitude": "95", "longitude": "137", "words": ""}]

    def _whole(self, latitude: str, longitude: str, words: str, at: At) -> Given | Wrong:
        forbidden = forbidden_number(words, at)
        if forbidden is not None:
            return forbidden
        value: dict[str, Value] = {"words": words[:MOST_LETTERS]}
        if latitude and longitude:
            try:
                place = Place(float(latitude), float(longitude))
            except ValueError:
                return wrong(NOT_A_PLACE, at)
            # Six decimals are a hand's breadth; more would only look exact.
            value = {
                "latitude": round(place.latitude, 6),
                "longitude": round(place.longitude, 6),
                **value,
            }
        return Given(value)


def _place_in(value: Value) -> Place | None:
    if not isinstance(value, dict):
        return None
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return Place(latitude, longitude)
    return None


@question_kinds.plug
class Location(QuestionKind):
    key = "location"
    label = "場所（地図）"
    options = LocationOptions
