"""What somebody looked for, told apart by its form."""

from yakuba.kit import kana, text

PHONE, KANA, NUMBER, WORDS = "phone", "kana", "number", "words"
_SIGNS = "-‐–—−ー()+ "


def sought(words: str) -> tuple[str, str]:
    """Return the kind of key that `words` are, and the one form of it in which two spellings are equal.

    A telephone number is ten or eleven digits that begin with 0 (or with +81); what is no telephone and no kana but
    has a digit is a number of ours; the rest is a name, or words of an answer.
    """
    plain = text.stored(words)
    digits = "".join(letter for letter in plain if letter not in _SIGNS)
    if digits.isascii() and digits.isdecimal():
        digits = f"0{digits[2:]}" if plain.startswith("+81") else digits
        return (PHONE if digits[0] == "0" and len(digits) in (10, 11) else NUMBER, digits)
    if kana.is_kana(plain):
        return KANA, kana.search_key(plain)
    if plain.isascii() and any(letter.isdecimal() for letter in plain):
        return NUMBER, plain.upper()
    return WORDS, kana.search_key("".join(plain.split()))
