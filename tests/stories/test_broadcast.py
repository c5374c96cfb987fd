"""Residents join and say where they live; a message reaches those who are meant, and nobody else (6(1)アイ, 6(2)ア)."""

import json
from datetime import datetime, timedelta

from django.test import Client

from tests.stories.conftest import Town, wait_until
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Delivery
from yakuba.kit import clock
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.segments.models import Segment
from yakuba.townhall.models import Membership, StaffMember


def register(town: Town, name: str, *, district: str) -> None:
    person = town.resident(name)
    person.follow()
    person.hears("年代")
    person.taps("60代")
    person.hears("性別")
    person.taps("答えずに進む")
    person.hears("地区")
    person.says(district)
    person.hears("知りたい情報")
    person.taps("除雪・道路")
    person.taps("これで決定")
    person.hears("もっとぴったり")
    person.taps("とばす")
    person.hears("入力した内容")
    person.taps("この内容で送る")
    person.hears("登録ありがとうございました")


def manager_at_desk() -> Client:
    staff = StaffMember.objects.filter(memberships__role=Membership.Role.MANAGER).first()
    assert staff is not None
    desk = Client()
    desk.force_login(staff)
    return desk


def test_follow_registration_segment_broadcast(town: Town) -> None:
    for name, district in (("花子", "音杉"), ("太郎", "弓庄"), ("次郎", "音杉")):
        register(town, name, district=district)
    town.resident("次郎").block()
    wait_until(lambda: not town_knows_as_friend(town, "次郎"))
    desk = manager_at_desk()
    department = Membership.objects.filter(role=Membership.Role.MANAGER).values_list(
        "department", flat=True
    )[0]

    # A clerk describes the group, and sees how many are in it.
    condition = {
        "all_of": [
            {"fact": "resident.district", "operator": "one_of", "value": ["otosugi"]},
            {"fact": "resident.interests", "operator": "contains_any", "value": ["snow"]},
        ]
    }
    said = desk.post(
        "/console/segments/look/", {"condition": json.dumps(condition)}
    ).content.decode()
    assert "条件にあてはまる人は2人。うち1人には届きません。" in said
    typed = {"name": "音杉の除雪", "department": department, "condition": json.dumps(condition)}
    desk.post("/console/segments/new/", typed)
    segment = Segment.objects.get()

    # They write, confirm the number, and send.
    desk.post(
        "/console/deliveries/new/",
        {
            "name": "除雪のお知らせ",
            "department": department,
            "who": segment.pk,
            "text": "明日の朝6時から、音杉地区の除雪に入ります。",
            "confirm": "1",
        },
    )
    delivery = Delivery.objects.get()
    here = f"/console/deliveries/{delivery.public_id}/"
    with clock.stopped_at(noon()):
        desk.post(f"{here}confirm/", {"number": "1", "rev": delivery.rev})
        assert "まもなく1人に送ります" in desk.get(here).content.decode()
    with clock.stopped_at(noon() + timedelta(minutes=5)):  # the grace, with its button to stop
        operations.attend()

    # Hanako gets it. Taro lives elsewhere, Jiro blocked the account.
    town.resident("花子").hears("音杉地区の除雪")
    wait_until(lambda: "送り終わりました" in desk.get(here).content.decode())
    for other in ("太郎", "次郎"):
        assert not [words for words in town.resident(other).heard() if "音杉地区の除雪" in words]


def noon() -> datetime:
    return clock.now().replace(hour=12, minute=0, second=0, microsecond=0)


def town_knows_as_friend(town: Town, name: str) -> bool:
    return Resident.objects.of_line(town.resident(name).id).get().reachable


def send(town: Town, delivery: Delivery, people: int) -> None:
    """Confirm a draft for so many, and let the grace pass."""
    staff = StaffMember.objects.filter(memberships__role=Membership.Role.MANAGER).first()
    assert staff is not None
    with clock.stopped_at(noon()):
        operations.submit(delivery, staff=staff, expected=people)
    with clock.stopped_at(noon() + timedelta(minutes=5)):
        operations.attend()


def test_who_did_not_press_the_button_is_reminded(town: Town) -> None:
    for name in ("花子", "次郎"):
        register(town, name, district="音杉")
    staff = StaffMember.objects.filter(memberships__role=Membership.Role.MANAGER).first()
    assert staff is not None
    department = Membership.objects.filter(staff=staff)[0].department
    wants_snow = {"fact": "resident.interests", "operator": "contains_any", "value": ["snow"]}
    survey = Procedure.objects.filter(status="open", kind="survey").order_by("pk")[0]
    card = {
        "kind": "notice",
        "title": {"ja": "{住んでいる地区}のみなさんへ"},
        "words": {"ja": "ご意見をお聞かせください。"},
        "buttons": [{"kind": "procedure", "target": survey.slug, "label": {"ja": "意見を送る"}}],
    }
    asked = operations.draft(
        department=department,
        name="意見募集",
        content={"parts": [card], "otherwise": {"住んでいる地区": {"ja": "町"}}},
        condition=wants_snow,
        staff=staff,
    )

    # Who answered that they want to know gets a card with their own district on it.
    send(town, asked, 2)
    for name in ("花子", "次郎"):
        town.resident(name).hears("音杉のみなさんへ")

    # Hanako presses its button, and the survey begins in the talk.
    heard = len(town.resident("花子").heard())
    town.resident("花子").taps("意見を送る")
    wait_until(lambda: len(town.resident("花子").heard()) > heard)

    # Only Jiro, who got it and did not press, is reminded.
    key = f"broadcasts.delivery:{asked.public_id}"
    silent = {
        "all_of": [
            {"fact": f"{key}:received", "operator": "is", "value": True},
            {"none_of": [{"fact": f"{key}:tapped", "operator": "is", "value": True}]},
        ]
    }
    reminder = operations.draft(
        department=department,
        name="お願い",
        content={"parts": [{"kind": "text", "text": {"ja": "まだの方はお願いします。"}}]},
        condition=silent,
        staff=staff,
    )
    send(town, reminder, 1)
    town.resident("次郎").hears("まだの方はお願いします。")
    assert "まだの方はお願いします。" not in town.resident("花子").heard()
