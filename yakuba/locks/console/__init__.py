"""The staff pages of doors: `connections` (administrator), `doors`, `grants`, `waiting`, `emergency`."""

from yakuba.locks.console import connections, doors, emergency, grants, waiting

__all__ = ["connections", "doors", "emergency", "grants", "waiting"]
