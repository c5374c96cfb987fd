"""What residents plug into others."""

from collections.abc import Collection

from yakuba.kit import upkeep
from yakuba.line.sockets import attending, event_handler, tester_judge
from yakuba.residents import console, operations, queries  # noqa: F401
from yakuba.residents.chat import friendship
from yakuba.residents.models import LineAccount
from yakuba.townhall.models import Capability, StaffMember

upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="residents.resident.called_hash", rewrite=operations.rewrite_names)
)
event_handler(order=10, while_silent=True)(friendship)


@tester_judge
def testers(user_ids: Collection[str]) -> set[str]:
    """Keep those whom an administrator listed as testers of the trial environment."""
    return set(
        LineAccount.objects.filter(
            line_user_id__in=list(user_ids), detached_at=None, resident__is_tester=True
        ).values_list("line_user_id", flat=True)
    )


@attending
def of_the_register(staff: StaffMember, user_ids: Collection[str]) -> set[str]:
    """Keep everybody for those who handle the register."""
    return set(user_ids) if queries.may(staff, Capability.HANDLE) else set()
