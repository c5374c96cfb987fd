"""What payments plug into others."""

from yakuba.payments import operations  # noqa: F401
