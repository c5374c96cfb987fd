"""One row added, changed or removed on the screen, or by a procedure. Each is an edition of its own."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.kit.secrets import keyed_hashes
from yakuba.registers.models import Edition, Register, Row, RowHash
from yakuba.registers.operations import editions
from yakuba.registers.operations.placing import Order
from yakuba.registers.operations.sealing import Made, Maker, certain, keep_hashes, maker_of
from yakuba.registers.rules import hashing
from yakuba.registers.rules.columns import Values
from yakuba.townhall.models import StaffMember


class AlreadyThere(Refusal):
    sentence = _("「{labels}」が同じ行が、すでにあります。")


class NotUnique(Refusal):
    sentence = _("「{label}」が同じ行が、すでにあります。この列の値は1行だけです。")


class Gone(Refusal):
    sentence = _("この行は、開いている間に変わったか、削除されました。開き直してください。")


class Incomplete(Refusal):
    sentence = _("「{label}」は空欄にできません。")


@transaction.atomic
def add_row(
    register: Register, values: Values, *, staff: StaffMember | None, mode: str = Edition.Mode.HAND
) -> Row:
    """Add one row, with values as `rules.reading.read_line` gives them.

    Raises:
        Incomplete, AlreadyThere, NotUnique, Erased
    """
    edition = editions.begin(register, mode=mode, staff=staff)
    row = _add(edition, values, lineage=uuid4())
    editions.settle(edition, {"added": 1, "changed": 0, "removed": 0})
    _note(edition, row.lineage, _t("台帳「{name}」に1行を追加しました。"))
    return row


@transaction.atomic
def change_row(
    row: Row, values: Values, *, staff: StaffMember | None, mode: str = Edition.Mode.HAND
) -> Row:
    """End `row` and begin another state of the same line. What says the same is left alone.

    Raises:
        Gone: `row` is no longer what the register says.
        Incomplete, AlreadyThere, NotUnique, Erased
    """
    register = row.register
    lock(register)
    if dict(values) == row.values:
        return row
    edition = editions.begin(register, mode=mode, staff=staff)
    _end(row, edition)
    fresh = _add(edition, values, lineage=row.lineage)
    editions.settle(edition, {"added": 0, "changed": 1, "removed": 0})
    before = row.values
    changed = [key for key in {*before, *values} if before.get(key) != values.get(key)]
    _note(edition, row.lineage, _t("台帳「{name}」の1行を変更しました。"), columns=sorted(changed))
    return fresh


@transaction.atomic
def remove_row(row: Row, *, staff: StaffMember | None) -> None:
    """Take one row out of the register.

    Raises:
        Gone, Erased
    """
    edition = editions.begin(row.register, mode=Edition.Mode.HAND, staff=staff)
    _end(row, edition)
    editions.settle(edition, {"added": 0, "changed": 0, "removed": 1})
    _note(edition, row.lineage, _t("台帳「{name}」の1行を削除しました。"))


def _end(row: Row, edition: Edition) -> None:
    if not Row.objects.filter(pk=row.pk).live().update(removed_in=edition):
        raise Gone


def _add(edition: Edition, values: Values, *, lineage: UUID) -> Row:
    register = edition.register
    maker = maker_of(register)
    for one in maker.specs:
        if one.is_required and values.get(one.key) in (None, ""):
            raise Incomplete(label=one.label)
    made = maker.made(values)
    _refuse_twins(register, maker, made)
    row = Row.objects.create(
        register=register,
        lineage=lineage,
        values=made.values,
        identity=made.identity,
        digest=made.digest,
        place=Order(register, maker.specs).places([made.order_words])[0],
        is_protected=made.is_protected,
        added_in=edition,
    )
    keep_hashes(row, made)
    return row


def _refuse_twins(register: Register, maker: Maker, made: Made) -> None:
    """Refuse a row whose identity or unique value another live row has. The register is locked."""
    live = Row.objects.filter(register=register).live()
    if live.filter(identity__in=maker.identities(made.values)).exists():
        labels = "・".join(one.label for one in maker.specs if one.is_identifying)
        raise AlreadyThere(labels=labels)
    for one in maker.specs:
        if not one.is_unique or one.key not in made.values:
            continue
        hashes = [
            hashed
            for form in certain(one, made.values[one.key])
            for hashed in keyed_hashes(form, purpose=hashing.purpose(one.id))
        ]
        found = RowHash.objects.filter(column=one.id, hash__in=hashes, row__removed_in=None)
        if found.exists():
            raise NotUnique(label=one.label)


def _note(edition: Edition, lineage: UUID, sentence: str, **detail: object) -> None:
    register = edition.register
    editions.note(
        register,
        edition.committed_by,
        "changed",
        sentence.format(name=register.name),
        number=edition.number,
        lineage=str(lineage),
        **detail,
    )
