"""Tags that staff give to people: choices of one attribute that residents are not shown."""

from collections.abc import Collection

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit.db import lock
from yakuba.residents.models import TAGS, Attribute, AttributeChoice
from yakuba.residents.operations.attributes import Line, define_attribute, keep_choices
from yakuba.townhall.models import StaffMember

_LABEL = _("職員が付けたタグ")


@transaction.atomic
def make_tag(*, label: str, staff: StaffMember) -> AttributeChoice:
    """Make a tag that can be given to people; the first one makes the attribute it belongs to.

    Raises:
        LabelTwice: there is one of this name.
    """
    attribute = _tags()
    lock(attribute)
    known = list(attribute.choices.order_by("order", "pk"))
    lines = [
        Line(one.pk, one.label, one.kana, is_retired=one.retired_at is not None) for one in known
    ]
    keep_choices(attribute, lines=[*lines, Line(None, label)], staff=staff)
    return attribute.choices.get(label=label, retired_at=None)


def _tags() -> Attribute:
    found = Attribute.objects.filter(key=TAGS).first()
    return found or define_attribute(
        key=TAGS, label=str(_LABEL), kind=Attribute.Kind.CHOICES, is_shown=False, order=10_000
    )


@transaction.atomic
def tag(
    choice: AttributeChoice, *, resident_ids: Collection[int], whom: str, staff: StaffMember
) -> list[int]:
    """Give a tag to people and return whom it was new to; `whom` says in the trail how they were chosen."""
    with connection.cursor() as cursor:
        # In order, so that two who tag the same people do not wait for each other.
        cursor.execute(
            "WITH new AS (SELECT id FROM residents_resident WHERE id = ANY(%s) AND NOT tags @> %s::int[]"
            " ORDER BY id FOR NO KEY UPDATE)"
            " UPDATE residents_resident r SET tags = (SELECT array_agg(DISTINCT one ORDER BY one)"
            " FROM unnest(r.tags || %s::int[]) one) FROM new WHERE r.id = new.id RETURNING r.id",
            [list(resident_ids), [choice.pk], [choice.pk]],
        )
        given = sorted(row[0] for row in cursor.fetchall())
    _note(
        choice, staff, f"タグ「{choice.label}」を{whom}{len(given):,}人に付けました。", len(given)
    )
    return given


@transaction.atomic
def untag(choice: AttributeChoice, *, resident_ids: Collection[int], staff: StaffMember) -> int:
    """Take a tag away from these people, and return from how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (SELECT id FROM residents_resident WHERE id = ANY(%s) AND tags @> %s::int[]"
            " ORDER BY id FOR NO KEY UPDATE)"
            " UPDATE residents_resident r SET tags = array_remove(r.tags, %s)"
            " FROM old WHERE r.id = old.id",
            [list(resident_ids), [choice.pk], choice.pk],
        )
        taken = int(cursor.rowcount)
    _note(choice, staff, f"タグ「{choice.label}」を{taken:,}人から外しました。", taken)
    return taken


def _note(choice: AttributeChoice, staff: StaffMember, sentence: str, people: int) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="changed",
        subject=f"residents.attribute:{TAGS}",
        sentence=sentence,
        detail={"tag": choice.label, "people": people},
    )
