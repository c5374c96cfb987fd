"""The words by which staff look for a name."""

from yakuba.kit import kana


def words_of(text: str) -> set[str]:
    """Return all of a name in one, and each of its parts, however they are written."""
    return {kana.search_key(word) for word in ("".join(text.split()), *text.split())} - {""}
