"""A picture that a clerk brings becomes one that LINE takes, and what is done to it is said first."""

import io

import pytest
from PIL import Image

from yakuba.files import operations as files
from yakuba.richmenus import pictures


def make_picture(width: int, height: int, *, kind: str = "PNG", noise: bool = False) -> bytes:
    image = (
        Image.effect_noise((width, height), 120).convert("RGB")
        if noise
        else Image.new("RGB", (width, height), "#00118f")
    )
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


def size_of(content: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(content)).size


@pytest.mark.parametrize(("height", "pixels"), [("full", 1686), ("half", 843)])
def test_a_picture_of_the_right_shape_is_taken_as_it_is(height: str, pixels: int) -> None:
    fitted = pictures.fitted(make_picture(2500, pixels), height=height)

    assert size_of(fitted.content) == (2500, pixels)
    assert fitted.changes == []
    assert not fitted.needs_yes


def test_a_larger_picture_of_the_right_shape_is_made_smaller_without_asking() -> None:
    fitted = pictures.fitted(make_picture(5000, 3372), height="full")

    assert size_of(fitted.content) == (2500, 1686)
    assert not fitted.needs_yes


def test_what_is_cut_off_is_asked_first() -> None:
    high = pictures.fitted(make_picture(2500, 2000), height="full")
    wide = pictures.fitted(make_picture(3000, 1686), height="full")

    assert high.changes == ["上下を切り取ります（全体の16%）。"]
    assert wide.changes == ["左右を切り取ります（全体の17%）。"]
    assert high.needs_yes


def test_what_becomes_blurred_is_asked_first() -> None:
    fitted = pictures.fitted(make_picture(1000, 674), height="full")

    assert fitted.changes == ["引きのばすので、少しぼやけます（横1000ドットの画像です）。"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"%PDF-1.7", files.UnknownKind),
        (b"", files.EmptyFile),
        (make_picture(2500, 1686)[:400], files.Broken),
        (make_picture(640, 432), pictures.TooSmall),
        (make_picture(900, 3000), pictures.AnotherShape),
    ],
)
def test_what_cannot_become_a_menu_is_refused_in_words(
    content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal, match=r"。$"):
        pictures.fitted(content, height="full")


@pytest.mark.django_db
def test_a_photograph_is_kept_within_one_megabyte() -> None:
    fitted = pictures.fitted(make_picture(2500, 1686, kind="JPEG", noise=True), height="full")

    kept = files.keep(content=fitted.content, name="山.jpg", at_most=pictures.MOST_BYTES)

    assert len(fitted.content) > pictures.MOST_BYTES
    assert kept.size <= pictures.MOST_BYTES
    assert (kept.width, kept.height) == (2500, 1686)


@pytest.mark.django_db
def test_a_drawing_is_kept_as_sharp_as_it_came() -> None:
    fitted = pictures.fitted(make_picture(2500, 1686), height="full")

    kept = files.keep(content=fitted.content, name="絵.png", at_most=pictures.MOST_BYTES)

    assert kept.content_type == "image/png"
