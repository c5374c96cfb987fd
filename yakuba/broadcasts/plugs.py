"""What broadcasts plug into others."""

from yakuba.broadcasts.kinds import batches  # noqa: F401
