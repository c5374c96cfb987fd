"""Making a register, and what each change of its columns means for its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import operations as console
from yakuba.kit import clock, text
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.registers import queries, sockets
from yakuba.registers.models import Column, Import, Register, Row
from yakuba.registers.operations import editions
from yakuba.registers.operations.reworking import rework
from yakuba.registers.rules import columns
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember

MOST_COLUMNS = 60


class LabelTaken(Refusal):
    sentence = _("「{label}」という列は、すでにあります。別の名前にしてください。")


class NoMyNumber(Refusal):
    sentence = _(
        "マイナンバー（個人番号）の列は作れません。宛名番号など、別の番号を使ってください。"
    )


class TooManyColumns(Refusal):
    sentence = _("列は{limit}個までです。手続に使わない列は、台帳に入れないでください。")


class ChoicesMissing(Refusal):
    sentence = _("選択肢を2つ以上、1行に1つずつ書いてください。")


class KindInUse(Refusal):
    sentence = _(
        "行があるあいだは、「行を見分ける」と、その列の種類を変えられません。"
        "新しい列を作って、つぎの取り込みで入れ替えてください。"
    )


class DoesNotFit(Refusal):
    sentence = _(
        "いまの行のうち{count}行が、変えたあとの種類では読めないか、ほかの行と同じ値になります。"
        "先に行を直すか、新しい列を作って、つぎの取り込みで入れ替えてください。"
    )


class ColumnInUse(Refusal):
    sentence = _("この列は{users}で使っているため、削除できません。先に手続から外してください。")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of a column when it is made or changed."""

    label: str
    kind: str = Column.Kind.TEXT
    is_required: bool = False
    is_unique: bool = False
    is_identifying: bool = False
    is_personal: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    key: str = ""  # only of a new one; empty: made from its place


@transaction.atomic
def make(
    *,
    department: Department,
    name: str,
    staff: StaffMember,
    purpose: str = "",
    kept_until: date | None = None,
    plans: Sequence[Plan] = (),
    public_id: UUID | None = None,
) -> Register:
    """Make a register; `department` may do everything with it, and nobody else anything.

    Raises:
        LabelTaken, NoMyNumber, TooManyColumns, ChoicesMissing: as `add_column`.
    """
    register = Register.objects.create(
        public_id=public_id or uuid4(),
        scope=townhall.own(department=department, kind="registers", name=name),
        name=name,
        purpose=purpose,
        kept_until=kept_until,
        changed_at=clock.now(),
    )
    for plan in plans:
        _add(register, plan)
    editions.note(register, staff, "created", _t("台帳「{name}」を作りました。").format(name=name))
    return register


@transaction.atomic
def describe(
    register: Register, *, name: str, purpose: str, kept_until: date | None, staff: StaffMember
) -> None:
    """Change what a register is called and for, and how long its rows are kept."""
    lock(register)
    register.name, register.purpose, register.kept_until = name, purpose, kept_until
    register.changed_at = clock.now()
    register.save(update_fields=["name", "purpose", "kept_until", "changed_at"])
    townhall.rename(register.scope, name=name)
    sentence = _t("台帳「{name}」の名前・目的・保存期限を変えました。").format(name=name)
    editions.note(register, staff, "changed", sentence, kept_until=str(kept_until or ""))


@transaction.atomic
def add_column(register: Register, plan: Plan, *, staff: StaffMember) -> Column:
    """Add a column at the end. Rows have nothing in it until the next import.

    Raises:
        LabelTaken, NoMyNumber, TooManyColumns, ChoicesMissing
    """
    lock(register)
    sorted_by = _sorted_by(register)
    column = _add(register, plan)
    if _sorted_by(register) != sorted_by:
        rework.defer(register_id=register.pk)
    sentence = _t("台帳「{name}」に列「{label}」を追加しました。")
    _note(register, column, staff, sentence)
    return column


@transaction.atomic
def change_column(column: Column, plan: Plan, *, staff: StaffMember) -> None:
    """Change a column; where rows have to be read or made anew for it, that is done in the background.

    Its key stays, so procedures go on; what it was called is still known to imports.

    Raises:
        LabelTaken, NoMyNumber, ChoicesMissing
        KindInUse: rows are told apart by it, or were by other columns.
        DoesNotFit: values that stand are none of the new kind.
    """
    register = column.register
    lock(register)
    column.refresh_from_db()
    _check(register, plan, but=column)
    has_rows = Row.objects.filter(register=register).live().exists()
    is_reread = has_rows and plan.kind != column.kind
    if has_rows and (plan.is_identifying != column.is_identifying or (is_reread and column.is_identifying)):  # fmt: skip
        raise KindInUse
    if is_reread:
        _refuse_misfits(column, plan)
    before, sorted_by = columns.spec(column), _sorted_by(register)
    if plan.label != column.label and column.label not in column.aliases:
        column.aliases = [*column.aliases, column.label]
    column.label, column.kind = plan.label, plan.kind
    column.is_required, column.is_unique = plan.is_required or plan.is_identifying, plan.is_unique
    column.is_identifying, column.is_personal = plan.is_identifying, plan.is_personal
    column.options = plan.options
    column.save()
    after = columns.spec(column)
    _note(register, column, staff, _t("台帳「{name}」の列「{label}」を変えました。"))
    if replace(before, label="", is_personal=False) != replace(after, label="", is_personal=False):
        _check_anew(register)
    if has_rows and (before.is_unique, before.protects, before.kind, sorted_by) != (
        after.is_unique, after.protects, after.kind, _sorted_by(register)
    ):  # fmt: skip
        rework.defer(register_id=register.pk, reread=column.key if is_reread else "")


