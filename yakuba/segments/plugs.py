"""What segments plugs into others; its own criteria register themselves."""

from yakuba.segments import console  # noqa: F401
from yakuba.segments.kinds import people  # noqa: F401
