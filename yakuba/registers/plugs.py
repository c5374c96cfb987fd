"""What registers plug into others."""

from datetime import timedelta

from yakuba.kit import upkeep
from yakuba.registers import console, operations, queries  # noqa: F401
from yakuba.registers.kinds import letter_code, register  # noqa: F401
from yakuba.registers.models import Register
from yakuba.registers.sockets import column_user

upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="registers.row.hashes", rewrite=operations.rewrite_hashes)
)


@column_user
def name_procedures(of: Register, column: str) -> list[str]:
    return [f"手続「{title}」" for title in queries.reading_procedures(of, column)]


upkeep.every(timedelta(hours=6))(operations.forget_attempts)
upkeep.every(timedelta(hours=6))(operations.sweep_letters)
