"""The staff pages of money: `connections` (administrator), `charges` and one `charge`, `waiting`, `cashier`."""

from yakuba.payments.console import cashier, charge, charges, connections, waiting

__all__ = ["cashier", "charge", "charges", "connections", "waiting"]
