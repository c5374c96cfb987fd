"""What it costs: counted from the answers, shown before anything is handed in, and never guessed."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import make_resident
from tests.portal.signing import signed_in
from tests.procedures.making import (
    NOON,
    Document,
    Talk,
    make_document,
    make_plan,
    make_question,
    make_section,
    when,
)
from tests.procedures.on_page import make_open_procedure
from yakuba.procedures import definition, rules
from yakuba.procedures.chat import drawing
from yakuba.procedures.models import Run
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.sockets import question_kinds

COPIES = make_question("copies", "number", options={"least": 1, "most": 10})
POST = make_question("post", "yes_no")
ASKED = make_section("main", COPIES, POST, make_question("poor", "yes_no"))
CHILDREN = make_section("child", make_question("name"), repeat={"min": 0, "max": 5})


def line(id: str, unit: int, **fields: object) -> Document:
    return {"id": id, "label": {"ja": f"{id}の手数料"}, "unit": unit, **fields}


FEE: Document = {
    "lines": [
        line("copy", 300, quantity_of="copies"),
        line("postage", 110, when=when("post", "is", True)),
    ],
    "free_when": when("poor", "is", True),
    "note": {"ja": "1通300円です。"},
}
PAYMENT: Document = {"timing": "on_submit"}


def priced(fee: Mapping[str, object] = FEE, **fields: object) -> rules.Plan:
    return make_plan(ASKED, CHILDREN, fee=fee, payment=PAYMENT, **fields)


def total(answers: dict[str, object], fee: Mapping[str, object] = FEE) -> int:
    return rules.fee(priced(fee), answers, now=NOON).total  # type: ignore[arg-type]


def red(fee: Mapping[str, object] | None, *sections: Document, **fields: object) -> list[str]:
    document = make_document(*(sections or (ASKED, CHILDREN)), **fields)
    if fee is not None:
        document["fee"] = fee
    found = rules.lint(definition.read(document), question_kinds)
    return [one.sentence for one in found if one.severity == "red"]


class TestCounting:
    def test_a_unit_times_an_answer_and_what_holds_only_for_some(self) -> None:
        counted = rules.fee(priced(), {"copies": 3, "post": True, "poor": False}, now=NOON)

        assert [(one.id, one.unit, one.quantity, one.amount) for one in counted.lines] == [
            ("copy", 300, 3, 900),
            ("postage", 110, 1, 110),
        ]
        assert (counted.total, counted.is_free) == (1010, False)
        assert total({"copies": 3, "post": False, "poor": False}) == 900

    def test_for_whom_it_is_free_there_are_no_lines(self) -> None:
        counted = rules.fee(priced(), {"copies": 3, "post": True, "poor": True}, now=NOON)

        assert counted == rules.FeeSum((), 0)
        assert counted.is_free

    def test_a_reduction_never_gives_money_away(self) -> None:
        fee = {"lines": [line("copy", 300, quantity_of="copies"), line("less", -500)]}

        assert total({"copies": 2}, fee) == 100
        assert total({"copies": 1}, fee) == 0

    def test_as_many_as_there_are_in_a_repeated_section(self) -> None:
        fee = {"lines": [line("child", 200, quantity_of="child")]}
        answers: dict[str, object] = {"child[1].name": "花", "child[2].name": "月"}

        assert total(answers, fee) == 400
        assert total({}, fee) == 0

    def test_it_is_refused_rather_than_guessed_when_the_number_is_not_there(self) -> None:
        with pytest.raises(rules.UncertainFee) as unknown:
            total({"post": True, "poor": False})

        assert unknown.value.question == "copies"

    def test_without_a_fee_nothing_is_to_be_paid(self) -> None:
        assert rules.fee(make_plan(ASKED), {"copies": 3}, now=NOON).is_free

    @given(st.integers(1, 10), st.booleans(), st.integers(-2000, 0))
    def test_it_is_the_sum_of_its_lines_and_never_below_nothing(
        self, copies: int, post: bool, less: int
    ) -> None:
        fee = {"lines": [*FEE["lines"], line("less", less)]}  # type: ignore[misc]

        counted = rules.fee(priced(fee), {"copies": copies, "post": post, "poor": False}, now=NOON)

        assert counted.total == max(0, sum(one.amount for one in counted.lines))
        assert all(one.amount == one.unit * one.quantity for one in counted.lines)


class TestShown:
    def at_summary(self, language: str = "ja", *, poor: str = "いいえ") -> Talk:
        talk = Talk(make_plan(ASKED, fee=FEE, payment=PAYMENT), language=language).start()
        return talk.typed("2", "はい", poor)

    def test_the_summary_says_it_in_three_languages(self) -> None:
        cost = self.at_summary().the(says.Summary).cost
        assert cost is not None
        assert [(one.label, one.detail, one.amount) for one in cost.rows] == [
            ("copyの手数料", "300円 × 2", "600円"),
            ("postageの手数料", "", "110円"),
        ]
        assert (cost.title, cost.total_label, cost.total) == ("手数料", "合計", "710円")
        assert cost.note == "1通300円です。"

        english = self.at_summary("en").the(says.Summary).cost
        easy = self.at_summary("ja-easy").the(says.Summary).cost
        assert english is not None
        assert easy is not None
        assert (english.title, english.total) == ("Fee", "710 yen")
        assert (easy.total_label, easy.total) == ("ぜんぶで", "710円")

    def test_for_whom_it_is_free_that_is_said(self) -> None:
        cost = self.at_summary(poor="はい").the(says.Summary).cost

        assert cost is not None
        assert (cost.rows, cost.total) == ((), "無料")

    def test_answers_so_far_show_no_price_yet(self) -> None:
        talk = Talk(make_plan(ASKED, fee=FEE, payment=PAYMENT)).start().typed("2")

        assert talk.give(inputs.ShowAll()).the(says.Summary).cost is None

    def test_what_cannot_be_priced_is_not_handed_in(self) -> None:
        fee = {"lines": [line("copy", 300, quantity_of="copies")]}
        copies = make_question("copies", "number", required=False)
        talk = Talk(make_plan(make_section("main", copies), fee=fee)).start()
        talk.give(inputs.Skip()).give(inputs.Submit())

        assert "手数料が計算できませんでした" in talk.words
        assert talk.effects == ()

    def test_the_card_of_the_talk_has_the_total(self) -> None:
        summary = self.at_summary().the(says.Summary)
        surface = drawing.Surface(page_base="https://example.jp/r", run_id="r")

        assert "710円" in str(drawing.draw([summary], surface))

    @pytest.mark.django_db
    def test_the_page_has_it_above_the_button(self) -> None:
        procedure = make_open_procedure(ASKED, slug="copies", fee=FEE, payment=PAYMENT)  # type: ignore[arg-type]
        browser = signed_in(make_resident())
        browser.get(f"/p/x/{procedure.slug}/")
        run = Run.objects.get()

        page = browser.post(
            f"/p/run/{run.pk}/main", {"copies": "3", "post": "yes", "poor": "no"}
        ).content.decode()

        assert "300円 × 3" in page
        assert page.index("1,010円") < page.index('name="submit"')


class TestLinting:
    def test_a_fee_that_is_right_has_no_red_finding(self) -> None:
        assert red(FEE, payment=PAYMENT) == []

    def test_what_it_is_counted_by_is_a_number_that_is_surely_answered(self) -> None:
        def of(question: Document, **fields: object) -> list[str]:
            fee = {"lines": [line("copy", 300, quantity_of="copies", **fields)]}
            return red(fee, make_section("main", POST, question), payment=PAYMENT)

        holds = when("post", "is", True)
        assert "整数を聞く質問ではありません" in of(make_question("copies"))[0]
        assert "必須にしてください" in of({**COPIES, "required": False})[0]
        assert "同じ条件を付けてください" in of({**COPIES, "when": holds})[0]
        assert of({**COPIES, "when": holds}, when=holds) == []
        assert "がありません" in of(make_question("other"))[0]

    def test_a_section_it_is_counted_by_is_a_repeated_one(self) -> None:
        fee = {"lines": [line("copy", 300, quantity_of="main")]}

        assert "くり返すまとまりではありません" in red(fee, payment=PAYMENT)[0]

    def test_a_payment_without_a_fee_is_red(self) -> None:
        assert red(None, payment=PAYMENT) == [
            "支払い方を決めましたが、手数料がありません。手数料を決めるか、支払いを外してください。"
        ]

    def test_more_than_can_be_paid_online_is_red(self) -> None:
        fee = {"lines": [line("copy", 40_000, quantity_of="copies")]}

        assert "合計が400,000円になることがあります" in red(fee, payment=PAYMENT)[0]

    def test_its_conditions_are_looked_at_like_all_others(self) -> None:
        fee = {"lines": [line("copy", 300, when=when("nobody", "is", True))]}

        assert red(fee, payment=PAYMENT) == ["条件の「nobody」という質問はありません。"]

    def test_it_is_never_taken_without_being_shown_first(self) -> None:
        fee = {"lines": [line("copy", 300)]}

        assert (
            "確認の画面を省けません"
            in red(fee, make_section("main", POST), payment=PAYMENT, confirm=False)[0]
        )


class TestDifference:
    def changed(
        self, before: Mapping[str, object] | None, after: Mapping[str, object] | None
    ) -> list[str]:
        documents = [
            make_document(ASKED, **({"fee": fee} if fee else {})) for fee in (before, after)
        ]
        return rules.differences(*(definition.read(one) for one in documents))

    def test_a_price_goes_up(self) -> None:
        dearer = {**FEE, "lines": [line("copy", 400, quantity_of="copies"), FEE["lines"][1]]}  # type: ignore[index]

        assert self.changed(FEE, dearer) == ["手数料「copyの手数料」を300円から400円にしました。"]

    def test_it_comes_and_goes(self) -> None:
        only = {**FEE, "lines": FEE["lines"][:1]}  # type: ignore[index]

        assert self.changed(None, FEE) == ["手数料を決めました。"]
        assert self.changed(FEE, None) == ["手数料をなくしました。"]
        assert self.changed(FEE, only) == ["手数料「postageの手数料」をなくしました。"]
        assert self.changed(only, FEE) == ["手数料「postageの手数料」（110円）を追加しました。"]
        assert self.changed(FEE, {"lines": FEE["lines"]}) == [
            "無料になる条件をなくしました。",
            "手数料の説明をなくしました。",
        ]