@transaction.atomic
def move_column(column: Column, *, to: int, staff: StaffMember) -> None:
    """Put a column at place `to`, counted from 0; the first of its kind may be what rows are sorted by."""
    register = column.register
    lock(register)
    sorted_by = _sorted_by(register)
    others = [one for one in register.columns.standing() if one.pk != column.pk]
    others.insert(max(0, min(to, len(others))), column)
    for order, one in enumerate(others):
        one.order = order
    Column.objects.bulk_update(others, ["order"])
    if _sorted_by(register) != sorted_by:
        rework.defer(register_id=register.pk)
    _note(register, column, staff, _t("台帳「{name}」の列「{label}」を移動しました。"))


@transaction.atomic
def remove_column(column: Column, *, staff: StaffMember) -> None:
    """Take a column away. Its key is never given again; its values are taken out of the rows in the background.

    Raises:
        ColumnInUse: a procedure reads it.
    """
    register = column.register
    lock(register)
    users = [name for user in sockets.column_users for name in user(register, column.key)]
    if users:
        raise ColumnInUse(users="、".join(users[:3]))
    column.removed_at = clock.now()
    column.save(update_fields=["removed_at"])
    _check_anew(register)
    rework.defer(register_id=register.pk)
    _note(register, column, staff, _t("台帳「{name}」の列「{label}」を削除しました。"))


def _refuse_misfits(column: Column, plan: Plan) -> None:
    after = queries.spec_with(
        column, kind=plan.kind, is_unique=plan.is_unique, options=plan.options
    )
    found = queries.kind_change(column, after)
    if found.unreadable or found.twins:
        raise DoesNotFit(count=f"{found.unreadable + found.twins:,}")


def _sorted_by(register: Register) -> int | None:
    """Return the column by which rows stand in order."""
    found = columns.orders_by([columns.spec(one) for one in register.columns.standing()])
    return found.id if found else None


def _check_anew(register: Register) -> None:
    """Have files that were checked with the columns of before checked again."""
    sentence = _t("列が変わりました。もう一度「確かめる」を押してください。")
    states = (Import.State.CHECKING, Import.State.CHECKED, Import.State.COMMITTING)
    for run in Import.objects.filter(register=register, state__in=states):
        Import.objects.filter(pk=run.pk).update(state=Import.State.FAILED, trouble=sentence)
        if run.progress_id:
            console.fail(progress_id=run.progress_id, sentence=sentence)


def _add(register: Register, plan: Plan) -> Column:
    _check(register, plan)
    known = set(register.columns.values_list("key", flat=True))
    if register.columns.standing().count() >= MOST_COLUMNS:
        raise TooManyColumns(limit=MOST_COLUMNS)
    number = len(known) + 1
    key = plan.key or f"c{number}"
    if key in known or not columns.KEY.fullmatch(key):
        raise ValueError(f"the key {key!r} cannot be given")
    with refusing("register_column_label_once", LabelTaken, label=plan.label):
        return Column.objects.create(
            register=register,
            key=key,
            label=plan.label,
            kind=plan.kind,
            is_required=plan.is_required or plan.is_identifying,
            is_unique=plan.is_unique,
            is_identifying=plan.is_identifying,
            is_personal=plan.is_personal,
            options=plan.options,
            order=number,
        )


def _check(register: Register, plan: Plan, but: Column | None = None) -> None:
    folded = text.stored(plan.label)
    if "マイナンバー" in folded or "個人番号" in folded:
        raise NoMyNumber
    if plan.kind == Column.Kind.CHOICE and len(plan.options.get("choices", ())) < 2:
        raise ChoicesMissing
    others = register.columns.standing().filter(label=plan.label)
    if any(one != but for one in others):
        raise LabelTaken(label=plan.label)


def _note(register: Register, column: Column, staff: StaffMember, sentence: str) -> None:
    words = sentence.format(name=register.name, label=column.label)
    editions.note(register, staff, "changed", words, column=column.key, kind=column.kind)
