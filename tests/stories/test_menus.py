"""Who sees which menu: a resident from outside, a disaster for everybody, tabs that are counted (6(2)ア〜エ, 6(11)ア)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from simulators.line.driver import Resident as Person
from tests.stories.conftest import Town, wait_until
from yakuba.kit import clock
from yakuba.reports.models import Tap
from yakuba.richmenus import operations
from yakuba.richmenus.models import Assignment, LinkBatch, MadeMenu, RichMenu
from yakuba.richmenus.operations import mirroring, ruling
from yakuba.townhall.models import StaffMember


@pytest.fixture
def mirrored(town: Town) -> Iterator[Town]:
    """The town with its menus at LINE, and the worker's mirror going on."""
    with _mirroring():
        wait_until(lambda: town.line.world.default_menu is not None, 60)
        wait_until(lambda: RichMenu.objects.filter(shown=None).count() == 0, 60)
        yield town


def test_somebody_from_outside_gets_the_menu_for_outside_as_soon_as_they_say_so(
    mirrored: Town,
) -> None:
    hanako, tanaka = mirrored.resident("花子"), mirrored.resident("町外")
    hanako.follow()
    hanako.hears("年代")
    assert shown(hanako) == "町のメニュー"
    assert Assignment.objects.count() == 0

    tanaka.follow()
    tanaka.hears("年代")
    tanaka.taps("60代")
    tanaka.hears("性別")
    tanaka.taps("答えずに進む")
    tanaka.hears("地区")
    tanaka.says("町外")
    tanaka.hears("知りたい情報")
    tanaka.taps("催し・観光")
    tanaka.taps("これで決定")
    tanaka.hears("もっとぴったりのお知らせ")
    tanaka.taps("とばす")
    tanaka.hears("入力した内容")
    tanaka.taps("この内容で送る")

    wait_until(lambda: shown(tanaka) == "上市町のご案内")
    assert shown(hanako) == "町のメニュー"
    tanaka.taps("移住の相談")
    tanaka.hears("見学の日程")


def test_in_a_disaster_everybody_sees_one_menu_and_afterwards_each_their_own(
    mirrored: Town,
) -> None:
    hanako, taro, tanaka = (mirrored.resident(name) for name in ("花子", "太郎", "町外"))
    for one in (hanako, taro, tanaka):
        one.follow()
        one.hears("年代")
    make_outsider(tanaka)
    wait_until(lambda: shown(tanaka) == "上市町のご案内")
    taro.taps("防災")
    wait_until(lambda: Assignment.objects.filter(line_user_id=taro.id).exists())
    staff = StaffMember.objects.get(email="admin@kamiichi.example")
    now = clock.now()

    ends = now + timedelta(hours=6)
    alarm = RichMenu.objects.get(key="bosai")
    operations.begin_disaster(alarm, ends_at=ends, staff=staff)

    everybody = (hanako, taro, tanaka)
    wait_until(lambda: {shown(one) for one in everybody} == {"災害のお知らせ"}, 20)

    with clock.stopped_at(ends):
        ruling.begin_and_end_rules()
        wait_until(lambda: shown(tanaka) == "上市町のご案内", 20)
        wait_until(lambda: shown(hanako) == shown(taro) == "町のメニュー", 20)
    assert mirrored.line.world.people[taro.id].menu is None
    assert not LinkBatch.objects.filter(state=LinkBatch.State.FAILED).exists()


def test_presses_and_changes_of_tab_are_counted_without_saying_whose(mirrored: Town) -> None:
    hanako = mirrored.resident("花子")
    hanako.follow()
    hanako.hears("年代")

    hanako.taps("防災")
    wait_until(lambda: Tap.objects.filter(kind="menu_tab").exists())
    hanako.taps("停電や断水のとき")
    hanako.hears("切れた電線")
    hanako.taps("くらし")
    wait_until(lambda: Tap.objects.filter(kind="menu_tab").count() == 2)
    hanako.taps("子育て相談を申し込む")
    hanako.hears("子育て相談")

    usual = RichMenu.objects.get(key="kurashi")
    taps = Tap.objects.filter(subject=usual.subject).order_by("pk")
    assert [(tap.kind, tap.detail) for tap in taps] == [
        ("menu_tab", "a>b"), ("menu", "b:4"), ("menu_tab", "b>a"), ("menu", "a:2"),
    ]  # fmt: skip
    assert MadeMenu.objects.filter(state="ready").count() == 5


def shown(person: Person) -> str:
    """The word under the talk: each menu of the sample town has its own."""
    menu = person.screen()["menu"]
    return str(menu["chatBarText"]) if menu else ""


def make_outsider(person: Person) -> None:
    """As if the person had registered as somebody from outside."""
    from yakuba.residents import operations as residents
    from yakuba.residents.models import Resident

    resident = Resident.objects.of_line(person.id).get()
    residents.keep(resident, key="district", value="outside")
    operations.decide_for([person.id])


@contextmanager
def _mirroring() -> Iterator[None]:
    """Do the mirror's job again and again, as a worker does when it is woken."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.3):
                mirroring.mirror()
                operations.plan()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
