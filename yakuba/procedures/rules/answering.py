"""How a kind of question reaches the engine: as a value with these methods, never by import.

A kind reads its options once (`Kind.reads`); what comes back is an `Answering`, which knows how to ask,
read, check, show, export and project one question's answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from yakuba.conditions.facts import Kind as FactKind
from yakuba.conditions.facts import Value as FactValue
from yakuba.procedures.definition import Text
from yakuba.procedures.rules.inputs import Raw, Sent
from yakuba.procedures.rules.says import View
from yakuba.procedures.rules.values import Value

_JAPAN = ZoneInfo("Asia/Tokyo")  # not that of kit.clock, which needs the database's models


@dataclass(frozen=True, slots=True)
class At:
    """When, in which language, and with what was gathered outside for this question."""

    now: datetime
    language: str = "ja"
    outside: object = None

    @property
    def today(self) -> date:
        return self.now.astimezone(_JAPAN).date()


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, in the form in which it is stored; `note` is said to the person ("3枚目まで受け取りました")."""

    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """An answer that is not complete; it is kept, and the next thing sent is added to it."""

    so_far: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was wrong, and how to mend it. `understood` is False if this was no answer to the question at all."""

    sentence: str
    mend: str = ""
    understood: bool = True
    is_forbidden: bool = False  # a マイナンバー or card number, which we must not have


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was filled in."""


Reading: TypeAlias = Given | More | Wrong
FormReading: TypeAlias = Given | Wrong | Blank


@dataclass(frozen=True, slots=True)
class FactType:
    """What a condition may ask of the answer; `choices` by id, with their labels."""

    kind: FactKind
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


class Sample(NamedTuple):
    """A valid answer at a limit, and how to give it: in one message, in several, or (None) not at all."""

    value: Value
    talk: Sent | tuple[Sent, ...] | None
    form: Raw

    @property
    def messages(self) -> tuple[Sent, ...]:
        """Return what to send in the talk, one after the other, until the answer is taken."""
        if self.talk is None:
            return ()
        return self.talk if isinstance(self.talk, tuple) else (self.talk,)


Cell: TypeAlias = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class ClearValue:
    """One row of an answer's projection in clear; only of answers that are not confidential."""

    choice: str = ""
    text: str = ""
    number: Decimal | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What came of an automatic question: its own answer, and answers to later questions.

    `fills` are by question id, in the form in which their kinds store them; those named in `locked` cannot be
    changed by whoever is asked. A fill that its question would refuse is left out, and the question is asked.
    `refused` says in a sentence why there is no answer: as a Refusal would, but what was written meanwhile stays.
    """

    value: Value = None
    fills: Mapping[str, Value] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class OptionFault:
    """Something unwise in a kind's options. `where` is the place below `options`."""

    where: str
    sentence: str
    is_red: bool = True


class Answering(Protocol):
    """One question's options, and everything its kind knows to do with them."""

    def view(self, at: At, so_far: Value = None) -> View:
        """Say how to ask, in the talk and on a page; `so_far` is a half given answer."""

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        """Read what was sent in the talk; tolerant of whatever people really send."""

    def read_form(self, raw: Raw, at: At) -> FormReading:
        """Read what a form posted under this question's name."""

    def fill(self, value: Value) -> Raw:
        """Return what the form fields hold when `value` is shown in them again."""

    def check(self, value: Value, at: At) -> Wrong | None:
        """Say what is wrong with a stored value now; asked again at the moment of handing in."""

    def show(self, value: Value, language: str = "ja") -> str:
        """Write the answer for the summary, for print and for the clerk."""

    def headings(self, label: str, language: str = "ja") -> list[str]:
        """Name the columns of an export, as many as `cells` returns."""

    def cells(self, value: Value) -> list[Cell]:
        """Write the answer into the columns of an export; `None` is left open."""

    def fact(self) -> FactType:
        """Say what a condition may ask of the answer."""

    def fact_value(self, value: Value) -> FactValue | None:
        """Return the answer as `conditions` compares it."""

    def clear(self, value: Value) -> list[ClearValue]:
        """Project the answer for search, segments and figures."""

    def files(self, value: Value) -> list[str]:
        """Return the ids of the files that the answer consists of."""

    def texts(self) -> list[tuple[str, Text]]:
        """Return the texts in the options that people read, with their places; for lint and difference."""

    def faults(self) -> list[OptionFault]:
        """Say what is unwise in the options."""

    def samples(self, at: At) -> Sequence[Sample]:
        """Return valid answers at the limits, each with what to send in the talk and on a page for it."""

    def bad_samples(self, at: At) -> Sequence[Raw]:
        """Return what must be refused when a page posts it."""

    def depends_on(self) -> tuple[str, ...]:
        """Name the questions whose answers an automatic question is found by; when one changes it is found anew."""

    def fills(self) -> tuple[str, ...]:
        """Name the later questions that an automatic question may answer."""

    def locked(self, value: Value) -> tuple[str, ...]:
        """Name those of them that nobody may change; asked when what was handed in is taken up again."""

    def paths_needed(self) -> tuple[str, ...]:
        """Name the values of its fact that some condition must name: whoever gets there is asked something else."""

    def source(self, language: str = "ja") -> str:
        """Say in a few words where the answers come from that it filled in."""


class Kind(Protocol):
    """A kind of question, as the engine knows it."""

    @property
    def is_confidential(self) -> bool:
        """Whether the answer must not lie on LINE's servers, unless the clerk's kind of procedure says more."""

    @property
    def is_choosing(self) -> bool:
        """Whether the person only chooses among what we wrote: asked in the talk even in an application."""

    @property
    def is_message(self) -> bool:
        """Whether nothing is asked: a text that is shown."""

    @property
    def in_talk(self) -> bool:
        """Whether it can be answered in the talk at all."""

    @property
    def is_automatic(self) -> bool:
        """Whether nobody is asked: the answer is found by the answers before it."""

    @property
    def gathers(self) -> bool:
        """Whether it is answered elsewhere, by going there from our page and coming back."""

    def reads(self, options: Mapping[str, object]) -> Answering:
        """Read the options of one question.

        Raises:
            pydantic.ValidationError: they are not this kind's.
        """


class Kinds(Protocol):
    """Where kinds are looked up; a `Registry` is one."""

    def __getitem__(self, key: str) -> Kind:
        """Return the kind.

        Raises:
            LookupError: nothing is plugged in under this key.
        """
