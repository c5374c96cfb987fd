"""Text as people send it and as LINE counts it: UTF-16 units for messages, grapheme clusters for labels."""

import unicodedata

import regex

ELLIPSIS = "…"

# What a reader calls one letter never has more code points (the longest emoji has ten). Longer
# clusters are pranks: one "letter" of 5,000 stacked accents would be a label within every limit.
_LONGEST_CLUSTER = 16

_CLUSTER = regex.compile(r"\X")
# Without one of these each code point is a letter of its own, which is most Japanese text.
_JOINING = regex.compile(
    r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=ZWJ}\p{GCB=Regional_Indicator}"
    r"\p{GCB=L}\p{GCB=V}\p{GCB=T}\r]"
)
# Control characters but the line feed, halves of surrogate pairs, and the marks that turn the
# direction of the text around them (a name could hide what stands behind it).
_UNPRINTABLE = regex.compile(r"[\p{Cc}\p{Cs}--\n]|[\u202A-\u202E\u2066-\u2069\uFEFF]", regex.V1)
_INVISIBLE = regex.compile(r"[\p{Z}\p{C}\uFE0E\uFE0F\u200D\u2800\u3164]*")
_VOICE_MARK = regex.compile(r"(?<=[ぁ-ゖァ-ヺｦ-ﾝ])[゛゜]")
_VOICE = {"゛": "\u3099", "゜": "\u309a"}
# Forms of kanji that NFKC would replace by the usual one: 神 in a name stays as its bearer writes it.
_OWN_FORM = regex.compile(r"([\uF900-\uFAFF\U0002F800-\U0002FA1F]+)")


def utf16_length(text: str) -> int:
    """Count as LINE counts most texts: a kanji of the basic plane is 1, an emoji is 2 or more."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def graphemes(text: str) -> list[str]:
    """Split into what a reader calls letters: 👨‍👩‍👧 is one, か with a separate dakuten is one."""
    return _CLUSTER.findall(text) if _JOINING.search(text) else list(text)


def grapheme_length(text: str) -> int:
    """Count as LINE counts labels of buttons and texts of actions."""
    return len(graphemes(text))


def cut_utf16(text: str, limit: int) -> str:
    """Shorten to `limit` UTF-16 units, ending in … when something is missing, never inside a letter."""
    if utf16_length(text) <= limit:
        return text
    return head_utf16(text, limit - 1).rstrip() + ELLIPSIS


def head_utf16(text: str, limit: int) -> str:
    """Return the longest beginning of at most `limit` UTF-16 units that ends between two letters."""
    used, end = 0, 0
    # A cluster that crosses the limit begins before it, so looking further is needless work.
    for cluster in graphemes(text[: limit + _LONGEST_CLUSTER]):
        used += utf16_length(cluster)
        if used > limit:
            break
        end += len(cluster)
    return text[:end]


def cut_graphemes(text: str, limit: int) -> str:
    """Shorten to `limit` letters as a reader counts them, ending in … when something is missing."""
    if len(text) <= limit:
        return text
    letters = graphemes(text)
    if len(letters) <= limit:
        return text
    return "".join(letters[: limit - 1]).rstrip() + ELLIPSIS


def clean(text: str) -> str:
    """Take out what cannot be printed or sent; the text is not trimmed and keeps its line feeds.

    Tabs become spaces, and whatever else ends a line (CR, form feed, U+2028) becomes a line feed.
    """
    if text.replace("\u3000", "").isprintable() and len(text) <= _LONGEST_CLUSTER:
        return text
    lines = text.replace("\t", " ").replace("\r\n", "\n")
    for end in "\r\v\f\x85\u2028\u2029":
        lines = lines.replace(end, "\n")
    return _without_pranks(_UNPRINTABLE.sub("", lines))


def stored(text: str) -> str:
    """Return what is kept of an answer: clean, trimmed, NFKC (full-width digits become ASCII).

    Kanji stay as their writer chose them: NFKC would make 神 (U+FA19) out of a name into 神. For
    search and comparison of names use `kana.search_key`, which unifies them.
    """
    cleaned = voiced(clean(text))
    if not _OWN_FORM.search(cleaned):
        return clean(unicodedata.normalize("NFKC", cleaned)).strip()
    parts = _OWN_FORM.split(cleaned)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return clean("".join(parts)).strip()


def voiced(text: str) -> str:
    """Join a separate ゛ or ゜ to the kana before it, which NFKC would part from it by a space."""
    if "゛" not in text and "゜" not in text:
        return text
    joined: str = _VOICE_MARK.sub(lambda found: _VOICE[found[0]], text)
    return joined


def is_blank(text: str) -> bool:
    """Tell whether nothing would be seen: spaces, zero-width characters, control characters."""
    # Most text begins with something seen; the filler of Hangul is a letter, and is not.
    if text[:1].isalnum() and text[0] != "\u3164":
        return False
    return _INVISIBLE.fullmatch(text) is not None


def _without_pranks(text: str) -> str:
    if len(text) <= _LONGEST_CLUSTER or not _JOINING.search(text):
        return text
    letters = graphemes(text)
    if all(len(letter) <= _LONGEST_CLUSTER for letter in letters):
        return text
    # A joiner left at the cut would glue the next letter to this one.
    return "".join(
        letter if len(letter) <= _LONGEST_CLUSTER else letter[:_LONGEST_CLUSTER].rstrip("\u200d")
        for letter in letters
    )
