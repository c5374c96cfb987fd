"""Who works here, within the licence, and never without an administrator."""

from datetime import date, datetime, timedelta
from ipaddress import ip_network
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.townhall.factories import make_department, make_scope, make_staff, make_town
from yakuba.audit.models import Entry
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.mail.models import Letter
from yakuba.townhall import operations, queries, rules
from yakuba.townhall.models import Capability, Membership, StaffMember
from yakuba.townhall.operations.staff import (
    AddressTaken,
    EndsBeforeItBegins,
    LastAdministrator,
    LicencesUsedUp,
)
from yakuba.townhall.operations.town import CodeTaken, NetworksNeeded, TooFewLicences

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 23, 9, tzinfo=clock.JAPAN)


def invite(
    email: str = "new@town.example.jp",
    *,
    active_from: date | None = None,
    active_until: date | None = None,
    places: dict[int, str] | None = None,
) -> StaffMember:
    return operations.invite(
        email=email,
        name="黒部 次郎",
        active_from=active_from,
        active_until=active_until,
        places=places or {},
        by=None,
    )


class TestInvite:
    def test_registers_a_colleague_in_several_departments_and_sends_a_link(self) -> None:
        first, second = make_department(), make_department(name="税務課")

        staff = invite(places={first.pk: "manager", second.pk: "reader"})

        assert sorted(staff.memberships.values_list("role", flat=True)) == ["manager", "reader"]
        assert [letter.to for letter in Letter.objects.all()] == [["new@town.example.jp"]]
        assert not staff.has_usable_password()

    def test_refuses_one_more_than_the_licence_with_the_way_out(self) -> None:
        make_town(licences=2)
        make_staff()
        invite("second@town.example.jp")

        with pytest.raises(LicencesUsedUp, match=r"2人分まで.*3人.*上限を増やして"):
            invite("third@town.example.jp")

        assert StaffMember.objects.count() == 2
        assert Letter.objects.count() == 1

    def test_counts_nobody_who_was_stopped_or_has_left(self) -> None:
        make_town(licences=2)
        stopped = make_staff()
        make_staff(active_until=date(2020, 3, 31))
        operations.set_active(stopped, is_active=False, by=make_staff(is_administrator=True))

        assert invite().pk

    def test_counts_people_on_the_day_on_which_most_work_here(self) -> None:
        make_town(licences=1)
        with clock.stopped_at(TODAY):
            make_staff(active_until=date(2027, 3, 31))

            assert invite(active_from=date(2027, 4, 1)).pk
            with pytest.raises(LicencesUsedUp):
                invite("early@town.example.jp", active_from=date(2027, 3, 31))

    def test_refuses_an_address_that_is_taken_in_whatever_spelling(self) -> None:
        invite("hanako@town.example.jp")

        with pytest.raises(AddressTaken):
            invite("Hanako@TOWN.example.jp")

    def test_refuses_an_end_before_the_beginning(self) -> None:
        with pytest.raises(EndsBeforeItBegins):
            invite(active_from=date(2026, 4, 2), active_until=date(2026, 4, 1))


@pytest.mark.django_db(transaction=True)
def test_the_last_licence_goes_to_one_of_two_who_press_at_once() -> None:
    make_town(licences=1)
    together, refused = Barrier(2), []

    def press(number: int) -> None:
        together.wait()
        try:
            invite(f"rival-{number}@town.example.jp")
        except LicencesUsedUp as no:
            refused.append(no)
        finally:
            connection.close()

    rivals = [Thread(target=press, args=[number]) for number in range(2)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert (StaffMember.objects.count(), len(refused)) == (1, 1)


class TestChange:
    def change(self, staff: StaffMember, **values: object) -> None:
        usual: dict[str, object] = {
            "name": staff.name,
            "kana": "",
            "is_administrator": staff.is_administrator,
            "active_from": None,
            "active_until": None,
            "places": {},
            "by": staff,
        }
        operations.change(staff, **{**usual, **values})  # type: ignore[arg-type]

    def test_of_departments_changes_rights_at_once_and_is_in_the_trail(self) -> None:
        old, new = make_department(), make_department(name="税務課")
        make_staff(is_administrator=True)
        staff = make_staff(department=old)
        before, after = make_scope(department=old), make_scope(department=new)

        self.change(staff, places={new.pk: Membership.Role.CLERK})

        assert not queries.may(staff, Capability.VIEW, before)
        assert queries.may(staff, Capability.VIEW, after)
        assert Entry.objects.filter(action="changed", subject=f"townhall.staff:{staff.pk}").exists()

    def test_never_leaves_the_town_without_an_administrator(self) -> None:
        only = make_staff(is_administrator=True)

        with pytest.raises(LastAdministrator):
            self.change(only, is_administrator=False)
        with pytest.raises(LastAdministrator):
            operations.set_active(only, is_active=False, by=only)
        with pytest.raises(LastAdministrator):
            self.change(only, active_until=clock.today() - timedelta(days=1))

        only.refresh_from_db()
        assert only.is_active


class TestTheTown:
    def test_cannot_have_fewer_licences_than_people(self) -> None:
        make_town()
        for _number in range(3):
            make_staff()

        with pytest.raises(TooFewLicences, match="いま3人"):
            operations.describe_town(licences=2, by=None)

        assert queries.town().licences == 17

    def test_may_raise_the_licence(self) -> None:
        make_town(licences=1)
        administrator = make_staff(is_administrator=True)

        operations.describe_town(licences=20, by=administrator)

        assert invite().pk
        (entry,) = Entry.objects.filter(subject="townhall.town:1")
        assert entry.detail == {"licences": {"before": 1, "after": 20}}

    def test_may_not_allow_codes_by_mail_without_the_list_of_networks(
        self, settings: object
    ) -> None:
        make_town()
        with pytest.raises(NetworksNeeded):
            operations.describe_town(code_by_mail=True, by=None)

        settings.STAFF_NETWORKS = [ip_network("127.0.0.0/8")]  # type: ignore[attr-defined]
        assert operations.describe_town(code_by_mail=True, by=None).code_by_mail


def test_two_departments_never_have_the_same_code() -> None:
    operations.keep_department(None, name="建設課", code="kensetsu", by=None)

    with pytest.raises(CodeTaken):
        operations.keep_department(None, name="建設課（新）", code="kensetsu", by=None)


def test_the_first_administrator_is_made_without_anybody_signed_in() -> None:
    staff = operations.create_administrator(
        email="admin@town.example.jp", name="管理 花子", password="ながいながい合言葉です"
    )

    assert staff.is_administrator
    assert staff.check_password("ながいながい合言葉です")


@pytest.mark.parametrize(
    ("people", "most"),
    [
        ([], 0),
        ([(None, None)], 1),
        ([(None, date(2026, 3, 31)), (date(2026, 4, 1), None)], 1),
        ([(None, date(2026, 4, 1)), (date(2026, 4, 1), None)], 2),
        ([(None, date(2020, 1, 1))], 0),
    ],
)
def test_the_peak_is_the_day_on_which_most_work_here(people: list[rules.Days], most: int) -> None:
    assert rules.peak(people, since=date(2026, 1, 1)) == most


def test_every_refusal_can_be_read() -> None:
    assert "3人" in str(LicencesUsedUp(licences=2, needed=3))
    assert isinstance(AddressTaken(), Refusal)
