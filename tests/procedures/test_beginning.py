"""What residents can begin: what is offered on "my page" and in the talk, and what is not."""

from datetime import datetime

import pytest
from pydantic import JsonValue

from tests.cast import make_resident
from tests.portal.signing import signed_in
from tests.procedures.making import (
    NOON,
    Talk,
    make_document,
    make_question,
    make_section,
    make_survey,
)
from tests.procedures.on_page import ask, make_open_procedure
from yakuba.kit import clock
from yakuba.line.models import Outgoing
from yakuba.line.rules import read_event
from yakuba.line.sockets import Person
from yakuba.procedures import definition, operations, queries, rules
from yakuba.procedures.chat import handlers
from yakuba.procedures.models import Draft, Procedure, Run
from yakuba.procedures.rules import inputs, says
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db

SUNDAY, MONDAY = (datetime(2026, 11, day, 10, tzinfo=clock.JAPAN) for day in (22, 24))


def make_open(slug: str = "survey", **fields: JsonValue) -> Procedure:
    section = make_section("one", ask("car", "yes_no", "車を使いますか。"))
    return make_open_procedure(section, slug=slug, **fields)


def answer(procedure: Procedure, resident: Resident) -> None:
    turn = operations.begin(procedure=procedure, resident=resident)
    operations.take(turn.run, given=inputs.Page("one", {"car": "yes"}))
    done = operations.take(turn.run, given=inputs.Submit())
    assert done.run.status == Run.Status.DONE


def slugs(resident: Resident) -> list[str]:
    return [one.slug for one in queries.offered_to(resident, now=clock.now())]


def test_my_page_offers_what_is_open_in_the_towns_order() -> None:
    make_open("second")
    make_open("first", title={"ja": "車の調べ"}, summary={"ja": "車のことを聞きます。"}, minutes=3)
    Procedure.objects.filter(slug="second").update(order=2)

    page = signed_in(make_resident()).get("/p/").content.decode()

    assert page.index("/p/x/first/") < page.index("/p/x/second/")
    assert "車のことを聞きます。" in page
    assert "かかる時間は3分ほど" in page


@pytest.mark.parametrize("status", ["draft", "paused", "archived"])
def test_what_is_not_open_is_not_offered(status: str) -> None:
    procedure = make_open()
    Procedure.objects.filter(pk=procedure.pk).update(status=status)

    assert slugs(make_resident()) == []


def test_what_was_begun_is_continued_and_not_offered_again() -> None:
    procedure, hanako = make_open(), make_resident()

    operations.begin(procedure=procedure, resident=hanako)

    page = signed_in(hanako).get("/p/").content.decode()
    assert "つづける" in page
    assert "始められること" not in page


def test_what_is_answered_once_is_offered_until_it_was() -> None:
    procedure, hanako, taro = make_open(answers="once"), make_resident(), make_resident()

    answer(procedure, hanako)

    assert slugs(hanako) == []
    assert slugs(taro) == ["survey"]


def test_what_is_refused_on_closed_days_is_offered_on_open_ones() -> None:
    make_open(opening={"on_closed_days": "refuse"})
    hanako = make_resident()

    with clock.stopped_at(SUNDAY):
        on_sunday = slugs(hanako)
    with clock.stopped_at(MONDAY):
        on_monday = slugs(hanako)

    assert (on_sunday, on_monday) == ([], ["survey"])


def press(resident: Resident, data: str) -> str:
    """Press a button of ours in the talk, and return what is said."""
    person = residents.line_user_id(resident) or ""
    raw = {
        "type": "postback",
        "webhookEventId": f"01{data}",
        "timestamp": 1_795_000_000_000,
        "mode": "active",
        "source": {"type": "user", "userId": person},
        "postback": {"data": f"procedures:{data}"},
    }
    handlers.postback(read_event(raw), Person(person))
    newest = Outgoing.objects.filter(user_id=person).order_by("-pk").first()
    return str(newest.messages) if newest else ""


