"""What came in during the tests: a report of damage, handed in as residents do it."""

from collections.abc import Mapping
from itertools import count

from django.conf import settings
from django.test import Client

from tests.cast import make_department, make_resident, make_staff
from tests.procedures.making import (
    Document,
    make_choice,
    make_document,
    make_question,
    make_section,
    when,
)
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Draft, Procedure
from yakuba.procedures.rules import inputs
from yakuba.procedures.rules.inputs import Raw
from yakuba.residents.models import Resident
from yakuba.submissions import queries
from yakuba.submissions.models import Submission
from yakuba.townhall.models import Department, Membership, StaffMember

_numbers = count(1)
HANAKO: Mapping[str, Raw] = {
    "who:family": "山田", "who:given": "花子", "who:family_kana": "ヤマダ", "who:given_kana": "ハナコ",
    "phone": "076-472-1111",
}  # fmt: skip
PLACE: Mapping[str, Raw] = {"what": "hole", "free": "橋のたもと"}


def make_questions(*more: Document) -> list[Document]:
    return [
        make_section(
            "place",
            make_choice("what", "hole", "tree", "snow"),
            make_question("free", label={"ja": "くわしく"}),
            *more,
        ),
        make_section(
            "contact",
            make_question("who", "name", label={"ja": "お名前"}),
            make_question("phone", "telephone", label={"ja": "電話番号"}),
        ),
    ]


def make_procedure(
    *sections: Document,
    department: Department | None = None,
    title: str = "道路の通報",
    **fields: object,
) -> Procedure:
    """Publish a procedure of these sections; the damage report if there are none."""
    document = {
        "kind": "report",
        "title": {"ja": title},
        "correction": {"days": 7, "while_status": ["new"]},
        **fields,
    }
    procedure = procedures.make(
        department=department or make_department(),
        slug=f"p{next(_numbers)}",
        document=make_document(*(sections or make_questions()), **document),
        staff=None,
    )
    procedures.publish(procedure, staff=None)
    procedure.refresh_from_db()
    return procedure


WORKFLOW: Document = {
    "days_to_decide": 10,
    "checklist": [{"ja": "お名前を確かめた"}, {"ja": "場所を確かめた"}],
    "return_templates": [{"ja": "写真がぼやけています。"}],
    "return_days": 14,
    "remind_days": 3,
    "lapse": "withdraw",
    "appeal": {"ja": "この決定に不服があるときは、3か月以内に町長に審査請求をすることができます。"},
}


def make_application(
    *sections: Document,
    department: Department | None = None,
    title: str = "道路占用の許可",
    workflow: Document | None = None,
    **fields: object,
) -> Procedure:
    """Publish an application that is checked, sent back, decided and issued."""
    return make_procedure(
        *sections,
        department=department,
        title=title,
        kind="application",
        workflow={**WORKFLOW, **(workflow or {})},
        **fields,
    )


def begin_to_correct(submission: Submission, resident: Resident) -> procedures.Turn:
    """Open the correction as the resident's page does."""
    return procedures.begin_correction(
        procedure=submission.procedure,
        resident=resident,
        earlier=queries.as_earlier(submission),
    )


def publish_again(procedure: Procedure, *sections: Document, **fields: object) -> None:
    """Publish another version of it."""
    draft = Draft.objects.get(procedure=procedure)
    document = {**draft.document, "sections": list(sections), **fields}
    procedures.save_draft(draft, document=document, rev=draft.rev, words="直した", staff=None)
    procedures.publish(procedure, staff=None)
    procedure.refresh_from_db()


def hand_in(
    procedure: Procedure,
    resident: Resident | None = None,
    *,
    items: Mapping[str, list[str]] | None = None,
    **sections: Mapping[str, Raw],
) -> Submission:
    """Go through the procedure page by page, as `resident`, and hand in."""
    resident = resident or make_resident()
    turn = procedures.begin(procedure=procedure, resident=resident)
    return finish(turn, items=items, **(sections or {"place": PLACE, "contact": HANAKO}))


def finish(
    turn: procedures.Turn,
    *,
    items: Mapping[str, list[str]] | None = None,
    **sections: Mapping[str, Raw],
) -> Submission:
    for section, answers in sections.items():
        people = (items or {}).get(section)
        turn = procedures.take(turn.run, given=inputs.Page(section, _whole(answers), None, people))
    turn = procedures.take(turn.run, given=inputs.Submit())
    assert turn.result is not None and turn.result.subject is not None, turn.say  # noqa: PT018
    return Submission.objects.get(pk=turn.result.subject)


def _whole(answers: Mapping[str, Raw]) -> dict[str, Raw]:
    """Join the parts of an answer: `who:family` is the part `family` of `who`."""
    whole: dict[str, Raw] = {}
    for name, value in answers.items():
        path, _colon, part = name.rpartition(":")
        if not path:
            whole[name] = value
            continue
        parts = dict(whole[path]) if isinstance(whole.get(path), dict) else {}  # type: ignore[arg-type]
        whole[path] = {**parts, part: value}  # type: ignore[dict-item]
    return whole


def make_clerk(
    procedure: Procedure, name: str = "中村 恵", *, role: str = Membership.Role.MANAGER
) -> StaffMember:
    """Somebody of the department that the procedure belongs to."""
    return make_staff(name, department=procedure.scope.department, role=role)


def desk_of(staff: StaffMember) -> Client:
    """Return a browser in which `staff` has signed in."""
    browser = Client()
    browser.force_login(staff, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return browser


__all__ = ["make_choice", "make_question", "make_section", "when"]
