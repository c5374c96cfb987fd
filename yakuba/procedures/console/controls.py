"""What can be set about a part: each setting with its words, drawn as one control, read back from what was posted.

What was not said stays unsaid: a control that was left at what is usual writes nothing into the document.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from django.http import QueryDict

from yakuba.kit.clock import JAPAN
from yakuba.procedures.definition import LANGUAGES

Sort: TypeAlias = Literal[
    "text", "texts", "line", "lines", "number", "check", "choice", "checks", "moment"
] | Literal["choices", "spot", "condition", "fee", "rows"]  # fmt: skip

UNSAID: Final = object()
_MARKS = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "英語"}


@dataclass(frozen=True, slots=True)
class Control:
    """One setting. `name` is its place in the part's document; `usual` is what holds while it is unsaid."""

    name: str
    label: str
    sort: Sort
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    usual: object = None
    unit: str = ""
    is_long: bool = False
    wraps: bool = False  # one sentence, that may be longer than the line
    is_whole: bool = True  # of numbers
    is_required: bool = False
    locked: str = ""  # why it cannot be changed
    several: bool = False  # of choices: more than one may be taken
    free: tuple[tuple[str, str], ...] = ()  # of a fee: when it may be free
    # A control with rows of its own reads and draws them itself.
    reads: Callable[[str, object, QueryDict], object] | None = field(default=None, compare=False)
    draws: Callable[[object, Sequence[str]], Sequence[Any]] | None = field(
        default=None, compare=False
    )
    columns: tuple["Control", ...] = ()  # of rows: what stands in each

    @property
    def lines(self) -> str:
        return "long" if self.is_long else "wraps" if self.wraps else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Controls under one heading; `is_rare` ones are folded away."""

    title: str
    controls: Sequence[Control]
    is_rare: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """One language of a text."""

    language: str
    mark: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A control with what stands in it, for its template."""

    control: Control
    value: Any
    languages: Sequence[str]
    errors: Sequence[str] = ()
    rows: Sequence[Any] = field(default=())

    @property
    def template(self) -> str:
        return f"procedures/console/controls/{self.control.sort}.html"

    @property
    def id(self) -> str:
        return f"f-{self.control.name}"

    @property
    def writings(self) -> list[Writing]:
        return writings(self.control.name, self.value, self.languages)

    @property
    def note(self) -> list[Writing]:
        """Return the inputs of the note of a fee."""
        inner = self.value.get("note") if isinstance(self.value, Mapping) else None
        return writings(f"{self.control.name}.note", inner, self.languages)

    @property
    def free(self) -> str:
        inner = self.value.get("free_when") if isinstance(self.value, Mapping) else None
        return json.dumps(inner, ensure_ascii=False, sort_keys=True) if inner else ""

    @property
    def described_by(self) -> str:
        ids = [f"{self.id}-hint"] if self.control.hint or self.control.locked else []
        return " ".join([*ids, *([f"{self.id}-error"] if self.errors else [])])


def writings(name: str, value: object, languages: Sequence[str]) -> list[Writing]:
    """Return the inputs of a text, in the languages that are offered."""
    texts = value if isinstance(value, Mapping) else {}
    return [
        Writing(language, _MARKS[language], str(texts.get(language) or ""), f"{name}.{language}")
        for language in LANGUAGES
        if language == "ja" or language in languages
    ]


def get(document: Mapping[str, Any], name: str) -> object:
    """Return what stands at `name`, or UNSAID."""
    here: Any = document
    for step in name.split("."):
        if not isinstance(here, Mapping) or step not in here:
            return UNSAID
        here = here[step]
    return here


def put(document: dict[str, Any], name: str, value: object) -> None:
    """Write `value` at `name`; UNSAID takes it away, and what is empty around it."""
    step, _dot, rest = name.partition(".")
    if not rest:
        if value is UNSAID:
            document.pop(step, None)
        else:
            document[step] = value
        return
    inner = document.get(step)
    within = dict(inner) if isinstance(inner, Mapping) else {}
    put(within, rest, value)
    if within:
        document[step] = within
    else:
        document.pop(step, None)


@dataclass(frozen=True, slots=True)
class Posted:
    """What was read from a form: the part's document as it becomes, and what could not be read."""

    document: dict[str, Any]
    errors: Mapping[str, str]


