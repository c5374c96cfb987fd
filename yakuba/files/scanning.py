"""ClamAV looks at what people upload, where the town runs one: clamd's own protocol over its socket.

`INSTREAM`: the bytes follow in chunks, each behind its length in four bytes, and a chunk of no length ends them
(clamd(8)). Nothing is written to a disk that two programs would have to share.
"""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

from yakuba.kit.errors import OutsideFailure

_CHUNK = 256 * 1024
_PATIENCE = 30.0  # seconds for each answer; ten megabytes of PDF take about two
_LONGEST_ANSWER = 4096


class Infected(ValueError):
    """clamd found something; the text is its name for it."""


def scan(content: bytes) -> None:
    """Have clamd look at `content`; nothing happens where CLAMAV_URL is empty.

    When clamd does not answer, CLAMAV_DOWN decides: `refuse` (nothing is kept unseen) or `keep`.

    Raises:
        Infected
        OutsideFailure: clamd did not answer, or not in a way that says that it looked at everything.
    """
    if not settings.CLAMAV_URL:
        return
    try:
        answer = _ask(content)
    except OSError as failure:
        if settings.CLAMAV_DOWN == "keep":
            return
        raise OutsideFailure(f"clamd did not answer: {type(failure).__name__}") from failure
    words = answer.removeprefix("stream: ")
    if words.endswith(" FOUND"):
        raise Infected(words.removesuffix(" FOUND"))
    if words != "OK":
        # Such as "INSTREAM size limit exceeded": it is up, but has not seen the whole. Never kept.
        raise OutsideFailure(f"clamd said: {words[:100]}", permanent=True)


def _ask(content: bytes) -> str:
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        try:
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # clamd has answered already, that it is too long for it
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            part = line.recv(_LONGEST_ANSWER)
            if not part:
                break
            answer += part
    if not answer.endswith(b"\0"):
        raise ConnectionError("it hung up")
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _connected() -> socket.socket:
    where = urlsplit(settings.CLAMAV_URL)
    if where.scheme == "tcp":
        return socket.create_connection((where.hostname, where.port or 3310), timeout=_PATIENCE)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_PATIENCE)
    try:
        line.connect(where.path)
    except OSError:
        line.close()
        raise
    return line
