"""LINE is made like us, whatever fails, is lost or was done behind our back; and never in more steps than LINE allows."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.richmenus.cast import Town, tab
from yakuba.kit import clock
from yakuba.richmenus import operations
from yakuba.richmenus.models import Alias, Budget, MadeMenu, Mirror, RichMenu
from yakuba.richmenus.operations import budgets, mirroring, publishing

State = MadeMenu.State


def test_a_menu_that_line_made_and_did_not_say_so_is_found_again(town: Town) -> None:
    town.phone.faults(http_500_after_commit=True, endpoint="richmenu", count=1)

    town.settle()

    assert len(town.ours()) == 2
    assert set(MadeMenu.objects.values_list("state", flat=True)) == {State.READY}


def test_a_picture_that_arrived_and_was_not_acknowledged_is_not_sent_twice(town: Town) -> None:
    town.phone.faults(http_500_after_commit=True, endpoint="richmenu/content", count=1)

    town.settle()

    assert set(MadeMenu.objects.values_list("state", flat=True)) == {State.READY}
    assert town.sees("花子") == "kurashi/a"


@pytest.mark.parametrize("endpoint", ["richmenu/alias", "richmenu/default", "richmenu/content"])
def test_what_line_did_not_take_is_tried_again(town: Town, endpoint: str) -> None:
    town.phone.faults(http_500_before_accept=True, endpoint=endpoint, count=1)

    town.settle()

    menu = RichMenu.objects.get(key="kurashi")
    assert town.sim.world.aliases == {
        one.name: one.made.line_id for one in Alias.objects.all() if one.made
    }
    assert len(town.sim.world.aliases) == 2
    assert menu.shown == menu.current
    assert town.sees("花子") == "kurashi/a"


def test_a_double_of_a_cut_off_making_is_deleted_and_strangers_are_left_alone(town: Town) -> None:
    town.settle()
    key = MadeMenu.objects.order_by("pk")[0].key
    body = next(iter(town.sim.world.menus.values())).body
    put_there(town, {**body, "name": f"yakuba/{key}"})
    put_there(town, {**body, "name": "業者が作ったメニュー"})

    Mirror.objects.update(looked_at=None)
    operations.mirror()

    assert len([name for name in town.ours() if name.startswith("yakuba/")]) == 2
    assert "業者が作ったメニュー" in town.ours()


def test_a_menu_that_somebody_deleted_at_line_is_made_again(town: Town) -> None:
    town.settle()
    gone = MadeMenu.objects.get(tab="a").line_id
    del town.sim.world.menus[gone]
    town.sim.world.default_menu = None

    Mirror.objects.update(looked_at=None)
    town.settle()

    assert town.sees("花子") == "kurashi/a"
    assert MadeMenu.objects.get(tab="a").line_id != gone


def test_a_default_that_somebody_changed_elsewhere_is_put_right(town: Town) -> None:
    town.settle()
    town.sim.world.default_menu = None

    Mirror.objects.update(looked_at=None)
    operations.mirror()

    assert town.sees("花子") == "kurashi/a"


def test_more_is_not_asked_of_line_than_it_allows_in_an_hour(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(budgets.PER_HOUR, "create", 2)
    town.settle()

    town.menu("oyako")
    town.settle()
    assert len(town.ours()) == 2
    assert Budget.objects.get(name="create").used == 2

    with connection.cursor() as cursor:
        cursor.execute("UPDATE richmenus_budget SET began_at = began_at - interval '61 minutes'")
    town.settle()
    assert len(town.ours()) == 3


def test_only_one_mirror_is_at_it(town: Town) -> None:
    Mirror.objects.create(pk=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE richmenus_mirror SET lease_until = clock_timestamp() + interval '1 minute'"
        )

    operations.mirror()

    assert town.ours() == []


def test_a_menu_put_away_leaves_line_with_its_tabs(town: Town) -> None:
    town.settle()
    other = town.menu("aki")
    operations.set_default(other, staff=town.manager)
    operations.remove(RichMenu.objects.get(key="kurashi"), staff=town.manager)

    town.settle()

    assert len(town.ours()) == 1
    assert town.sim.world.aliases == {}
    assert town.sees("花子") == "aki/a"


def test_a_menu_taken_out_again_is_made_again(town: Town) -> None:
    town.settle()
    other = town.menu("aki")
    operations.set_default(other, staff=town.manager)
    menu = RichMenu.objects.get(key="kurashi")
    operations.remove(menu, staff=town.manager)
    town.settle()

    operations.bring_back(menu, staff=town.manager)
    operations.set_default(menu, staff=town.manager)
    town.settle()

    assert town.sees("花子") == "kurashi/a"


def test_a_planned_version_is_made_beforehand_and_shown_at_its_time(town: Town) -> None:
    town.settle()
    menu = RichMenu.objects.get(key="kurashi")
    draft = menu.draft
    operations.save_draft(
        draft,
        document={"schema": 1, "tabs": [tab("a", "年末のごみ")]},
        rev=draft.rev,
        words="年末",
        staff=town.manager,
    )
    at = clock.now() + timedelta(days=2)
    operations.schedule(menu, at=at, rev=None, staff=town.manager)

    town.settle()
    assert MadeMenu.objects.filter(state=State.READY).count() == 3
    assert town.linked("花子") is None

    with clock.stopped_at(at):
        publishing.publish_due()
        town.settle()
    menu.refresh_from_db()
    assert menu.shown == menu.current
    assert town.sim.world.aliases == {}
    shown = town.sim.world.menus[town.sim.world.default_menu or ""]
    assert len(shown.body["areas"]) == 1


def test_going_back_to_the_last_version_is_one_press(town: Town) -> None:
    town.settle()
    menu = RichMenu.objects.get(key="kurashi")
    first = menu.current
    town.redraw(menu, tab("a", "ちがう"))
    town.settle()
    menu.refresh_from_db()
    assert first is not None

    operations.restore(menu, version=first, staff=town.manager)
    town.settle()

    menu.refresh_from_db()
    assert menu.current is not None
    assert menu.current.document == first.document
    assert menu.current.number == 3
    assert len(town.sim.world.aliases) == 2


def test_the_minute_wakes_nobody_when_there_is_nothing_to_do(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.settle()
    woken: list[str] = []
    monkeypatch.setattr(mirroring, "wake", lambda: woken.append("woken"))

    mirroring.mirror_when_due()
    assert woken == []

    town.menu("oyako")
    woken.clear()
    mirroring.mirror_when_due()
    assert woken == ["woken"]


def put_there(town: Town, body: dict[str, object]) -> None:
    """Make a menu at LINE behind the product's back."""
    from yakuba.line import menus as wire

    wire.create(body)
