"""Answers, procedures and taps as criteria of groups: both judges agree, and only the newest answer counts."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.cast import make_department, make_resident, make_staff, user_id
from tests.segments.drawn import DAYS, NOW, TIMES, WORDS, agreement
from tests.submissions.making import (
    hand_in,
    make_choice,
    make_procedure,
    make_question,
    make_section,
    publish_again,
)
from yakuba.kit import clock
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure, Run
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import operations as segments
from yakuba.segments import queries, sockets
from yakuba.segments.sockets import Group
from yakuba.submissions import operations
from yakuba.submissions.models import ClearAnswer, Submission

pytestmark = pytest.mark.django_db

QUESTIONS = [
    make_choice("reads", "daily", "weekly", "never"),
    make_choice("topics", "snow", "garbage", "events", kind="choices", required=False),
    make_question("likes", "yes_no", required=False),
    make_question("stars", "rating", required=False),
    make_question("snowfall", "number", options={"decimals": 1}, required=False),
    make_question("since", "date", required=False),
    make_question("hour", "time", required=False),
    make_question("words", required=False),
]


def make_survey(**fields: Any) -> Procedure:
    return make_procedure(
        make_section("main", *QUESTIONS), title="広報のアンケート", kind="survey", **fields
    )


def answer_of(procedure: Procedure, question: str, suffix: str = "") -> str:
    return f"answer.{procedure.public_id.hex}.{question}{suffix}"


def state_of(procedure: Procedure, state: str) -> dict[str, object]:
    key = f"procedure.{procedure.public_id.hex}.state"
    return {"fact": key, "operator": "is", "value": state}


def reads(procedure: Procedure, value: str, suffix: str = "") -> dict[str, object]:
    return {"fact": answer_of(procedure, "reads", suffix), "operator": "is", "value": value}


BLANK = {
    "topics": [],
    **dict.fromkeys(("likes", "stars", "snowfall", "since", "hour", "words"), ""),
}


def answer(survey: Procedure, person: Resident, **given: object) -> Submission:
    """Hand in the survey with these answers and nothing else."""
    return hand_in(survey, person, main={**BLANK, **given})  # type: ignore[dict-item]


def answer_something(chance: Random, survey: Procedure, person: Resident) -> None:
    given: dict[str, object] = {"reads": chance.choice(["daily", "weekly", "never"])}
    if chance.random() < 0.6:
        given["topics"] = chance.sample(["snow", "garbage", "events"], chance.randint(1, 3))
    if chance.random() < 0.6:
        given["likes"] = chance.choice(["yes", "no"])
    if chance.random() < 0.6:
        given["stars"] = str(chance.randint(1, 5))
    if chance.random() < 0.6:
        given["snowfall"] = str(chance.choice([1, 2, 2.5]))
    if chance.random() < 0.6:
        given["since"] = chance.choice(DAYS).isoformat()
    if chance.random() < 0.6:
        given["hour"] = chance.choice(TIMES)
    if chance.random() < 0.6:
        given["words"] = chance.choice(WORDS)
    answer(survey, person, **given)


def make_everybody() -> list[Resident]:
    """People who answered nothing, one version or two, stopped in the middle, tapped and did not tap."""
    chance = Random("広報")
    survey, people = make_survey(), [make_resident(friend=one % 6 != 0) for one in range(30)]
    for wave in range(2):
        for person in people:
            if chance.random() < 0.45:
                with clock.stopped_at(NOW - timedelta(days=chance.choice([0, 1, 30]))):
                    answer_something(chance, survey, person)
            elif chance.random() < 0.4:
                turn = procedures.begin(procedure=survey, resident=person)
                if chance.random() < 0.5:
                    Run.objects.filter(pk=turn.run.pk).update(status=Run.Status.EXPIRED)
            for _tap in range(chance.choice([0, 0, 1, 3])):
                tap(person, NOW - timedelta(days=chance.choice([0, 1, 30])))
        if wave == 0:
            publish_again(
                survey, make_section("main", *QUESTIONS, make_question("more", required=False))
            )
            publish_again(survey, make_section("main", *QUESTIONS))
    return list(Resident.objects.order_by("pk"))


def tap(person: Resident, at: object = None) -> None:
    segments.happened(resident=person, key="leaflet:tapped", label="開いた", at=at)  # type: ignore[arg-type]


def test_the_database_and_the_judge_mean_the_same_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def taps(_names: object) -> list[object]:
        return list(
            sockets.facts_of_happening("leaflet:tapped", label="開いた", group=Group.DELIVERIES)
        )

    monkeypatch.setattr(sockets, "_keyed", [*sockets._keyed, sockets._Keyed("leaflet:", taps)])  # type: ignore[arg-type]
    with clock.stopped_at(NOW):
        people = make_everybody()
        facts = [fact for key, fact in sockets.every_fact().items() if "resident." not in key]
        agree, telling = agreement(people, facts, examples=200)

        agree()

    told_apart = {key.rpartition(".")[2] for key in telling}
    assert {"reads", "topics", "likes", "state", "reads:1"} <= told_apart
    assert {key for key in telling if key.startswith("leaflet")}


class TestTheNewestAnswerCounts:
    def test_whoever_answers_again_has_one_answer(self) -> None:
        survey, hanako = make_survey(), make_resident()

        answer(survey, hanako, reads="daily")
        answer(survey, hanako, reads="never")

        assert queries.residents_in(reads(survey, "daily")) == []
        assert queries.residents_in(reads(survey, "never")) == [hanako.pk]

    def test_the_earlier_one_counts_again_when_the_newest_is_taken_back(self) -> None:
        survey, hanako = make_survey(), make_resident()
        answer(survey, hanako, reads="daily")
        newest = answer(survey, hanako, reads="never")

        operations.withdraw(newest, resident=hanako)

        assert queries.residents_in(reads(survey, "daily")) == [hanako.pk]
        assert queries.residents_in(reads(survey, "never")) == []

    def test_it_follows_a_new_telephone_and_goes_back(self) -> None:
        survey = make_survey()
        old, new = make_resident(line_user=user_id(1)), make_resident(line_user=user_id(2))
        answer(survey, old, reads="daily")
        answer(survey, new, reads="never")
        clerk = make_staff(department=make_department())

        done = residents.reattach(user_id=user_id(2), to=old, staff=clerk, reason="窓口")
        together = queries.count(reads(survey, "daily")), queries.count(reads(survey, "never"))
        residents.take_back(done, staff=clerk)

        assert [one.meant for one in together] == [0, 1]
        assert queries.count(reads(survey, "daily")).meant == 1
        assert queries.count(reads(survey, "never")).meant == 1

    def test_one_version_can_be_asked_alone(self) -> None:
        survey, hanako, taro = make_survey(), make_resident(), make_resident()
        answer(survey, hanako, reads="daily")
        publish_again(survey, make_section("main", *QUESTIONS, make_question("more")))
        answer(survey, taro, reads="daily", more="はい")

        assert queries.residents_in(reads(survey, "daily")) == [hanako.pk, taro.pk]
        assert queries.residents_in(reads(survey, "daily", ":1")) == [hanako.pk]
        assert queries.residents_in(reads(survey, "daily", ":2")) == [taro.pk]
        assert queries.sentences(reads(survey, "daily", ":1")) == [
            "「広報のアンケート」の「readsは？」（第1版の回答だけ）がdaily"
        ]


class TestWhatIsNoCriterion:
    def test_an_anonymous_survey_is_none_in_whatever_version(self) -> None:
        survey = make_survey(anonymous=True, correction=None)
        publish_again(survey, make_section("main", *QUESTIONS), anonymous=False)

        assert not [key for key in sockets.every_fact() if survey.public_id.hex in key]

    def test_a_confidential_question_is_none(self) -> None:
        report = make_procedure()

        known = [key for key in sockets.every_fact() if report.public_id.hex in key]

        assert answer_of(report, "what") in known
        assert answer_of(report, "phone") not in known
        assert answer_of(report, "who") not in known

    def test_a_procedure_cannot_ask_for_answers_of_others(self) -> None:
        make_survey()

        assert not [key for key in sockets.facts() if key.startswith(("answer.", "procedure."))]

    def test_an_answer_kept_as_something_sensitive_is_as_sensitive(self) -> None:
        residents.define_attribute(
            key="allergy", label="アレルギー", kind="choice", choices=[("egg", "卵", "タマゴ")],
            is_sensitive=True,
        )  # fmt: skip
        survey = make_procedure(
            make_section("main", make_choice("allergy", "egg", keep_as="allergy"))
        )

        condition = {"fact": answer_of(survey, "allergy"), "operator": "is", "value": "egg"}

        assert queries.is_delicate(condition)


def test_how_far_somebody_came_is_one_of_four() -> None:
    survey = make_survey()
    never, active, left, done, again = (make_resident() for _one in range(5))
    procedures.begin(procedure=survey, resident=active)
    stopped = procedures.begin(procedure=survey, resident=left)
    Run.objects.filter(pk=stopped.run.pk).update(status=Run.Status.STOPPED)
    for one in (done, again):
        answer(survey, one, reads="daily")
    procedures.begin(procedure=survey, resident=again)

    found = {
        state: queries.residents_in(state_of(survey, state))
        for state in ("never", "active", "left", "done")
    }

    assert found == {
        "never": [never.pk],
        "active": [active.pk],
        "left": [left.pk],
        "done": [done.pk, again.pk],
    }


def test_nothing_stands_of_whoever_is_forgotten() -> None:
    survey, hanako = make_survey(), make_resident()
    answer(survey, hanako, reads="daily")

    residents.forget(hanako, staff_id=None, actor="本人")

    assert not ClearAnswer.objects.exists()
    assert queries.count(reads(survey, "daily")).meant == 0
