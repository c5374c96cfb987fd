"""What the bytes of a file really are; its name and what the sender calls it are not believed."""

from collections.abc import Callable

IMAGES = frozenset({"image/jpeg", "image/png"})
PDF = frozenset({"application/pdf"})
FILMS = frozenset({"video/mp4", "video/quicktime"})
SOUNDS = frozenset({"audio/mpeg", "audio/mp4"})
USUAL = IMAGES | PDF

_MEGABYTE = 1024 * 1024
# One file is encrypted in one piece, in memory.
LARGEST = {"image": 10 * _MEGABYTE, "application": 10 * _MEGABYTE, "audio": 20 * _MEGABYTE,
           "video": 50 * _MEGABYTE}  # fmt: skip
PIECE = 4 * _MEGABYTE  # of a film, which comes in pieces
LARGEST_FILM = 200 * _MEGABYTE  # what LINE takes
# A telephone of 2026 takes photos of 50 million pixels, and a JPEG is read at half its size or less. The others are
# read whole: an A4 page scanned at 600 dots has 35 million, and no film strip or sticker is larger than a screen.
MOST_PIXELS = {"image/jpeg": 60_000_000, "image/png": 36_000_000, "image/webp": 24_000_000,
               "image/gif": 12_000_000}  # fmt: skip
LONGEST_SIDE = (
    4000  # what is kept of a picture: an A4 page at 340 dots; half of what telephones take
)

ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
}
# Pictures that are taken and kept as another kind.
KEPT_AS = {"image/webp": "image/jpeg", "image/gif": "image/png"}
HEIC = "image/heic"

_BRANDS = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": HEIC,
    b"heix": HEIC,
    b"mif1": HEIC,
    b"msf1": HEIC,
    b"avif": HEIC,
}


def content_type(content: bytes) -> str:
    """Return what the bytes begin like; empty for everything that we do not know."""
    head = content[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    return ""


def largest(kind: str) -> int:
    """Return how many bytes a file of this content type may have."""
    return LARGEST[kind.partition("/")[0]]


def piece_length(size: int, number: int) -> int:
    """Return how many bytes the piece has; the last one is what is left."""
    return min(PIECE, size - number * PIECE)


_MOST_BOXES = 10_000
_MOST_OF_MOOV = 2 * _MEGABYTE


def is_film(read: Callable[[int, int], bytes], size: int) -> bool:
    """Walk over the boxes of an MP4 (ISO/IEC 14496-12, 4.2) and tell whether it is whole and has pictures.

    `read(start, length)` gives bytes of the file. A box says its length: together they are the file.
    """
    place, shows = 0, False
    seen: list[bytes] = []
    while place < size and len(seen) < _MOST_BOXES:
        head = read(place, 16)
        if len(head) < 8:
            return False
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:  # up to the end
            length = size - place
        if length < 8 or place + length > size:
            return False
        if not seen and (kind != b"ftyp" or _BRANDS.get(head[8:12], "video/mp4") != "video/mp4"):
            return False
        if kind == b"moov":
            shows = b"vide" in read(place, min(length, _MOST_OF_MOOV))
        seen.append(kind)
        place += length
    return place == size and shows and b"mdat" in seen
