"""A procedure that looks into 敬老祝い金対象者, and people who go through it."""

from typing import Any

from tests.cast import make_procedure, make_resident
from tests.registers.making import make_register
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.operations import Turn
from yakuba.procedures.rules import inputs
from yakuba.registers.models import Register
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, Grant

PAIRS = [
    {"column": "name", "question": "who"},
    {"column": "born", "question": "birthday"},
]


def ask(id: str, kind: str, label: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "label": {"ja": label}, **fields}


def make_gift(
    register: Register | None = None, *more: dict[str, Any], code: bool = False, **options: Any
) -> Procedure:
    """敬老祝い金: name and birthday on one page, then the list, then what the list fills in."""
    register = register or make_register()
    asked = [
        ask("who", "name", "対象の方のお名前", options={"kana": False}),
        ask("birthday", "date", "対象の方の生年月日"),
    ]
    if code:
        asked.append(ask("code", "letter_code", "確認コード"))
        options["letter_code"] = "code"
    said = {"register_id": str(register.public_id), "pairs": PAIRS, **options}
    listed = ask("listed", "register", "名簿との照らし合わせ", options=said)
    procedure = make_procedure(
        {
            "schema": 1,
            "kind": "application",
            "title": {"ja": "敬老祝い金の申請"},
            "retention": {"months": 60},
            "sections": [
                {"id": "person", "title": {"ja": "対象の方"}, "questions": [*asked, listed]},
                {
                    "id": "rest",
                    "title": {"ja": "受け取り方"},
                    "questions": [ask("how", "short_text", "受け取り方"), *more],
                },
            ],
        }
    )
    allow(register, procedure)
    return procedure


def allow(register: Register, procedure: Procedure) -> None:
    """Let the department of the procedure have what stands in the register."""
    Grant.objects.get_or_create(
        scope=register.scope,
        department=procedure.scope.department,
        capability=Capability.PERSONAL,
    )


def say_person(
    run: Run,
    *,
    family: str = "上市",
    given: str = "花子",
    born: str = "昭和16年5月3日",
    **more: str,
) -> Turn:
    """Post the page on which the person is named."""
    answers: dict[str, Any] = {
        "who": {"family": family, "given": given},
        "birthday": born,
        **more,
    }
    return procedures.take(run, given=inputs.Page("person", answers))


def begin(procedure: Procedure, resident: Resident | None = None) -> Run:
    return procedures.begin(procedure=procedure, resident=resident or make_resident()).run


def finish(run: Run) -> Turn:
    procedures.take(run, given=inputs.Page("rest", {"how": "口座"}))
    return procedures.take(run, given=inputs.Submit())
