"""Writing the trail, which is the only thing that can be done to it."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from yakuba.audit import queries, rules
from yakuba.audit.models import Entry
from yakuba.kit.db import lock_name


@transaction.atomic
def record(
    *,
    staff_id: int | None,
    actor: str,
    action: str,
    subject: str,
    sentence: str,
    detail: Mapping[str, object] | None = None,
) -> Entry:
    """Add one entry to the trail, in the caller's transaction: no act without its entry, and no entry without its act.

    The chain has one end, so whoever records waits for everybody who recorded and has not committed
    yet. Record last in an operation: rows locked after it can be held by somebody who waits for the chain.
    """
    lock_name("audit.chain")
    previous = queries.head()
    entry = Entry(
        at=datetime.fromtimestamp(time.time(), UTC),  # machine time, see Entry.at
        staff_id=staff_id,
        actor=actor[:80],
        action=action,
        subject=subject[:120],
        sentence=sentence[:300],
        detail=rules.plain(detail or {}),
        previous_hash=previous,
    )
    entry.hash = rules.link(queries.content(entry), previous=previous)
    entry.save(force_insert=True)
    return entry
