"""The fields of a section's form: which template draws each, and what stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yakuba.kit import wareki
from yakuba.procedures import rules
from yakuba.procedures.rules import says

_LINES = frozenset({"text", "email", "tel", "number", "money", "time"})
_OWN = frozenset(
    {"textarea", "radio", "checkboxes", "select", "date", "name", "address", "location"}
    | {"photos", "files", "consent", "rating", "handoff"}
)
# What may go as it is from a kind's widget into the HTML of its input.
_ATTRIBUTES = frozenset({"inputmode", "autocomplete", "maxlength", "rows", "accept", "placeholder"})
_TYPES = {"email": "email", "tel": "tel"}


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice, whether it is the one taken, and the id of its input."""

    token: str
    label: str
    hint: str
    is_taken: bool
    id: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One question as its template wants it. `id` is the frame's; `input` the first thing to type into."""

    field: rules.Field
    problem: says.Problem | None
    values: tuple[str, ...]
    parts: Mapping[str, str]
    language: str

    @property
    def id(self) -> str:
        return f"f-{self.field.path}"

    @property
    def input(self) -> str:
        return f"{self.id}-in"

    @property
    def template(self) -> str:
        name = self.field.widget.name
        if name in _OWN:
            return f"procedures/portal/widgets/{name}.html"
        if name in _LINES:
            return "procedures/portal/widgets/line.html"
        # A kind that was plugged in from outside brings no template of ours: draw what its shape allows.
        if self.field.widget.parts:
            return "procedures/portal/widgets/parts.html"
        if self.field.widget.choices:
            several = self.field.widget.several
            return f"procedures/portal/widgets/{'checkboxes' if several else 'radio'}.html"
        return "procedures/portal/widgets/line.html"

    @property
    def is_group(self) -> bool:
        """Several inputs belong to this question, so it is a fieldset with a legend."""
        widget = self.field.widget
        if widget.name in ("photos", "files"):
            return True
        return bool(widget.parts) or (bool(widget.choices) and widget.name != "select")

    @property
    def is_fixed(self) -> bool:
        """It was found and not typed, so there is nothing to type into."""
        return not self.field.may_edit and (bool(self.field.source) or not self.field.is_asked)

    @property
    def is_short(self) -> bool:
        return self.field.widget.name in ("number", "money", "time")

    @property
    def type(self) -> str:
        return _TYPES.get(self.field.widget.name, "text")

    @property
    def value(self) -> str:
        value = self.values[-1] if self.values else ""
        return _typed_date(value, self.language) if self.field.widget.name == "date" else value

    @property
    def attributes(self) -> list[tuple[str, str]]:
        given = self.field.widget.attributes.items()
        return [(name, str(value)) for name, value in given if name in _ATTRIBUTES and value]

    @property
    def choices(self) -> list[Offered]:
        return [
            Offered(
                token=choice.token,
                label=choice.label,
                hint=choice.hint,
                is_taken=choice.token in self.values,
                id=self.input if number == 0 else f"{self.input}-{number}",
            )
            for number, choice in enumerate(self.field.widget.choices)
        ]

    @property
    def described_by(self) -> str:
        """Return the ids of the hint and the error, for screen readers."""
        ids = [f"{self.id}-hint"] if self.field.hint else []
        ids += [f"{self.id}-how"] if self.field.widget.name in ("date", "time") else []
        return " ".join(ids + ([f"{self.id}-error"] if self.problem else []))


def draw(
    view: rules.PageView,
    *,
    problems: Sequence[says.Problem],
    posted: Mapping[str, str | Sequence[str]] | None,
    language: str,
) -> list[Drawn]:
    """Return the fields of a page; of `posted` what was typed last, even if it was wrong."""
    wrong = {problem.path: problem for problem in problems}
    return [
        Drawn(
            field=field,
            problem=wrong.get(field.path),
            values=_values(field, posted),
            parts=_parts(field, posted),
            language=language,
        )
        for field in view.fields
    ]


def _values(
    field: rules.Field, posted: Mapping[str, str | Sequence[str]] | None
) -> tuple[str, ...]:
    raw = field.filled if posted is None else posted.get(field.path, "")
    if isinstance(raw, Mapping):
        return ()
    if isinstance(raw, str):
        return (raw,) if raw else ()
    return tuple(raw)


def _parts(field: rules.Field, posted: Mapping[str, str | Sequence[str]] | None) -> dict[str, str]:
    if posted is not None:
        return {part: str(posted.get(f"{field.path}:{part}", "")) for part in field.widget.parts}
    filled = field.filled if isinstance(field.filled, Mapping) else {}
    return {part: filled.get(part, "") for part in field.widget.parts}


def _typed_date(value: str, language: str) -> str:
    """Write a stored day as people type it; what was typed and not understood stays as it is."""
    if language == "en":
        return value
    try:
        return wareki.full(date.fromisoformat(value)).partition("（")[0]
    except ValueError:
        return value
