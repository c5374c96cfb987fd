"""What identity plugs into others."""

from yakuba.identity import console, kinds, operations, portal, queries  # noqa: F401  (some plug themselves in)
from yakuba.kit import upkeep
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, moved

upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="identity.hashes", rewrite=operations.rewrite_hashes)
)


@moved.connect
def hand_over_proofs(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@forgotten.connect
def forget_proofs(resident: Resident) -> None:
    operations.forget(resident)
