"""Photos made anew: nothing of the sender's file survives but what can be seen.

What a picture may cost is known before it is read: its head says how many pixels it has, and how many may be read at
once is counted. Of a film strip (GIF, WebP) only the first picture is read.
"""

import io
import threading
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image, ImageOps

from yakuba.files.rules import LONGEST_SIDE, MOST_PIXELS

_LARGEST_PROFILE = 16 * 1024  # bytes; those of telephones and cameras have 0.5 to 4 thousand
_QUALITIES = (88, 80, 70, 60, 50, 40, 30, 15, 5)
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}


_AT_ONCE = 2  # pictures that a process reads at once; each may take 400 MB for a second or two
_PATIENCE = 20.0  # seconds that one waits for its turn
_turns = threading.BoundedSemaphore(_AT_ONCE)


class NoPicture(ValueError):
    """The bytes cannot be read as a picture."""


class TooManyPixels(ValueError):
    """It would hold a thread and the memory for too long."""


class TooManyAtOnce(RuntimeError):
    """So many pictures are being read that this one did not get its turn."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as we keep it: upright, without notes of the camera."""

    content: bytes
    width: int
    height: int
    location: tuple[float, float] | None  # latitude and longitude, where the camera wrote it down


def remake(content: bytes, *, kind: str, kept_as: str, at_most: int | None = None) -> Picture:
    """Read a picture of content type `kind` and encode it anew as `kept_as`, with LONGEST_SIDE at most.

    With `at_most` bytes a JPEG loses as much of its fineness as it must.

    Raises:
        NoPicture: broken or cut short, or it does not fit into `at_most`.
        TooManyPixels: its head says that it is larger than what a camera or scanner makes.
        TooManyAtOnce: others are being read.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as opened:
            if opened.width * opened.height > MOST_PIXELS[kind]:
                raise TooManyPixels(f"{opened.width}×{opened.height}")
            location = _location(opened)
            if not _turns.acquire(timeout=_PATIENCE):
                raise TooManyAtOnce
            try:
                upright = ImageOps.exif_transpose(_fitted(opened))
                return _within(upright, kept_as, location, at_most)
            finally:
                _turns.release()
    except TooManyPixels:
        raise
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        MemoryError,
    ) as no:
        raise NoPicture(type(no).__name__) from None


def shrink(content: bytes, *, kind: str, longest: int) -> bytes:
    """Return a picture of ours as a JPEG with no side longer than `longest`."""
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as opened:
        plain = _on_white(opened)
        plain.thumbnail((longest, longest))
        plain.info = {}
        written = io.BytesIO()
        plain.save(written, "JPEG", quality=80)
        return written.getvalue()


def _fitted(image: Image.Image) -> Image.Image:
    """Make a large picture smaller; a JPEG is not even read at its full size."""
    if max(image.size) <= LONGEST_SIDE:
        return image
    scale = LONGEST_SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        is_seen_through = "transparency" in image.info or image.mode == "PA"
        image = image.convert("RGBA" if is_seen_through else "RGB")
    # A JPEG is read at a half or a quarter, if neither side falls below `size`: so no square.
    image.thumbnail(size, reducing_gap=1.0)
    return image


def _within(
    image: Image.Image,
    kept_as: str,
    location: tuple[float, float] | None,
    at_most: int | None,
) -> Picture:
    for quality in _QUALITIES if kept_as == "image/jpeg" else _QUALITIES[:1]:
        picture = _encode(image, kept_as, location, quality)
        if at_most is None or len(picture.content) <= at_most:
            return picture
    raise NoPicture("too many bytes")


def _encode(
    image: Image.Image, kept_as: str, location: tuple[float, float] | None, quality: int
) -> Picture:
    profile = _profile(image)  # without it the colours of a telephone fade
    if kept_as == "image/jpeg":
        plain = _on_white(image)
        plain.info = {}
        written = io.BytesIO()
        plain.save(written, "JPEG", quality=quality, icc_profile=profile)
    else:
        modes = ("1", "L", "LA", "P", "RGB", "RGBA")
        plain = image.copy() if image.mode in modes else image.convert("RGB")
        is_seen_through = plain.info.get("transparency")
        plain.info = {} if is_seen_through is None else {"transparency": is_seen_through}
        written = io.BytesIO()
        plain.save(written, "PNG", icc_profile=profile)
    return Picture(written.getvalue(), plain.width, plain.height, location)


def _profile(image: Image.Image) -> bytes | None:
    """Return the description of the colours, if it is one: anything else could travel in its place."""
    profile: Any = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or len(profile) > _LARGEST_PROFILE:
        return None
    # ICC.1:2022, 7.2: the header begins with the length and has a signature at byte 36.
    is_one = profile[36:40] == b"acsp" and int.from_bytes(profile[:4], "big") == len(profile)
    return profile if is_one else None


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image.copy()
    if image.mode not in ("RGBA", "LA", "PA", "P"):
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, "white")
    seen = image.convert("RGBA")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _location(image: Image.Image) -> tuple[float, float] | None:
    try:
        notes = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(notes[ExifTags.GPS.GPSLatitude])
        longitude = _degrees(notes[ExifTags.GPS.GPSLongitude])
        if notes.get(ExifTags.GPS.GPSLatitudeRef) == "S":
            latitude = -latitude
        if notes.get(ExifTags.GPS.GPSLongitudeRef) == "W":
            longitude = -longitude
    except (
        KeyError,
        TypeError,
        ValueError,
        ZeroDivisionError,
        OSError,
        SyntaxError,
        AttributeError,
    ):
        return None
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if is_on_earth and (latitude, longitude) != (0, 0) else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return round(degrees + minutes / 60 + seconds / 3600, 6)
