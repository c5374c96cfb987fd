"""Pictures, films, and places on LINE's map."""

from collections.abc import Sequence

from yakuba.kit.text import cut_utf16
from yakuba.line.messages import limits
from yakuba.line.messages.actions import Action, picture
from yakuba.line.messages.choices import with_choices
from yakuba.line.messages.shapes import Message, said


def image(url: str, preview: str = "", *, quick_replies: Sequence[Action] = ()) -> Message:
    """Show a picture (JPEG or PNG, ≤ 10 MB; the preview ≤ 1 MB); without a preview, itself.

    Raises:
        LinkNotPossible: LINE would not fetch it.
    """
    message: Message = {
        "type": "image",
        "originalContentUrl": picture(url),
        "previewImageUrl": picture(preview or url),
    }
    return with_choices(message, quick_replies)


def video(url: str, cover: str, *, quick_replies: Sequence[Action] = ()) -> Message:
    """Show a film (MP4, ≤ 200 MB); `cover` is the picture that stands for it (≤ 1 MB).

    Raises:
        LinkNotPossible: LINE would not fetch it.
    """
    message: Message = {
        "type": "video",
        "originalContentUrl": picture(url),
        "previewImageUrl": picture(cover),
    }
    return with_choices(message, quick_replies)


def location(
    title: str,
    address: str,
    *,
    latitude: float,
    longitude: float,
    quick_replies: Sequence[Action] = (),
) -> Message:
    """Show a place on LINE's map; it opens the map of the telephone.

    Raises:
        NothingToSay: title or address are empty.
        ValueError: there is no such place on earth.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"no place on earth: {latitude}, {longitude}")
    message: Message = {
        "type": "location",
        "title": cut_utf16(said(title), limits.LOCATION),
        "address": cut_utf16(said(address), limits.LOCATION),
        "latitude": latitude,
        "longitude": longitude,
    }
    return with_choices(message, quick_replies)
