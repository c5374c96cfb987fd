"""Reading the trail, and proving it whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from yakuba.audit import rules
from yakuba.audit.models import Entry, EntryQuerySet
from yakuba.console.operations import hashes_of
from yakuba.kit.clock import JAPAN


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found; `head` is worth writing down outside, so that a cut end shows."""

    entries: int
    head: bytes
    broken_at: int | None  # the id of the first entry that does not fit, or None

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def head() -> bytes:
    """The hash of the last entry."""
    last = Entry.objects.order_by("-pk").values_list("hash", flat=True).first()
    return rules.FIRST if last is None else bytes(last)


def content(entry: Entry) -> Mapping[str, object]:
    """What the hash of `entry` covers: everything that can be read in it."""
    return {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "staff_id": entry.staff_id,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "sentence": entry.sentence,
        "detail": entry.detail,
    }


def verify() -> Verdict:
    """Walk the whole chain and find the first link that was changed, taken out or put in between."""
    previous, count = rules.FIRST, 0
    for entry in Entry.objects.order_by("pk").iterator(chunk_size=2000):
        count += 1
        linked = rules.link(content(entry), previous=previous)
        if bytes(entry.previous_hash) != previous or bytes(entry.hash) != linked:
            return Verdict(entries=count, head=previous, broken_at=entry.pk)
        previous = linked
    return Verdict(entries=count, head=previous, broken_at=None)


def entries(
    *,
    staff_id: int | None = None,
    actor: str = "",
    action: str = "",
    subject: str = "",
    sought: str = "",
    since: date | None = None,
    until: date | None = None,
) -> EntryQuerySet:
    """The entries that match everything that was given, newest first; `until` is the last day."""
    found = Entry.objects.order_by("-pk")
    if staff_id is not None:
        found = found.filter(staff_id=staff_id)
    if actor:
        found = found.filter(actor__icontains=actor)
    if action:
        found = found.filter(action=action)
    if subject:
        found = found.about(subject)
    if sought:
        found = found.filter(action="looked_for", detail__hash__in=hashes_of(sought))
    if since:
        found = found.filter(at__gte=datetime.combine(since, time.min, JAPAN))
    if until:
        found = found.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, JAPAN))
    return found


def actions() -> list[str]:
    """The kinds of acts that the trail knows."""
    return sorted(set(Entry.objects.values_list("action", flat=True).distinct()))
