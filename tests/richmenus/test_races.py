"""Two clerks publish at once; a rule ends while people are being linked; two planners plan."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.richmenus.cast import (
    Town,
    document,
    make_due,
    make_menu_town,
    open_batches,
    tab,
    wait_until,
)
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.line import sender
from yakuba.richmenus import operations, queries
from yakuba.richmenus.models import Assignment, Draft, LinkBatch, RichMenu, Version
from yakuba.richmenus.operations import linking, publishing, ruling

PEOPLE = 12


@pytest.fixture
def town(transactional_db: None, sim: Running, phone: Phone) -> Town:
    return make_menu_town(sim, phone)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do everything at the same moment, and return what failed."""
    failed: list[str] = []
    ready = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        ready.wait()
        try:
            deed()
        except Refusal as no:
            failed.append(type(no).__name__)
        except Exception as bug:
            failed.append(f"{type(bug).__name__}!")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def publish_twice(town: Town) -> list[str]:
    menu = RichMenu.objects.get(key="kurashi")
    draft = menu.draft
    operations.save_draft(
        draft,
        document=document(tab("a", "新しい")),
        rev=draft.rev,
        words="直した",
        staff=town.manager,
    )

    def press() -> None:
        operations.publish(RichMenu.objects.get(pk=menu.pk), rev=None, staff=town.manager)

    return at_once(press, press)


def test_two_clerks_who_publish_at_once_make_one_version(town: Town) -> None:
    failed = publish_twice(town)

    assert failed == ["NothingNew"]
    assert Version.objects.filter(menu__key="kurashi").count() == 2


def test_without_the_lock_the_second_clerk_would_not_be_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the guard is the row of the menu."""
    ready = threading.Barrier(2)
    real: Any = queries.findings

    def both_look(*given: Any) -> Any:
        found = real(*given)
        ready.wait(5)
        return found

    monkeypatch.setattr(publishing, "lock", lambda row: None)
    drafts = Draft.objects
    monkeypatch.setattr(drafts, "select_for_update", lambda **_how: drafts.all())
    monkeypatch.setattr(queries, "findings", both_look)

    assert publish_twice(town) != ["NothingNew"]  # an error page, or the same version twice


def link_and_end(town: Town) -> None:
    """Link everybody to a menu, and end its rule while LINE is still answering."""
    for number in range(PEOPLE):
        town.join(f"町民{number:02d}", district="otosugi")
    parents = town.menu("oyako")
    town.settle()
    rule = town.rule(parents)
    town.phone.faults(delay_ms=1500, endpoint="richmenu/bulk/link", count=1)
    sending = threading.Thread(target=send_and_leave)
    sending.start()
    wait_until(lambda: LinkBatch.objects.filter(state=LinkBatch.State.SENDING).exists())
    operations.end_rule(rule, staff=town.manager)
    make_due()
    sender.send_waiting()
    sending.join()
    for _round in range(3):
        operations.plan()
        make_due()
        sender.send_waiting()


def send_and_leave() -> None:
    try:
        sender.send_waiting()
    finally:
        connection.close()


def test_a_rule_that_ends_while_people_are_linked_leaves_nobody_behind(
    town: Town,
) -> None:
    link_and_end(town)

    wait_until(lambda: all(town.linked(name) is None for name in town.people))
    assert open_batches() == 0
    assert not Assignment.objects.exclude(linked=None).exists()


def overtake(town: Town) -> None:
    """LINE refuses a batch for the moment; before it is tried again, a rule sends its people elsewhere."""
    town.join("次郎", district="otosugi")
    parents, snow = town.menu("oyako"), town.menu("yuki")
    town.settle()
    town.phone.faults(http_500_before_accept=True, endpoint="richmenu/bulk/link", count=1)
    town.rule(parents)
    sender.send_waiting(rounds=1)
    town.rule(snow, priority=1)
    for _round in range(3):
        sender.send_waiting()
        time.sleep(0.4)  # LINE links many a moment after it has said yes
        make_due()


def test_what_is_tried_again_does_not_overtake_what_was_decided_since(town: Town) -> None:
    overtake(town)

    assert town.sees("花子") == town.sees("次郎") == "yuki/a"


def test_if_people_could_be_in_two_batches_the_older_would_win(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: nobody is planned twice, and each batch is looked at once more before it goes."""
    monkeypatch.setattr(queries, "_FREE", "true")
    monkeypatch.setattr(linking, "last_look", lambda batch: batch.user_ids)

    overtake(town)

    assert town.sees("花子") == "oyako/a"


def test_two_planners_put_nobody_into_two_batches(town: Town) -> None:
    for number in range(PEOPLE):
        town.join(f"町民{number:02d}", district="otosugi")
    parents = town.menu("oyako")
    now = clock.now()
    town.rule(parents, ends_at=now + timedelta(days=2))
    operations.mirror()
    LinkBatch.objects.all().delete()
    Assignment.objects.update(batch=None)

    assert at_once(*[operations.plan] * 4) == []

    people = [one for batch in LinkBatch.objects.all() for one in batch.user_ids]
    assert len(people) == len(set(people)) == PEOPLE + 1


def test_a_rule_that_begins_while_somebody_is_judged_misses_nobody(town: Town) -> None:
    parents = town.menu("oyako")
    town.settle()
    at = clock.now() + timedelta(hours=1)
    town.rule(parents, starts_at=at, ends_at=at + timedelta(days=1))
    hanako = town.people["花子"].id

    with clock.stopped_at(at):
        failed = at_once(
            ruling.begin_and_end_rules,
            *[lambda: operations.decide_for([hanako])] * 3,
        )

    assert failed == []
    assert Assignment.objects.get(line_user_id=hanako).menu == parents
