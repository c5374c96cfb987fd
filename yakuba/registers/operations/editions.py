"""Beginning, counting and taking back editions. Whoever changes rows does it inside one."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.registers.models import Edition, Register, Row
from yakuba.registers.operations.erasing import Erased
from yakuba.townhall.models import StaffMember

Mode = Edition.Mode
# What a person did and may take back; what a procedure did belongs to somebody's application.
TAKEN_BACK = (Mode.REPLACE, Mode.APPEND, Mode.UPSERT, Mode.HAND, Mode.UNDO)


class NothingToUndo(Refusal):
    sentence = _("取り消せる変更がありません。")


class ChangedSince(Refusal):
    sentence = _("そのあとに別の変更がありました。画面を開き直して確かめてください。")


class ChangedByProcedure(Refusal):
    sentence = _("最後の変更は申請によるものなので、ここでは取り消せません。")


class HistoryGone(Refusal):
    sentence = _("前の内容の保存期間が過ぎたため、取り消せません。")


def begin(register: Register, *, mode: str, staff: StaffMember | None, sha256: str = "") -> Edition:
    """Lock the register and begin an edition of it, inside the caller's transaction.

    Raises:
        Erased: its retention is over.
    """
    lock(register)
    if register.erased_at is not None:
        raise Erased
    last = register.editions.order_by("-number").values_list("number", flat=True).first()
    return Edition.objects.create(
        register=register,
        number=(last or 0) + 1,
        mode=mode,
        sha256=sha256,
        committed_at=clock.now(),
        committed_by=staff,
    )


def settle(edition: Edition, counts: Mapping[str, int]) -> None:
    """Make `edition` the one that stands, with what it did."""
    register = edition.register
    rows = Row.objects.filter(register=register).live().count()
    edition.counts = {**counts, "rows": rows}
    edition.save(update_fields=["counts"])
    register.current, register.changed_at = edition, edition.committed_at
    register.save(update_fields=["current", "changed_at"])


def note(
    register: Register, staff: StaffMember | None, action: str, sentence: str, **detail: object
) -> None:
    """Write into the trail what was done to a register."""
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "手続",
        action=action,
        subject=register.subject,
        sentence=sentence,
        detail=detail,
    )


@transaction.atomic
def undo(register: Register, *, edition_id: int, staff: StaffMember) -> Edition:
    """Take back the last edition, which is `edition_id`: as if it had not been, but the history says that it was.

    Undoing an undo brings it back. Lines keep their lineage, and so whatever was claimed for them.

    Raises:
        NothingToUndo, ChangedSince, ChangedByProcedure, HistoryGone, Erased
    """
    lock(register)
    last = register.current
    if last is None:
        raise NothingToUndo
    if last.pk != edition_id:
        raise ChangedSince
    if last.mode not in TAKEN_BACK:
        raise ChangedByProcedure
    removed = last.counts.get("removed", 0) + last.counts.get("changed", 0)
    if Row.objects.filter(removed_in=last).count() != removed:
        raise HistoryGone
    fresh = begin(register, mode=Mode.UNDO, staff=staff)
    fresh.undoes = last
    fresh.save(update_fields=["undoes"])
    Row.objects.filter(added_in=last, removed_in=None).update(removed_in=fresh)
    revive(fresh, last)
    counts = last.counts
    settle(
        fresh,
        {
            "added": counts.get("removed", 0),
            "changed": counts.get("changed", 0),
            "removed": counts.get("added", 0),
            "same": counts.get("same", 0),
        },
    )
    note(
        register,
        staff,
        "undone",
        _("台帳「{name}」の第{number}版を取り消しました。").format(
            name=register.name, number=last.number
        ),
        undoes=last.number,
        number=fresh.number,
    )
    return fresh


_REVIVE = """
    WITH given AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('registers_row', 'id')) AS fresh, gone.*
        FROM registers_row gone WHERE removed_in_id = %(last)s ORDER BY id
    ), begun AS (
        INSERT INTO registers_row
            (id, register_id, lineage, "values", identity, digest, place, is_protected, added_in_id)
        SELECT fresh, register_id, lineage, "values", identity, digest, place, is_protected, %(fresh)s
        FROM given
    )
    INSERT INTO registers_rowhash (row_id, column_id, hash)
    SELECT given.fresh, hashed.column_id, hashed.hash
    FROM given JOIN registers_rowhash hashed ON hashed.row_id = given.id
    ORDER BY hashed.column_id, hashed.hash
"""


def revive(fresh: Edition, last: Edition) -> None:
    """Copy the rows that `last` ended, with their hashes, into `fresh`."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIVE, {"fresh": fresh.pk, "last": last.pk})
