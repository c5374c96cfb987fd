"""Answering with a file; only the views of whoever owns it may, after checking who asks."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from yakuba.files import queries, rules
from yakuba.files.models import StoredFile


def response(file: StoredFile, *, as_download: bool = False) -> HttpResponse:
    """Return `file` to a browser, in a way that nothing in it can run.

    Raises:
        Http404: the file is not there any more.
    """
    try:
        content = queries.read(file)
    except queries.Gone:
        raise Http404 from None
    is_shown = file.content_type in rules.USUAL and not as_download
    answer = HttpResponse(content, content_type=file.content_type)
    disposition = "inline" if is_shown else "attachment"
    answer["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def made(file: StoredFile, content: Iterator[bytes]) -> StreamingHttpResponse:
    """Return a file that we made to its owner, as a download; `content` is what `queries.read_made` gave."""
    answer = StreamingHttpResponse(content, content_type=file.content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    answer["Content-Length"] = str(file.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


_ONE_RANGE = re.compile(r"bytes=(\d{1,12})?-(\d{1,12})?")


def public(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Return `file` to anybody who was given its address, to be kept for a year: it never changes.

    A film is asked for in ranges (RFC 9110, 14); a wish that we do not understand gets the whole.

    Raises:
        Http404: the file is not there any more.
    """
    first, last = _range(request.headers.get("Range", ""), file.size)
    if first > last:
        answer: HttpResponseBase = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{file.size}"
        return answer
    is_part = (first, last) != (0, file.size - 1)
    content = _stretch(file, first, last) if request.method != "HEAD" else iter(())
    answer = StreamingHttpResponse(
        _begun(content), status=206 if is_part else 200, content_type=file.content_type
    )
    if is_part:
        answer["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    answer["Content-Length"] = str(last - first + 1)
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{bytes(file.sha256).hex()}"'
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _range(wish: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte that are wished for; all of them when none are."""
    found = _ONE_RANGE.fullmatch(wish.strip())
    if found is None or found[1] is found[2] is None:
        return 0, size - 1
    if found[1] is None:
        return max(0, size - int(found[2])), size - 1
    return int(found[1]), min(int(found[2] or size), size - 1)


def _stretch(file: StoredFile, first: int, last: int) -> Iterator[bytes]:
    whole = file.pieces == 0
    length = file.size if whole else rules.PIECE
    begin = first // length
    place = begin * length
    for piece in queries.read_in_pieces(file, first=begin, last=last // length):
        yield piece[max(0, first - place) : last + 1 - place]
        place += len(piece)


def _begun(content: Iterator[bytes]) -> Iterator[bytes]:
    """Read the first piece before anything is answered, so that a missing file is a 404."""
    try:
        first = next(content, b"")
    except queries.Gone:
        raise Http404 from None
    return _joined(first, content)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
