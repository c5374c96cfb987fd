"""When a delivery goes out, and when it does not (6(1)ウ; the stories 1 and 2 of what really happened elsewhere)."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from tests.stories.conftest import Town, wait_until
from yakuba.broadcasts import operations, rules
from yakuba.broadcasts.models import Delivery, Series
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.mail.models import Letter
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.townhall.models import Department, Membership, StaffMember


def at(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), JAPAN).replace(
        hour=hour, minute=minute
    )


def join(town: Town, name: str, *, district: str) -> None:
    person = town.resident(name)
    person.follow()
    wait_until(lambda: Resident.objects.of_line(person.id).exists())
    residents.keep(Resident.objects.of_line(person.id).get(), key="district", value=district)


def said(town: Town, name: str, words: str) -> list[str]:
    return [one for one in town.resident(name).heard() if words in one]


def manager(code: str = "chomin") -> StaffMember:
    return StaffMember.objects.filter(
        memberships__department__code=code, memberships__role=Membership.Role.MANAGER
    ).first() or pytest.fail("no manager")


def at_desk(staff: StaffMember) -> Client:
    desk = Client()
    desk.force_login(staff)
    return desk


def live(moment: datetime) -> None:
    """Let the worker's clockwork come round once at this moment."""
    with clock.stopped_at(moment):
        operations.make_occurrences()
        operations.attend()


def test_the_garbage_day_of_one_district_comes_a_day_early_over_the_holiday(town: Town) -> None:
    for name, district in (("花子", "otosugi"), ("太郎", "yunosho")):
        join(town, name, district=district)
    desk = at_desk(manager())
    garbage = Series.objects.get(name="音杉地区 燃えるごみの日")
    Series.objects.update(begins_on=date(2026, 11, 20))
    here = f"/console/series/{garbage.public_id}/"

    # Friday: the clerk reads the rule and the next days, and begins.
    with clock.stopped_at(at("2026-11-20", 12)):
        shown = desk.get(here).content.decode()
        assert "毎週月・木曜日の8:00に送ります。祝日や休みの日のときは、前の日に送ります。" in shown
        assert "令和8年11月23日（月）（勤労感謝の日）の分" in shown
        garbage.refresh_from_db()
        desk.post(f"{here}do/", {"press": "begin", "number": "1", "rev": garbage.rev})
        plan = desk.get("/console/schedule/?month=2026-11").content.decode()
        assert "勤労感謝の日" in plan

    # Monday is a holiday: it comes on Sunday, once, to Otosugi alone; and not again on Monday.
    for moment in (at("2026-11-22", 7, 55), at("2026-11-22", 8), at("2026-11-23", 8)):
        live(moment)
    town.resident("花子").hears("燃えるごみの日です")
    assert len(said(town, "花子", "燃えるごみの日です")) == 1
    assert said(town, "太郎", "燃えるごみの日です") == []

    # The town hall's machine stands still over Thursday: nothing is sent late, the clerk is asked.
    live(at("2026-11-27", 9))
    assert len(said(town, "花子", "燃えるごみの日です")) == 1
    missed = Delivery.objects.get(state="held")
    with clock.stopped_at(at("2026-11-27", 9, 5)):
        assert "送らずに止めた配信" in desk.get("/console/").content.decode()
        there = f"/console/deliveries/{missed.public_id}/"
        assert "を過ぎています" in desk.get(there).content.decode()
        desk.post(f"{there}do/", {"press": "call_off"})
    assert Delivery.objects.get(pk=missed.pk).state == "dropped"


def test_a_wrong_broadcast_is_stopped_midway_and_corrected(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"町民{number:02d}" for number in range(24)]  # more than the sender holds at once
    for name in names:
        join(town, name, district="otosugi")
    join(town, "他地区", district="machibu")  # else it is for everybody, and needs two people
    monkeypatch.setattr(rules, "BATCH", 1)
    staff = manager()
    desk = at_desk(staff)
    wrong = operations.draft(
        department=Department.objects.get(code="chomin"),
        name="断水",
        content=contents.plain("あす断水します"),
        condition={"fact": "resident.district", "operator": "is", "value": "otosugi"},
        staff=staff,
    )
    with clock.stopped_at(at("2026-11-20", 12)):
        operations.submit(wrong, staff=staff, expected=len(names))
    town.phone.faults(delay_ms=2500, endpoint="multicast")

    # Three minutes later somebody sees that the day is wrong, in the middle of sending.
    live(at("2026-11-20", 12, 5))
    wait_until(lambda: any(said(town, name, "あす断水します") for name in names), 20)
    here = f"/console/deliveries/{wrong.public_id}/"
    desk.post(f"{here}do/", {"press": "stop"})
    town.phone.faults(delay_ms=0, endpoint="multicast")
    wait_until(lambda: not wrong.batches.filter(state__in=(0, 1)).exists(), 20)
    got = {name for name in names if said(town, name, "あす断水します")}
    assert 0 < len(got) < len(names)

    # The correction is a draft to exactly those.
    desk.post(f"{here}do/", {"press": "correct"})
    right = Delivery.objects.get(kind="correction")
    assert "【訂正】" in str(right.content)
    operations.change(
        right,
        name=right.name,
        content=contents.plain("【訂正】断水は11月24日（火）です"),
        condition=right.condition,
        staff=staff,
    )
    with clock.stopped_at(at("2026-11-20", 12, 10)):
        operations.submit(right, staff=staff, expected=len(got))
    live(at("2026-11-20", 12, 15))
    wait_until(lambda: Delivery.objects.get(pk=right.pk).state == "sent")
    assert {name for name in names if said(town, name, "【訂正】")} == got


def test_forty_stale_notes_at_once_reach_nobody_and_raise_one_alarm(town: Town) -> None:
    join(town, "花子", district="otosugi")
    now = at("2026-11-20", 12)
    with clock.stopped_at(now):
        for number in range(40):
            operations.receive_automatic(
                feed="bosai",
                ref=str(number),
                issued_at=now - timedelta(days=180, minutes=number),
                name=f"避難情報 {number}",
                content=contents.plain(f"避難してください（{number}）"),
                condition={"all_of": []},
                department=Department.objects.get(code="chomin"),
                staff=manager(),
            )
    live(now + timedelta(minutes=6))

    assert said(town, "花子", "避難してください") == []
    assert Letter.objects.filter(subject__startswith="警報").count() == 1
    with clock.stopped_at(now + timedelta(minutes=7)):
        today = at_desk(manager()).get("/console/").content.decode()
    assert "連携から届いて止めたもの" in today
