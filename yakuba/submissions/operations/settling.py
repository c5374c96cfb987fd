"""Which of several things handed in is the one that groups ask."""

from collections.abc import Sequence

from django.db import connection

_SETTLE = """
    UPDATE submissions_clearanswer a SET is_latest = s.is_latest
    FROM (
        SELECT id, status <> 'withdrawn' AND id = first_value(id) OVER (
            PARTITION BY resident_id, procedure_id
            ORDER BY status = 'withdrawn', submitted_at DESC, id DESC
        ) AS is_latest
        FROM submissions_submission WHERE resident_id = ANY(%s)
    ) s
    WHERE a.submission_id = s.id AND a.is_latest <> s.is_latest
"""


def settle_latest(resident_ids: Sequence[int]) -> None:
    """Mark the answers that stand: of each resident and procedure, those handed in last and not taken back."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [list(resident_ids)])
