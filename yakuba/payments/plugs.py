"""What payments plug into others."""

from yakuba.payments import operations  # noqa: F401
from yakuba.payments.kinds import paypay, sbps, stripe  # noqa: F401
