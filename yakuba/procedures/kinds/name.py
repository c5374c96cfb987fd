"""A person's name with its reading."""

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.errors import Refusal
from yakuba.kit.kana import reading
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
    More,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

MOST_LETTERS = 60
PARTS = ("family", "given", "family_kana", "given_kana")

HOW = Text(
    ja="姓と名のあいだを空けて送ってください。例：「上市 花子」",
    easy="みょうじと なまえの あいだを あけてください。れい：「上市 花子」",
    en="Please put a space between family name and given name.",
)
READING = Text(
    ja="ふりがなを送ってください。例：「カミイチ ハナコ」",
    easy="ふりがなを おくってください。れい：「カミイチ ハナコ」",
    en="Please send the reading in kana.",
)
NAME_MISSING = Text(
    ja="お名前を入力してください。", easy="なまえを 書いてください。", en="Please enter the name."
)
READING_MISSING = Text(
    ja="ふりがなを入力してください。",
    easy="ふりがなを 書いてください。",
    en="Please enter the reading.",
)
NOT_KANA = Text(
    ja="ふりがなは、ひらがなかカタカナで入力してください。例：「カミイチ ハナコ」",
    easy="ふりがなは ひらがなか カタカナで 書いてください。",
    en="The reading must be in kana, for example カミイチ ハナコ.",
)
TOO_LONG = Text(
    ja="お名前が長すぎます（{most}字まで）。",
    easy="なまえが ながすぎます。",
    en="The name is too long ({most} letters).",
)
HEADINGS = ("姓", "名", "セイ", "メイ")


class NameOptions(Options):
    """`kana` asks for the reading; a person with one name leaves the given name empty."""

    kana: bool = True

    def view(self, at: At, so_far: Value = None) -> View:
        parts = PARTS if self.kana else PARTS[:2]
        return View(
            Widget("name", {"maxlength": MOST_LETTERS, "kana": self.kana}, parts=parts),
            sensors=("text",),
            prompt=READING.pick(at.language) if so_far else "",
            how=(READING if so_far else HOW).pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        said = typed_text(sent)
        if said is None:
            return NOT_UNDERSTOOD
        words = said.split()
        if so_far:
            return self._whole(text_in(so_far, "family"), text_in(so_far, "given"), words, at)
        if self.kana and len(words) == 4:
            return self._whole(words[0], words[1], words[2:], at)
        family, given = words[0], " ".join(words[1:])
        if not self.kana:
            return self._whole(family, given, [], at)
        return forbidden_number(said, at) or More({"family": family, "given": given})

    def read_form(self, raw: Raw, at: At) -> FormReading:
        if isinstance(raw, str) and raw:
            return self._whole(posted_text(raw), "", [], at)
        family, given = posted_part(raw, "family"), posted_part(raw, "given")
        kana = [posted_part(raw, "family_kana"), posted_part(raw, "given_kana")]
        if not any((family, given, *kana)):
            return Blank()
        return self._whole(family, given, kana, at)

    def fill(self, value: Value) -> Raw:
        return {part: text_in(value, part) for part in PARTS}

    def check(self, value: Value, at: At) -> Wrong | None:
        if not text_in(value, "family"):
            return wrong(NAME_MISSING, at)
        if self.kana and not text_in(value, "family_kana"):
            return wrong(READING_MISSING, at, READING)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        name = _joined(value, "family", "given")
        kana = _joined(value, "family_kana", "given_kana")
        return f"{name}（{kana}）" if kana else name

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [f"{label}［{part}］" for part in (HEADINGS if self.kana else HEADINGS[:2])]

    def cells(self, value: Value) -> list[Cell]:
        parts = PARTS if self.kana else PARTS[:2]
        return [None if value is None else text_in(value, part) for part in parts]

    def fact(self) -> FactType:
        return FactType(FactKind.TEXT)

    def fact_value(self, value: Value) -> str:
        return _joined(value, "family", "given")

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=_joined(value, "family", "given"))]

    def samples(self, at: At) -> list[Sample]:
        value = {"family": "上市", "given": "花子", "family_kana": "", "given_kana": ""}
        if self.kana:
            value |= {"family_kana": "カミイチ", "given_kana": "ハナコ"}
        if not self.kana:
            return [Sample(dict(value), Typed("上市 花子"), value)]
        sent = (Typed("上市 花子"), Typed("かみいち ハナコ"))
        return [Sample(dict(value), sent, {**value, "family_kana": "かみいち"})]

    def bad_samples(self, at: At) -> list[Raw]:
        bad: list[Raw] = [{"family": "", "given": "花子"}]
        if self.kana:
            bad.append(
                {"family": "上市", "given": "花子", "family_kana": "上市", "given_kana": "花子"}
            )
        return bad

    def _whole(self, family: str, given: str, kana: list[str], at: At) -> Given | Wrong:
        forbidden = forbidden_number(" ".join((family, given, *kana)), at)
        if forbidden is not None:
            return forbidden
        if any(len(part) > MOST_LETTERS for part in (family, given, *kana)):
            return wrong(TOO_LONG, at, most=MOST_LETTERS)
        try:
            readings = [reading(part) if part else "" for part in kana]
        except Refusal:
            return wrong(NOT_KANA, at)
        first = readings[0] if readings else ""
        second = " ".join(readings[1:])
        return Given({"family": family, "given": given, "family_kana": first, "given_kana": second})


def _joined(value: Value, *parts: str) -> str:
    return " ".join(word for word in (text_in(value, part) for part in parts) if word)


@question_kinds.plug
class Name(QuestionKind):
    key = "name"
    label = "氏名"
    options = NameOptions
    is_confidential = True
