"""Deciding that a delivery goes out."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import rules
from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations import planning
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile, NotADraft
from yakuba.broadcasts.operations.trail import note, said
from yakuba.broadcasts.rules import content as contents
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import StaffMember

State = Delivery.State


class NotThatMany(Refusal):
    sentence = _(
        "画面の人数（{expected}）と、いまの人数（{now}）が違います。確かめて、もう一度押してください。"
    )


class Forbidden(Refusal):
    sentence = _("{why}")


@transaction.atomic
def send(
    delivery: Delivery, *, staff: StaffMember, expected: int | None, rev: int | None = None
) -> None:
    """Plan the batches and let the sender begin: all or nothing, in one transaction.

    `expected` is the number the clerk saw and confirmed; another number stops it. None is what
    the clerk saw where a small number must not be shown. `rev` is the draft that the clerk read.

    Raises:
        NotADraft, ChangedMeanwhile, NobodyMeant, NotThatMany, Forbidden, NoQuota
    """
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    for why in rules.troubles(contents.read(delivery.content)):
        raise Forbidden(why=why)
    people = planning.plan(delivery, staff=staff)
    shown = None if segments.is_veiled(delivery.condition, people) else people
    if expected != shown:  # the plan goes with the transaction
        raise NotThatMany(expected=said(expected), now=said(shown))
    note(
        delivery,
        staff,
        "sent",
        f"配信「{{name}}」を{said(shown)}に送り始めました。",
        condition=delivery.condition,
    )
