"""The people of the tests, and plain functions that make them."""

import itertools
from datetime import date
from typing import Any

from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure
from yakuba.residents import operations as residents
from yakuba.residents.models import Attribute, Resident
from yakuba.townhall.models import Department, Membership, StaffMember, Town

_numbers = itertools.count(1)


def user_id(number: int | None = None) -> str:
    """Return a LINE user id nobody else has."""
    return f"U{number if number is not None else next(_numbers):032x}"


def make_town(name: str = "上市町") -> Town:
    town, _made = Town.objects.get_or_create(pk=1, defaults={"name": name})
    return town


def make_department(name: str = "町民課", code: str = "") -> Department:
    number = next(_numbers)
    return Department.objects.create(
        code=code or f"d{number}",
        name=name,
        phone="076-472-1111",
        hours="平日 8:30〜17:15",
        emails=[f"d{number}@kamiichi.example"],
    )


def make_staff(
    name: str = "中村 恵",
    *,
    department: Department | None = None,
    role: str = Membership.Role.MANAGER,
    is_administrator: bool = False,
) -> StaffMember:
    staff = StaffMember.objects.create(
        email=f"staff{next(_numbers)}@kamiichi.example",
        name=name,
        is_administrator=is_administrator,
    )
    if department is not None:
        Membership.objects.create(staff=staff, department=department, role=role)
    return staff


def make_resident(
    *, friend: bool = True, born_on: date | None = None, line_user: str = ""
) -> Resident:
    line_user = line_user or user_id()
    if friend:
        resident, _news = residents.befriend(user_id=line_user, at_ms=1_700_000_000_000)
    else:
        resident = residents.meet(user_id=line_user, at_ms=1_700_000_000_000)
    if born_on is not None:
        residents.keep(resident, key="born_on", value=born_on)
    return resident


def make_district() -> Attribute:
    return residents.define_attribute(
        key="district",
        label="住んでいる地区",
        kind="choice",
        choices=[("otosugi", "音杉", "オトスギ"), ("yunosho", "弓庄", "ユノショウ")],
    )


def make_interests() -> Attribute:
    return residents.define_attribute(
        key="interests",
        label="知りたい情報",
        kind="choices",
        choices=[
            ("garbage", "ごみ", "ゴミ"),
            ("events", "催し", "モヨオシ"),
            ("snow", "除雪", "ジョセツ"),
        ],
    )


def make_procedure(
    document: dict[str, Any] | None = None, *, department: Department | None = None
) -> Procedure:
    """Make an open procedure; a survey of one question unless a document is given."""
    usual = {
        "schema": 1,
        "kind": "survey",
        "title": {"ja": "アンケート"},
        "retention": {"months": 12},
        "sections": [
            {
                "id": "first",
                "questions": [
                    {"id": "likes", "kind": "yes_no", "label": {"ja": "好きですか。"}},
                ],
            }
        ],
    }
    procedure = procedures.make(
        department=department or make_department(),
        slug=f"p{next(_numbers)}",
        document=document or usual,
        staff=None,
    )
    procedures.publish(procedure, staff=None)
    return procedure
