"""What a person did: one input of the engine, whatever wire it came over.

`Sent` is what somebody sent in the talk; a page posts `Raw` values under paths. Neither is LINE's JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from yakuba.procedures.rules.values import Value

# What a form field holds: one text, several, or the parts of a composite field such as an address.
Raw: TypeAlias = str | Sequence[str] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button under the present question, by the token the question gave it."""

    token: str


@dataclass(frozen=True, slots=True)
class Picked:
    """What the date and time picker of LINE returned: 2026-11-23, 09:30 or 2026-11-23T09:30."""

    value: str


@dataclass(frozen=True, slots=True)
class Placed:
    latitude: float
    longitude: float
    address: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that `files` keeps already; those sent at once share `sent_with`."""

    file: str
    sent_with: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that `files` keeps already."""

    file: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Sticker:
    words: str = ""  # what LINE says the sticker says


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message or a video: nothing we can read."""


Sent: TypeAlias = Typed | Pressed | Picked | Placed | Photo | Document | Sticker | Voice


@dataclass(frozen=True, slots=True)
class Start:
    """Begin, or come back to a run by its link: says what this is, and asks the present question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Something sent in the talk while this run has the talk; `message` is LINE's id of it."""

    sent: Sent
    message: str = ""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The messages that brought these answers were taken back by their sender."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """A button of ours: the nonce and the token of its postback; `picked` if it was a picker."""

    nonce: str
    token: str
    picked: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class Restart:
    """Forget the answers and begin anew; asks first unless `sure`."""

    sure: bool = False


@dataclass(frozen=True, slots=True)
class ShowAll:
    pass


@dataclass(frozen=True, slots=True)
class Correct:
    path: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave an optional question open; on a question that has an answer, keep the answer."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Give the run up; asks first unless `sure`."""

    sure: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Leave it here for now; `Continue` takes it up."""


@dataclass(frozen=True, slots=True)
class Continue:
    pass


@dataclass(frozen=True, slots=True)
class AskPerson:
    pass


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand in what the summary showed; `rev` is the state's when a page drew the summary."""

    rev: int | None = None


@dataclass(frozen=True, slots=True)
class AddItem:
    """One more person or child in a repeated section."""

    section: str


@dataclass(frozen=True, slots=True)
class RemoveItem:
    section: str
    item: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one section, posted. `rev` is the state's when the page was drawn.

    `items` names the people of a repeated section in their order; new ones have an id of the page's
    choosing (letters and digits, at most 12).
    """

    section: str
    answers: Mapping[str, Raw] = field(default_factory=dict)
    rev: int | None = None
    items: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The page is opened again, perhaps by somebody who comes back from elsewhere: find what can be found now."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of the automatic question at `path` (`says.Find`); None: not known yet.

    `refused` says why it could not be looked for; the question stays open, and the next turn looks again.
    """

    path: str
    value: Value = None
    fills: Mapping[str, Value] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    section: str = ""  # of the page whose post led to it
    refused: str = ""


Input: TypeAlias = (
    Start
    | Answer
    | TakeBack
    | Press
    | Back
    | Restart
    | ShowAll
    | Correct
    | Skip
    | Stop
    | Later
    | Continue
    | AskPerson
    | Submit
    | AddItem
    | RemoveItem
    | Page
    | Look
    | Found
)
