"""A file on its way into a register: taken in, its columns mapped, checked, taken over, or dropped."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import operations as console
from yakuba.files import operations as files
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.registers.models import Column, Edition, Import, Register, StagedRow
from yakuba.registers.operations import editions
from yakuba.registers.operations.checking import check_import
from yakuba.registers.operations.committing import commit_import
from yakuba.registers.operations.contents import content_of, forget_content
from yakuba.registers.operations.erasing import Erased
from yakuba.registers.rules import files as tables
from yakuba.registers.rules import mapping as maps
from yakuba.registers.rules.files import LOOKED_AT, EmptyTable, Numbered, Reading
from yakuba.registers.rules.reading import written
from yakuba.townhall.models import StaffMember

LARGEST = 30 * 1024 * 1024
KEPT_DAYS = 7  # how long a file waits for its clerk
_SHOWN_CELL = 200

State = Import.State


class TooLarge(Refusal):
    sentence = _("ファイルが大きすぎます。{megabytes}MBまでにしてください。")


class MyNumberInside(Refusal):
    sentence = _(
        "「{label}」の列は、マイナンバー（個人番号）のようです。台帳には入れられません。"
        "この列を消した表を、もう一度選んでください。ファイルは保存していません。"
    )


class NotNow(Refusal):
    sentence = _("この取込は、いまは変えられません。画面を開き直してください。")


class NeedsIdentity(Refusal):
    sentence = _(
        "「追加と更新」には、行を見分ける列が必要です。台帳の「列を決める」で、宛名番号などに印を付けてください。"
    )


class NothingMapped(Refusal):
    sentence = _("どの列も選ばれていません。ファイルの列を、台帳の列に合わせてください。")


class ColumnMissing(Refusal):
    sentence = _("台帳の「{label}」は空欄にできません。ファイルのどの列かを選んでください。")


class MappedTwice(Refusal):
    sentence = _("「{label}」が2つの列に選ばれています。1つにしてください。")


class Faulty(Refusal):
    sentence = _(
        "読み取れない行があるため、入れ替えはできません。ファイルを直して、もう一度選んでください。"
    )


def take_in(register: Register, *, content: bytes, name: str, staff: StaffMember) -> Import:
    """Look a file over and keep it, sealed, for at most a week. Nothing of the register changes.

    Raises:
        TooLarge, MyNumberInside, Erased
        rules.files.NotATable: nothing can be read from it; in a sentence.
    """
    if register.erased_at is not None:
        raise Erased
    if len(content) > LARGEST:
        raise TooLarge(megabytes=LARGEST // (1024 * 1024))
    sheet = str(register.reading.get("sheet", ""))
    reading, found = _looked_over(register, content, tables.look(content, sheet=sheet))
    kept = files.keep_unopened(
        content=content,
        name=name,
        content_type="application/vnd.ms-excel" if reading.is_excel else "text/csv",
        kept_until=clock.today() + timedelta(days=KEPT_DAYS),
    )
    with transaction.atomic():
        run = Import.objects.create(
            register=register,
            staff=staff,
            file=kept,
            name=name[:200],
            sha256=hashlib.sha256(content).hexdigest(),
            reading=reading.as_json(),
            mode=_usual_mode(register),
            head=_head(found[:LOOKED_AT]),
            mapping=_guess(register, found[:LOOKED_AT], reading.header),
            found={"lines": sum(line.number > reading.header for line in found)},
            made_at=clock.now(),
        )
        editions.note(
            register,
            staff,
            "uploaded",
            _t("台帳「{name}」に取り込むファイルを選びました。").format(name=register.name),
            sha256=run.sha256,
            lines=run.found["lines"],
        )
    return run


def read_otherwise(run: Import, said: Mapping[str, Any]) -> None:
    """Read the file in the way the clerk says: another encoding, delimiter, sheet or header.

    Raises:
        NotNow, FileGone, MyNumberInside
        rules.files.NotATable: nothing can be read in this way.
    """
    content = content_of(run)
    reading = Reading(**{**run.reading, **said})
    reading, found = _looked_over(
        run.register, content, reading, header=int(said["header"]) if "header" in said else None
    )
    with transaction.atomic():
        lock(run)
        if run.state not in (State.MAPPING, State.CHECKED, State.FAILED):
            raise NotNow
        run.state, run.reading = State.MAPPING, reading.as_json()
        run.head = _head(found[:LOOKED_AT])
        run.mapping = _guess(run.register, found[:LOOKED_AT], reading.header)
        run.found = {"lines": sum(line.number > reading.header for line in found)}
        run.save()
        StagedRow.objects.filter(run=run).delete()


@transaction.atomic
def ask_check(run: Import, *, mapping: Mapping[str, str], mode: str, staff: StaffMember) -> None:
    """Have every line checked, and reckoned what would change; the register remembers the mapping.

    Raises:
        NotNow, NeedsIdentity, NothingMapped, ColumnMissing, MappedTwice
    """
    lock(run)
    if run.state not in (State.MAPPING, State.CHECKED, State.FAILED):
        raise NotNow
    register = run.register
    standing = list(register.columns.standing())
    if mode == Edition.Mode.UPSERT and not any(one.is_identifying for one in standing):
        raise NeedsIdentity
    _refuse_gaps(standing, mapping)
    _remember(register, standing, run, mapping)
    progress = console.begin(
        staff_id=staff.pk,
        title=_t("台帳「{name}」の取込の確認").format(name=register.name)[:100],
        total=run.found["lines"],
    )
    run.mapping, run.mode, run.state = dict(mapping), mode, State.CHECKING
    run.progress_id, run.trouble, run.problems = progress.pk, "", []
    run.save()
    check_import.defer(import_id=str(run.pk))


@transaction.atomic
def ask_commit(run: Import, *, staff: StaffMember) -> None:
    """Have what was checked taken over.

    Raises:
        NotNow
        Faulty: lines are missing that a replacement would take for removed.
    """
    lock(run)
    if run.state != State.CHECKED:
        raise NotNow
    if run.found["faulty"] and run.mode == Edition.Mode.REPLACE:
        raise Faulty
    progress = console.begin(
        staff_id=staff.pk,
        title=_t("台帳「{name}」への取込").format(name=run.register.name)[:100],
    )
    run.state, run.progress_id, run.staff = State.COMMITTING, progress.pk, staff
    run.save()
    commit_import.defer(import_id=str(run.pk))


@transaction.atomic
def drop(run: Import) -> None:
    """Forget a file; the register stays as it is.

    Raises:
        NotNow: it is being taken over, or already was.
    """
    lock(run)
    if run.state in (State.COMMITTING, State.DONE):
        raise NotNow
    run.state, run.ended_at = State.DROPPED, clock.now()
    forget_content(run)


def _looked_over(
    register: Register, content: bytes, reading: Reading, *, header: int | None = None
) -> tuple[Reading, list[Numbered]]:
    """Read the whole file once: where its header is, and that no column is of マイナンバー."""
    found = list(tables.lines(content, reading))
    if not found:
        raise EmptyTable
    known = [name for one in register.columns.standing() for name in (one.label, *one.aliases)]
    at = header or tables.header(found[:LOOKED_AT], known=known)
    numbers = maps.MyNumbers()
    for line in found:
        if line.number > at:
            numbers.see(line.cells)
    if places := numbers.places():
        labels = tables.names(found[:LOOKED_AT], at)
        raise MyNumberInside(label=labels[places[0]] if places[0] < len(labels) else "")
    return Reading(**{**reading.as_json(), "header": at}), found


def _head(first: list[Numbered]) -> list[list[Any]]:
    return [[line.number, [written(cell)[:_SHOWN_CELL] for cell in line.cells]] for line in first]


def _guess(register: Register, first: list[Numbered], header: int) -> dict[str, str]:
    standing = register.columns.standing()
    aliases = [(one.key, one.kind, (one.label, *one.aliases)) for one in standing]
    return maps.guess(tables.names(first, header), aliases)


def _usual_mode(register: Register) -> str:
    """Return how the last file was taken over; the first of a register fills it."""
    modes = (Edition.Mode.REPLACE, Edition.Mode.APPEND, Edition.Mode.UPSERT)
    last = register.editions.filter(mode__in=modes).order_by("-number").first()
    return last.mode if last else Edition.Mode.REPLACE


def _refuse_gaps(standing: list[Column], mapping: Mapping[str, str]) -> None:
    chosen = [key for key in mapping.values() if key]
    if not chosen:
        raise NothingMapped
    for one in standing:
        if chosen.count(one.key) > 1:
            raise MappedTwice(label=one.label)
        if one.is_required and one.key not in chosen:
            raise ColumnMissing(label=one.label)


def _remember(
    register: Register, standing: list[Column], run: Import, mapping: Mapping[str, str]
) -> None:
    """Keep what files call the columns, so that the next file is mapped by itself."""
    first = [Numbered(number, cells) for number, cells in run.head]
    names = tables.names(first, run.reading["header"])
    by_key = {one.key: one for one in standing}
    for place, key in mapping.items():
        name = names[int(place)] if int(place) < len(names) else ""
        column = by_key.get(key)
        if column and name and name not in (column.label, *column.aliases):
            column.aliases = [*column.aliases, name][-20:]
            column.save(update_fields=["aliases"])
    register.reading = {"sheet": run.reading["sheet"]}
    register.save(update_fields=["reading"])
