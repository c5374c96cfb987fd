"""What registers plug into others."""

from yakuba.registers import models  # noqa: F401
