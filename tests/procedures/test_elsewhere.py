"""Questions that are answered elsewhere: the page shows the way there, and takes up whoever comes back."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.cast import make_resident
from tests.portal.signing import signed_in
from tests.procedures import found
from tests.procedures.found import Stamp
from tests.procedures.making import make_document, make_plan, make_question, make_section
from tests.procedures.on_page import make_open_procedure
from yakuba.line.models import Outgoing
from yakuba.procedures import definition, operations, queries, rules
from yakuba.procedures.chat import handlers
from yakuba.procedures.models import Run
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.sockets import question_kinds

SECTIONS = (
    make_section(
        "proof",
        make_question("why"),
        make_question("stamp", "stamp", options={"into": "who"}),
        make_question("age", "number", required=False),
    ),
    make_section("rest", make_question("who")),
)


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with found.plugged():
        yield


def begun() -> tuple[Client, Run]:
    procedure = make_open_procedure(*SECTIONS, slug="proof")
    browser = signed_in(make_resident())
    browser.get(f"/p/x/{procedure.slug}/")
    return browser, Run.objects.get()


@pytest.mark.django_db
class TestThePage:
    def test_shows_the_way_there_and_always_another_one(self) -> None:
        browser, run = begun()

        page = browser.get(f"/p/run/{run.pk}/proof").content.decode()

        assert "スタンプをもらう" in page
        assert 'name="leave" value="stamp"' in page
        assert "まだ済んでいません。" in page
        assert "窓口・郵送でも手続できます。" in page

    def test_leaving_keeps_what_was_filled_in_and_does_not_ask_for_the_rest_yet(self) -> None:
        browser, run = begun()

        answer = browser.post(f"/p/run/{run.pk}/proof", {"why": "", "age": "40", "leave": "stamp"})

        assert (answer.status_code, answer["Location"]) == (302, f"/p/stamp/{run.pk}/")
        run.refresh_from_db()
        assert run.state["answers"]["age"]["value"] == 40

    def test_what_was_filled_in_wrong_is_said_before_anybody_leaves(self) -> None:
        browser, run = begun()

        answer = browser.post(
            f"/p/run/{run.pk}/proof", {"why": "引越し", "age": "たくさん", "leave": "stamp"}
        )

        assert answer.status_code == 200
        assert "たくさん" in answer.content.decode()

    def test_whoever_comes_back_is_done_and_what_is_known_now_is_locked(self) -> None:
        browser, run = begun()
        browser.post(f"/p/run/{run.pk}/proof", {"why": "引越し", "age": "", "leave": "stamp"})
        Stamp.given[run.pk] = "山田花子"

        page = browser.get(queries.page_of(run)).content.decode()

        run.refresh_from_db()
        assert run.state["answers"]["who"]["value"] == "山田花子"
        assert "入力した内容" in page
        assert "スタンプ済み" in page
        assert "町の記録から" in page
        assert "#f-who" not in page

    def test_whoever_comes_back_without_it_goes_on_where_they_were(self) -> None:
        browser, run = begun()
        browser.post(f"/p/run/{run.pk}/proof", {"why": "引越し", "age": "", "leave": "stamp"})

        page = browser.get(queries.page_of(run)).content.decode()

        assert "引越し" in page
        assert "スタンプをもらう" in page

    def test_going_on_without_it_is_said_at_its_place(self) -> None:
        browser, run = begun()

        page = browser.post(f"/p/run/{run.pk}/proof", {"why": "引越し", "age": ""})

        assert "まだ済んでいません。画面のボタンから進めてください。" in page.content.decode()

    def test_nobody_gets_past_by_posting_an_answer(self) -> None:
        browser, run = begun()

        browser.post(f"/p/run/{run.pk}/proof", {"why": "引越し", "age": "", "stamp": "stamped"})

        run.refresh_from_db()
        assert "stamp" not in run.state["answers"]

    def test_the_talk_goes_on_once_it_is_done(self) -> None:
        browser, run = begun()
        browser.post(f"/p/run/{run.pk}/proof", {"why": "引越し", "age": "", "leave": "stamp"})
        before = Outgoing.objects.count()
        Stamp.given[run.pk] = "山田花子"

        browser.get(queries.page_of(run))

        assert Outgoing.objects.count() == before + 1


@pytest.mark.django_db
class TestTheTalk:
    def test_says_that_the_page_is_needed(self) -> None:
        procedure = make_open_procedure(*SECTIONS, slug="proof")
        resident = make_resident()
        run = operations.begin(procedure=procedure, resident=resident).run
        turn = operations.take(run, given=inputs.Answer(inputs.Typed("引越し")))

        (page,) = [one for one in turn.say if isinstance(one, says.OpenPage)]
        handlers.speak(turn, resident, reply_to=None)

        assert page.is_elsewhere
        said = Outgoing.objects.get()
        assert "ページのボタンで手続きします" in str(said.messages)

    def test_what_does_not_stand_any_more_is_asked_anew_at_handing_in(self) -> None:
        procedure = make_open_procedure(*SECTIONS, slug="proof")
        run = operations.begin(procedure=procedure, resident=make_resident()).run
        Stamp.given[run.pk] = "山田花子"
        operations.take(run, given=inputs.Answer(inputs.Typed("引越し")))
        operations.take(run, given=inputs.Skip())
        Stamp.given.clear()

        turn = operations.take(run, given=inputs.Submit())

        assert [one.sentence for one in turn.say if isinstance(one, says.Problem)] == [
            "スタンプが取り消されました。"
        ]
        assert isinstance(turn.say[-1], says.OpenPage)
        assert turn.run.status == Run.Status.ACTIVE


def test_it_has_no_place_where_people_repeat() -> None:
    stamp = make_question("stamp", "stamp")
    section = make_section("people", stamp, repeat={"min": 1, "max": 2})

    found_ = rules.lint(definition.read(make_document(section)), question_kinds)

    assert "人ごとにくり返すまとまりには入れられません" in found_[0].sentence
    assert make_plan(section).steps["stamp"].needs_page
