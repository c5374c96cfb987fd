"""Erasing what may not be kept any longer: whole registers, and states of rows that nobody can bring back."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.files import operations as files
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.registers.models import Edition, Import, LetterBatch, LetterCode, Register, Row
from yakuba.registers.operations.contents import forget_content

HISTORY_KEPT = timedelta(days=30)  # how long an edition can be taken back
FILE_KEPT = timedelta(days=7)  # how long a file waits for its clerk


class Erased(Refusal):
    sentence = _(
        "この台帳は保存期限が過ぎて、中身を消しました。使うときは、新しい台帳を作ってください。"
    )


@transaction.atomic
def erase(register: Register) -> None:
    """Take every row of the register away, past ones too; its columns and its figures stay."""
    lock(register)
    if register.erased_at is not None:
        return
    count = Row.objects.filter(register=register).live().count()
    _delete("register_id = %s", register.pk)
    for run in Import.objects.filter(register=register):
        forget_content(run)
        run.delete()
    for batch in LetterBatch.objects.filter(register=register):
        if batch.file is not None:
            files.erase(batch.file)
    LetterBatch.objects.filter(register=register).delete()
    LetterCode.objects.filter(register=register).delete()
    register.erased_at = clock.now()
    register.save(update_fields=["erased_at"])
    audit.record(
        staff_id=None,
        actor="役場",
        action="erased",
        subject=register.subject,
        sentence=_("保存期限を過ぎた台帳「{name}」の{count}行を消しました。").format(
            name=register.name, count=f"{count:,}"
        ),
        detail={"rows": count, "kept_until": str(register.kept_until)},
    )


@upkeep.every(timedelta(hours=1))
def erase_due() -> None:
    """Erase the rows of registers whose retention is over, past states of rows, and files that nobody came back to."""
    for register in Register.objects.filter(kept_until__lt=clock.today(), erased_at=None):
        erase(register)
    long_ago = clock.now() - HISTORY_KEPT
    for edition in Edition.objects.filter(committed_at__lt=long_ago).values_list("pk", flat=True):
        _delete("removed_in_id = %s", edition)
    waiting = (Import.State.MAPPING, Import.State.CHECKED, Import.State.FAILED)
    for run in Import.objects.filter(state__in=waiting, made_at__lt=clock.now() - FILE_KEPT):
        with transaction.atomic():
            run.state, run.ended_at = Import.State.DROPPED, clock.now()
            forget_content(run)


@transaction.atomic
def _delete(which: str, key: int) -> None:
    """Delete rows with their hashes, without opening a single one of them."""
    with connection.cursor() as cursor:
        # The rows first: whoever is making their hashes anew has them locked, and we wait for the last hash.
        cursor.execute(f"DELETE FROM registers_row WHERE {which} RETURNING id", [key])
        gone = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("DELETE FROM registers_rowhash WHERE row_id = ANY(%s)", [gone])
