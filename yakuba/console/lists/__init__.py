"""Lists that are alike everywhere: search, filters in the address, sort, choose, act on many, take back.

Describe a list once as a `Listing` and give it the rows the person may see::

    return lists.answer(request, INBOX, rows=Submission.objects.visible_to(request.user))
"""

from yakuba.console.lists.page import answer, matching
from yakuba.console.lists.parts import Bulk, Column, Done, Empty, Filter, Listing

__all__ = ["Bulk", "Column", "Done", "Empty", "Filter", "Listing", "answer", "matching"]
