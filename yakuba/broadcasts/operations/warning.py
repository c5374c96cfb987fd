"""A message in a disaster: of its own permission, of a prepared text, at once; the second person is told, not asked."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, rules
from yakuba.broadcasts.models import Delivery, Template
from yakuba.broadcasts.operations import letters, planning, sending
from yakuba.broadcasts.operations.drafting import content_of
from yakuba.broadcasts.operations.trail import note, said
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules import blanks
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.line.models import Lane
from yakuba.segments import queries as segments
from yakuba.segments.models import Segment
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember


class StillBlank(Refusal):
    sentence = _("「{blank}」がまだ書かれていません。")


@transaction.atomic
def warn(
    template: Template,
    *,
    words: Mapping[str, str],
    condition: object,
    staff: StaffMember,
    expected: int | None,
    why: str = "",
    segment: Segment | None = None,
) -> Delivery:
    """Send a disaster message now: no grace, no second person beforehand, no night reason, no cap, first lane.

    Old dates, the same words again and a number that is not the usual one are warnings: one sentence in `why`
    overrides them all. Nobody but the sender's typed number stands between the press and the first batch.

    Raises:
        StillBlank, Forbidden, NobodyMeant, NotThatMany, NeedsAReason, NoQuota
    """
    delivery = specimen(template, words=words, condition=condition, staff=staff, segment=segment)
    for blank in blanks.blanks(delivery.content):
        raise StillBlank(blank=blank)
    for trouble in rules.troubles(contents.read(delivery.content)):
        raise sending.Forbidden(why=trouble)
    delivery.save()
    people = planning.plan(delivery, staff=staff)
    sending.same_number(delivery, expected, people)
    delivery.expected = usual(condition)
    sending.override(
        delivery, fuse.findings(delivery, people, at=clock.now()), staff=staff, why=why
    )
    delivery.expected = people
    delivery.save()
    veiled = segments.is_veiled(condition, people)
    note(
        delivery,
        staff,
        "sent",
        f"災害の配信「{{name}}」を{said(None if veiled else people)}に送り始めました。",
        condition=condition,
    )
    others = [one for one in townhall.who_may(Capability.PUBLISH, delivery.scope) if one != staff]
    letters.tell(
        delivery,
        others,
        f"災害の配信を送り始めました：{delivery.name}",
        f"{staff.name}さんが{wareki.moment(clock.now())}に送り始めました。文面を確かめてください。"
        "\n誤りがあれば、画面の「止める」を押してください。",
    )
    return delivery


def specimen(
    template: Template,
    *,
    words: Mapping[str, str],
    condition: object,
    staff: StaffMember,
    segment: Segment | None = None,
) -> Delivery:
    """Return, unsaved, the delivery that the template becomes with these words."""
    return Delivery(
        scope=template.scope,
        name=template.name,
        kind=Delivery.Kind.DISASTER,
        lane=Lane.DISASTER,
        segment=segment,
        condition=condition,
        content=content_of(blanks.filled(template.content, words)),
        made_at=clock.now(),
        made_by=staff,
        sent_by=staff,
    )


def usual(condition: object) -> int | None:
    """Return how many the last disaster message to the same condition had."""
    last = (
        Delivery.objects.filter(kind=Delivery.Kind.DISASTER, condition=condition)
        .exclude(planned=None)
        .order_by("-sent_at")
        .first()
    )
    return last.planned if last else None


def cautions(delivery: Delivery) -> tuple[int, list[str]]:
    """Return how many would get it now, and what the sender should know before."""
    people = audience.count(delivery)
    delivery.expected = usual(delivery.condition)
    found = fuse.findings(delivery, people, at=clock.now())
    return people, [one.sentence for one in found]
