"""Two who want the same line, or the last one of something, at the same moment. Each with its negative control."""

import pytest

from tests.procedures.test_races import RIVALS, all_at_once
from tests.registers.looking import begin, finish, make_gift, say_person
from tests.registers.making import HANAKO, KEIRO, make_register
from yakuba.procedures.models import Run
from yakuba.registers.models import Claim
from yakuba.registers.operations import Plan, claiming
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
