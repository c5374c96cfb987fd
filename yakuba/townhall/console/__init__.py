"""The pages of administrators: the town, its people, its rights, its yearly change-over."""

from yakuba.townhall.console import changeovers, people, rights, town

__all__ = ["changeovers", "people", "rights", "town"]
