"""Who gets a letter with a code: counted before it is done, and the same again when it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from yakuba.registers.models import LetterBatch, LetterCode, Register, RowQuerySet
from yakuba.registers.queries.looking import rows_of, specs_of
from yakuba.registers.rules.letters import addressing, in_the_window

MOST_PRINTED = 2_000  # sheets in one PDF: what an office printer and an afternoon take


@dataclass(frozen=True, slots=True)
class Wish:
    """What a clerk wants made: for whom, in which form, saying what."""

    format: str
    title: str
    words: str
    expires_on: date
    lineages: tuple[UUID, ...] | None = None  # the chosen lines; None: all
    only_new: bool = False
    for_protected: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would come of a wish, in lines."""

    letters: int
    replaced: int  # of them, those whose code of before ends
    protected: int  # left out: 支援措置
    homeless: int = 0  # left out of a PDF: nothing stands in the window


def codes_of(register: Register, today: date) -> QuerySet[LetterCode]:
    """The codes that are still taken."""
    return LetterCode.objects.filter(register=register, expires_on__gte=today)


def chosen_rows(register: Register, wish: Wish, today: date) -> RowQuerySet:
    """The live rows that the wish means, those of protected persons too."""
    rows = rows_of(register)
    if wish.lineages is not None:
        rows = rows.filter(lineage__in=wish.lineages)
    if wish.only_new and not wish.for_protected:
        rows = rows.exclude(lineage__in=codes_of(register, today).values("lineage"))
    return rows


def outlook(register: Register, wish: Wish, today: date) -> Outlook:
    """Count what would be made."""
    rows = chosen_rows(register, wish, today)
    hidden, others = rows.filter(is_protected=True), rows.filter(is_protected=False)
    mine = hidden if wish.for_protected else others
    letters = mine.count()
    # Addresses are sealed; those of more than fit into a PDF are not opened only to be counted.
    is_printed = wish.format == LetterBatch.Format.PDF and letters <= MOST_PRINTED
    homeless = _homeless(register, mine) if is_printed else 0
    if wish.for_protected:
        return Outlook(letters - homeless, replaced=0, protected=0, homeless=homeless)
    replaced = others.filter(lineage__in=codes_of(register, today).values("lineage")).count()
    return Outlook(letters - homeless, replaced, hidden.count(), homeless)


def _homeless(register: Register, rows: RowQuerySet) -> int:
    columns = addressing(specs_of(register))
    return sum(
        not in_the_window(columns, values) for values in rows.values_list("values", flat=True)
    )


def wish_of(batch: LetterBatch) -> Wish:
    """Return what was wished when the batch was asked for."""
    chosen: Iterable[str] | None = batch.lineages
    return Wish(
        batch.format,
        batch.title,
        batch.words,
        batch.expires_on,
        None if chosen is None else tuple(UUID(one) for one in chosen),
        batch.only_new,
        batch.for_protected,
    )


@dataclass(frozen=True, slots=True)
class Posted:
    """A batch as the list shows it: with how many of its codes are still taken."""

    batch: LetterBatch
    standing: int


def posted(register: Register, today: date) -> list[Posted]:
    """Return the latest batches, the newest first."""
    batches = register.letter_batches.select_related("staff").order_by("-made_at")[:20]
    return [Posted(one, codes_of(register, today).filter(batch=one).count()) for one in batches]
