"""What may come of looking somebody up, as conditions name it."""

OUTCOMES = {
    "found": "載っている",
    "not_found": "見つからない",
    "already": "申請ずみ",
    "ambiguous": "ひとりに決まらない",
}
_BRANCH = "found-"


def branch_id(name: str) -> str:
    """Return what a condition calls "on the list, and the column says `name`"."""
    return _BRANCH + name
