"""What LINE lets us do a hundred times an hour, counted before it is asked."""

from django.db import connection

PER_HOUR = {"create": 95, "delete": 95, "alias": 95}  # LINE says 100; retries and clocks want room

_SPEND = """
INSERT INTO richmenus_budget AS purse (name, began_at, used) VALUES (%(name)s, clock_timestamp(), 1)
ON CONFLICT (name) DO UPDATE SET
  used = CASE WHEN purse.began_at < clock_timestamp() - interval '1 hour' THEN 1 ELSE purse.used + 1 END,
  began_at = CASE WHEN purse.began_at < clock_timestamp() - interval '1 hour'
    THEN clock_timestamp() ELSE purse.began_at END
WHERE purse.used < %(most)s OR purse.began_at < clock_timestamp() - interval '1 hour'
RETURNING used
"""


def spend(name: str) -> bool:
    """Count one request; False: no more of them in this hour, it has to wait."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"name": name, "most": PER_HOUR[name]})
        return cursor.fetchone() is not None
