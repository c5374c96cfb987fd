"""The edge cases of issue 4 that concern definitions and runs, by their numbers."""

from datetime import datetime

import pytest
import yaml

from tests.cast import make_resident
from tests.procedures.making import (
    NOON,
    Document,
    Talk,
    make_choice,
    make_document,
    make_plan,
    make_question,
    make_section,
    make_survey,
    when,
)
from tests.procedures.on_page import make_open_procedure
from yakuba.kit import clock
from yakuba.procedures import definition, operations, queries, rules, sockets
from yakuba.procedures.models import Draft, Procedure, Run
from yakuba.procedures.operations.publishing import ChangedMeanwhile
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.rules.fees import in_yen

ONE = make_section("main", make_choice("fruit", "apple", "pear"), make_question("remark"))


def published(procedure: Procedure, *sections: Document) -> Procedure:
    draft = Draft.objects.get(procedure=procedure)
    document = make_document(*sections)
    operations.save_draft(draft, document=document, rev=draft.rev, words="直した", staff=None)
    operations.publish(procedure, staff=None)
    procedure.refresh_from_db()
    return procedure


@pytest.mark.django_db
class TestDefinitions:
    def test_e1_whoever_is_in_the_middle_finishes_on_the_version_they_began(self) -> None:
        procedure = make_open_procedure(ONE, slug="e1")
        runs = [
            operations.begin(procedure=procedure, resident=make_resident()).run for _ in range(50)
        ]

        published(procedure, make_section("main", make_question("other")))
        for run in runs:
            operations.take(run, given=inputs.Page("main", {"fruit": "pear", "remark": "はい"}))
            operations.take(run, given=inputs.Submit())

        done = Run.objects.filter(status="done").select_related("version")
        assert {run.version.number for run in done if run.version} == {1}
        assert done.count() == 50

    def test_e2_a_choice_that_was_taken_out_stays_valid_for_whom_it_was_offered(self) -> None:
        procedure = make_open_procedure(ONE, slug="e2")
        resident = make_resident()
        version = procedure.current
        assert version is not None
        published(
            procedure,
            make_section("main", make_choice("fruit", "pear", "grape"), make_question("remark")),
        )

        turn = operations.begin_correction(
            procedure=procedure,
            resident=resident,
            earlier=sockets.Earlier(
                subject=resident.public_id,
                version=version,
                answers={"fruit": "apple", "remark": "はい"},
                items={},
                editable=("remark",),
            ),
        )
        turn = operations.take(turn.run, given=inputs.Correct("remark"))
        turn = operations.take(turn.run, given=inputs.Answer(inputs.Typed("いいえ")))

        assert [row.shown for row in turn.say[-1].rows] == ["apple", "いいえ"]  # type: ignore[union-attr]
        assert not [one for one in turn.say if isinstance(one, says.Problem)]

    def test_e4_going_back_to_the_first_version_makes_a_third_and_changes_neither(self) -> None:
        procedure = make_open_procedure(ONE, slug="e4")
        first = procedure.versions.get(number=1)
        published(procedure, make_section("main", make_question("other"), make_question("remark")))
        before = list(procedure.versions.order_by("number").values_list("number", "sha256"))

        third = operations.restore(procedure, version=first, staff=None)  # type: ignore[arg-type]

        assert (third.number, third.document) == (3, first.document)
        kept = procedure.versions.order_by("number").values_list("number", "sha256")
        assert list(kept)[:2] == before

    def test_e5_the_second_of_two_clerks_is_told_and_overwrites_nothing(self) -> None:
        procedure = make_open_procedure(ONE, slug="e5")
        draft = Draft.objects.get(procedure=procedure)
        rev = draft.rev
        document = make_document(make_section("main", make_question("first")))
        operations.save_draft(draft, document=document, rev=rev, words="先", staff=None)

        with pytest.raises(ChangedMeanwhile):
            operations.save_draft(
                draft, document=make_document(ONE), rev=rev, words="後", staff=None
            )

        draft.refresh_from_db()
        assert draft.document == document

    def test_e17_the_clock_of_the_server_closes_the_desk_and_the_grace_is_in_the_definition(
        self,
    ) -> None:
        closes = datetime(2026, 11, 24, 17, 15, tzinfo=clock.JAPAN)
        opening = {"closes_at": closes.isoformat(), "grace_minutes": 10}
        plan = make_survey(make_question("remark"), opening=opening)

        def submit_at(hour: int, minute: int) -> Talk:
            talk = Talk(plan, now=closes.replace(hour=17, minute=0)).start().typed("はい")
            talk.now = closes.replace(hour=hour, minute=minute)
            return talk.give(inputs.Submit())

        assert submit_at(17, 24).handed_in == {"remark": "はい"}
        assert submit_at(17, 25).effects == ()