def read(groups: Sequence[Group], document: Mapping[str, Any], posted: QueryDict) -> Posted:
    """Return the part with what was typed into its form."""
    made: dict[str, Any] = dict(document)
    errors: dict[str, str] = {}
    for control in (one for group in groups for one in group.controls):
        if control.locked:
            continue
        before = get(document, control.name)
        try:
            # A language that the form does not show stays as it is, in what is usual too.
            value = _value(control, control.usual if before is UNSAID else before, posted)
        except ValueError as wrong:
            errors[control.name] = str(wrong)
            continue
        if before is UNSAID and (value is UNSAID or value == control.usual):
            continue
        put(made, control.name, value)
    return Posted(made, errors)


def _value(control: Control, before: object, posted: QueryDict) -> object:
    name = control.name
    typed = posted.get(name, "").strip()
    if control.reads is not None:
        return control.reads(name, before, posted)
    match control.sort:
        case "text":
            return _text(name, before, posted, is_required=control.is_required)
        case "texts":
            return _texts(name, before, posted)
        case "line":
            return typed or UNSAID
        case "lines":
            return [line.strip() for line in typed.splitlines() if line.strip()] or UNSAID
        case "number":
            return _number(typed, is_whole=control.is_whole) if typed else UNSAID
        case "check":
            return name in posted or (UNSAID if control.usual is None else False)
        case "choice":
            known = [value for value, _words in control.choices]
            return typed if typed and typed in known else UNSAID
        case "checks":
            known = [value for value, _words in control.choices]
            return [value for value in posted.getlist(name) if value in known] or UNSAID
        case "moment":
            return _moment(typed) if typed else UNSAID
        case "choices":
            return _choices(name, before, posted)
        case "spot":
            return _spot(name, posted)
        case "condition":
            return _condition(typed)
        case "rows":
            return _filled_rows(control, posted)
    raise TypeError(f"a control of the sort {control.sort} reads its own rows")


def text_posted(name: str, before: object, posted: QueryDict) -> object:
    """Return the text that was typed under `name`, or UNSAID."""
    return _text(name, before, posted, is_required=False)


def _text(name: str, before: object, posted: QueryDict, *, is_required: bool) -> object:
    """Return the text; a language that the form did not show stays as it was written."""
    text: dict[str, str] = {}
    for language in LANGUAGES:
        key = f"{name}.{language}"
        if key in posted:
            written = posted.get(key, "").replace("\r\n", "\n").strip()
        else:
            written = str(before.get(language) or "") if isinstance(before, Mapping) else ""
        if written:
            text[language] = written
    if text and "ja" not in text:
        text = {"ja": "", **text}
    return text or ({"ja": ""} if is_required else UNSAID)


def _texts(name: str, before: object, posted: QueryDict) -> object:
    earlier = list(before) if isinstance(before, Sequence) and not isinstance(before, str) else []
    texts = []
    number = 0
    while f"{name}.{number}.ja" in posted:
        was = earlier[number] if number < len(earlier) else UNSAID
        text = _text(f"{name}.{number}", was, posted, is_required=False)
        if text is not UNSAID:
            texts.append(text)
        number += 1
    return texts or UNSAID


def _number(typed: str, *, is_whole: bool) -> int | float:
    try:
        number = float(typed)
    except ValueError:
        raise ValueError("数字で入力してください。") from None
    if number == int(number):
        return int(number)
    if is_whole:
        raise ValueError("小数は使えません。")
    return number


def _moment(typed: str) -> str:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=JAPAN).isoformat()
    except ValueError:
        raise ValueError("日付と時刻を入力してください。") from None


def local(moment: object) -> str:
    """Write a moment as the input for date and time takes it."""
    try:
        return datetime.fromisoformat(str(moment)).astimezone(JAPAN).strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        return ""


def _choices(name: str, before: object, posted: QueryDict) -> object:
    """Return the choices of the form, each with what the form does not show of it."""
    earlier = before if isinstance(before, Sequence) and not isinstance(before, str) else []
    known = {str(one["id"]): one for one in earlier if isinstance(one, Mapping)}
    choices = []
    number = 0
    while (choice_id := posted.get(f"{name}.{number}.id")) is not None:
        place = f"{name}.{number}"
        was = known.get(choice_id, {})
        choice: dict[str, Any] = {**was, "id": choice_id}
        choice["label"] = _text(f"{place}.label", was.get("label"), posted, is_required=True)
        for key, value in (
            ("kana", posted.get(f"{place}.kana", "").strip() or UNSAID),
            ("hint", _text(f"{place}.hint", was.get("hint"), posted, is_required=False)),
            ("closed", True if f"{place}.closed" in posted else UNSAID),
            ("alone", True if f"{place}.alone" in posted else UNSAID),
        ):
            put(choice, key, value)
        choices.append(choice)
        number += 1
    return choices


