"""What files are called in a ZIP that is opened on a town hall's Windows."""

from collections.abc import Collection

_FORBIDDEN = frozenset('<>:"/\\|?*')
# What Windows takes for a device, with any ending (Microsoft, "Naming Files, Paths, and Namespaces").
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"
}
LONGEST = 80  # letters: folders and the place where it is opened need theirs, of 260


def safe(name: str) -> str:
    """Return `name` as Windows can write it: no signs of its own, no device, no dot or blank at the end."""
    letters = ("＿" if one in _FORBIDDEN or not one.isprintable() else one for one in name)
    stem, dot, ending = "".join(letters).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem[: LONGEST - len(ending)].strip(" .") or "ファイル"
    if stem.split(".")[0].strip().lower() in _DEVICES:
        stem = f"＿{stem}"
    return f"{stem}.{ending}" if ending else stem


def apart(name: str, taken: Collection[str]) -> str:
    """Return `name`, with a number where another file has it: Windows takes a and A for one letter."""
    used = {one.casefold() for one in taken}
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    number, found = 1, name
    while found.casefold() in used:
        number += 1
        found = f"{stem}_{number}{dot}{ending}"
    return found
