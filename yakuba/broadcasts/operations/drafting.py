"""Writing what is to be said, before anybody gets it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations.trail import note
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.segments.models import Segment
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember

State = Delivery.State


class NotADraft(Refusal):
    sentence = _("この配信は、もう送られています。")


class ChangedMeanwhile(Refusal):
    sentence = _("開いている間に、ほかの職員がこの配信を変えました。開き直して確かめてください。")


@transaction.atomic
def draft(
    *,
    department: Department,
    name: str,
    content: object,
    condition: object,
    staff: StaffMember,
    segment: Segment | None = None,
) -> Delivery:
    """Make a delivery that nobody gets yet."""
    segments.check(condition)
    scope = townhall.own(department=department, kind="broadcasts", name=name)
    delivery = Delivery.objects.create(
        scope=scope,
        name=name,
        segment=segment,
        condition=condition,
        content=content_of(content),
        made_at=clock.now(),
        made_by=staff,
    )
    note(delivery, staff, "created", "配信「{name}」の下書きを作りました。")
    return delivery


@transaction.atomic
def change(
    delivery: Delivery,
    *,
    name: str,
    content: object,
    condition: object,
    segment: Segment | None = None,
    rev: int | None = None,
    staff: StaffMember | None = None,
) -> None:
    """Change a draft; `staff` is then no second person for it.

    Raises:
        NotADraft: it was sent.
        ChangedMeanwhile: `rev` is not the one that the clerk saw.
    """
    segments.check(condition)
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    delivery.name = name
    if delivery.corrects_id is None:
        delivery.condition, delivery.segment = condition, segment
    # Else it goes to those who got the wrong one, and what veils their number must not be taken off.
    delivery.content = content_of(content)
    if staff is not None:
        delivery.changed_by = staff
    delivery.rev += 1
    delivery.save()
    if delivery.series_id is None:  # an occurrence shares the scope of its series
        townhall.rename(delivery.scope, name=name)


@transaction.atomic
def drop(delivery: Delivery, *, staff: StaffMember) -> None:
    """Throw a draft away; an occurrence of a series is remembered, or it would be made again. Raises NotADraft."""
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    if delivery.series_id is not None:
        delivery.state = State.DROPPED
        delivery.save()
        note(delivery, staff, "called_off", "配信「{name}」の今回分を取りやめました。")
        return
    note(delivery, staff, "deleted", "配信「{name}」の下書きを消しました。")
    scope = delivery.scope
    delivery.delete()
    scope.delete()


def content_of(document: object) -> dict[str, object]:
    """Return the document as it is kept. Raises pydantic.ValidationError: it is no content."""
    return contents.document_of(contents.read(document))
