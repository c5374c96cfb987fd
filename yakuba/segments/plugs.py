"""What segments plugs into others; its own criteria register themselves."""

from yakuba.segments.kinds import people  # noqa: F401
