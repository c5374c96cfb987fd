"""Two who want the same line, or the last one of something, at the same moment. Each with its negative control."""

import threading
import time
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from tests.cast import make_resident
from tests.procedures.test_races import RIVALS, all_at_once
from tests.registers.looking import begin, finish, make_gift, say_person
from tests.registers.making import HANAKO, KEIRO, make_register
from yakuba.procedures.models import Run
from yakuba.registers import operations, queries
from yakuba.registers.models import Attempt, Claim, Register, Row, RowHash
from yakuba.registers.operations import Plan, claiming, erasing, trying
from yakuba.registers.operations.sealing import Maker
from yakuba.registers.queries import Asked
from yakuba.submissions.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


def ready(gift: object) -> list[Run]:
    runs = []
    for _rival in range(RIVALS):
        run = begin(gift)  # type: ignore[arg-type]
        say_person(run)
        runs.append(Run.objects.get(pk=run.pk))
    return runs


def hand_in_at_once(runs: list[Run]) -> list[BaseException]:
    return all_at_once(*[lambda run=run: finish(run) for run in runs])


def test_one_line_is_claimed_by_one_of_many() -> None:
    runs = ready(make_gift(make_register(rows=[HANAKO])))

    raised = hand_in_at_once(runs)

    assert raised == []
    assert Claim.objects.count() == 1
    assert Submission.objects.count() == 1


def test_without_the_claim_all_of_them_hand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "_keep", lambda *_args, **_more: None)
    runs = ready(make_gift(make_register(rows=[HANAKO])))

    hand_in_at_once(runs)

    assert Submission.objects.count() > 1


def test_what_is_left_is_counted_down_once_for_each() -> None:
    plans = [*KEIRO, Plan("残り回数", "number", key="left")]
    register = make_register(plans, rows=[{**HANAKO, "left": "2"}])
    runs = ready(make_gift(register, once=False, counts="left"))

    raised = hand_in_at_once(runs)

    assert raised == []
    assert Submission.objects.count() == 2
    assert register.rows.live().get().values["left"] == 0


def test_without_the_queue_somebody_sees_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "lock", lambda _row: None)
    plans = [*KEIRO, Plan("残り回数", "number", key="left")]
    register = make_register(plans, rows=[{**HANAKO, "left": "9"}])
    runs = ready(make_gift(register, once=False, counts="left"))

    hand_in_at_once(runs)

    assert Submission.objects.count() < RIVALS


def tries_at_once() -> list[BaseException]:
    """One person, who has two tries in vain behind them, asks for four people in the same moment."""
    register, resident = make_register(rows=[HANAKO]), make_resident()
    columns = queries.columns_of(register)

    def look(name: str) -> None:
        asked = [Asked(columns["name"], name), Asked(columns["born"], "1941-05-03")]
        with transaction.atomic():
            operations.look_up(register, asked, resident=resident, today=date(2026, 11, 28))

    for name in ("誰か 一郎", "誰か 二郎"):
        look(name)
    return all_at_once(*[lambda n=n: look(f"他人 {n}") for n in range(RIVALS)])


def test_whoever_asks_side_by_side_has_no_more_tries_than_one_after_the_other() -> None:
    raised = tries_at_once()

    assert [type(one) for one in raised] == [operations.TooOften] * (RIVALS - 1)
    assert Attempt.objects.count() == 3


def test_without_the_queue_all_of_them_are_the_third_try(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Barrier(RIVALS)
    checked = trying._refuse_too_often

    def check(by_whom: Any, address: str) -> None:
        checked(by_whom, address)
        if Attempt.objects.count() == 2:
            gate.wait(10)

    monkeypatch.setattr(trying, "lock_name", lambda _name: None)
    monkeypatch.setattr(trying, "_refuse_too_often", check)

    assert tries_at_once() == []
    assert Attempt.objects.count() == 2 + RIVALS


def test_a_row_erased_while_it_is_made_anew_leaves_no_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    register = make_register(rows=[HANAKO])
    erase_while_remade(register, monkeypatch)

    assert not Row.objects.exists()
    assert not RowHash.objects.exists()


def test_without_the_lock_on_rows_hashes_are_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    register = make_register(rows=[HANAKO])
    erase_while_remade(register, monkeypatch)

    assert RowHash.objects.exists()


def erase_while_remade(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the rows anew, and erase them at the moment in which their new hashes are about to be written."""
    is_read, is_erasing = threading.Event(), threading.Event()
    made = Maker.made

    def slowly(maker: Maker, *given: Any) -> Any:
        is_read.set()
        is_erasing.wait(10)
        time.sleep(0.3)  # the other is at the lock by now, or through
        return made(maker, *given)

    def erase() -> None:
        is_read.wait(10)
        is_erasing.set()
        erasing._delete("register_id = %s", register.pk)

    monkeypatch.setattr(Maker, "made", slowly)
    raised = all_at_once(lambda: operations.rework(register_id=register.pk), erase)
    assert raised == []
