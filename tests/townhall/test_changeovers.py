"""The yearly change-over: read, planned, carried out once on its day."""

from datetime import date, datetime

import pytest

from tests.townhall.factories import make_department, make_scope, make_staff, make_town
from yakuba.audit.models import Entry
from yakuba.kit import clock
from yakuba.mail.models import Letter
from yakuba.townhall import operations, queries, rules
from yakuba.townhall.models import Capability, Changeover, Department, StaffMember
from yakuba.townhall.operations.changeovers import DayIsOver, NotPlanned

pytestmark = pytest.mark.django_db
HEAD = "区分,メールアドレス,氏名,よみがな,部署コード,役割\n"
APRIL = date(2027, 4, 1)
MARCH = datetime(2027, 3, 31, 12, tzinfo=clock.JAPAN)
NEW_YEAR = datetime(2027, 4, 1, 0, 1, tzinfo=clock.JAPAN)


def read(text: str, encoding: str = "utf-8-sig") -> tuple[list[rules.Mover], list[rules.Trouble]]:
    return rules.read_changeover(
        (HEAD + text).encode(encoding),
        emails=queries.known_addresses(),
        departments=Department.objects.values_list("code", flat=True),
    )


def plan(text: str, by: StaffMember) -> Changeover:
    movers, troubles = read(text)
    assert not troubles
    with clock.stopped_at(datetime(2027, 3, 15, tzinfo=clock.JAPAN)):
        return operations.plan_changeover(day=APRIL, movers=movers, by=by)


@pytest.fixture
def tax() -> Department:
    return make_department(name="税務課", code="zeimu")


@pytest.fixture
def roads() -> Department:
    return make_department(name="建設課", code="kensetsu")


@pytest.fixture
def administrator() -> StaffMember:
    make_town()
    return make_staff(name="管理 花子", is_administrator=True)


class TestReading:
    def test_takes_what_excel_writes(self, tax: Department) -> None:
        movers, troubles = read(
            "採用,a@town.example.jp,髙橋 一,たかはし はじめ,zeimu,担当者\n", "cp932"
        )

        assert troubles == []
        assert movers == [
            rules.Mover(
                "a@town.example.jp", "join", "髙橋 一", "たかはし はじめ", {"zeimu": "clerk"}
            )
        ]

    def test_lets_one_person_work_in_two_departments(
        self, tax: Department, roads: Department
    ) -> None:
        (mover,), _none = read(
            "採用,a@town.example.jp,髙橋 一,,zeimu,担当者\n採用,A@town.example.jp,,,kensetsu,閲覧者\n"
        )

        assert mover.places == {"zeimu": "clerk", "kensetsu": "reader"}

    @pytest.mark.parametrize(
        ("line", "column"),
        [
            ("転勤,a@town.example.jp,名,,zeimu,担当者", "区分"),
            ("採用,a,名,,zeimu,担当者", "メールアドレス"),
            ("異動,nobody@town.example.jp,名,,zeimu,担当者", "メールアドレス"),
            ("採用,known@town.example.jp,名,,zeimu,担当者", "メールアドレス"),
            ("採用,a@town.example.jp,,,zeimu,担当者", "氏名"),
            ("採用,a@town.example.jp,名,,kanko,担当者", "部署コード"),
            ("採用,a@town.example.jp,名,,zeimu,係長", "役割"),
        ],
    )
    def test_names_row_and_column_of_what_is_wrong(
        self, line: str, column: str, tax: Department
    ) -> None:
        make_staff(email="known@town.example.jp")

        _movers, troubles = read(f"採用,ok@town.example.jp,名,,zeimu,担当者\n{line}\n")

        assert [(trouble.row, trouble.column) for trouble in troubles] == [(3, column)]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"\xff\xfe\x00\x81", "文字コード"),
            ("区分,氏名\n".encode(), "列がありません"),
            (HEAD.encode(), "1人も"),
            (b"", "列がありません"),
        ],
    )
    def test_says_what_is_wrong_with_the_whole_file(self, content: bytes, words: str) -> None:
        _movers, (trouble,) = rules.read_changeover(content, emails={}, departments=[])

        assert words in trouble.words

    def test_refuses_a_second_row_that_contradicts_the_first(self, tax: Department) -> None:
        make_staff(email="a@town.example.jp")

        _movers, troubles = read(
            "異動,a@town.example.jp,,,zeimu,担当者\n異動,a@town.example.jp,,,zeimu,閲覧者\n"
            "退職,a@town.example.jp,,,,\n"
        )

        assert [(trouble.row, trouble.column) for trouble in troubles] == [
            (3, "部署コード"),
            (4, "区分"),
        ]


