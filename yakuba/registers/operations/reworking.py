"""Making stored rows anew: after a column went or means something else, and under a new key."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from yakuba.kit.jobs import job
from yakuba.registers import queries
from yakuba.registers.models import Register, Row, RowHash, RowQuerySet
from yakuba.registers.operations.placing import place_anew
from yakuba.registers.operations.sealing import Maker, maker_of

AT_ONCE = 500


@job(queue="default", attempts=3)
def rework(*, register_id: int, reread: str = "") -> None:
    """Make every row of a register say what its columns are now; what stood in removed columns is gone then.

    The values of the column `reread` are read as its new kind, and all rows stand in order afterwards.

    May run twice, and be killed anywhere: a row that is made anew already is only made once more.
    """
    register = Register.objects.filter(pk=register_id).first()
    if register is None:
        return
    maker = maker_of(register)
    after = 0
    while some := _keys(_beyond(after).filter(register=register)):
        _remake(some, {register.pk: maker}, reread)
        after = some[-1]
    place_anew(register, maker.specs)


def rewrite_hashes(after: object | None) -> object | None:
    """Hash some rows anew under the first key, for `yakuba keys rotate`; what is sealed is rotated by itself."""
    some = _keys(_beyond(int(str(after or 0))))
    registers = Register.objects.filter(rows__in=some).distinct()
    _remake(some, {register.pk: maker_of(register) for register in registers})
    return some[-1] if some else None


def _beyond(after: int) -> RowQuerySet:
    return RowQuerySet(Row).filter(pk__gt=after).order_by("pk")


def _keys(rows: RowQuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _remake(keys: Sequence[int], makers: Mapping[int, Maker], reread: str = "") -> None:
    """Make the rows anew. They are locked, so that one that is erased meanwhile leaves no hash behind."""
    hashes: list[RowHash] = []
    rows = list(Row.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk"))
    for row in rows:
        maker = makers[row.register_id]
        standing = {one.key for one in maker.specs}
        values = {key: value for key, value in row.values.items() if key in standing}
        for one in maker.specs:
            if one.key == reread and one.key in values:
                # What cannot be read stays; it came in as the old kind after everything was counted.
                found = queries.reread(one, values[one.key])
                values[one.key] = values[one.key] if found is None else found
        made = maker.made(values)
        row.values, row.identity, row.digest = made.values, made.identity, made.digest
        row.is_protected = made.is_protected
        hashes += [RowHash(row=row, column_id=column, hash=one) for column, one in made.hashes]
    Row.objects.bulk_update(rows, ["values", "identity", "digest", "is_protected"])
    RowHash.objects.filter(row__in=rows).delete()
    RowHash.objects.bulk_create(hashes)
