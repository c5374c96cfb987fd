"""What identity plugs into others."""

from yakuba.identity import queries  # noqa: F401