class TestFiles:
    def test_e6_an_unknown_kind_or_another_schema_is_refused_with_the_reason(self) -> None:
        unknown = make_document(make_section("main", make_question("what", "hologram")))
        newer = {**make_document(ONE), "schema": 9}

        with pytest.raises(definition.UnreadableDefinition) as kind:
            definition.from_yaml(yaml.safe_dump(unknown), kinds=sockets.kinds_known())
        with pytest.raises(definition.UnreadableDefinition) as schema:
            definition.from_yaml(yaml.safe_dump(newer))

        assert "「hologram」という質問の種類はありません" in str(kind.value)
        assert "schema: 9）は読めません" in str(schema.value)

    def test_e7_the_id_of_a_question_that_was_taken_out_is_never_used_again(self) -> None:
        before = definition.read(make_document(ONE))
        again = make_document(
            make_section("main", make_question("remark")), retired_ids=["remark", "fruit"]
        )

        found = rules.lint(definition.read(again), sockets.question_kinds, previous=before)

        assert "ID「remark」は、削除した質問が使っていました。別のIDにしてください。" in [
            one.sentence for one in found if one.severity == "red"
        ]


class TestRuns:
    def test_e13_answers_of_a_branch_that_was_left_are_not_handed_in(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
        )
        talk = Talk(plan).start().typed("dog", "ポチ")

        talk.give(inputs.Back()).give(inputs.Back()).typed("none")

        assert talk.state.answers["dog_name"].value == "ポチ"  # kept aside
        assert talk.give(inputs.Submit()).handed_in == {"pet": "none"}

    def test_e14_a_birthday_at_midnight_is_judged_by_the_day_of_handing_in(self) -> None:
        adult = {"fact": "answer.born", "operator": "age_at_least", "value": 18}
        plan = make_survey(
            make_question("born", "birth_date"), make_question("vote", "yes_no", when=adult)
        )
        late = datetime(2026, 11, 23, 23, 59, tzinfo=clock.JAPAN)
        talk = Talk(plan, now=late).start()
        talk.post("main", {"born": "2008-11-25"})
        assert talk.asks == "summary"

        talk.now = datetime(2026, 11, 24, 0, 1, tzinfo=clock.JAPAN)
        talk.give(inputs.Submit())

        # 年齢計算ニ関する法律: eighteen is reached on the day before the birthday.
        assert talk.asks == "vote"
        assert talk.effects == ()

    def test_e15_a_leap_day_the_era_and_wide_digits_are_read(self) -> None:
        plan = make_survey(make_question("day", "date"))

        def read(typed: str) -> object:
            return Talk(plan).start().typed(typed).state.answers["day"].value

        assert read("令和7.4.1") == "2025-04-01"
        assert read("２０２８／２／２９") == "2028-02-29"
        assert "day" not in Talk(plan).start().typed("2027/2/29").state.answers


@pytest.mark.django_db
class TestSigning:
    def signed(self) -> tuple[Procedure, Run]:
        procedure = make_open_procedure(ONE, slug="e21")
        run = operations.begin(procedure=procedure, resident=make_resident()).run
        operations.take(run, given=inputs.Page("main", {"fruit": "pear", "remark": "はい"}))
        operations.freeze(run, but=("remark",))
        operations.take(run, given=inputs.Submit())
        run.refresh_from_db()
        return procedure, run

    def correcting(self, procedure: Procedure, run: Run, **given: str) -> Run:
        assert run.made is not None
        assert run.resident is not None
        assert run.version is not None
        turn = operations.begin_correction(
            procedure=procedure,
            resident=run.resident,
            earlier=sockets.Earlier(
                subject=run.made,
                version=run.version,
                answers={"fruit": "pear", "remark": "はい"},
                items={},
            ),
        )
        operations.take(turn.run, given=inputs.Page("main", given))
        turn.run.refresh_from_db()
        return turn.run

    def test_e21_a_remark_forces_no_new_signature(self) -> None:
        procedure, run = self.signed()

        fixed = self.correcting(procedure, run, remark="窓口で受け取ります")

        assert queries.standing_frozen(fixed) == run.frozen.get()

    def test_e21_what_was_signed_forces_one(self) -> None:
        procedure, run = self.signed()

        fixed = self.correcting(procedure, run, fruit="apple")

        assert queries.standing_frozen(fixed) is None

    def test_e21_the_signature_of_another_application_is_not_taken(self) -> None:
        procedure, run = self.signed()
        assert run.resident is not None

        again = operations.begin(procedure=procedure, resident=run.resident).run
        operations.take(again, given=inputs.Page("main", {"fruit": "pear", "remark": "はい"}))
        again.refresh_from_db()

        assert queries.standing_frozen(again) is None


def test_e33_who_pays_nothing_is_charged_nothing() -> None:
    fee = {
        "lines": [{"id": "copy", "label": {"ja": "写し"}, "unit": 300}],
        "free_when": when("poor", "is", True),
    }
    plan = make_plan(make_section("main", make_question("poor", "yes_no")), fee=fee)

    assert rules.fee(plan, {"poor": True}, now=NOON).is_free
    assert in_yen(rules.fee(plan, {"poor": False}, now=NOON).total) == "300円"
