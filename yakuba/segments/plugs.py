"""What segments plugs into others; its own criteria register themselves."""

from collections.abc import Iterator

from yakuba.residents.models import Resident
from yakuba.residents.sockets import attribute_user, moved, returned
from yakuba.segments import console, operations, queries  # noqa: F401
from yakuba.segments.kinds import people


@attribute_user
def segments_that_ask(key: str) -> Iterator[str]:
    """Name the segments whose condition asks for the attribute."""
    for segment in queries.segments_about(people.PREFIX + key):
        yield f"配信先のグループ「{segment.name}」"


@moved.connect
def hand_over_happenings(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@returned.connect
def sum_up_again(after: Resident, before: Resident) -> None:
    operations.sum_up(after, before)
