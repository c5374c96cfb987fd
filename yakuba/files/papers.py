"""What a PDF must not hold: a password, programs, other files. It is kept as it came, so it is looked through.

Not by following its tables, which a forger writes so that two readers see two documents, but over all its bytes and
over every stream that can be opened, wherever it lies. What cannot be opened although objects lie in it is refused.
"""

import re
import zlib

MOST_PAGES = 500
MOST_OPENED = 64 * 1024 * 1024  # bytes that streams may have when they are opened, all together

_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")  # ISO 32000-1, 7.3.5: /J#61vaScript is /JavaScript
_STREAM = re.compile(rb"(?<!end)stream\r?\n?")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PASSWORD = re.compile(rb"/Encrypt(?![A-Za-z])")
_RUNS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|ImportData|SubmitForm)(?![A-Za-z])")
_HOLDS = re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z])")
_OBJECTS = re.compile(rb"/(?:ObjStm|XRef)(?![A-Za-z])")
_FIRST = re.compile(rb"/First(?![A-Za-z])")
_IMAGE = re.compile(rb"/Image(?![A-Za-z])")
_WINDOW = 64 * 1024


class BrokenPaper(ValueError):
    """It has no end, or objects in it cannot be read."""


class HasPassword(ValueError):
    pass


class HasProgram(ValueError):
    pass


class HasFiles(ValueError):
    pass


class TooManyPages(ValueError):
    pass


class UnfoldsTooFar(ValueError):
    """A few bytes that become very many."""


def look_through(content: bytes) -> None:
    """Refuse a PDF that is more than paper.

    Raises:
        BrokenPaper, HasPassword, HasProgram, HasFiles, TooManyPages, UnfoldsTooFar
    """
    if b"%%EOF" not in content[-2048:]:
        raise BrokenPaper("no end")
    pages = _look(content)
    left = MOST_OPENED
    for found in _STREAM.finditer(content):
        head = _head(content, found.start())
        # Nobody looks for objects where no `First` says at which byte they begin.
        if head and _IMAGE.search(head) and not _FIRST.search(head):
            continue
        opened, is_whole = _opened(memoryview(content)[found.end() :], left)
        left -= len(opened)
        if left <= 0:
            raise UnfoldsTooFar
        if not is_whole and (_OBJECTS.search(head) or _FIRST.search(head)):
            raise BrokenPaper("objects that cannot be opened")
        pages += _look(opened)
    if pages > MOST_PAGES:
        raise TooManyPages


def _head(content: bytes, stream: int) -> bytes:
    """Return what is said of the stream that begins at `stream`; empty if its beginning is too far away."""
    begins = content.rfind(b"obj", max(0, stream - _WINDOW), stream)
    return _plain(content[begins:stream]) if begins >= 0 else b""


def _look(part: bytes) -> int:
    """Look at one part for what must not be there, and count its pages."""
    part = _plain(part)
    if _PASSWORD.search(part):
        raise HasPassword
    if _RUNS.search(part):
        raise HasProgram
    if _HOLDS.search(part):
        raise HasFiles
    return len(_PAGE.findall(part))


def _plain(part: bytes) -> bytes:
    return _NAME.sub(lambda found: bytes([int(found[1], 16)]), part) if b"#" in part else part


def _opened(rest: memoryview, most: int) -> tuple[bytes, bool]:
    """Return what a stream has in it, and whether it could be opened to its end."""
    box, parts, size = zlib.decompressobj(), [], 0
    for start in range(0, len(rest), _WINDOW):
        try:
            parts.append(box.decompress(rest[start : start + _WINDOW], most - size))
        except zlib.error:
            return b"".join(parts), False
        size += len(parts[-1])
        if box.eof or size >= most:
            return b"".join(parts), True
    return b"".join(parts), False
