"""Where staff make procedures: `listing` and `making` (which there are), `designer` with its `phone` (what is
asked), `publishing` and `files` (how it goes out). `documents`, `controls` and `trying` do the work behind them.
"""

from yakuba.procedures.console import designer, files, listing, making, phone, publishing

__all__ = ["designer", "files", "listing", "making", "phone", "publishing"]
