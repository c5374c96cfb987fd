"""Which message brought which answer, and what becomes of it when the message is taken back."""

import pytest

from tests.cast import make_resident
from tests.procedures.making import make_choice, make_question, make_section
from tests.procedures.on_page import make_open_procedure
from yakuba.procedures import operations, rules
from yakuba.procedures.models import Run
from yakuba.procedures.rules import inputs, says
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db


def begin(resident: Resident, **fields: object) -> Run:
    section = make_section("main", make_question("one"), make_question("two"))
    procedure = make_open_procedure(section, **fields)  # type: ignore[arg-type]
    return operations.begin(procedure=procedure, resident=resident).run


def say(run: Run, words: str, message: str) -> operations.Turn:
    return operations.take(run, given=inputs.Answer(inputs.Typed(words), message=message))


def answers(run: Run) -> dict[str, object]:
    run.refresh_from_db()
    return {path: one.value for path, one in rules.State.from_json(run.state).answers.items()}


def test_the_answer_of_the_message_is_asked_again_and_the_others_stay() -> None:
    hanako = make_resident()
    run = begin(hanako)
    say(run, "ひとつ", "m1")
    say(run, "ふたつ", "m2")

    came = operations.take_back(resident=hanako, message_id="m1")

    assert answers(run) == {"two": "ふたつ"}
    assert [one.path for one in came.turns[0].say if isinstance(one, says.Ask)] == ["one"]


def test_an_answer_that_was_given_anew_since_stays() -> None:
    hanako = make_resident()
    run = begin(hanako)
    say(run, "ひとつ", "m1")
    operations.take(run, given=inputs.Page("main", {"one": "直した", "two": ""}))

    came = operations.take_back(resident=hanako, message_id="m1")

    assert came.turns == ()
    assert answers(run)["one"] == "直した"


def test_an_answer_of_several_messages_goes_with_any_of_them() -> None:
    hanako = make_resident()
    section = make_section("main", make_choice("likes", "sea", "hills", kind="choices"))
    run = operations.begin(procedure=make_open_procedure(section), resident=hanako).run
    say(run, "sea", "m1")
    say(run, "これで決定", "m2")

    operations.take_back(resident=hanako, message_id="m1")

    assert answers(run) == {}


@pytest.mark.parametrize("whose", ["another", "unknown"])
def test_a_message_of_somebody_else_or_of_nothing_changes_nothing(whose: str) -> None:
    hanako, taro = make_resident(), make_resident()
    run = begin(hanako)
    say(run, "ひとつ", "m1")

    came = operations.take_back(
        resident=taro if whose == "another" else hanako,
        message_id="m1" if whose == "another" else "m9",
    )

    assert (came.turns, came.handed_in) == ((), ())
    assert answers(run) == {"one": "ひとつ"}


def test_what_was_handed_in_is_named_once_and_an_anonymous_answer_never() -> None:
    hanako, taro = make_resident(), make_resident()
    open_run, hidden = begin(hanako), begin(taro, slug="hidden", anonymous=True)
    for run in (open_run, hidden):
        say(run, "ひとつ", "m1")
        say(run, "ふたつ", "m2")
        operations.take(run, given=inputs.Submit())

    first = operations.take_back(resident=hanako, message_id="m1")
    second = operations.take_back(resident=hanako, message_id="m1")
    anonymous = operations.take_back(resident=taro, message_id="m1")

    assert [run.pk for run in first.handed_in] == [open_run.pk]
    assert (second.handed_in, anonymous.handed_in) == ((), ())
    hidden.refresh_from_db()
    assert hidden.heard == {}


def test_a_paused_run_forgets_the_answer_and_stays_paused() -> None:
    hanako = make_resident()
    run = begin(hanako)
    say(run, "ひとつ", "m1")
    operations.take(run, given=inputs.Later())

    operations.take_back(resident=hanako, message_id="m1")

    assert answers(run) == {}
    assert rules.State.from_json(run.state).mode == "paused"
