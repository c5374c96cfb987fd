"""Erasing what may not be kept any longer: whole registers, and states of rows that nobody can bring back."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.registers.models import Import, Register, Row

HISTORY_KEPT = timedelta(days=30)  # how long an edition can be taken back


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
    rows = Row.objects.filter(register=register)
    count = rows.live().count()
    rows.delete()
    for run in Import.objects.filter(register=register):
        run.delete()
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
