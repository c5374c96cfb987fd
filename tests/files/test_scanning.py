"""clamd is asked about uploads over its own protocol; what it finds is refused, and what it cannot say is no yes."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from pytest_django import Settings

from tests.cast import make_staff, make_town
from tests.files.test_files import keep
from tests.files.test_papers import make_pdf
from yakuba.files import operations
from yakuba.files.models import StoredFile
from yakuba.kit.errors import OutsideFailure
from yakuba.mail.models import Letter, Part

pytestmark = pytest.mark.django_db

# A mark of our own: a true EICAR file in a repository is taken away by the scanners of those who clone it.
MARK = b"yakuba-test-virus"


@dataclass
class Clamd:
    """What it heard, and how it behaves."""

    limit: int = 1_000_000
    hangs_up: bool = False
    heard: list[bytes] = field(default_factory=list)


class _Answering(socketserver.StreamRequestHandler):
    clamd: ClassVar[Clamd]

    def handle(self) -> None:
        """INSTREAM as clamd(8) describes it; the command ends with a NUL because it began with z."""
        if self._line() != b"zINSTREAM":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > self.clamd.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.clamd.heard.append(content)
        if not self.clamd.hangs_up:
            is_found = MARK in content
            self.wfile.write(b"stream: Yakuba.Test FOUND\0" if is_found else b"stream: OK\0")

    def _line(self) -> bytes:
        found = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b""):
            found += letter
        return found


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.FILES_URL = str(tmp_path)
    make_town()


@pytest.fixture
def clamd(settings: Settings) -> Iterator[Clamd]:
    clamd = Clamd()
    answering = type("Answering", (_Answering,), {"clamd": clamd})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), answering) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield clamd
        server.shutdown()


def test_clean_paper_is_kept_and_clamd_saw_every_byte(clamd: Clamd) -> None:
    content = make_pdf(b"<<" + b" " * 600_000 + b">>")

    keep(content, name="a.pdf")

    assert clamd.heard == [content]


def test_an_infected_file_is_refused_and_the_administrators_hear_of_it_once(clamd: Clamd) -> None:
    make_staff("総務 太郎", is_administrator=True)

    for _time in range(2):
        with pytest.raises(operations.HasVirus, match="受け取れません"):
            keep(make_pdf(MARK), name="secret-name.pdf")

    letter = Letter.objects.get()
    assert "Yakuba.Test" in letter.subject
    assert "secret-name" not in Part.objects.get(letter=letter).text
    assert StoredFile.objects.count() == 0


def test_what_is_too_long_for_clamd_was_not_looked_at_and_is_not_kept(clamd: Clamd) -> None:
    clamd.limit = 100

    with pytest.raises(OutsideFailure, match="clamd"):
        keep(make_pdf(b"<<" + b" " * 5_000 + b">>"), name="a.pdf")

    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("down", ["gone", "hangs up"])
def test_while_clamd_is_down_the_setting_decides(
    down: str, clamd: Clamd, settings: Settings
) -> None:
    if down == "gone":
        settings.CLAMAV_URL = "unix:///nonexistent/clamd.ctl"
    clamd.hangs_up = down == "hangs up"

    settings.CLAMAV_DOWN = "refuse"
    with pytest.raises(OutsideFailure, match="did not answer"):
        keep(make_pdf(), name="a.pdf")
    settings.CLAMAV_DOWN = "keep"
    file = keep(make_pdf(), name="a.pdf")

    assert file.is_whole
    assert StoredFile.objects.count() == 1


def test_a_town_without_clamav_asks_nobody(settings: Settings) -> None:
    settings.CLAMAV_URL = ""

    assert keep(make_pdf(), name="a.pdf").is_whole
