"""Is this person on the list? Two statements for every answer, so that none takes longer than another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from yakuba.kit.secrets import keyed_hashes
from yakuba.procedures.models import Procedure
from yakuba.registers.models import Attempt, Claim, Column, LetterCode, Register, Row
from yakuba.registers.rules import hashing, letter_codes, matching
from yakuba.residents.models import Resident

Answer = Attempt.Answer
# More lines than this that may be meant are nobody's; they are not opened one by one.
_MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of one column."""

    column: Column
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of looking. `row` is there when it is one line, and never a protected one."""

    answer: str
    row: Row | None = None
    was_hidden: bool = False  # a protected line fitted: for the trail, never for whoever asked


def register_of(public_id: str) -> Register | None:
    """Return the register that a question names, while it has rows to be looked for."""
    try:
        found = Register.objects.select_related("scope").filter(public_id=UUID(public_id))
    except ValueError:
        return None
    return found.first()


def columns_of(register: Register) -> dict[str, Column]:
    return {one.key: one for one in Column.objects.filter(register=register).standing()}


def find(
    register: Register,
    asked: Sequence[Asked],
    *,
    procedure: Procedure | None = None,
    correcting: Resident | None = None,
    code: str | None = None,
    today: date,
) -> Finding:
    """Look for the one line of `register` that agrees with everything that was said.

    With `procedure`, a line that is claimed for it is "already", unless `correcting` says whose own claim it is.
    With `code`, the line must have been sent this code by post. A letter that nobody can read agrees with any,
    and the answer is then never "found".
    """
    forms = [(one.column, matching.form(one.column.kind, one.value)) for one in asked]
    rows = _candidates(register, forms, code=code, today=today)
    sure, unsure = _sorted(rows, forms)
    hidden = [row for row in (*sure, *unsure) if row.is_protected]
    sure = [row for row in sure if not row.is_protected]
    unsure = [row for row in unsure if not row.is_protected]
    claimed = _claimed([*sure, *unsure], procedure, correcting)
    if not sure and not unsure:
        return Finding(Answer.NOT_FOUND, was_hidden=bool(hidden))
    if unsure or len(sure) > 1:
        return Finding(Answer.AMBIGUOUS, was_hidden=bool(hidden))
    if sure[0].lineage in claimed:
        return Finding(Answer.ALREADY, was_hidden=bool(hidden))
    return Finding(Answer.FOUND, sure[0], was_hidden=bool(hidden))


def _candidates(
    register: Register,
    forms: Sequence[tuple[Column, str]],
    *,
    code: str | None,
    today: date,
) -> list[Row]:
    """Return the lines whose hashes fit; one with an unknown letter fits by the mark of all such."""
    # Whoever left something out asks for nobody; the statement is made all the same.
    looked_for = all(form for _column, form in forms) and bool(forms)
    rows = Row.objects.filter(register=register).live()
    for column, form in forms:
        if matching.UNKNOWN in form:
            continue  # no hash can be made of it; the other columns decide whom to open
        rows = rows.filter(
            hashes__column=column,
            hashes__hash__in=_hashes(column, form if looked_for else str(uuid4())),
        )
    if all(matching.UNKNOWN in form for _column, form in forms):
        rows = rows.filter(lineage=uuid4())
    if code is not None:
        purpose = letter_codes.purpose(register.pk)
        sent = LetterCode.objects.filter(
            register=register,
            hash__in=keyed_hashes(letter_codes.form(code), purpose=purpose),
            expires_on__gte=today,
        )
        rows = rows.filter(lineage__in=sent.values("lineage"))
    return list(rows.distinct().order_by("pk")[:_MOST_ROWS])


def _hashes(column: Column, form: str) -> list[bytes]:
    purpose = hashing.purpose(column.pk)
    return [
        hashed for one in (form, matching.UNKNOWN) for hashed in keyed_hashes(one, purpose=purpose)
    ]


def _sorted(
    rows: Iterable[Row], forms: Sequence[tuple[Column, str]]
) -> tuple[list[Row], list[Row]]:
    """Part the lines that say the same from those that may."""
    sure, unsure = [], []
    for row in rows:
        pairs = [
            (matching.form(column.kind, _written(row.values, column)), form)
            for column, form in forms
        ]
        if all(one == other and matching.UNKNOWN not in one for one, other in pairs):
            sure.append(row)
        elif all(one and matching.agrees(one, other) for one, other in pairs):
            unsure.append(row)
    return sure, unsure


def _written(values: Mapping[str, object], column: Column) -> str:
    value = values.get(column.key)
    return "" if value is None else str(value)


def _claimed(
    rows: Sequence[Row], procedure: Procedure | None, correcting: Resident | None
) -> set[UUID]:
    lineages = [row.lineage for row in rows] or [uuid4()]
    claims = Claim.objects.filter(
        lineage__in=lineages, procedure=procedure, is_only=True
    ).standing()
    found = claims.values_list("lineage", "resident")
    own = correcting.pk if correcting is not None else None
    return {lineage for lineage, owner in found if own is None or owner != own}
