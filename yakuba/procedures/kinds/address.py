"""A postal address; the page fills in the town from the postal code."""

import re

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit import postal
from yakuba.kit.errors import Refusal
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import (
    NOT_UNDERSTOOD,
    forbidden_number,
    posted_part,
    posted_text,
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
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

PARTS = ("postal", "town", "house", "building")
MOST_LETTERS = 120
_POSTAL_FIRST = re.compile(r"^\s*〒?\s*(\d{3}-?\d{4})[\s、,]*")

HOW = Text(
    ja="郵便番号から送ってください。例：「930-0393 富山県中新川郡上市町法音寺1」",
    easy="ゆうびんばんごうから おくってください。れい：「930-0393 富山県…」",
    en="Please begin with the postal code.",
)
TOWN_MISSING = Text(
    ja="住所（都道府県・市区町村・町名）を入力してください。",
    easy="じゅうしょを 書いてください。",
    en="Please enter the address.",
)
HOUSE_MISSING = Text(
    ja="番地を入力してください。番地がないときは「番地なし」と入力してください。",
    easy="ばんちを 書いてください。ないときは「番地なし」と 書いてください。",
    en="Please enter the house number.",
)
POSTAL_WRONG = Text(
    ja="郵便番号は7けたの数字で入力してください。例：「930-0393」",
    easy="ゆうびんばんごうは 7つの すうじです。れい：930-0393",
    en="The postal code has seven digits, for example 930-0393.",
)
TOO_LONG = Text(
    ja="長すぎます（{most}字まで）。",
    easy="ながすぎます。",
    en="That is too long ({most} letters).",
)
HEADINGS = ("郵便番号", "住所", "番地", "建物")


class AddressOptions(Options):
    """`at.outside`, if it is a `postal.PostalTable`, fills in the town when only the code was given."""

    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("address", {"maxlength": MOST_LETTERS, "autocomplete": True}, parts=PARTS),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        said = typed_text(sent)
        if said is None:
            return NOT_UNDERSTOOD
        first = _POSTAL_FIRST.match(said)
        code, rest = (first[1], said[first.end() :]) if first else ("", said)
        found = re.match(r"(\D+)(.*)", rest, re.DOTALL)
        town, house = (found[1].strip(), found[2].strip()) if found else ("", rest)
        return self._whole(code, town, house or "番地なし", "", at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        if isinstance(raw, str) and raw:
            return self._whole("", posted_text(raw), "", "", at)
        code, town, house, building = (posted_part(raw, part) for part in PARTS)
        if not any((code, town, house, building)):
            return Blank()
        return self._whole(code, town, house, building, at)

    def fill(self, value: Value) -> Raw:
        code = text_in(value, "postal")
        filled = {part: text_in(value, part) for part in PARTS}
        return {**filled, "postal": postal.written(code) if code else ""}

    def check(self, value: Value, at: At) -> Wrong | None:
        if not text_in(value, "town"):
            return wrong(TOWN_MISSING, at)
        return None if text_in(value, "house") else wrong(HOUSE_MISSING, at)

    def show(self, value: Value, language: str = "ja") -> str:
        code = text_in(value, "postal")
        parts = [f"〒{postal.written(code)}"] if code else []
        parts += [text_in(value, "town") + text_in(value, "house"), text_in(value, "building")]
        return " ".join(part for part in parts if part)

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [f"{label}［{part}］" for part in HEADINGS]

    def cells(self, value: Value) -> list[Cell]:
        filled = self.fill(value) if value is not None else None
        return [filled.get(part) if isinstance(filled, dict) else None for part in PARTS]

    def fact(self) -> FactType:
        return FactType(FactKind.TEXT)

    def fact_value(self, value: Value) -> str:
        return text_in(value, "town") + text_in(value, "house")

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=self.show(value))]

    def samples(self, at: At) -> list[Sample]:
        value = {
            "postal": "9300393",
            "town": "富山県中新川郡上市町法音寺",
            "house": "1",
            "building": "",
        }
        sent = Typed("〒930-0393 富山県中新川郡上市町法音寺1")
        return [Sample(dict(value), sent, {**value, "postal": "９３０－０３９３"})]

    def bad_samples(self, at: At) -> list[Raw]:
        return [{"postal": "93", "town": "上市町", "house": "1"}, {"postal": "9300393"}]

    def _whole(self, code: str, town: str, house: str, building: str, at: At) -> Given | Wrong:
        written = (town, house, building)
        forbidden = forbidden_number("\n".join(written), at)
        if forbidden is not None:
            return forbidden
        if any(len(part) > MOST_LETTERS for part in written):
            return wrong(TOO_LONG, at, most=MOST_LETTERS)
        try:
            digits = postal.parse(code) if code else ""
        except Refusal:
            return wrong(POSTAL_WRONG, at)
        return Given(
            {
                "postal": digits,
                "town": town or _town_of(digits, at),
                "house": house,
                "building": building,
            }
        )


def _town_of(digits: str, at: At) -> str:
    """Return the town of a postal code, if the code stands for one place only."""
    if not digits or not isinstance(at.outside, postal.PostalTable):
        return ""
    places = at.outside.find(digits)
    return places[0].address if len(places) == 1 else ""


@question_kinds.plug
class Address(QuestionKind):
    key = "address"
    label = "住所"
    options = AddressOptions
    is_confidential = True
