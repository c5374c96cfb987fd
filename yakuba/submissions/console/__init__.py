"""The clerk's pages: the `inbox`, one submission (`detail`, `review`), the `work` on it, and `exports`."""

from yakuba.submissions.console import (
    detail,
    exports,
    inbox,
    review,
    today,
    work,
)

__all__ = ["detail", "exports", "inbox", "review", "today", "work"]
