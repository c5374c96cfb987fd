"""Is this person on the list: by the real engine, with what is told and what is not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import make_resident
from tests.registers.looking import PAIRS, ask, begin, finish, make_gift, say_person
from tests.registers.making import HANAKO, KEIRO, TARO, add_row, make_register
from yakuba.mail.models import Letter
from yakuba.portal import network
from yakuba.portal.queries import machine_now
from yakuba.procedures import rules
from yakuba.procedures.models import Run
from yakuba.procedures.operations import Turn
from yakuba.procedures.operations.publishing import HasProblems
from yakuba.procedures.rules import says
from yakuba.registers import operations, queries
from yakuba.registers.kinds import wording
from yakuba.registers.models import Attempt, Claim, Register
from yakuba.registers.operations import Plan
from yakuba.registers.queries import Asked
from yakuba.registers.rules import trying
from yakuba.submissions.models import Submission
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 28)


def problems(turn: Turn) -> list[str]:
    return [one.sentence for one in turn.say if isinstance(one, says.Problem)]


def answer(run: Run, question: str) -> Any:
    state = rules.State.from_json(Run.objects.get(pk=run.pk).state)
    entry = state.answers.get(question)
    return entry.value if entry else None


def look(register: Register, **said: str) -> queries.Finding:
    columns = queries.columns_of(register)
    return queries.find(
        register, [Asked(columns[key], value) for key, value in said.items()], today=TODAY
    )


def test_somebody_on_the_list_is_found_and_what_it_says_is_filled_in() -> None:
    register = make_register(rows=[HANAKO, TARO])
    gift = make_gift(
        register,
        ask("amount", "money", "支給額"),
        fills_in=[{"column": "amount", "question": "amount"}],
    )
    run = begin(gift)

    turn = say_person(run)

    assert problems(turn) == []
    assert answer(run, "listed")["outcome"] == "found"
    assert answer(run, "amount") == 5000


@pytest.mark.parametrize(
    ("family", "given", "born"),
    [
        ("上市", "花子", "1941/5/3"),
        ("上　市", "花 子", "S16.5.3"),
        ("上市", "花󠄀子", "昭和十六年五月三日"),
    ],
)
def test_it_is_the_same_person_however_it_is_written(family: str, given: str, born: str) -> None:
    gift = make_gift(make_register(rows=[HANAKO]))
    run = begin(gift)

    say_person(run, family=family, given=given, born=born)

    assert answer(run, "listed")["outcome"] == "found"


@pytest.mark.parametrize(
    "said",
    [{"born": "昭和16年5月4日"}, {"given": "梅子"}, {"family": "魚津", "given": "次郎"}],
)
def test_a_stranger_learns_nothing_and_not_which_part_was_wrong(said: dict[str, str]) -> None:
    gift = make_gift(make_register(rows=[HANAKO]))
    run = begin(gift)

    turn = say_person(run, **said)

    assert problems(turn) == [wording.NOT_FOUND.ja]
    assert answer(run, "listed") is None
    assert Attempt.objects.get().answer == "not_found"


def test_a_slip_is_mended_and_found() -> None:
    gift = make_gift(make_register(rows=[HANAKO]))
    run = begin(gift)
    say_person(run, born="昭和16年5月4日")

    turn = say_person(run)

    assert problems(turn) == []
    assert answer(run, "listed")["outcome"] == "found"


def test_a_protected_person_is_answered_as_if_they_were_not_there() -> None:
    gift = make_gift(make_register(rows=[{**HANAKO, "hidden": "○"}]))
    run = begin(gift)

    turn = say_person(run)

    assert problems(turn) == [wording.NOT_FOUND.ja]
    attempt = Attempt.objects.get()
    assert attempt.answer == "not_found"
    assert attempt.was_hidden


def test_two_lines_that_fit_are_nobody() -> None:
    register = make_register(rows=[HANAKO, {**HANAKO, "number": "00000999"}])
    run = begin(make_gift(register))

    turn = say_person(run)

    assert problems(turn) == [wording.AMBIGUOUS.ja]


def test_a_letter_nobody_can_read_makes_it_unsure_and_never_found() -> None:
    register = make_register(rows=[{**HANAKO, "name": "上市 〓子"}])

    assert look(register, name="上市花子", born="1941-05-03").answer == "ambiguous"
    assert look(register, name="上市花子", born="1941-05-04").answer == "not_found"
    assert look(register, name="上市花江", born="1941-05-03").answer == "not_found"


def test_what_was_typed_with_a_letter_unknown_is_unsure_too() -> None:
    register = make_register(rows=[HANAKO])

    assert look(register, name="上市〓子", born="1941-05-03").answer == "ambiguous"
    assert look(register, name="上市〓子").answer == "not_found"


def test_every_answer_takes_the_same_two_statements() -> None:
    register = make_register(rows=[HANAKO, {**TARO, "hidden": "○"}])
    cases = [
        ("上市 花子", "1941-05-03"),
        ("剱 太郎", "1937-01-09"),
        ("魚津 次郎", "1950-01-01"),
        ("", ""),
    ]
    columns = queries.columns_of(register)

    counts = []
    for name, born in cases:
        with CaptureQueriesContext(connection) as made:
            queries.find(
                register,
                [Asked(columns["name"], name), Asked(columns["born"], born)],
                today=TODAY,
            )
        counts.append(len(made))

    assert counts == [2, 2, 2, 2]


def test_a_removed_line_is_not_found_any_more() -> None:
    register = make_register()
    row = add_row(register, HANAKO)
    operations.remove_row(row, staff=None)

    assert look(register, name="上市花子", born="1941-05-03").answer == "not_found"


def test_one_application_for_one_person() -> None:
    register = make_register(rows=[HANAKO])
    gift = make_gift(register)
    first = begin(gift)
    say_person(first)
    finish(first)

    turn = say_person(begin(gift))

    assert problems(turn) == [wording.ALREADY.ja]
    assert Claim.objects.get().run_id == first.pk
    assert Submission.objects.count() == 1


def test_whoever_was_slower_hands_in_nothing() -> None:
    gift = make_gift(make_register(rows=[HANAKO]))
    first, second = begin(gift), begin(gift)
    say_person(first)
    say_person(second)
    finish(first)

    turn = finish(second)

    assert Submission.objects.count() == 1
    assert problems(turn) == [str(operations.AlreadyClaimed())]


def test_a_line_is_free_again_when_the_application_is_given_up() -> None:
    gift = make_gift(make_register(rows=[HANAKO]))
    first = begin(gift)
    say_person(first)
    finish(first)

    operations.release(first.pk)
    operations.release(first.pk)
    second = begin(gift)
    say_person(second)
    finish(second)

    assert Submission.objects.count() == 2
    assert Claim.objects.standing().get().run_id == second.pk


def test_a_claim_outlives_a_new_edition_of_the_line() -> None:
    register = make_register(rows=[HANAKO])
    gift = make_gift(register)
    first = begin(gift)
    say_person(first)
    finish(first)
    row = register.rows.live().get()
    operations.change_row(row, {**row.values, "phone": "0764729999"}, staff=None)

    turn = say_person(begin(gift))

    assert problems(turn) == [wording.ALREADY.ja]


def test_each_application_uses_up_one_of_what_is_left() -> None:
    plans = [*KEIRO, Plan("残り回数", "number", key="left")]
    register = make_register(plans, rows=[{**HANAKO, "left": "2"}])
    gift = make_gift(register, once=False, counts="left")
    runs = [begin(gift) for _turn in range(3)]
    for run in runs:
        say_person(run)

    turns = [finish(run) for run in runs]

    assert [problems(turn) for turn in turns] == [[], [], [str(operations.NothingLeft())]]
    assert register.rows.live().get().values["left"] == 0
    operations.release(runs[0].pk)
    assert register.rows.live().get().values["left"] == 1


def test_an_outcome_may_have_a_path_of_its_own() -> None:
    register = make_register(rows=[HANAKO])
    more = ask(
        "why",
        "short_text",
        "名簿にない理由",
        when={"fact": "answer.listed", "operator": "is", "value": "not_found"},
    )
    gift = make_gift(register, more, not_found="go_on")
    run = begin(gift)

    say_person(run, given="梅子")
    turn = finish(run)

    assert Submission.objects.count() == 0  # "why" is open
    assert any(isinstance(one, says.Problem | says.Ask | says.OpenPage) for one in turn.say)


def test_a_column_of_choices_leads_different_ways() -> None:
    plans = [*KEIRO, Plan("区分", "choice", key="sort", options={"choices": ["88歳", "100歳"]})]
    register = make_register(plans, rows=[{**HANAKO, "sort": "100歳"}, {**TARO, "sort": "88歳"}])
    more = ask(
        "visit",
        "yes_no",
        "町長の訪問を希望しますか。",
        when={"fact": "answer.listed", "operator": "is", "value": "found-100歳"},
    )
    gift = make_gift(register, more, branch="sort")
    old, young = begin(gift), begin(gift)

    say_person(old)
    say_person(young, family="剱", given="太郎", born="昭和12年1月9日")
    finish(old)
    finish(young)

    assert [
        one.status for one in Run.objects.order_by("started_at", "pk").filter(pk__in=[old.pk])
    ] == [Run.Status.ACTIVE]
    assert Run.objects.get(pk=young.pk).status == Run.Status.DONE


def test_the_list_is_looked_into_again_when_the_name_changes() -> None:
    register = make_register(rows=[HANAKO, TARO])
    gift = make_gift(
        register,
        ask("amount", "money", "支給額"),
        fills_in=[{"column": "amount", "question": "amount"}],
    )
    run = begin(gift)
    say_person(run)

    say_person(run, family="剱", given="太郎", born="昭和12年1月9日")

    assert answer(run, "amount") == 10000


def test_a_procedure_of_a_department_without_the_right_looks_into_nothing() -> None:
    register = make_register(rows=[HANAKO])
    gift = make_gift(register)
    gift.scope.grants.all()
    register.scope.grants.filter(department=gift.scope.department).delete()

    turn = say_person(begin(gift))

    assert problems(turn) == [wording.CANNOT.ja]
    assert not Attempt.objects.exists()


def test_a_procedure_without_a_way_for_what_may_come_is_not_published() -> None:
    register = make_register(rows=[HANAKO])

    with pytest.raises(HasProblems, match="「見つからない」のときに進む道がありません"):
        make_gift(register, not_found="go_on")


def test_a_procedure_that_reads_a_column_that_is_gone_is_not_published() -> None:
    with pytest.raises(HasProblems, match="台帳からなくなりました"):
        make_gift(make_register(), pairs=[*PAIRS, {"column": "shoe", "question": "who"}])


def test_a_column_that_a_procedure_reads_is_not_taken_away() -> None:
    register = make_register(rows=[HANAKO])
    make_gift(register)

    with pytest.raises(operations.ColumnInUse, match="敬老祝い金の申請"):
        operations.remove_column(register.columns.get(key="born"), staff=StaffMember.objects.get())


def test_who_tries_too_often_waits_and_nobody_else() -> None:
    register = make_register(rows=[HANAKO])
    gift = make_gift(register)
    pest, honest = make_resident(), make_resident()
    run = begin(gift, pest)
    for day in (1, 2, 4):
        say_person(run, born=f"昭和16年5月{day}日")

    refused = say_person(run)
    other = begin(gift, honest)

    assert "1分ほどお待ちいただいています" in problems(refused)[0]
    assert problems(say_person(other)) == []


def test_whoever_repeats_the_same_is_not_counted() -> None:
    register = make_register(rows=[HANAKO])
    run = begin(make_gift(register))

    turns = [say_person(run, given="梅子") for _turn in range(6)]

    assert {problems(turn)[0] for turn in turns} == {wording.NOT_FOUND.ja}
    assert Attempt.objects.count() == 1


def test_attempts_are_forgotten_after_a_month() -> None:
    run = begin(make_gift(make_register(rows=[HANAKO])))
    say_person(run)
    Attempt.objects.update(at=machine_now() - timedelta(days=31))

    operations.forget_attempts()

    assert not Attempt.objects.exists()


def test_many_names_from_many_accounts_alarm_whoever_is_responsible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trying, "CRAWL_QUESTIONS", 6)
    monkeypatch.setattr(trying, "CRAWL_ACCOUNTS", 3)
    register = make_register(rows=[HANAKO])
    gift = make_gift(register)

    for account in range(4):
        run = begin(gift)
        for day in (1, 2):
            say_person(run, given=f"梅{account}", born=f"昭和16年5月{day}日")

    letters = Letter.objects.filter(subject="警報：台帳にたくさんの照合がありました")
    assert letters.count() == 1


def test_all_of_one_network_wait_when_it_asked_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MOST_A_NETWORK", 3)
    monkeypatch.setattr(network, "address", lambda: "203.0.113.7")
    gift = make_gift(make_register(rows=[HANAKO]))
    for account in range(3):
        say_person(begin(gift), given=f"梅{account}")

    turn = say_person(begin(gift))

    assert "お待ちいただいています" in problems(turn)[0]
