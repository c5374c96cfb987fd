"""Writing in small steps: every change is kept at once and can be taken back."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models import Confirmed, Delivery, Step
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile, NotADraft, content_of
from yakuba.broadcasts.operations.trail import note
from yakuba.broadcasts.rules import confidential
from yakuba.broadcasts.rules.content import read
from yakuba.kit import clock, secrets
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import StaffMember

MOST_STEPS = 100
State = Delivery.State


class NothingToUndo(Refusal):
    sentence = _("取り消せる変更はありません。")


class ReasonMissing(Refusal):
    sentence = _("送ってよい理由を書いてください。")


@transaction.atomic
def put(
    delivery: Delivery, *, content: object, rev: int, words: str, staff: StaffMember
) -> Delivery:
    """Keep what a draft says now, and what it said before.

    Raises:
        NotADraft, ChangedMeanwhile
        pydantic.ValidationError: it is no content.
    """
    _hold(delivery, rev)
    after = content_of(content)
    if after == delivery.content:
        return delivery
    Step.objects.create(
        delivery=delivery,
        rev=rev + 1,
        content=delivery.content,
        words=words[:100],
        changed_at=clock.now(),
        changed_by=staff,
    )
    steps = Step.objects.filter(delivery=delivery)
    steps.filter(rev__lte=rev + 1 - MOST_STEPS).delete()
    _keep(delivery, after, staff)
    return delivery


@transaction.atomic
def undo(delivery: Delivery, *, rev: int, staff: StaffMember) -> str:
    """Take the last change back, and return what it was.

    Raises:
        NotADraft, ChangedMeanwhile, NothingToUndo
    """
    _hold(delivery, rev)
    step = Step.objects.filter(delivery=delivery).order_by("-rev").first()
    if step is None:
        raise NothingToUndo
    _keep(delivery, step.content, staff)
    step.delete()
    return step.words


def _hold(delivery: Delivery, rev: int) -> None:
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    if rev != delivery.rev:
        raise ChangedMeanwhile


def _keep(delivery: Delivery, content: object, staff: StaffMember) -> None:
    delivery.content = content_of(content)
    delivery.rev += 1
    delivery.changed_by = staff  # whose word is then no second one
    delivery.save(update_fields=["content", "rev", "changed_by"])


@transaction.atomic
def confirm_warning(
    delivery: Delivery, *, warning: confidential.Warning, why: str, staff: StaffMember
) -> None:
    """Remember that a clerk looked at what may be confidential, and why it may be sent; the trail keeps it.

    Raises:
        ReasonMissing
    """
    if not why.strip():
        raise ReasonMissing
    Confirmed.objects.get_or_create(
        delivery=delivery,
        code=warning.code,
        digest=digest_of(warning),
        defaults={"why": why.strip()[:200], "by": staff, "at": clock.now()},
    )
    note(
        delivery,
        staff,
        "confirmed",
        f"配信「{{name}}」の「{warning.label}」を送ってよいと確かめました。",
        why=why.strip()[:200],
    )


def digest_of(warning: confidential.Warning) -> bytes:
    """Return the mark of the words in question: other words have to be looked at again."""
    return secrets.keyed_hash(warning.found, purpose="broadcasts.confirmed")


def unconfirmed(delivery: Delivery, *, known: Collection[str] = ()) -> list[confidential.Warning]:
    """Return the warnings about what `delivery` says now that nobody has answered."""
    said = Confirmed.objects.filter(delivery=delivery).values_list("code", "digest")
    answered = {(code, bytes(digest)) for code, digest in said}
    return [
        one
        for one in confidential.warnings(read(delivery.content), known=known)
        if (one.code, digest_of(one)) not in answered
    ]
