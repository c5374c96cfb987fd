"""What an application costs and how it is decided, typed into the designer's form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.payments.making import make_connection
from tests.procedures.at_desk import (
    address,
    as_shown,
    draft_of,
    make_clerk,
    make_procedure,
    make_question,
    sit_down,
    write,
)
from yakuba.procedures.models import Draft, Procedure

pytestmark = pytest.mark.django_db

FEE: dict[str, Any] = {
    "lines": [
        {"id": "copy", "label": {"ja": "住民票の写し"}, "unit": 300, "quantity_of": "q1"},
        {
            "id": "post",
            "label": {"ja": "郵送料"},
            "unit": 110,
            "when": {"fact": "answer.q2", "operator": "is", "value": True},
        },
    ],
    "note": {"ja": "1通300円です。"},
}
WORKFLOW = {
    "days_to_decide": 5,
    "checklist": [{"ja": "住所を見た"}],
    "charges": [{"label": {"ja": "速達"}, "amount": 300}],
}
YES = '{"fact": "answer.q2", "operator": "is", "value": true}'


def application(**fields: Any) -> tuple[Any, Procedure]:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1, "number"), make_question(2, "yes_no"))
    draft = draft_of(procedure)
    Draft.objects.filter(pk=draft.pk).update(
        document={**draft.document, "kind": "application", **fields}
    )
    return sit_down(clerk), procedure


def document(procedure: Procedure) -> dict[str, Any]:
    found: dict[str, Any] = draft_of(procedure).document
    return found


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    client, procedure = application(fee=FEE, payment={"timing": "on_submit"}, workflow=WORKFLOW)
    before = document(procedure)

    write(client, procedure, "whole")

    assert document(procedure) == before


def test_the_first_line_is_typed_into_the_empty_row() -> None:
    client, procedure = application()

    said = write(
        client,
        procedure,
        "whole",
        **{"fee.0.label.ja": "住民票の写し", "fee.0.amount": "３００円", "fee.0.per": "q1"},
    )

    assert document(procedure)["fee"] == {
        "lines": [{"id": "fee1", "label": {"ja": "住民票の写し"}, "unit": 300, "quantity_of": "q1"}]
    }
    assert 'name="fee.1.amount"' in said  # a new row, for one more


def test_a_reduction_for_some_and_free_for_others_is_chosen_from_the_questions() -> None:
    client, procedure = application(fee={"lines": FEE["lines"][:1]})

    write(
        client,
        procedure,
        "whole",
        **{
            "fee.1.label.ja": "減額",
            "fee.1.amount": "−100",
            "fee.1.when": YES,
            "fee.free_when": YES.replace("true", "false"),
        },
    )

    fee = document(procedure)["fee"]
    condition = {"fact": "answer.q2", "operator": "is", "value": True}
    assert fee["lines"][1] == {
        "id": "fee1", "label": {"ja": "減額"}, "unit": -100, "when": condition,
    }  # fmt: skip
    assert fee["free_when"] == {**condition, "value": False}


def test_lines_are_moved_and_taken_out() -> None:
    client, procedure = application(fee=FEE)

    write(client, procedure, "whole", **{"fee.1.up": "1"})
    assert [one["id"] for one in document(procedure)["fee"]["lines"]] == ["post", "copy"]

    write(client, procedure, "whole", **{"fee.0.label.ja": "", "fee.0.amount": ""})
    assert [one["id"] for one in document(procedure)["fee"]["lines"]] == ["copy"]

    write(client, procedure, "whole", **{"fee.0.label.ja": "", "fee.0.amount": ""})
    assert "fee" not in document(procedure)


def test_an_amount_that_is_none_is_said_and_changes_nothing() -> None:
    client, procedure = application(fee=FEE)

    said = write(client, procedure, "whole", **{"fee.0.amount": "さんびゃく"})

    assert "金額は、300 や −300 のように" in said
    assert document(procedure)["fee"] == FEE


def test_a_condition_that_the_form_cannot_write_stays_as_it_was() -> None:
    both = {
        "all_of": [
            {"fact": "answer.q2", "operator": "is", "value": True},
            {"fact": "answer.q1", "operator": "at_least", "value": 3},
        ]
    }
    client, procedure = application(fee={**FEE, "free_when": both})

    shown = as_shown(client, procedure, "whole")
    write(client, procedure, "whole", **{"fee.0.amount": "400"})

    assert "at_least" in str(shown["fee.free_when"])
    assert document(procedure)["fee"]["free_when"] == both


def test_paying_and_deciding_are_set_in_words() -> None:
    client, procedure = application(fee=FEE)

    write(client, procedure, "whole", **{"payment.timing": "on_request"})
    write(
        client,
        procedure,
        "whole",
        **{
            "payment.due_days": "14",
            "workflow.days_to_decide": "5",
            "workflow.checklist.0.ja": "住所を見た",
            "workflow.charges.0.label.ja": "速達",
            "workflow.charges.0.amount": "300",
        },
    )

    made = document(procedure)
    assert made["payment"] == {"timing": "on_request", "due_days": 14}
    assert made["workflow"] == WORKFLOW


def test_who_is_not_to_pay_online_any_more_is_not_asked_to_with_the_usual_timing() -> None:
    client, procedure = application(fee=FEE, payment={"timing": "on_request", "due_days": 14})

    write(client, procedure, "whole", **{"payment.timing": ""})

    assert "payment" not in document(procedure)


def test_the_services_to_pay_with_are_chosen_by_name_and_one_that_is_gone_can_be_taken_out() -> (
    None
):
    make_connection("card")
    make_connection("paypay", order=1)
    client, procedure = application(fee=FEE, payment={"connections": ["old"]})
    shown = client.get(address("procedure_part", procedure, "whole")).content.decode()

    write(client, procedure, "whole", **{"payment.connections": ["paypay"]})

    assert "試験銀行 paypay" in shown
    assert "old（見つかりません）" in shown
    assert document(procedure)["payment"] == {"connections": ["paypay"]}


def test_a_survey_is_not_bothered_with_fees() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))

    assert "fee.0.amount" not in as_shown(sit_down(clerk), procedure, "whole")


def test_a_new_row_without_an_amount_waits_and_nothing_is_wrong() -> None:
    client, procedure = application(fee=FEE)

    said = write(client, procedure, "whole", **{"fee.2.label.ja": "速達"})

    assert "金額は、300 や" not in said
    assert document(procedure)["fee"] == FEE
