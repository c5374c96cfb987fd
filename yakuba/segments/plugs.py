"""What segments plugs into others; its own criteria register themselves."""

from collections.abc import Iterator

from yakuba.residents.sockets import attribute_user
from yakuba.segments import console, queries  # noqa: F401
from yakuba.segments.kinds import people


@attribute_user
def segments_that_ask(key: str) -> Iterator[str]:
    """Name the segments whose condition asks for the attribute."""
    for segment in queries.segments_about(people.PREFIX + key):
        yield f"配信先のグループ「{segment.name}」"
