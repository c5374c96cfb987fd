"""Files in a bucket: the same promises as in a folder, kept over the wire protocol of S3.

The server is moto's, a process of its own; `make test` installs it into .local/s3.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from pytest_django import Settings

from tests.files.test_files import PDF, keep, make_photo
from yakuba.files import operations, queries, storage
from yakuba.files.models import StoredFile
from yakuba.files.operations import cleaning
from yakuba.kit import clock
from yakuba.kit.errors import OutsideFailure

pytestmark = pytest.mark.django_db

PREPARED = Path(__file__).resolve().parents[2] / ".local" / "s3" / "bin" / "moto_server"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a store that speaks S3."""
    program = str(PREPARED) if PREPARED.exists() else shutil.which("moto_server")
    if program is None:
        pytest.skip("NO S3 SERVER, keeping files in a bucket was not tested: run `make test` once")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the S3 server ended by itself"
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=2)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the S3 server did not answer")


@pytest.fixture
def bucket(server: str, settings: Settings) -> str:
    """A new, empty bucket, which FILES_URL names."""
    name = f"town-{uuid4().hex[:12]}"
    _client(server).create_bucket(Bucket=name)
    settings.FILES_URL = f"s3://key:secret@{server}/{name}"
    return name


def _client(server: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://{server}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )


def _names(server: str, bucket: str) -> set[str]:
    listed = _client(server).list_objects_v2(Bucket=bucket)
    return {found["Key"] for found in listed.get("Contents", [])}


class TestBucket:
    def test_gives_back_what_was_kept(self, bucket: str) -> None:
        photo, paper = keep(make_photo()), keep(PDF)

        assert queries.read(photo).startswith(b"\xff\xd8")
        assert queries.read(paper) == PDF

    def test_seals_what_lies_in_the_bucket(self, server: str, bucket: str) -> None:
        file = keep(PDF)

        lies = _client(server).get_object(Bucket=bucket, Key=str(file.pk))["Body"].read()
        assert b"PDF" not in lies

    @pytest.mark.django_db(transaction=True)
    def test_erases_row_and_bytes(self, server: str, bucket: str) -> None:
        operations.erase(keep(PDF))

        assert not StoredFile.objects.exists()
        assert _names(server, bucket) == set()

    def test_says_that_a_file_is_gone(self, server: str, bucket: str) -> None:
        file = keep(PDF)
        _client(server).delete_object(Bucket=bucket, Key=str(file.pk))

        with pytest.raises(queries.Gone):
            queries.read(file)

    def test_erasing_what_is_gone_is_no_error(self, bucket: str) -> None:
        storage.here().delete("never there")

        assert storage.here().read("never there") is None

    def test_sweeps_up_bytes_without_a_row_after_a_day(
        self, server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept, lost = keep(PDF), keep(PDF)
        StoredFile.objects.filter(pk=lost.pk).delete()

        operations.sweep()
        young = _names(server, bucket)
        in_two_days = SimpleNamespace(time=lambda: time.time() + 2 * 86400)
        monkeypatch.setattr(cleaning, "time", in_two_days)
        operations.sweep()

        assert young == {str(kept.pk), str(lost.pk)}
        assert _names(server, bucket) == {str(kept.pk)}

    def test_names_more_files_than_one_answer_holds(self, bucket: str) -> None:
        store = storage.here()
        for number in range(1005):  # an answer holds 1000
            store.write(f"{number:04}", b"-")

        names = {name for name, _ in store.names()}

        assert len(names) == 1005

    def test_erases_what_is_due(self, server: str, bucket: str) -> None:
        due = keep(PDF, kept_until=clock.today() - timedelta(days=1))
        today = keep(PDF, kept_until=clock.today())

        operations.erase_due()

        assert not StoredFile.objects.filter(pk=due.pk).exists()
        assert queries.read(today) == PDF


class TestTrouble:
    def test_a_bucket_that_is_not_there_is_a_failure_outside(
        self, server: str, settings: Settings
    ) -> None:
        settings.FILES_URL = f"s3://key:secret@{server}/nowhere-{uuid4().hex}"

        with pytest.raises(OutsideFailure, match="NoSuchBucket"):
            keep(PDF)

        assert not StoredFile.objects.get().is_whole

    def test_reading_from_a_bucket_that_is_not_there_does_not_say_gone(
        self, server: str, bucket: str, settings: Settings
    ) -> None:
        file = keep(PDF)
        settings.FILES_URL = f"s3://key:secret@{server}/nowhere-{uuid4().hex}"

        with pytest.raises(OutsideFailure):
            queries.read(file)

    def test_a_store_that_does_not_answer_is_a_failure_outside(
        self, bucket: str, settings: Settings
    ) -> None:
        settings.FILES_URL = f"s3://key:secret@127.0.0.1:9/{bucket}"

        with pytest.raises(OutsideFailure):
            keep(PDF)

        assert not StoredFile.objects.get().is_whole

    def test_an_answer_that_breaks_off_is_a_failure_outside(self, settings: Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as door:
            settings.FILES_URL = f"s3://key:secret@127.0.0.1:{door.getsockname()[1]}/town"
            Thread(target=_break_off, args=[door], daemon=True).start()

            with pytest.raises(OutsideFailure):
                storage.here().read("paper")


def _break_off(door: socket.socket) -> None:
    caller, _ = door.accept()
    caller.recv(65536)
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it")
    caller.close()
