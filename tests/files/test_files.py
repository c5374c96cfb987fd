"""What people upload is checked by its bytes, made anew, sealed, and whole or absent."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms
from pytest_django import Settings

from yakuba.files import operations, queries, rules, serving, storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.kit.errors import Refusal

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_URL = str(tmp_path)
    return tmp_path


def make_photo(
    *,
    kind: str = "JPEG",
    size: tuple[int, int] = (60, 40),
    mode: str = "RGB",
    turned: int = 1,
    location: bool = False,
) -> bytes:
    notes = Image.Exif()
    notes[ExifTags.Base.Orientation] = turned
    notes[ExifTags.Base.Make] = "Camera of Hanako"
    if location:
        place = notes.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
        place[ExifTags.GPS.GPSLatitude] = (36.0, 41.0, 54.0)
        place[ExifTags.GPS.GPSLongitude] = (137.0, 21.0, 45.0)
    written = io.BytesIO()
    image = Image.new(mode, size, 128)
    if kind == "GIF":
        image.save(written, kind)
    else:
        image.save(written, kind, exif=notes)
    return written.getvalue()


def keep(content: bytes, name: str = "photo.jpg", **more: object) -> StoredFile:
    return operations.keep(content=content, name=name, **more)  # type: ignore[arg-type]


class TestPhotos:
    def test_makes_a_photo_anew_without_the_notes_of_the_camera(self) -> None:
        file = keep(make_photo(location=True))

        kept = queries.read(file)
        assert b"Hanako" not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()
        assert file.location is None

    @pytest.mark.parametrize("said", [b"<script>Hanako</script>" * 40, b"\0" * 36 + b"acspHanako"])
    def test_does_not_keep_what_only_claims_to_describe_colours(self, said: bytes) -> None:
        written = io.BytesIO()
        Image.new("RGB", (60, 40)).save(written, "JPEG", icc_profile=said)

        kept = queries.read(keep(written.getvalue()))

        assert b"Hanako" not in kept

    def test_keeps_the_description_of_colours(self) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        written = io.BytesIO()
        Image.new("RGB", (60, 40)).save(written, "JPEG", icc_profile=profile)

        kept = Image.open(io.BytesIO(queries.read(keep(written.getvalue()))))

        assert kept.info["icc_profile"] == profile

    def test_turns_a_photo_upright(self) -> None:
        file = keep(make_photo(size=(60, 40), turned=6))

        assert (file.width, file.height) == (40, 60)
        assert Image.open(io.BytesIO(queries.read(file))).size == (40, 60)

    def test_tells_the_location_when_asked(self) -> None:
        file = keep(make_photo(location=True), keep_location=True)

        assert file.location == (36.698333, 137.3625)

    @pytest.mark.parametrize(
        ("kind", "mode", "kept_as"),
        [
            ("JPEG", "CMYK", "image/jpeg"),
            ("JPEG", "L", "image/jpeg"),
            ("PNG", "RGBA", "image/png"),
            ("PNG", "I;16", "image/png"),
            ("PNG", "P", "image/png"),
            ("WEBP", "RGBA", "image/jpeg"),
            ("GIF", "P", "image/png"),
        ],
    )
    def test_takes_what_telephones_make(self, kind: str, mode: str, kept_as: str) -> None:
        file = keep(make_photo(kind=kind, mode=mode))

        assert file.content_type == kept_as
        assert rules.content_type(queries.read(file)) == kept_as

    def test_does_not_believe_the_name(self) -> None:
        file = keep(make_photo(kind="PNG"), name="../../秘密の 写真.PDF")

        assert file.content_type == "image/png"
        assert file.name == "秘密の 写真.png"

    def test_refuses_a_photo_that_is_cut_short(self) -> None:
        with pytest.raises(operations.Broken):
            keep(make_photo(size=(400, 400))[:-200])

    def test_refuses_heic_with_a_way_out(self) -> None:
        with pytest.raises(operations.Heic, match="JPEG"):
            keep(b"\0\0\0\x18ftypheic" + bytes(40))

    @pytest.mark.filterwarnings("ignore::UserWarning:PIL")
    @effort(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(place=st.integers(0, 800), noise=st.binary(min_size=1, max_size=30))
    def test_damage_is_refused_or_harmless(self, place: int, noise: bytes) -> None:
        photo = make_photo(location=True)
        damaged = photo[:place] + noise + photo[place + len(noise) :]

        try:
            file = keep(damaged, keep_location=True)
        except Refusal:
            pass
        else:
            Image.open(io.BytesIO(queries.read(file))).load()


class TestOthers:
    def test_keeps_a_pdf_as_it_is(self) -> None:
        file = keep(PDF, name="申請書")

        assert queries.read(file) == PDF
        assert file.name == "申請書.pdf"

    @pytest.mark.parametrize("content", [b"MZ\x90", b"<html>", b"PK\x03\x04", b"#!/bin/sh"])
    def test_refuses_what_it_does_not_know(self, content: bytes) -> None:
        with pytest.raises(operations.UnknownKind, match="PDF"):
            keep(content, name="photo.jpg")

    def test_refuses_nothing_at_all(self) -> None:
        with pytest.raises(operations.EmptyFile):
            keep(b"")

    def test_refuses_what_is_too_large(self) -> None:
        with pytest.raises(operations.TooLarge, match="10MB"):
            keep(PDF + bytes(10 * 1024 * 1024))

    def test_takes_a_film_only_where_it_is_allowed(self) -> None:
        film = b"\0\0\0\x18ftypisom" + bytes(100)

        with pytest.raises(operations.UnknownKind):
            keep(film)

        assert keep(film, allowed=rules.FILMS).content_type == "video/mp4"

    def test_refuses_a_pdf_where_photos_are_asked(self) -> None:
        with pytest.raises(operations.UnknownKind, match="写真（JPEG、PNG）を送ってください"):
            keep(PDF, allowed=rules.IMAGES)


class TestStorage:
    def test_seals_what_lies_in_the_folder(self, folder: Path) -> None:
        keep(PDF)

        [place] = [path for path in folder.rglob("*") if path.is_file()]
        assert b"PDF" not in place.read_bytes()

    def test_is_whole_or_absent(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def power_cut(handle: int) -> None:
            raise OSError("no power")

        monkeypatch.setattr(os, "fsync", power_cut)
        with pytest.raises(OSError, match="no power"):
            keep(PDF)

        assert [path for path in folder.rglob("*") if path.is_file()] == []
        with pytest.raises(queries.Gone):
            queries.read(StoredFile.objects.get())

    @pytest.mark.django_db(transaction=True)
    def test_erases_row_and_bytes(self, folder: Path) -> None:
        operations.erase(keep(PDF))

        assert not StoredFile.objects.exists()
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_erases_what_is_due_and_what_stopped_half_way(self) -> None:
        due = keep(PDF, kept_until=clock.today() - timedelta(days=1))
        today = keep(PDF, kept_until=clock.today())
        for_ever = keep(PDF)
        half = keep(PDF)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE files_storedfile SET is_whole = false, created_at = created_at - interval '2h'"
                " WHERE id = %s",
                [half.pk],
            )

        operations.erase_due()

        assert set(StoredFile.objects.all()) == {today, for_ever}
        assert not StoredFile.objects.filter(pk=due.pk).exists()

    def test_sweeps_up_bytes_without_a_row_after_a_day(self, folder: Path) -> None:
        kept, lost, young = keep(PDF), keep(PDF), keep(PDF)
        StoredFile.objects.filter(pk__in=[lost.pk, young.pk]).delete()
        (folder / "no").mkdir(exist_ok=True)
        (folder / "no" / "note of somebody").write_text("stays")
        for path in folder.rglob("*"):
            if path.is_file() and path.name != str(young.pk):
                os.utime(path, (1, 1))

        operations.sweep()

        left = {path.name for path in folder.rglob("*") if path.is_file()}
        assert left == {str(kept.pk), str(young.pk), "note of somebody"}

    def test_names_the_store_by_its_address(self, settings: Settings) -> None:
        settings.FILES_URL = "s3://key:secret@localhost:9/town"

        assert isinstance(storage.here(), storage.Bucket)


class TestServing:
    def test_nothing_in_a_file_can_run_in_the_browser(self) -> None:
        answer = serving.response(keep(make_photo(), name="家.jpg"))

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"] == "inline; filename*=UTF-8''%E5%AE%B6.jpg"
        assert answer["Cache-Control"] == "private, no-store"
