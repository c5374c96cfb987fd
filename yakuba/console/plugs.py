"""What console plugs into others: its own pages go the same way as everybody's."""

from yakuba.console import console

__all__ = ["console"]
