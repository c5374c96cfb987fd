"""What the engine says and what it wants done: small values, which a surface draws in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from yakuba.procedures.rules.values import Value

MOST_BUTTONS = 13  # that the talk can show under one message
Sensor = Literal["camera", "camera_roll", "location", "text", "file"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press; `token` goes into the postback beside the nonce and says nothing to others."""

    token: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """LINE's date and time picker; texts as LINE takes them: 2026-11-23, 09:30, 2026-11-23T09:30."""

    mode: Literal["date", "time", "datetime"]
    label: str
    token: str
    initial: str = ""
    least: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """A form field of a page: the renderer knows widgets by name and gives them these attributes.

    `parts` are the names of a composite field's inputs: the form sends ``<path>:<part>`` for each.
    `several` says that the form may send the name more than once.
    """

    name: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    parts: tuple[str, ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """How a kind asks, in the talk and on a page. `prompt` replaces the label in the middle of an answer."""

    widget: Widget
    choices: tuple[Choice, ...] = ()
    pickers: tuple[Picker, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    buttons: tuple[Choice, ...] = ()
    prompt: str = ""
    preamble: str = ""  # to be read before the question, such as the text of a consent
    how: str = ""  # how to answer, in a sentence; said when an answer was not understood
    on_list_page: bool = False  # more choices than the talk can show as buttons


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """The answer just taken, repeated so that a reader of the talk understands it later."""

    path: str
    shown: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Introduction:
    """The first bubble: what this is, how long it takes, what to have at hand."""

    title: str
    summary: str
    minutes: int | None
    bring: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """The present question. `number` of `count` is what "3 / 8" is made of."""

    path: str
    section: str
    number: int
    count: int
    text: str
    hint: str
    required: bool
    view: View
    buttons: tuple[
        Choice, ...
    ]  # the ways out; where there is no room, one button brings the others
    nonce: str
    now: str = ""  # the answer it has already, as the summary shows it


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The next question is asked on our page only, because its answer is nobody else's business."""

    section: str
    title: str
    path: str
    number: int
    count: int
    buttons: tuple[Choice, ...]
    nonce: str
    text: str = ""  # why it is asked there
    is_elsewhere: bool = False  # the page only shows the way to where it is answered


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary. A confidential answer is not shown in the talk: `shown` is "入力済み"."""

    path: str
    section: str
    label: str
    shown: str
    is_confidential: bool
    may_correct: bool
    token: str  # press to correct it
    source: str = ""  # where it comes from, if it was found and not typed


@dataclass(frozen=True, slots=True)
class CostRow:
    label: str
    detail: str  # "300円 × 2", where there is more than one
    amount: str


@dataclass(frozen=True, slots=True)
class Cost:
    """The fee in words, shown before anything is handed in."""

    title: str
    rows: tuple[CostRow, ...]
    total_label: str
    total: str
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Every answer so far. `ready`: nothing is open any more and it can be handed in."""

    title: str
    rows: tuple[Row, ...]
    ready: bool
    buttons: tuple[Choice, ...]
    nonce: str
    cost: Cost | None = None  # of what is ready, if it costs anything to anybody


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question of the engine itself: really stop? really begin anew?"""

    text: str
    choices: tuple[Choice, ...]
    nonce: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to ask: the department, its telephone and its hours."""

    text: str
    name: str
    telephone: str
    hours: str
    buttons: tuple[Choice, ...]
    nonce: str


@dataclass(frozen=True, slots=True)
class Done:
    """Handed in. The receipt number is filled in by whoever made one.

    `go_on_to` are the link names of what may be begun next; whoever draws it leaves out what is not open.
    """

    title: str
    thanks: str
    go_on_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with what was sent, and how to mend it. `path` is empty if it was no answer."""

    path: str
    sentence: str
    mend: str = ""


SayItem: TypeAlias = (
    Say | Noted | Introduction | Ask | OpenPage | Summary | Confirm | Contact | Done | Problem
)


@dataclass(frozen=True, slots=True)
class Complete:
    """Hand in these answers: only what was asked and given, by path, in the order of the questions.

    `items` says who is in the repeated sections that were asked; `left` are paths that were asked and left open.
    """

    answers: Mapping[str, Value]
    items: Mapping[str, tuple[str, ...]]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopped:
    pass


@dataclass(frozen=True, slots=True)
class Paused:
    pass


@dataclass(frozen=True, slots=True)
class SectionDone:
    """A posted page left nothing open in its section; the talk may go on with what is said here."""

    section: str


@dataclass(frozen=True, slots=True)
class PersonWanted:
    """Somebody asked for a person at this question (empty: anywhere)."""

    path: str


@dataclass(frozen=True, slots=True)
class NumberMasked:
    """A マイナンバー or card number was sent as an answer; it was not taken."""

    path: str


@dataclass(frozen=True, slots=True)
class Find:
    """The question at `path` is automatic: look for its answer and give it back as `inputs.Found`, in this turn.

    `section` is that of the page whose post led to it, or empty; it goes back along with what was found.
    """

    path: str
    section: str = ""


Effect: TypeAlias = Complete | Stopped | Paused | SectionDone | PersonWanted | NumberMasked | Find
