"""What is remembered of a run: the answers by path, and where the talk is. JSON, with a schema of its own."""

from collections.abc import Iterable, Mapping
from typing import Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from yakuba.procedures.rules.values import Value

SCHEMA = 1
# "taken_up": made of answers that were handed in; the first turn completes it.
Mode: TypeAlias = Literal[
    "new", "taken_up", "asking", "stopping", "restarting", "paused", "stopped", "done"
]


class UnreadableState(ValueError):
    """A stored state is not one, or of a schema that this program does not know."""


class Entry(BaseModel):
    """What came of one question: an answer, a question left open, or a message that was shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: Literal["given", "skipped", "seen"]
    value: JsonValue = None
    rev: int = 0  # of the state, when it was entered
    by: str = ""  # the path of the automatic question that entered it
    is_locked: bool = False  # whoever is asked may not change it
    basis: str = ""  # of an automatic question: the mark of the answers that it was found by


class LastPress(BaseModel):
    """The button that was pressed last, so that pressing it twice is not taken for a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nonce: str
    token: str


class State(BaseModel):
    """A run's memory. `answers` keeps what is no longer asked as well; only `rules.handed_in` leaves it out.

    `focus` is the path that the talk asks now; `mode` is what it is doing if it is not asking.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    answers: dict[str, Entry] = {}
    items: dict[str, tuple[str, ...]] = {}  # who is in a repeated section, by section
    removed: dict[str, tuple[str, ...]] = {}  # who was taken out again; the answers stay aside
    partial: dict[str, JsonValue] = {}  # answers that are half given, by path
    mode: Mode = "new"
    focus: str = ""
    nonce: str = ""
    last: LastPress | None = None
    photos: tuple[str, str] = ("", "")  # the set of photos taken last, and for which path
    misses: int = 0  # how often in a row we did not understand
    editable: tuple[str, ...] | None = None  # only these questions may be changed; None is all
    rev: int = 0

    @classmethod
    def of_answers(
        cls,
        answers: Mapping[str, Value],
        *,
        items: Mapping[str, Iterable[str]] | None = None,
        editable: Iterable[str] | None = None,
    ) -> Self:
        """Begin a run that corrects what was handed in; `editable` names the questions opened for it."""
        return cls(
            answers={path: Entry(how="given", value=value) for path, value in answers.items()},
            items={section: tuple(ids) for section, ids in (items or {}).items()},
            editable=None if editable is None else tuple(editable),
            mode="taken_up",
        )

    @classmethod
    def from_json(cls, document: object) -> Self:
        """Read a stored state; an empty document is a new run.

        Raises:
            UnreadableState: it is not one, or of an unknown schema.
        """
        if document is None or document == {}:
            return cls()
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            # The message of pydantic would carry answers, which belong in no log.
            places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            raise UnreadableState(f"not a state of schema {SCHEMA}: {places}") from None

    def to_json(self) -> dict[str, JsonValue]:
        document: dict[str, JsonValue] = self.model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        )
        return {"schema": SCHEMA} | document


Heard: TypeAlias = Mapping[str, Iterable[str]]


def heard_after(
    heard: Heard, before: State, after: State, *, message: str = ""
) -> dict[str, list[str]]:
    """Return which message brought which answers, after a turn in which `message` may have brought some.

    A message whose answer was replaced since is not known any more; one of several that make an answer together is.
    """
    paths = {*before.answers, *after.answers, *before.partial, *after.partial}
    changed = {
        path
        for path in paths
        if (before.answers.get(path), before.partial.get(path))
        != (after.answers.get(path), after.partial.get(path))
    }
    replaced = {path for path in changed if path not in before.partial}
    known = {key: [path for path in kept if path not in replaced] for key, kept in heard.items()}
    if message and changed:
        known[message] = sorted(changed)
    return {key: kept for key, kept in known.items() if kept}
