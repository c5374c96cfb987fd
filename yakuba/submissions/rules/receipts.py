"""Receipt numbers: read out on the telephone, and checked by their last letter."""

# Without letters and digits that are mixed up when they are read out on the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 7
_FIELD = 0b100101  # x⁵+x²+1: the 32 letters are the elements of a field


def receipt_no(*, number: int, year: int, random: int) -> str:
    """Return a receipt number such as 08-7K3M9QA-2: the year of the era, seven letters, a check letter.

    `random` makes the next person's number impossible to guess; `number` makes it unique within the year.
    """
    body = ""
    value = number * 32**2 + random % 32**2
    for _place in range(_LENGTH):
        value, rest = divmod(value, 32)
        body = ALPHABET[rest] + body
    return f"{year:02d}-{body}-{check_letter(body)}"


def check_letter(body: str) -> str:
    """Return the letter that finds one mistyped letter and any two that were swapped, 2 and Z too."""
    total = 0
    for letter in body:
        total = _times_x(total ^ ALPHABET.index(letter))
    return ALPHABET[total]


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 32 else value


def is_receipt_no(words: str) -> bool:
    """Say whether `words` is a receipt number without a slip."""
    parts = words.strip().upper().split("-")
    if len(parts) != 3 or not parts[0].isdecimal() or len(parts[1]) != _LENGTH:
        return False
    return all(letter in ALPHABET for letter in parts[1]) and check_letter(parts[1]) == parts[2]
