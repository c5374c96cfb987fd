"""The clerk's pages: the `inbox`, one submission (`detail`), its `files`, and `exports`."""

from yakuba.submissions.console import detail, exports, inbox, work

__all__ = ["detail", "exports", "inbox", "work"]
