"""The question that looks into a register, drawn in the designer: everything is picked by its name."""

from typing import Any

import pytest

from tests.procedures.at_desk import (
    address,
    draft_of,
    make_clerk,
    make_procedure,
    questions,
    sit_down,
    write,
)
from tests.registers.making import make_register
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


def asked(**options: Any) -> list[dict[str, Any]]:
    """A name, a lookup in a register and a question that it may answer."""
    return [
        {"id": "who", "kind": "name", "label": {"ja": "お名前"}},
        {"id": "listed", "kind": "register", "label": {"ja": "照合"}, "options": options},
        {"id": "how", "kind": "short_text", "label": {"ja": "住所の確認"}},
    ]


def test_register_columns_and_questions_are_picked_by_name() -> None:
    clerk: StaffMember = make_clerk()
    register = make_register(staff=clerk)
    procedure = make_procedure(clerk, *asked())
    client = sit_down(clerk)
    where = address("procedure_part", procedure, "q-listed")
    assert "敬老祝い金対象者" in client.get(where).content.decode()

    write(client, procedure, "q-listed", **{"options.register_id": str(register.public_id)})
    page = client.get(where).content.decode()
    write(
        client,
        procedure,
        "q-listed",
        **{
            "options.pairs.0.column": "name",
            "options.pairs.0.question": "who",
            "options.fills_in.0.column": "address",
            "options.fills_in.0.question": "how",
            "options.fills_in.0.open": "on",
            "options.not_found": "go_on",
        },
    )

    assert '<option value="born"' in page
    assert "問1　お名前</option>" in page
    assert questions(procedure)[1]["options"] == {
        "register_id": str(register.public_id),
        "pairs": [{"column": "name", "question": "who"}],
        "fills_in": [{"column": "address", "question": "how", "open": True}],
        "not_found": "go_on",
    }


def test_an_emptied_row_is_taken_away() -> None:
    clerk = make_clerk()
    register = make_register(staff=clerk)
    pairs = [{"column": "name", "question": "who"}, {"column": "born", "question": "who"}]
    procedure = make_procedure(clerk, *asked(register_id=str(register.public_id), pairs=pairs))

    write(
        sit_down(clerk),
        procedure,
        "q-listed",
        **{"options.pairs.0.column": "", "options.pairs.0.question": ""},
    )

    assert questions(procedure)[1]["options"]["pairs"] == pairs[1:]


def test_a_register_of_others_is_not_offered_and_what_a_colleague_set_is_not_lost() -> None:
    clerk = make_clerk()
    theirs = make_register(name="よその課の名簿")
    options = {
        "register_id": str(theirs.public_id),
        "pairs": [{"column": "name", "question": "who"}],
    }
    procedure = make_procedure(clerk, *asked(**options))
    client = sit_down(clerk)
    before = draft_of(procedure)

    page = client.get(address("procedure_part", procedure, "q-listed")).content.decode()
    write(client, procedure, "q-listed")

    assert "よその課の名簿" not in page
    assert '<option value="born"' not in page
    assert draft_of(procedure).document == before.document
    assert draft_of(procedure).rev == before.rev


def test_the_code_of_a_letter_is_picked_among_questions_that_ask_for_one() -> None:
    clerk = make_clerk()
    register = make_register(staff=clerk)
    code = {"id": "code", "kind": "letter_code", "label": {"ja": "お手紙のコード"}}
    procedure = make_procedure(clerk, code, *asked(register_id=str(register.public_id)))

    page = sit_down(clerk).get(address("procedure_part", procedure, "q-listed")).content.decode()

    _before, _name, rest = page.partition('name="options.letter_code"')
    offered, _end, _after = rest.partition("</select>")
    assert '<option value="code"' in offered
    assert '<option value="who"' not in offered
    _before, _name, rest = page.partition('name="options.pairs.0.question"')
    offered, _end, _after = rest.partition("</select>")
    assert '<option value="who"' in offered
    assert '<option value="code"' not in offered
