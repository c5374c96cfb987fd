"""Making stored rows anew: after a column went or means something else, and under a new key."""

from collections.abc import Sequence

from django.db import transaction

from yakuba.kit.jobs import job
from yakuba.registers.models import Register, Row, RowHash, RowQuerySet
from yakuba.registers.operations.sealing import Maker, maker_of

AT_ONCE = 500


@job(queue="default", attempts=3)
def rework(*, register_id: int) -> None:
    """Make every row of a register say what its columns are now; what stood in removed columns is gone then.

    May run twice, and be killed anywhere: a row that is made anew already is only made once more.
    """
    register = Register.objects.filter(pk=register_id).first()
    if register is None:
        return
    maker = maker_of(register)
    after = 0
    while some := list(_beyond(after).filter(register=register)[:AT_ONCE]):
        _remake(some, maker)
        after = some[-1].pk


def rewrite_hashes(after: object | None) -> object | None:
    """Hash some rows anew under the first key, for `yakuba keys rotate`; what is sealed is rotated by itself."""
    some = list(_beyond(int(str(after or 0)))[:AT_ONCE])
    makers: dict[int, Maker] = {}
    for register in Register.objects.filter(pk__in={row.register_id for row in some}):
        makers[register.pk] = maker_of(register)
    for key, maker in makers.items():
        _remake([row for row in some if row.register_id == key], maker)
    return some[-1].pk if some else None


def _beyond(after: int) -> RowQuerySet:
    return RowQuerySet(Row).filter(pk__gt=after).order_by("pk")


@transaction.atomic
def _remake(rows: Sequence[Row], maker: Maker) -> None:
    keys = {one.key for one in maker.specs}
    hashes: list[RowHash] = []
    for row in rows:
        made = maker.made({key: value for key, value in row.values.items() if key in keys})
        row.values, row.identity, row.digest = made.values, made.identity, made.digest
        row.is_protected = made.is_protected
        hashes += [RowHash(row=row, column_id=column, hash=one) for column, one in made.hashes]
    Row.objects.bulk_update(rows, ["values", "identity", "digest", "is_protected"])
    RowHash.objects.filter(row__in=rows).delete()
    RowHash.objects.bulk_create(hashes)
