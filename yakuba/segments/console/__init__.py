"""The staff pages about groups of residents, and about the tags that staff give."""

from yakuba.segments.console import groups, tags

__all__ = ["groups", "tags"]
