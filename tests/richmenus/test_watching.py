"""Every night: links are tried from outside only, failures tried again, children grown older."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.richmenus.cast import Town, tab
from yakuba.kit import clock, http
from yakuba.residents import operations as residents
from yakuba.richmenus import operations, queries
from yakuba.richmenus.models import Assignment, RichMenu
from yakuba.richmenus.operations import watching
from yakuba.townhall.models import StaffMember


class _Site(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.headers['Host']} {self.path}")
        status = {
            "/good": 200,
            "/gone": 404,
            "/away": 302,
            "/loop": 302,
            "/shy": 403,
            "/broken": 500,
        }
        self.send_response(status.get(self.path, 404))
        if self.path == "/away":
            self.send_header("Location", "/good")
        if self.path == "/loop":
            self.send_header("Location", "/loop")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, format: str, *given: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    _Site.asked.clear()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://town.example:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the site leads to this machine, which counts as the open Internet for now."""
    monkeypatch.setattr(http, "addresses_of", lambda host: ["127.0.0.1"])
    monkeypatch.setattr(http, "is_public", lambda address: True)


@pytest.mark.usefixtures("from_outside")
@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/good", ""),
        ("/shy", ""),
        ("/away", ""),
        ("/gone", "ページがありません"),
        ("/loop", "転送が多すぎます"),
        ("/broken", "エラーになります（500）"),
    ],
)
@pytest.mark.django_db
def test_a_link_is_tried_as_a_telephone_would(path: str, trouble: str) -> None:
    with site() as base:
        assert watching.trouble_with(base + path) == trouble
        assert all(" town.example:" in one for one in _Site.asked)


@pytest.mark.django_db
def test_nothing_inside_the_town_halls_network_is_ever_asked() -> None:
    with site() as base:
        port = base.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0"):
            assert watching.trouble_with(f"http://{host}:{port}/good") != ""
        assert _Site.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not http.is_public(address)


def test_open_addresses_are_public() -> None:
    assert http.is_public("8.8.8.8")
    assert http.is_public("2001:4860:4860::8888")


@pytest.mark.django_db
def test_a_name_that_nobody_has_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_given: object, **_more: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    assert watching.trouble_with("https://nowhere.example/") == "その名前のサーバーがありません"


@pytest.mark.usefixtures("from_outside")
def test_a_dead_link_is_found_at_night_and_told_to_whoever_sees_the_menu(town: Town) -> None:
    with site() as base:
        dead = tab("a", "町のページ")
        dead["cells"][0]["action"] = {"do": "link", "url": f"{base}/gone"}
        menu = town.menu("links", dead, name="リンクのメニュー")

        operations.check_links(menu_id=menu.pk)

    told = queries.troubled(town.manager)
    assert [(one.key, found[0].sentence) for one, found in told] == [
        ("links", "「町のページ」：リンク先が開けませんでした（ページがありません）。")
    ]
    assert queries.troubled(StaffMember.objects.create(email="x@kamiichi.example")) == []


def test_at_night_everybody_is_judged_once_because_children_grow_older(town: Town) -> None:
    parents = town.menu("oyako")
    young = {"fact": "resident.youngest_child_born_on", "operator": "age_at_most", "value": 2}
    town.rule(parents, young, ends_at=clock.now() + timedelta(days=2000))
    born = date(clock.today().year - 2, 6, 1)
    residents.keep_family(town.records["花子"], members=[{"name": "さくら", "born_on": born}])
    hanako = town.people["花子"].id
    operations.decide_for([hanako])
    assert Assignment.objects.get(line_user_id=hanako).menu == parents

    night = clock.now().replace(year=born.year + 3, month=6, day=2, hour=3)
    with clock.stopped_at(night.replace(hour=12)):
        operations.nightly()
        assert Assignment.objects.get(line_user_id=hanako).menu == parents
    with clock.stopped_at(night):
        operations.nightly()
        operations.nightly()
    assert Assignment.objects.get(line_user_id=hanako).menu is None
    assert RichMenu.objects.filter(links_checked_at=night).count() == 2
