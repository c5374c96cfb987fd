"""Nothing is allowed without a grant, and every grant is in the trail."""

from datetime import date, datetime

import pytest

from tests.townhall.factories import make_department, make_scope, make_staff
from yakuba.audit.models import Entry
from yakuba.kit import clock
from yakuba.townhall import operations, queries
from yakuba.townhall.models import Capability, Membership, Scope
from yakuba.townhall.operations.rights import DepartmentClosed

pytestmark = pytest.mark.django_db


class TestMay:
    def test_denies_what_nobody_granted(self) -> None:
        clerk = make_staff(department=make_department(name="税務課"))

        assert not queries.may(clerk, Capability.VIEW, make_scope())

    def test_lets_the_owner_department_do_everything(self) -> None:
        department = make_department()
        scope = make_scope(department=department)
        manager = make_staff(department=department, role=Membership.Role.MANAGER)

        assert all(queries.may(manager, capability, scope) for capability in Capability.values)

    def test_lets_a_reader_only_look(self) -> None:
        department = make_department()
        scope = make_scope(department=department)
        reader = make_staff(department=department, role=Membership.Role.READER)

        assert [c for c in Capability.values if queries.may(reader, c, scope)] == ["view"]

    def test_lets_a_clerk_decide_but_leaves_publishing_and_money_to_the_manager(self) -> None:
        department = make_department()
        scope = make_scope(department=department)
        clerk = make_staff(department=department, role=Membership.Role.CLERK)

        may = [one for one in Capability.values if queries.may(clerk, one, scope)]

        assert may == ["view", "personal", "handle", "decide", "export", "design"]

    def test_gives_an_administrator_no_personal_data_by_itself(self) -> None:
        administrator = make_staff(is_administrator=True)

        assert not queries.may(administrator, Capability.PERSONAL, make_scope())

    def test_counts_a_person_only_between_the_first_and_the_last_day(self) -> None:
        department = make_department()
        scope = make_scope(department=department)
        clerk = make_staff(
            department=department,
            active_from=date(2026, 4, 1),
            active_until=date(2027, 3, 31),
        )

        seen = {}
        for day in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)):
            with clock.stopped_at(datetime(day.year, day.month, day.day, 12, tzinfo=clock.JAPAN)):
                seen[day] = queries.may(clerk, Capability.VIEW, scope)

        assert list(seen.values()) == [False, True, True, False]

    def test_gives_rights_through_any_of_several_departments(self) -> None:
        clerk = make_staff(department=make_department(name="税務課"))
        second = make_department(name="建設課")
        Membership.objects.create(staff=clerk, department=second)

        assert queries.may(clerk, Capability.HANDLE, make_scope(department=second))


class TestGrantAndRevoke:
    def test_are_in_the_trail_with_who_and_what(self) -> None:
        administrator = make_staff(name="剱 花子", is_administrator=True)
        scope, other = make_scope(name="道路の通報"), make_department(name="税務課")

        operations.grant(scope, department=other, capability=Capability.VIEW, by=administrator)
        operations.revoke(scope, department=other, capability=Capability.VIEW, by=administrator)

        granted, revoked = Entry.objects.order_by("pk")
        assert (granted.actor, granted.action) == ("剱 花子", "granted")
        assert granted.sentence == (
            "「道路の通報」について、税務課の権限「一覧を見る」を付けました。"
        )
        assert revoked.action == "revoked"

    def test_twice_is_the_same_as_once(self) -> None:
        scope, other = make_scope(), make_department()

        for _time in range(2):
            operations.grant(scope, department=other, capability=Capability.VIEW)

        assert Entry.objects.count() == 1

    def test_take_effect_at_once(self) -> None:
        other = make_department(name="税務課")
        clerk, scope = make_staff(department=other), make_scope()

        operations.grant(scope, department=other, capability=Capability.VIEW)
        assert list(Scope.objects.visible_to(clerk)) == [scope]

        operations.revoke(scope, department=other, capability=Capability.VIEW)
        assert not Scope.objects.visible_to(clerk).exists()

    def test_refuse_a_department_that_is_closed(self) -> None:
        closed = make_department(name="旧観光課")
        closed.closed_on = date(2026, 3, 31)
        closed.save()

        with pytest.raises(DepartmentClosed, match="旧観光課"):
            operations.grant(make_scope(), department=closed, capability=Capability.VIEW)


def test_setting_the_rights_of_a_department_gives_and_takes_the_difference_only() -> None:
    scope, other = make_scope(), make_department()
    administrator = make_staff(is_administrator=True)
    operations.grant(scope, department=other, capability=Capability.VIEW)

    operations.set_rights(
        scope, department=other, capabilities=[Capability.HANDLE], by=administrator
    )

    assert list(other.grants.values_list("capability", flat=True)) == [Capability.HANDLE]
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "granted",
        "revoked",
        "granted",
    ]
