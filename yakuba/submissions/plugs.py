"""What submissions plug into others."""

from yakuba.residents.models import Resident
from yakuba.residents.sockets import moved
from yakuba.submissions import operations
from yakuba.submissions.kinds import submission  # noqa: F401


@moved.connect
def hand_over_submissions(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)
