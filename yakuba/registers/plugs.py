"""What registers plug into others."""

from yakuba.registers import console  # noqa: F401
