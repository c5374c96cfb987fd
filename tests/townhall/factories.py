"""The town hall of the tests: a department, a clerk, a scope."""

from datetime import date
from itertools import count

from yakuba.townhall import operations
from yakuba.townhall.models import Department, Membership, Scope, StaffMember, Town

_numbers = count(1)
PASSWORD = "きのうの夕焼けは赤かった"


def make_town(*, name: str = "上市町", licences: int = 17, **values: object) -> Town:
    town, _new = Town.objects.update_or_create(
        pk=1, defaults={"name": name, "licences": licences, **values}
    )
    return town


def make_department(
    *, name: str = "建設課", code: str = "", emails: list[str] | None = None
) -> Department:
    return Department.objects.create(
        code=code or f"department-{next(_numbers)}",
        name=name,
        phone="076-472-1111",
        emails=["kensetsu@town.example.jp"] if emails is None else emails,
    )


def make_staff(
    *,
    name: str = "立山 一郎",
    email: str = "",
    department: Department | None = None,
    role: str = Membership.Role.CLERK,
    is_administrator: bool = False,
    active_from: date | None = None,
    active_until: date | None = None,
) -> StaffMember:
    """A person who works here, in `department` if one is given, with PASSWORD."""
    staff = StaffMember(
        email=email or f"staff-{next(_numbers)}@town.example.jp",
        name=name,
        is_administrator=is_administrator,
        active_from=active_from,
        active_until=active_until,
    )
    staff.set_password(PASSWORD)
    staff.save()
    if department is not None:
        Membership.objects.create(staff=staff, department=department, role=role)
    return staff


def make_scope(
    *, department: Department | None = None, kind: str = "procedures", name: str = "道路の通報"
) -> Scope:
    return operations.own(department=department or make_department(), kind=kind, name=name)
