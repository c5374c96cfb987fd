"""What others may plug into procedures: kinds of questions, outcomes, objections; and who listens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from yakuba.conditions.facts import Kind as FactKind
from yakuba.conditions.facts import Value as FactValue
from yakuba.kit.plugging import Hook, Pluggable, Registry
from yakuba.procedures.definition import Text
from yakuba.procedures.models import Procedure, Run, Version
from yakuba.procedures.rules.answering import (
    At,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    OptionFault,
    Reading,
    Resolved,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent
from yakuba.procedures.rules.linting.findings import Finding
from yakuba.procedures.rules.plans import Plan, Step
from yakuba.procedures.rules.says import View
from yakuba.procedures.rules.values import Value
from yakuba.procedures.rules.wording import FROM_RECORDS
from yakuba.residents.models import Resident
from yakuba.townhall.models import StaffMember


@dataclass(frozen=True, slots=True)
class Found:
    """Where a run stands when an automatic question is come to: everything that its kind may look at.

    `answers` are those that would be handed in now, by path; `path` is that of the question itself.
    """

    run: Run
    resident: Resident
    question_id: str
    path: str
    answers: Mapping[str, Value]
    now: datetime

    @property
    def is_trial(self) -> bool:
        """Whether a draft is being tried by its maker: nothing may be written."""
        return self.run.version_id is None

    def answer(self, question_id: str) -> Value:
        """Return the answer to another question: in a repeated section that of the same person."""
        head, bracket, _question = self.path.rpartition("].")
        near = f"{head}{bracket}{question_id}"
        return self.answers[near] if near in self.answers else self.answers.get(question_id)


class Options(BaseModel):
    """What a clerk may set about one question of a kind, and what the kind does with it.

    A kind subclasses this: its fields are the options (the designer draws a form from them), its methods
    ask, read and write. The meaning of each method is in `rules.answering.Answering`; here are the usual
    answers, so that a kind says only what is its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def view(self, at: At, so_far: Value = None) -> View:
        raise NotImplementedError

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        raise NotImplementedError

    def read_form(self, raw: Raw, at: At) -> FormReading:
        raise NotImplementedError

    def fill(self, value: Value) -> Raw:
        return value if isinstance(value, str) else str(value)

    def check(self, value: Value, at: At) -> Wrong | None:
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return str(value)

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [label]

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def fact(self) -> FactType:
        return FactType(FactKind.OTHER)

    def fact_value(self, value: Value) -> FactValue | None:
        return value

    def clear(self, value: Value) -> list[ClearValue]:
        return []

    def files(self, value: Value) -> list[str]:
        return []

    def texts(self) -> list[tuple[str, Text]]:
        return []

    def faults(self) -> list[OptionFault]:
        return []

    def samples(self, at: At) -> Sequence[Sample]:
        raise NotImplementedError

    def bad_samples(self, at: At) -> Sequence[Raw]:
        return []

    def depends_on(self) -> tuple[str, ...]:
        return ()

    def fills(self) -> tuple[str, ...]:
        return ()

    def locked(self, value: Value) -> tuple[str, ...]:
        return ()

    def paths_needed(self) -> tuple[str, ...]:
        return ()

    def source(self, language: str = "ja") -> str:
        return FROM_RECORDS.pick(language)

    # What follows is called by `operations`, inside the turn's transaction; the engine does not know it.

    def resolve(self, found: Found) -> Resolved | None:
        """Find the answer of an automatic question; None: it is not known yet (`gathers` only).

        May write rows of its own. A Refusal undoes them and is told to the resident; the next turn asks again.
        """
        raise NotImplementedError

    def gather(self, found: Found) -> object:
        """Return how it stands elsewhere, which is `At.outside` for this question. Only reads."""
        return None

    def confirm(self, found: Found, value: Value) -> None:
        """Take what was found for good, in the last transaction of the run; a Refusal leaves the run as it was."""


@dataclass(frozen=True, slots=True)
class Picking:
    """Who draws the question, what is set so far, and the other questions as id and label, with their kinds."""

    staff: StaffMember
    options: Mapping[str, object]
    before: Sequence[tuple[str, str]] = ()
    after: Sequence[tuple[str, str]] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)  # by id

    def before_of(self, *kinds: str) -> list[tuple[str, str]]:
        """Return the earlier questions that are of one of these kinds."""
        return [(id, label) for id, label in self.before if self.kinds.get(id) in kinds]


