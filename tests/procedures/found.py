"""Kinds that tests plug in: one that is looked up in a list, one that is answered somewhere else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.errors import Refusal
from yakuba.procedures.definition import Text
from yakuba.procedures.rules.answering import (
    At,
    FactType,
    FormReading,
    Given,
    Reading,
    Resolved,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Found, Options, QuestionKind, question_kinds


class TooManyTries(Refusal):
    sentence = "確かめる回数が多すぎます。明日、もう一度お試しください。"


class TakenMeanwhile(Refusal):
    sentence = "この方の申請は、すでに受け付けています。"


class ListedOptions(Options):
    """Is the name on the list? `into` names the question that the row's district answers."""

    name: str = "who"
    into: str = ""
    lock: bool = False
    shows: bool = True

    def depends_on(self) -> tuple[str, ...]:
        return (self.name,) if self.name else ()

    def fills(self) -> tuple[str, ...]:
        return (self.into,) if self.into else ()

    def locked(self, value: Value) -> tuple[str, ...]:
        return self.fills() if self.lock and value == "found" else ()

    def source(self, language: str = "ja") -> str:
        return Text(ja="名簿から", en="from the list").pick(language)

    def fact(self) -> FactType:
        return FactType(FactKind.CHOICE, {"found": "載っている", "not_found": "載っていない"})

    def show(self, value: Value, language: str = "ja") -> str:
        if not self.shows:
            return ""
        return "確かめました" if value == "found" else "見つかりませんでした"

    def samples(self, at: At) -> list[Sample]:
        return [Sample("found", None, ""), Sample("not_found", None, "")]

    def resolve(self, found: Found) -> Resolved:
        name = str(found.answer(self.name))
        Listed.asked.append((found.path, name, found.is_trial))
        if name == "しつこい人":
            raise TooManyTries
        district = Listed.rows.get(name)
        if district is None:
            return Resolved("not_found")
        fills = {self.into: district} if self.into else {}
        return Resolved("found", fills, self.locked("found"))

    def confirm(self, found: Found, value: Value) -> None:
        if found.answer(self.name) in Listed.taken:
            raise TakenMeanwhile
        if value == "found":
            Listed.taken.add(found.answer(self.name))


class Listed(QuestionKind):
    key = "listed"
    label = "名簿"
    options = ListedOptions
    in_talk = False
    is_automatic = True
    rows: ClassVar[dict[str, str]] = {}
    asked: ClassVar[list[tuple[str, str, bool]]] = []
    taken: ClassVar[set[object]] = set()


class StampOptions(Options):
    """Get a stamp at another place; who stamped answers the question named in `into`."""

    into: str = ""

    def fills(self) -> tuple[str, ...]:
        return (self.into,) if self.into else ()

    def locked(self, value: Value) -> tuple[str, ...]:
        return self.fills()

    def gather(self, found: Found) -> object:
        return {"url": f"/p/stamp/{found.run.pk}/", "is_stamped": found.run.pk in Stamp.given}

    def resolve(self, found: Found) -> Resolved | None:
        name = Stamp.given.get(found.run.pk)
        if name is None:
            return None
        return Resolved("stamped", {self.into: name} if self.into else {}, self.fills())

    def view(self, at: At, so_far: Value = None) -> View:
        outside = at.outside if isinstance(at.outside, Mapping) else {}
        state = "done" if outside.get("is_stamped") else "none"
        return View(
            Widget(
                "handoff",
                {
                    "url": outside.get("url", ""),
                    "label": "スタンプをもらう",
                    "state": state,
                    "words": "となりの窓口のページが開きます。",
                },
            )
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return Wrong("", understood=False)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return Given("forged")  # nobody may get here by posting

    def fill(self, value: Value) -> Raw:
        return ""

    def check(self, value: Value, at: At) -> Wrong | None:
        outside = at.outside if isinstance(at.outside, Mapping) else {"is_stamped": True}
        return None if outside["is_stamped"] else Wrong("スタンプが取り消されました。")

    def fact(self) -> FactType:
        return FactType(FactKind.OTHER)

    def show(self, value: Value, language: str = "ja") -> str:
        return "スタンプ済み"

    def samples(self, at: At) -> list[Sample]:
        return [Sample("stamped", None, "")]


class Stamp(QuestionKind):
    key = "stamp"
    label = "スタンプ"
    options = StampOptions
    is_confidential = True
    in_talk = False
    is_automatic = True
    gathers = True
    given: ClassVar[dict[UUID, str]] = {}


@contextmanager
def plugged() -> Iterator[None]:
    """Plug both in, with an empty list and no stamps."""
    Listed.rows, Listed.asked, Listed.taken, Stamp.given = {}, [], set(), {}
    question_kinds.plug(Listed)
    question_kinds.plug(Stamp)
    try:
        yield
    finally:
        question_kinds.unplug("listed")
        question_kinds.unplug("stamp")
