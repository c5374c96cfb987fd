"""Sessions that end when nothing is done, and after twelve hours whatever is done (machine time)."""

import time
from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore as Stored

LONGEST = 12 * 3600
_STARTED, _IDLE = "townhall.started_at", "townhall.idle_seconds"


class SessionStore(Stored):
    """Django's, whose row ends with the earlier of the two limits; before sign-in, after an hour."""

    def limit(self, *, idle_minutes: int) -> None:
        """Begin the twelve hours now; from here the session ends after `idle_minutes` without a request."""
        self[_STARTED] = int(time.time())
        self[_IDLE] = idle_minutes * 60

    @property
    def longest_left(self) -> int:
        """Say for how many seconds the person can work on at most, whatever is done."""
        if _STARTED not in self:
            return self.get_expiry_age()
        return max(1, int(self[_STARTED]) + LONGEST - int(time.time()))

    def get_expiry_age(self, **kwargs: object) -> int:
        if _STARTED not in self:
            return 3600
        left = int(self[_STARTED]) + LONGEST - int(time.time())
        # Never 0, which would stand for "never saved": a session that is over ends a second later.
        return max(1, min(int(self[_IDLE]), left))

    def get_expiry_date(self, **kwargs: object) -> datetime:
        return datetime.fromtimestamp(time.time() + self.get_expiry_age(), UTC)
