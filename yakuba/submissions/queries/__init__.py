"""Questions about what was handed in: `finding` it, `reading` it, its `standing`, and the `table` of an export."""

from yakuba.submissions.queries.finding import (
    LATE_AFTER,
    found,
    handed_in_to,
    handlers,
    in_kana_order,
    late,
    late_before,
    lookups,
    narrowed,
    normal,
    stale,
)
from yakuba.submissions.queries.reading import (
    Answer,
    Change,
    Group,
    Person,
    changes,
    groups,
    person_in,
    place_in,
)
from yakuba.submissions.queries.standing import (
    as_earlier,
    definition_of,
    may_be_corrected,
    newest_revision,
    plan_numbered,
)

__all__ = [
    "LATE_AFTER",
    "Answer",
    "Change",
    "Group",
    "Person",
    "as_earlier",
    "changes",
    "definition_of",
    "found",
    "groups",
    "handed_in_to",
    "handlers",
    "in_kana_order",
    "late",
    "late_before",
    "lookups",
    "may_be_corrected",
    "narrowed",
    "newest_revision",
    "normal",
    "person_in",
    "place_in",
    "plan_numbered",
    "stale",
]