class TestCarryingOut:
    def test_ends_old_rights_as_new_ones_begin_on_the_day_and_not_before(
        self, tax: Department, roads: Department, administrator: StaffMember
    ) -> None:
        clerk = make_staff(department=tax, email="a@town.example.jp")
        taxes, potholes = make_scope(department=tax), make_scope(department=roads)
        plan("異動,a@town.example.jp,,,kensetsu,責任者\n", by=administrator)

        with clock.stopped_at(MARCH):
            operations.carry_out_changeovers()
            assert queries.may(clerk, Capability.VIEW, taxes)
        with clock.stopped_at(NEW_YEAR):
            operations.carry_out_changeovers()
            assert not queries.may(clerk, Capability.VIEW, taxes)
            assert queries.may(clerk, Capability.PUBLISH, potholes)

    def test_lets_newcomers_in_and_leavers_out(
        self, tax: Department, administrator: StaffMember
    ) -> None:
        leaver = make_staff(department=tax, email="old@town.example.jp")
        plan(
            "採用,new@town.example.jp,新人 花,,zeimu,担当者\n退職,old@town.example.jp,,,,\n",
            by=administrator,
        )

        with clock.stopped_at(NEW_YEAR):
            operations.carry_out_changeovers()
            newcomer = StaffMember.objects.get(email="new@town.example.jp")
            leaver.refresh_from_db()

            assert queries.may_sign_in(newcomer)
            assert not queries.may_sign_in(leaver)
        assert [letter.to for letter in Letter.objects.all()] == [["new@town.example.jp"]]

    def test_happens_once(self, tax: Department, administrator: StaffMember) -> None:
        plan("採用,new@town.example.jp,新人 花,,zeimu,担当者\n", by=administrator)

        with clock.stopped_at(NEW_YEAR):
            for _time in range(2):
                operations.carry_out_changeovers()

        assert Letter.objects.count() == 1
        assert Entry.objects.filter(action="carried_out").count() == 1

    def test_may_be_called_off_before(self, tax: Department, administrator: StaffMember) -> None:
        planned = plan("採用,new@town.example.jp,新人 花,,zeimu,担当者\n", by=administrator)
        operations.cancel_changeover(planned, by=administrator)

        with clock.stopped_at(NEW_YEAR):
            operations.carry_out_changeovers()

        assert not StaffMember.objects.filter(email="new@town.example.jp").exists()
        with pytest.raises(NotPlanned):
            operations.cancel_changeover(planned, by=administrator)

    def test_is_done_wholly_or_not_at_all_and_says_why(
        self, tax: Department, administrator: StaffMember
    ) -> None:
        make_town(licences=2)
        planned = plan(
            "採用,a@town.example.jp,新人 一,,zeimu,担当者\n採用,b@town.example.jp,新人 二,,zeimu,担当者\n",
            by=administrator,
        )

        with clock.stopped_at(NEW_YEAR):
            operations.carry_out_changeovers()

        planned.refresh_from_db()
        assert planned.state == Changeover.State.REFUSED
        assert "2人分まで" in planned.trouble
        assert StaffMember.objects.count() == 1
        assert not Letter.objects.exists()

    def test_counts_the_places_that_leavers_make_free(
        self, tax: Department, administrator: StaffMember
    ) -> None:
        make_town(licences=2)
        make_staff(email="old@town.example.jp")
        planned = plan(
            "採用,new@town.example.jp,新人 花,,zeimu,担当者\n退職,old@town.example.jp,,,,\n",
            by=administrator,
        )

        with clock.stopped_at(NEW_YEAR):
            operations.carry_out_changeovers()

        planned.refresh_from_db()
        assert planned.state == Changeover.State.DONE

    def test_is_refused_for_a_day_that_is_over(self, administrator: StaffMember) -> None:
        with clock.stopped_at(NEW_YEAR), pytest.raises(DayIsOver):
            operations.plan_changeover(day=APRIL, movers=[], by=administrator)