def _filled_rows(control: Control, posted: QueryDict) -> object:
    """Return the rows in which anything was picked; an emptied row is taken away."""
    rows: list[dict[str, object]] = []
    number = 0
    while f"{control.name}.{number}.{control.columns[0].name}" in posted:
        row: dict[str, object] = {}
        for column in control.columns:
            name = f"{control.name}.{number}.{column.name}"
            typed = posted.get(name, "").strip()
            if column.sort == "check":
                row |= {column.name: True} if name in posted else {}
            elif typed:
                row[column.name] = typed
        if any(isinstance(value, str) for value in row.values()):
            rows.append(row)
        number += 1
    return rows or UNSAID


def _spot(name: str, posted: QueryDict) -> object:
    latitude, longitude = (
        posted.get(f"{name}.{axis}", "").strip() for axis in ("latitude", "longitude")
    )
    if not latitude and not longitude:
        return UNSAID
    try:
        spot: dict[str, object] = {"latitude": float(latitude), "longitude": float(longitude)}
    except ValueError:
        raise ValueError("緯度と経度を数字で入力してください。") from None
    words = posted.get(f"{name}.name", "").strip()
    return {**spot, "name": words} if words else spot


def _condition(typed: str) -> object:
    try:
        document = json.loads(typed) if typed else None
    except ValueError:
        raise ValueError("条件を読み取れませんでした。") from None
    return _plainest(document)


def _plainest(document: object) -> object:
    """Return a condition as a person would write it: no group around one clause, nothing for no clause."""
    if not isinstance(document, Mapping):
        return UNSAID
    for join in ("all_of", "any_of", "none_of"):
        inner = document.get(join)
        if isinstance(inner, list):
            clauses = [one for one in map(_plainest, inner) if one is not UNSAID]
            if not clauses:
                return UNSAID
            return clauses[0] if len(clauses) == 1 and join != "none_of" else {join: clauses}
    return dict(document)


def draw(
    groups: Sequence[Group],
    document: Mapping[str, Any],
    *,
    languages: Sequence[str],
    errors: Mapping[str, str] | None = None,
) -> list[tuple[Group, list[Drawn]]]:
    """Return the controls with what stands in them now; an error of `a.b.c` stands at the control of `a.b`."""
    wrong = errors or {}
    drawn = []
    for group in groups:
        ready = []
        for control in group.controls:
            value = get(document, control.name)
            value = control.usual if value is UNSAID else value
            if control.sort == "moment" and value:
                value = local(value)
            if control.sort == "lines" and isinstance(value, Sequence):
                value = "\n".join(map(str, value))
            here = [
                sentence
                for name, sentence in wrong.items()
                if name == control.name or name.startswith(f"{control.name}.")
            ]
            ready.append(Drawn(control, value, languages, here, _rows(control, value, languages)))
        drawn.append((group, ready))
    return drawn


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    number: int
    name: str
    id: str
    label: Sequence[Writing]
    hint: Sequence[Writing]
    kana: str
    closed: bool
    alone: bool

    @property
    def called(self) -> str:
        return f"選択肢{self.number + 1}"


def _rows(control: Control, value: object, languages: Sequence[str]) -> Sequence[Any]:
    if control.draws is not None:
        return control.draws(value, languages)
    values = list(value) if isinstance(value, list | tuple) else []
    if control.sort == "texts":
        return [
            writings(f"{control.name}.{number}", one, languages)
            for number, one in enumerate([*values, {}])  # the last row is for one more
        ]
    if control.sort == "rows":
        return [
            [
                (column, f"{control.name}.{number}.{column.name}", one.get(column.name, ""))
                for column in control.columns
            ]
            for number, one in enumerate([*filter(_is_row, values), {}])  # and one more
        ]
    if control.sort != "choices":
        return ()
    rows = []
    for number, one in enumerate(values):
        name = f"{control.name}.{number}"
        rows.append(
            ChoiceRow(
                number=number,
                name=name,
                id=str(one.get("id", "")),
                label=writings(f"{name}.label", one.get("label"), languages),
                hint=writings(f"{name}.hint", one.get("hint"), languages),
                kana=str(one.get("kana", "")),
                closed=bool(one.get("closed")),
                alone=bool(one.get("alone")),
            )
        )
    return rows


def _is_row(value: object) -> bool:
    return isinstance(value, Mapping)


def below(prefix: str, groups: Sequence[Group]) -> list[Group]:
    """Return the same controls for settings that stand at `prefix` of the part."""
    return [
        replace(
            group,
            controls=[replace(one, name=f"{prefix}.{one.name}") for one in group.controls],
        )
        for group in groups
    ]
