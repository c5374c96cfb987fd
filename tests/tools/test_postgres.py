"""Where the PostgreSQL of the demonstration comes from and lies, and that it can be forgotten."""

import os
from pathlib import Path

import pytest

from tools import postgres


def test_tries_every_route_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YAKUBA_POSTGRES", raising=False)

    assert postgres.wished() == ("system", "embedded", "pixeltable")


def test_tries_only_the_route_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAKUBA_POSTGRES", "embedded")

    assert postgres.wished() == ("embedded",)


def test_names_the_routes_when_asked_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAKUBA_POSTGRES", "oracle")

    with pytest.raises(postgres.NoPostgres, match="system, embedded, pixeltable"):
        postgres.wished()


def test_copies_the_libraries_that_a_wheel_keeps_beside_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "COPIES", tmp_path / "copies")
    (tmp_path / "copies").mkdir()
    site = tmp_path / "site-packages"
    for made in ("some_pg/install/bin", "some_pg.libs", "some_pg-18.6.dist-info"):
        (site / made).mkdir(parents=True)
    (site / "some_pg" / "install" / "bin" / "postgres").touch()
    (site / "some_pg.libs" / "libpq.so").touch()

    copied = postgres._copied(site / "some_pg" / "install" / "bin")

    assert copied == tmp_path / "copies" / "yakuba-some_pg-18.6" / "some_pg" / "install" / "bin"
    assert (copied / "postgres").exists()
    assert (copied / "../../../some_pg.libs/libpq.so").exists()  # where the binaries look for it


def test_forgets_what_root_had_to_keep_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "COPIES", tmp_path / "copies")
    elsewhere = postgres._elsewhere(tmp_path / "demo" / "postgres" / "system")
    (elsewhere / "data").mkdir(parents=True)

    postgres.forget(tmp_path / "demo" / "postgres")

    assert not elsewhere.exists()


def test_does_not_use_a_folder_that_somebody_else_made(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 65000, 65000)
        place = tmp_path
    else:
        place = Path("/")

    assert not postgres._is_ours(place, None)
