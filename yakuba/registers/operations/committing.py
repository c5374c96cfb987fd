"""Taking over what was checked: a few statements in one transaction, so that a kill leaves the old edition standing."""

from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _t

from yakuba.console import operations as console
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.kit.jobs import job
from yakuba.registers.models import Edition, Import, StagedRow
from yakuba.registers.operations import editions
from yakuba.registers.operations.contents import forget_content

Deed = StagedRow.Deed
State = Import.State


class ChangedMeanwhile(Refusal):
    sentence = "確かめたあとに台帳が変わりました。もう一度「確かめる」を押してください。"


@job(queue="default", attempts=3)
def commit_import(*, import_id: str) -> None:
    """Make an edition of a checked file; a second run of the same job finds it done."""
    run = Import.objects.select_related("register", "staff").filter(pk=import_id).first()
    if run is None or run.state != State.COMMITTING:
        return
    try:
        edition = commit(run)
    except Refusal as no:
        _failed(run, str(no))
    except Exception:
        _failed(run, "途中で止まりました。台帳は元のままです。もう一度確かめてください。")
        raise
    else:
        if edition is not None and run.progress_id:
            console.finish(
                progress_id=run.progress_id,
                sentence=_t("第{number}版にしました（{rows}行）。").format(
                    number=edition.number, rows=f"{edition.counts['rows']:,}"
                ),
                href=reverse("console:register", args=[run.register.public_id]),
            )


def _failed(run: Import, sentence: str) -> None:
    Import.objects.filter(pk=run.pk, state=State.COMMITTING).update(
        state=State.FAILED, trouble=sentence[:300]
    )
    if run.progress_id:
        console.fail(progress_id=run.progress_id, sentence=sentence)


@transaction.atomic
def commit(run: Import) -> Edition | None:
    """Make the staged rows live and end those they replace; None when somebody else was quicker.

    Raises:
        ChangedMeanwhile: the register is no longer what the file was checked against.
    """
    register = run.register
    lock(register)
    lock(run)
    if run.state != State.COMMITTING:
        return None
    if run.base_id != register.current_id:
        raise ChangedMeanwhile
    counts = {name: run.found[name] for name in ("added", "changed", "removed", "same")}
    edition = editions.begin(register, mode=run.mode, staff=run.staff, sha256=run.sha256)
    with connection.cursor() as cursor:
        given: dict[str, int | UUID] = {
            "edition": edition.pk,
            "register": register.pk,
            "run": run.pk,
        }
        cursor.execute(_END, given)
        ended = cursor.rowcount
        cursor.execute(_BEGIN, given)
        cursor.execute("SELECT count(*) FROM registers_row WHERE added_in_id = %(edition)s", given)
        begun = cursor.fetchone()[0]
    # Two checks that ran at once would have staged everything twice.
    if (ended, begun) != (counts["changed"] + counts["removed"], counts["added"] + counts["changed"]):  # fmt: skip
        raise ChangedMeanwhile
    editions.settle(edition, counts)
    run.state, run.edition, run.ended_at = State.DONE, edition, clock.now()
    forget_content(run)
    editions.note(
        register,
        run.staff,
        "imported",
        _t("台帳「{name}」に、ファイルから第{number}版を取り込みました。").format(
            name=register.name, number=edition.number
        ),
        mode=run.mode,
        sha256=run.sha256,
        **edition.counts,
    )
    return edition


# No joins of what was just written: of such rows PostgreSQL knows nothing yet, and may go through all for each.
_END = """
    UPDATE registers_row SET removed_in_id = %(edition)s
    WHERE id = ANY (ARRAY(SELECT old FROM registers_stagedrow WHERE run_id = %(run)s AND old IS NOT NULL))
        AND register_id = %(register)s AND removed_in_id IS NULL
"""
_BEGIN = """
    WITH given AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('registers_row', 'id')) AS fresh, staged.*
        FROM registers_stagedrow staged WHERE run_id = %(run)s AND deed <> 'remove' ORDER BY id
    ), begun AS (
        INSERT INTO registers_row
            (id, register_id, lineage, "values", identity, digest, place, is_protected, added_in_id)
        SELECT fresh, %(register)s, lineage, "values", identity, digest, place, is_protected, %(edition)s
        FROM given
    )
    INSERT INTO registers_rowhash (row_id, column_id, hash)
    SELECT given.fresh, hashed.column_id, hashed.hash
    FROM given CROSS JOIN LATERAL unnest(given.hash_columns, given.hashes) AS hashed (column_id, hash)
    ORDER BY hashed.column_id, hashed.hash  -- in the order of the index, which then grows at one place
"""
