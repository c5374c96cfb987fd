"""What portal plugs into others; its own pages register themselves."""

from yakuba.portal import portal  # noqa: F401