class TestWhatNobodyIsToKnow:
    @pytest.mark.parametrize("status", ["draft", "archived"])
    def test_its_link_and_button_answer_as_if_it_never_was(self, status: str) -> None:
        procedure = make_open("secret", title={"ja": "来年度の値上げ"})
        Procedure.objects.filter(pk=procedure.pk).update(status=status)
        hanako, browser = make_resident(), signed_in(make_resident())

        for way in ("/p/x/{slug}/", "/p/?liff.state=/x/{slug}/"):
            guessed = browser.get(way.format(slug="secret"))
            unknown = browser.get(way.format(slug="nothing"))
            assert guessed.status_code == unknown.status_code
            assert "値上げ" not in guessed.content.decode()
        assert press(hanako, "start:secret") == press(hanako, "start:nothing")

    def test_who_was_in_the_middle_may_finish_what_was_put_away(self) -> None:
        procedure, hanako = make_open("secret"), make_resident()
        operations.begin(procedure=procedure, resident=hanako)
        Procedure.objects.filter(pk=procedure.pk).update(status="archived")

        page = signed_in(hanako).get("/p/x/secret/").content.decode()

        assert "車を使いますか。" in page

    def test_what_is_paused_was_public_and_says_why(self) -> None:
        procedure = make_open("secret", title={"ja": "みんな知っている"})
        Procedure.objects.filter(pk=procedure.pk).update(status="paused")

        page = signed_in(make_resident()).get("/p/x/secret/").content.decode()

        assert "「みんな知っている」は、いま受け付けていません" in page


class TestGoingOn:
    def test_the_end_offers_what_is_open_on_the_page_and_in_the_talk(self) -> None:
        for slug in ("open", "paused"):
            make_open(slug, title={"ja": f"つぎの{slug}"})
        Procedure.objects.filter(slug="paused").update(status="paused")
        first, hanako = make_open("first", go_on_to=["open", "paused"]), make_resident()
        run = operations.begin(procedure=first, resident=hanako).run
        operations.take(run, given=inputs.Page("one", {"car": "yes"}))

        page = signed_in(hanako).post(f"/p/run/{run.pk}", {"submit": "1"}).content.decode()

        assert "つづけて「つぎのopen」を始める" in page
        assert "/p/x/open/" in page
        assert "つぎのpaused" not in page
        said = str([row.messages for row in Outgoing.objects.all()])
        assert "procedures:start:open" in said
        assert "つぎのpaused" not in said

    def test_what_is_not_there_cannot_be_published_and_what_is_closed_is_mentioned(self) -> None:
        make_open("paused")
        Procedure.objects.filter(slug="paused").update(status="paused")
        first = make_open("first")
        draft = Draft.objects.get(procedure=first)

        def look(*slugs: str) -> list[str]:
            read = definition.read({**draft.document, "go_on_to": list(slugs)})
            return operations.publishing.problems(read, procedure=first)

        assert look("paused") == []
        assert look("nothing") == [
            "「nothing」という手続は、ほかにありません。別の手続を選んでください。"
        ]
        assert look("first") == [
            "「first」という手続は、ほかにありません。別の手続を選んでください。"
        ]

    def test_it_goes_out_in_a_file_and_comes_back(self) -> None:
        read = definition.read(make_document(make_section("one"), go_on_to=["a-b", "c_1"]))

        again = definition.from_yaml(definition.to_yaml(read))

        assert again == read
        assert again.go_on_to == ("a-b", "c_1")

    def test_the_walk_comes_to_the_end_that_offers_it(self) -> None:
        talk = Talk(make_survey(make_question("one", "yes_no"), go_on_to=["next"]))
        talk.give(inputs.Start()).give(inputs.Page("main", {"one": "yes"})).give(inputs.Submit())

        done = [item for item in talk.say if isinstance(item, says.Done)]

        assert done[0].go_on_to == ("next",)
        assert rules.walk(talk.plan, now=NOON).problems == ()
