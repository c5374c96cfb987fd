"""A PDF is paper: no password, no programs, no other files, and an end."""

import contextlib
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import Settings

from tests.files.test_files import keep
from yakuba.files import operations, papers, queries
from yakuba.kit.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.FILES_URL = str(tmp_path)


def make_pdf(
    *objects: bytes, packed: bytes = b"", trailer: bytes = b"", filter: bytes = b"/FlateDecode"
) -> bytes:
    """A page, and whatever else; `packed` are objects in a compressed object stream."""
    page = b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R]>>", b"<</Type /Page>>"
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate((*page, *objects), 1)
    )
    if packed:
        squeezed = zlib.compress(packed) if filter == b"/FlateDecode" else packed
        head = b"<</Type /ObjStm /N 1 /First 4 /Filter %s /Length %d>>" % (filter, len(squeezed))
        body += b"90 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (head, squeezed)
    return b"%PDF-1.7\n" + body + b"trailer <<%s>>\n%%%%EOF\n" % trailer


def test_plain_paper_is_kept_as_it_came() -> None:
    content = make_pdf(packed=b"1 0 <</Type /Font>>")

    assert queries.read(keep(content, name="申請書.pdf")) == content


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (make_pdf(trailer=b"/Encrypt 9 0 R"), operations.PaperWithPassword),
        (make_pdf(b"<</S /JavaScript /JS (app.alert(1))>>"), operations.PaperWithProgram),
        (make_pdf(b"<</S /J#61vaScript /JS (x)>>"), operations.PaperWithProgram),
        (make_pdf(packed=b"1 0 <</S /JavaScript /JS (x)>>"), operations.PaperWithProgram),
        (make_pdf(packed=b"1 0 <</S /Java#53cript /JS (x)>>"), operations.PaperWithProgram),
        (make_pdf(b"<</S /Launch /F (cmd.exe)>>"), operations.PaperWithProgram),
        (make_pdf(b"<</Names <</EmbeddedFiles 5 0 R>>>>"), operations.PaperWithFiles),
        (make_pdf(packed=b"1 0 <</Type /EmbeddedFile>>"), operations.PaperWithFiles),
        (make_pdf(packed=b"3c3c2f533e3e>", filter=b"/ASCIIHexDecode"), operations.BrokenPaper),
        (make_pdf(packed=b"x", filter=b"[/FlateDecode /FlateDecode]"), operations.BrokenPaper),
        (make_pdf()[:-20], operations.BrokenPaper),
        (make_pdf(*([b"<</Type /Page>>"] * 501)), operations.PaperTooLong),
        (make_pdf(packed=bytes(80 * 1024 * 1024)), operations.PaperTooLong),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "pdf",
)
def test_what_is_more_than_paper_is_refused_with_a_sentence(
    content: bytes, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as no:
        keep(content)

    assert str(no.value).endswith("。")


@pytest.mark.parametrize(
    "words", [b"/Launches", b"/Encrypted", b"(JavaScript)", b"/EmbeddedFilesystem"]
)
def test_what_only_sounds_like_it_is_taken(words: bytes) -> None:
    keep(make_pdf(b"<</Title %s>>" % words))


def test_many_streams_take_no_longer_than_a_second_or_two() -> None:
    content = b"%PDF-1.7\n" + b"1 0 obj <<>>\nstream\n" * 200_000 + b"%%EOF"
    begun = time.thread_time()

    keep(content)

    assert time.thread_time() - begun < 4


def test_pages_that_were_scanned_are_taken_however_large_they_unfold() -> None:
    picture = zlib.compress(bytes(30 * 1024 * 1024))
    head = b"<</Subtype /Image /Filter /FlateDecode>>\nstream\n"

    keep(make_pdf(*([head + picture + b"\nendstream"] * 5)))


def test_a_picture_that_is_also_objects_is_looked_into() -> None:
    packed = zlib.compress(b"1 0 <</S /JavaScript /JS (x)>>")
    head = b"<</Subtype /Image /N 1 /First 4 /Filter /FlateDecode>>\nstream\n"

    with pytest.raises(operations.PaperWithProgram):
        keep(make_pdf(head + packed + b"\nendstream"))


@effort(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=200))
def test_noise_is_refused_or_taken_and_nothing_else(noise: bytes, packed: bytes) -> None:
    with contextlib.suppress(ValueError):
        papers.look_through(make_pdf(noise, packed=packed))
