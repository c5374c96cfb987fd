"""A picture that a clerk brings: what is done to it before LINE takes it, and what of that needs a yes.

LINE takes JPEG and PNG of at most 1 MB, 800 to 2500 pixels wide and at least 1.45 times as wide as high.
Ours are always 2500 wide, in one of two heights, so that areas and picture agree to the pixel.
"""

import io
from typing import NamedTuple

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from yakuba.files import operations as files
from yakuba.kit.errors import Refusal
from yakuba.richmenus.rules import grids

MOST_BYTES = 1_000_000
NARROWEST = 800
_SAME = 0.005  # a picture whose shape differs by so little is stretched; nobody sees it
_MOST_LOST = 0.6  # of a picture; whoever loses more has mistaken the picture


class TooSmall(Refusal):
    sentence = _(
        "画像が小さすぎます（横{width}ドット）。横{narrowest}ドット以上、できれば横2500ドットの画像を選んでください。"
    )


class AnotherShape(Refusal):
    sentence = _(
        "画像の形が合いません（横{width}×縦{height}ドット）。横2500×縦{wanted}ドットに近い、横長の画像を選んでください。"
    )


class Fitted(NamedTuple):
    """The picture as it will be shown, and in sentences what was done to it; `needs_yes` if a clerk might mind."""

    content: bytes
    changes: list[str]
    needs_yes: bool


def fitted(content: bytes, *, height: str) -> Fitted:
    """Make `content` fit a tab of this height. Raises Refusal."""
    image = _opened(content)
    wanted = (grids.WIDTH, grids.HEIGHTS[height])
    if image.width < NARROWEST:
        raise TooSmall(width=image.width, narrowest=NARROWEST)
    lost, side = _lost(image.size, wanted)
    if lost > _MOST_LOST:
        raise AnotherShape(width=image.width, height=image.height, wanted=wanted[1])
    changes = []
    if lost > _SAME:
        changes.append(
            _t("{side}を切り取ります（全体の{part}%）。").format(
                side=side, part=max(1, round(lost * 100))
            )
        )
    if image.width < wanted[0] * (1 - lost if side == _t("左右") else 1) * 0.9:
        changes.append(
            _t("引きのばすので、少しぼやけます（横{width}ドットの画像です）。").format(
                width=image.width
            )
        )
    shown = ImageOps.fit(image, wanted, Image.Resampling.LANCZOS)
    return Fitted(_written(shown), changes, bool(changes))


def on_phone(image: Image.Image) -> bytes:
    """Return a tab's picture as PNG at twice the width of a telephone, which is sharp on a good screen."""
    width = 2 * grids.PHONE_WIDTH
    size = (width, round(width * image.height / image.width))
    written = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(written, "PNG", compress_level=3)
    return written.getvalue()


def _opened(content: bytes) -> Image.Image:
    seen = Image.open(io.BytesIO(files.read_picture(content).content)).convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _lost(size: tuple[int, int], wanted: tuple[int, int]) -> tuple[float, str]:
    """Return which part of the picture is cut off, and at which sides."""
    ratio = (size[0] / size[1]) / (wanted[0] / wanted[1])
    return (1 - 1 / ratio, _t("左右")) if ratio > 1 else (1 - ratio, _t("上下"))


def _written(image: Image.Image) -> bytes:
    """Write flat drawings as PNG, photographs as JPEG: whichever is sharp within the limit."""
    for drawn in (image, image.quantize(256, dither=Image.Dither.NONE)):
        written = io.BytesIO()
        drawn.save(written, "PNG")
        if written.tell() <= MOST_BYTES and _is_flat(image):
            return written.getvalue()
    written = io.BytesIO()
    image.save(written, "JPEG", quality=92)
    return written.getvalue()


def _is_flat(image: Image.Image) -> bool:
    """Tell a drawing from a photograph: few colours make up nearly all of it."""
    small = image.resize((250, 169), Image.Resampling.NEAREST)
    counts = sorted((count for count, _colour in small.getcolors(250 * 169) or []), reverse=True)
    return sum(counts[:32]) > 0.6 * 250 * 169
