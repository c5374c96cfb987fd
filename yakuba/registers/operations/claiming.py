"""Taking one line for one application, counting down what is left of it, and giving it back."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.procedures.models import Run
from yakuba.registers.models import Claim, Edition, Register, Row
from yakuba.registers.operations.rows import change_row
from yakuba.residents.models import Resident


class AlreadyClaimed(Refusal):
    sentence = _(
        "この方の申請は、すでに受け付けています。受付の状況は「マイページ」で確かめられます。"
    )


class NothingLeft(Refusal):
    sentence = _("残りがないため、申請できません。くわしくは窓口か電話でおたずねください。")


class NoLongerThere(Refusal):
    sentence = _(
        "入力のあいだに名簿が新しくなり、確かめられなくなりました。お手数ですが、窓口か電話でおたずねください。"
    )


@transaction.atomic
def claim(
    register: Register,
    lineage: UUID,
    *,
    run: Run,
    resident: Resident | None,
    once: bool = True,
    counts: str = "",
) -> None:
    """Take a line for the application that `run` hands in; `counts` is a number column of which one is used up.

    A correction of one's own application keeps what it took.

    Raises:
        AlreadyClaimed, NothingLeft, NoLongerThere
    """
    if counts:
        # Those who count down wait here for each other, and for an edition that is being made. Who only
        # claims need not: the database takes one claim of a line.
        lock(register)
    row = Row.objects.filter(register=register, lineage=lineage, is_protected=False).live().first()
    if row is None:
        raise NoLongerThere
    if run.corrects is not None and _is_held(lineage, run, resident):
        return
    if once and _standing(lineage, run).exists():
        raise AlreadyClaimed
    if counts:
        _count(row, counts, by=-1)
    if once or counts:
        _keep(register, lineage, run, resident, counts, once=once)


@transaction.atomic
def release(run_id: UUID) -> None:
    """Give back what an application took: it was withdrawn or not granted, and another may be made.

    Does nothing the second time, and for a run that took nothing.
    """
    registers = Register.objects.filter(claims__run_id=run_id).distinct().order_by("pk")
    for register in registers:
        lock(register)
        for one in Claim.objects.filter(register=register, run_id=run_id).standing():
            one.released_at = clock.now()
            one.save(update_fields=["released_at"])
            row = Row.objects.filter(register=register, lineage=one.lineage).live().first()
            if one.counted and row is not None:
                _count(row, one.counted, by=1)


@transaction.atomic
def take_again(run_ids: Collection[UUID]) -> None:
    """Take what was given back, because the application is looked at again after all.

    Does nothing where it was not given back. Lock what the application is only afterwards.

    Raises:
        AlreadyClaimed, NothingLeft: another application was faster.
    """
    claims = Claim.objects.filter(run_id__in=run_ids)
    for register in Register.objects.filter(claims__in=claims).distinct().order_by("pk"):
        lock(register)
        for one in claims.filter(register=register).exclude(released_at=None):
            row = Row.objects.filter(register=register, lineage=one.lineage).live().first()
            with refusing("register_line_claimed_once", AlreadyClaimed):
                Claim.objects.filter(pk=one.pk).update(released_at=None)
            if one.counted and row is not None:
                _count(row, one.counted, by=-1)


def _keep(
    register: Register,
    lineage: UUID,
    run: Run,
    resident: Resident | None,
    counts: str,
    *,
    once: bool,
) -> None:
    with refusing("register_line_claimed_once", AlreadyClaimed):
        Claim.objects.create(
            register=register,
            lineage=lineage,
            procedure=run.procedure,
            run_id=run.pk,
            resident=resident,
            is_only=once,
            counted=counts,
            taken_at=clock.now(),
        )


def _standing(lineage: UUID, run: Run) -> QuerySet[Claim]:
    claims = Claim.objects.filter(lineage=lineage, procedure=run.procedure, is_only=True)
    return claims.standing()


def _is_held(lineage: UUID, run: Run, resident: Resident | None) -> bool:
    return resident is not None and _standing(lineage, run).filter(resident=resident).exists()


def _count(row: Row, column: str, *, by: int) -> None:
    left = row.values.get(column)
    if not isinstance(left, int) or isinstance(left, bool) or left + by < 0:
        if by > 0:
            return  # the town has written something else there since; its word counts
        raise NothingLeft
    change_row(row, {**row.values, column: left + by}, staff=None, mode=Edition.Mode.PROCEDURE)
