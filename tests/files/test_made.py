"""Files that we make for a colleague: of any kind, in pieces, for that colleague alone, and only for a while."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.townhall.factories import make_staff
from yakuba.files import operations, queries, rules, storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock, secrets
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 64 * 1024  # 16 MB and a little more
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_URL = f"file://{tmp_path}/files"


@pytest.fixture
def owner() -> StaffMember:
    return make_staff()


def make_file(folder: Path, owner: StaffMember, content: bytes = CONTENT + b"end") -> StoredFile:
    path = folder / "made"
    path.write_bytes(content)
    return operations.keep_made(
        path,
        name="回答.xlsx",
        content_type=SHEET,
        owner=owner,
        kept_until=clock.today() + timedelta(days=7),
    )


def test_comes_back_as_it_was_and_lies_sealed_in_pieces(tmp_path: Path, owner: StaffMember) -> None:
    file = make_file(tmp_path, owner)

    assert b"".join(queries.read_made(file, staff=owner)) == CONTENT + b"end"
    sealed = [storage.here().read(name) for name in file.names]
    assert len(sealed) == 5
    assert all(one is not None and CONTENT[:64] not in one for one in sealed)
    assert max(len(secrets.decrypt(one)) for one in sealed if one) == rules.PIECE


def test_is_given_to_its_owner_only(tmp_path: Path, owner: StaffMember) -> None:
    file = make_file(tmp_path, owner, b"x")

    with pytest.raises(queries.Gone):
        queries.read_made(file, staff=make_staff())

    assert b"".join(queries.read_made(file, staff=owner)) == b"x"


def test_may_be_empty(tmp_path: Path, owner: StaffMember) -> None:
    file = make_file(tmp_path, owner, b"")

    assert b"".join(queries.read_made(file, staff=owner)) == b""


def test_is_given_until_its_last_day_and_erased_after_it(
    tmp_path: Path, owner: StaffMember
) -> None:
    file = make_file(tmp_path, owner)

    with clock.stopped_at(clock.now() + timedelta(days=7)):
        operations.erase_due()
        assert next(queries.read_made(file, staff=owner))
    with clock.stopped_at(clock.now() + timedelta(days=8)):
        with pytest.raises(queries.Gone):
            queries.read_made(file, staff=owner)


@pytest.mark.django_db(transaction=True)
def test_leaves_nothing_behind_when_its_time_is_over(tmp_path: Path) -> None:
    make_file(tmp_path, make_staff())

    with clock.stopped_at(clock.now() + timedelta(days=8)):
        operations.erase_due()

    assert not StoredFile.objects.exists()
    assert list(storage.here().names()) == []


def test_that_was_stopped_half_way_is_given_to_nobody(
    tmp_path: Path, owner: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = storage.Folder.write
    written: list[str] = []

    def stops_at_the_second(self: storage.Folder, name: str, content: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(name)
        write(self, name, content)

    monkeypatch.setattr(storage.Folder, "write", stops_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        make_file(tmp_path, owner)

    with pytest.raises(queries.Gone):
        queries.read_made(StoredFile.objects.get(), staff=owner)


def test_is_sealed_anew_when_keys_are_rotated(
    tmp_path: Path, owner: StaffMember, settings: Any
) -> None:
    file = make_file(tmp_path, owner)
    before = [storage.here().read(name) for name in file.names]

    assert operations.rewrite_content(None) == file.pk

    assert all(a != storage.here().read(b) for a, b in zip(before, file.names, strict=True))
    assert b"".join(queries.read_made(file, staff=owner)) == CONTENT + b"end"


def test_pieces_of_exports_from_before_are_swept_up(tmp_path: Path) -> None:
    name = f"{uuid4()}-export-3"
    storage.here().write(name, b"sealed")
    [place] = (tmp_path / "files").glob("??/*")
    os.utime(place, (0, 0))

    operations.sweep()

    assert storage.here().read(name) is None
