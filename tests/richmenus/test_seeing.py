"""Who sees which menu: by rule, by time, in a disaster; and LINE is told only of what differs."""

from datetime import UTC, datetime, timedelta

from tests.richmenus.cast import Town, make_due, tab, wait_until
from yakuba.kit import clock
from yakuba.line import sender
from yakuba.line.models import Lane
from yakuba.residents import operations as residents
from yakuba.residents.models import Attribute
from yakuba.richmenus import operations, queries
from yakuba.richmenus.models import Assignment, LinkBatch, MadeMenu, RichMenu
from yakuba.richmenus.operations import linking, ruling
from yakuba.richmenus.rules import objects


def test_everybody_sees_the_default_and_nobody_is_linked(town: Town) -> None:
    town.settle()

    assert town.sees("花子") == town.sees("太郎") == "kurashi/a"
    assert town.linked("花子") is None
    assert LinkBatch.objects.count() == 0


def test_a_rule_shows_its_menu_to_those_it_means_until_its_end(town: Town) -> None:
    parents = town.menu("oyako")
    town.rule(parents)

    town.settle()
    wait_until(lambda: town.sees("花子") == "oyako/a")
    assert town.sees("太郎") == "kurashi/a"

    with clock.stopped_at(clock.now() + timedelta(days=1, minutes=1)):
        ruling.begin_and_end_rules()
        town.settle()
        wait_until(lambda: town.sees("花子") == "kurashi/a")
        assert town.linked("花子") is None


def test_disaster_mode_shows_everybody_its_menu_and_gives_each_theirs_back(town: Town) -> None:
    parents, alarm = town.menu("oyako"), town.menu("bosai")
    town.rule(parents)
    town.settle()
    wait_until(lambda: town.sees("花子") == "oyako/a")

    now = clock.now()
    operations.begin_disaster(alarm, ends_at=now + timedelta(hours=3), staff=town.manager)
    town.settle()
    wait_until(lambda: town.sees("花子") == town.sees("太郎") == "bosai/a")

    with clock.stopped_at(now + timedelta(hours=3)):
        ruling.begin_and_end_rules()
        town.settle()
        wait_until(lambda: town.sees("花子") == "oyako/a")
        assert town.sees("太郎") == "kurashi/a"


def test_a_disaster_goes_first_at_the_sender(town: Town) -> None:
    parents, alarm = town.menu("oyako"), town.menu("bosai")
    town.rule(parents)
    town.settle()

    operations.begin_disaster(alarm, ends_at=clock.now() + timedelta(hours=3), staff=town.manager)

    batch = LinkBatch.objects.order_by("-pk")[0]
    assert (batch.made, batch.lane) == (None, Lane.DISASTER)


def test_a_new_version_takes_with_it_whoever_is_linked_to_what_is_gone(town: Town) -> None:
    parents = town.menu("oyako", tab("a", "健診"))
    town.rule(parents)
    town.settle()
    wait_until(lambda: town.sees("花子") == "oyako/a")
    before = town.linked("花子")

    town.redraw(parents, tab("a", "健診", "予防接種"))
    town.settle()
    wait_until(lambda: town.linked("花子") not in (None, before))
    town.settle()

    assert town.sees("花子") == "oyako/a"
    assert before not in town.sim.world.menus


def test_an_unchanged_tab_is_not_made_again(town: Town) -> None:
    town.settle()
    menu = RichMenu.objects.get(key="kurashi")
    before = {one.tab: one.line_id for one in MadeMenu.objects.filter(menu=menu, state="ready")}

    town.redraw(menu, tab("a"), tab("b", "避難所", "川の水位", name="防災"))
    town.settle()

    after = {one.tab: one.line_id for one in MadeMenu.objects.filter(menu=menu, state="ready")}
    assert after["a"] == before["a"]
    assert after["b"] != before["b"]
    assert len(town.ours()) == 2


def test_whoever_went_to_another_tab_stays_there_until_the_default_changes(town: Town) -> None:
    town.settle()
    switch(town, "太郎", "b")
    operations.plan()
    assert LinkBatch.objects.count() == 0

    other = town.menu("aki")
    operations.set_default(other, staff=town.manager)
    town.settle()

    assert town.linked("太郎") is None
    assert town.sees("太郎") == "aki/a"


def test_what_a_person_tells_us_changes_their_menu_at_once(town: Town) -> None:
    parents = town.menu("oyako")
    town.rule(parents)
    town.settle()
    assert town.sees("太郎") == "kurashi/a"

    residents.keep(town.records["太郎"], key="district", value="otosugi")
    operations.decide_for([town.people["太郎"].id])
    sender.send_waiting()

    assert town.sees("太郎") == "oyako/a"


def test_of_one_who_comes_back_line_is_told_anew(town: Town) -> None:
    parents = town.menu("oyako")
    town.rule(parents)
    town.settle()
    wait_until(lambda: town.sees("花子") == "oyako/a")
    town.sim.world.people[
        town.people["花子"].id
    ].menu = None  # LINE forgot it while she had blocked us

    operations.meet_again([town.people["花子"].id])
    make_due()
    sender.send_waiting()

    assert town.sees("花子") == "oyako/a"


def test_the_first_rule_that_means_somebody_wins_and_the_page_says_why(town: Town) -> None:
    parents, snow = town.menu("oyako"), town.menu("yuki")
    second = town.rule(parents, priority=20)
    first = town.rule(snow, priority=10)
    other = town.rule(
        snow, {"fact": "resident.district", "operator": "is", "value": "yunosho"}, priority=5
    )

    told = queries.why(town.records["花子"])

    assert told.menu == snow
    assert [(one.rule, one.verdict) for one in told.judged[:3]] == [
        (other, "no"), (first, "chosen"), (second, "beaten"),
    ]  # fmt: skip


def test_a_rule_whose_attribute_is_gone_means_nobody_and_stops_nothing(town: Town) -> None:
    parents = town.menu("oyako")
    town.rule(parents)
    Attribute.objects.all().delete()

    operations.decide_all()

    assert Assignment.objects.exclude(menu=None).count() == 0


def test_an_unlinked_person_without_a_rule_has_no_row(town: Town) -> None:
    operations.decide_all()

    assert Assignment.objects.count() == 0


def switch(town: Town, name: str, key: str) -> None:
    """Press a tab on the phone, as LINE does it: it links, and tells us afterwards."""
    menu = RichMenu.objects.get(key="kurashi")
    alias = objects.alias(menu.pk, key)
    person = town.sim.world.people[town.people[name].id]
    person.menu = town.sim.world.aliases[alias]
    linking.switched(user_id=person.id, alias=alias, at=datetime.now(UTC))