class QuestionKind(Pluggable):
    """A kind of question: one file in `kinds/`, its options with their behaviour, and these words.

    `is_confidential`: the answer must not lie on LINE's servers. `is_choosing`: the person only picks what we
    wrote, so an application may ask it in the talk. `is_message`: nothing is asked. `in_talk`: it can be
    answered in the talk at all.

    `is_automatic`: the answer is found, by `Options.resolve`. `gathers`: it is answered elsewhere; the page shows
    the way there (a `View` with the widget "handoff"), and the talk opens the page. A kind that is both is
    asked as long as `resolve` returns None.
    """

    options: ClassVar[type[Options]]
    is_confidential: bool = False
    is_choosing: bool = False
    is_message: bool = False
    in_talk: bool = True
    is_automatic: bool = False
    gathers: bool = False

    def reads(self, options: Mapping[str, object]) -> Options:
        """Read the options of one question.

        Raises:
            pydantic.ValidationError: they are not this kind's.
        """
        return self.options.model_validate(options)

    def picks(self, option: str, picking: Picking) -> Sequence[tuple[str, str]] | None:
        """Return what the designer offers for a text option, as value and words; None lets it be typed.

        An option that is a row of several things is asked for each: `pairs.column`.
        """
        return None


question_kinds: Registry[QuestionKind] = Registry(QuestionKind)


def options_of(step: Step) -> Options:
    """Return the options of a question, with what they do outside the engine.

    Raises:
        TypeError: its kind was made for the engine alone.
    """
    if isinstance(step.answering, Options):
        return step.answering
    raise TypeError(f"{step.question.kind} has no options that can look outside")


@dataclass(frozen=True, slots=True)
class Then:
    """What is to be done at once after handing in, such as paying: a button, and the page below /p/."""

    label: Text
    page: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished run made: `receipt_no` is told to the resident, `page` (below /p/) shows it again."""

    subject: UUID | None = None
    receipt_no: str = ""
    page: str = ""
    words: str = ""  # said instead of the procedure's thanks
    then: Then | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a resident handed in before and may change now."""

    subject: UUID
    version: Version
    answers: Mapping[str, Value]
    items: Mapping[str, Sequence[str]]
    editable: tuple[str, ...] | None = None  # only these questions; None is all


class Outcome(Pluggable):
    """What a procedure is for: handed in answers become a submission, a booking, a profile …

    Each procedure names one. Its owner makes exactly one thing, in the run's last transaction.
    `earlier_is_known` says that `earlier` shows what the town knows, so that leaving it empty forgets it.
    """

    earlier_is_known: bool = False

    def complete(
        self,
        run: Run,
        resident: Resident | None,
        plan: Plan,
        answers: Mapping[str, Value],
        items: Mapping[str, Sequence[str]],
    ) -> Result:
        """Create the one thing out of `answers`, or change it, when `run.corrects` says which.

        `resident` is None when the procedure is anonymous: nothing that leads to a person may be kept.
        Only write and defer. A Refusal leaves the run as it was and is told to the resident.
        """
        raise NotImplementedError

    def earlier(self, procedure: Procedure, resident: Resident) -> Earlier | None:
        """Return what `resident` has of `procedure` already, for procedures that overwrite."""
        return None


outcomes: Registry[Outcome] = Registry(Outcome)

may_start: Hook[[Procedure, Resident]] = Hook(
    "Somebody wants to start a procedure; a listener that objects raises a Refusal."
)
run_completed: Hook[[Run, Resident]] = Hook(
    "A run was handed in. For bystanders (points, figures) only; the outcome has made what there is."
)
run_left: Hook[[Run, Resident]] = Hook(
    "Somebody stopped in the middle yesterday and is reminded now, once; the talk says it."
)


message_taken_back: Hook[[Run, Resident, Sequence[str]]] = Hook(
    "Somebody took back the message of the talk that brought answers (their paths) of a run that was handed in."
)


class Objection(Protocol):
    def __call__(self, plan: Plan, procedure: Procedure | None) -> Iterable[Finding]: ...


@dataclass
class Objections:
    """Who looks at a procedure before it is published, besides the linter."""

    objections: list[Objection] = field(default_factory=list)

    def plug(self, objection: Objection) -> Objection:
        self.objections.append(objection)
        return objection

    def to(self, plan: Plan, procedure: Procedure | None) -> list[Finding]:
        return [finding for one in self.objections for finding in one(plan, procedure)]


publish_objections = Objections()

WaysToPay = Callable[[], Sequence[tuple[str, str]]]


@dataclass
class PaymentWays:
    """Whoever connects payment services names them, for the settings of a procedure: key and name."""

    sources: list[WaysToPay] = field(default_factory=list)

    def plug(self, source: WaysToPay) -> WaysToPay:
        self.sources.append(source)
        return source

    def all(self) -> list[tuple[str, str]]:
        return [way for source in self.sources for way in source()]


payment_ways = PaymentWays()


def kinds_known() -> list[str]:
    """Return the keys of all plugged-in question kinds."""
    return [kind.key for kind in question_kinds]
