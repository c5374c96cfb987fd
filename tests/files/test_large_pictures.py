"""What a picture may cost is known from its head, and bounded: time, memory, and how many at once."""

import io
import os
import random
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from tests.files.test_files import keep, make_photo
from yakuba.files import operations, pictures, queries, rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_URL = str(tmp_path)
    return tmp_path


def written(image: Image.Image, kind: str, **how: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **how)
    return content.getvalue()


def make_slow_png(width: int, height: int) -> bytes:
    """A picture whose bytes are few, and which takes long to write anew: two shades, thrown by a coin."""
    coins = random.Random(7).randbytes(width // 8 * height)
    coarse = Image.frombytes("1", (width // 8 * 8, height), coins).convert("L")
    return written(coarse.point(lambda shade: 128 + (shade > 0)), "PNG", compress_level=1)


class TestTooManyPixels:
    @pytest.mark.parametrize("side", [6_001, 60_000])
    def test_are_refused_from_the_head_with_a_sentence(self, side: int) -> None:
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        png = make_photo(kind="PNG")

        with pytest.raises(operations.TooManyPixels, match="3,600万画素まで"):
            keep(png[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + png[33:])

    def test_of_a_whole_picture_are_not_read(self) -> None:
        content = make_slow_png(9_680, 6_100)
        begun = time.thread_time()

        with pytest.raises(pictures.TooManyPixels):
            pictures.remake(content, kind="image/png", kept_as="image/png")

        assert time.thread_time() - begun < 0.2

    @pytest.mark.parametrize(("kind", "pixels"), sorted(rules.MOST_PIXELS.items()))
    def test_are_what_no_camera_and_no_scanner_makes(self, kind: str, pixels: int) -> None:
        a4_at_600_dots = 4_960 * 7_016
        telephone = 8_160 * 6_120

        assert pixels >= {"image/jpeg": telephone, "image/png": a4_at_600_dots}.get(
            kind, 10_000_000
        )

    def test_of_a_film_strip_whose_first_picture_is_larger_than_it_says(self) -> None:
        strip = bytearray(make_photo(kind="GIF", mode="P"))
        frame = strip.index(b"\x2c\0\0\0\0")
        strip[frame + 5 : frame + 9] = struct.pack("<HH", 65_000, 65_000)

        with pytest.raises(operations.TooManyPixels):
            keep(bytes(strip))


class TestALargePicture:
    def test_is_kept_smaller_and_upright(self) -> None:
        content = written(Image.new("RGB", (6_000, 4_500), "green"), "JPEG", exif=turned())

        file = keep(content)

        kept = Image.open(io.BytesIO(queries.read(file)))
        assert kept.size == (file.width, file.height) == (3_000, 4_000)
        red, green, blue = kept.convert("RGB").getpixel((1_500, 2_000))  # type: ignore[misc]
        assert max(red, blue) < 5
        assert 120 < green < 135

    @pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
    def test_of_every_kind_of_png_is_kept_smaller(self, mode: str) -> None:
        file = keep(written(Image.new(mode, (4_800, 60), 1), "PNG"))

        assert (file.width, file.height) == (4_000, 50)
        Image.open(io.BytesIO(queries.read(file))).load()

    def test_that_is_as_narrow_as_a_hair_keeps_one_pixel(self) -> None:
        file = keep(written(Image.new("RGB", (9_000, 1)), "PNG"))

        assert (file.width, file.height) == (4_000, 1)

    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measured on Linux only")
    def test_of_a_telephone_is_read_at_half_its_size(self, tmp_path: Path) -> None:
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(
            written(Image.linear_gradient("L").resize((8_160, 6_120)).convert("RGB"), "JPEG")
        )
        program = (
            "import sys; from yakuba.files import pictures;"
            "pictures.remake(open(sys.argv[1], 'rb').read(), kind='image/jpeg', kept_as='image/jpeg');"
            "status = open('/proc/self/status').read();"
            "print(int(status.partition('VmHWM:')[2].split()[0]) // 1024)"
        )

        done = subprocess.run(
            [sys.executable, "-c", program, str(photo)],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )

        assert int(done.stdout) < 260  # megabytes; read whole, it takes 370

    def test_that_was_made_to_be_slow_takes_no_longer_than_a_few_seconds(self) -> None:
        content = make_slow_png(7_000, 5_100)
        begun = time.thread_time()

        file = keep(content)

        assert (file.width, file.height) == (4_000, 2_914)
        assert time.thread_time() - begun < 6


class TestAFilmStrip:
    @pytest.mark.parametrize("kind", ["GIF", "WEBP"])
    def test_of_a_thousand_pictures_is_its_first(self, kind: str) -> None:
        colours = [Image.new("RGB", (300, 300), (n % 256, 0, 255 * (n > 0))) for n in range(1_000)]
        strip = written(colours[0], kind, save_all=True, append_images=colours[1:], lossless=True)
        begun = time.thread_time()

        file = keep(strip)

        assert time.thread_time() - begun < 0.5
        kept = Image.open(io.BytesIO(queries.read(file)))
        assert getattr(kept, "n_frames", 1) == 1
        _red, _green, blue = kept.convert("RGB").getpixel((9, 9))  # type: ignore[misc]
        assert blue < 5


class TestTurns:
    def test_of_others_are_waited_for_and_the_sentence_says_to_try_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "_PATIENCE", 0.05)
        held = [pictures._turns.acquire() for _turn in range(pictures._AT_ONCE)]

        try:
            with pytest.raises(operations.Busy, match="少し待って"):
                keep(make_photo())
        finally:
            for _turn in held:
                pictures._turns.release()

        keep(make_photo())

    def test_are_given_back_by_a_broken_picture(self) -> None:
        for _attempt in range(pictures._AT_ONCE + 1):
            with pytest.raises(operations.Broken):
                keep(make_photo(size=(400, 400))[:-200])

        keep(make_photo())


def turned() -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = 6
    return notes
