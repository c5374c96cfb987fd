"""What mail plugs into others."""

from datetime import timedelta

from yakuba.kit import upkeep
from yakuba.mail import console, operations

__all__ = ["console"]

upkeep.every(timedelta(seconds=5))(operations.hand_in_what_is_due)
upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="mail.part.text", rewrite=operations.rewrite_texts)
)
