"""What residents plug into others."""

from collections.abc import Collection

from yakuba.kit import upkeep
from yakuba.line.sockets import event_handler, tester_judge
from yakuba.residents import console, operations  # noqa: F401
from yakuba.residents.chat import friendship
from yakuba.residents.models import LineAccount

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
