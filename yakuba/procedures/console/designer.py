"""The designer: left the questions, in the middle the one that is chosen, at the right the phone, live."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.procedures import definition, operations, sockets
from yakuba.procedures.console import controls, documents, drafts, settings, vocabulary
from yakuba.procedures.console.documents import WHOLE, Changed, Document, Part
from yakuba.procedures.console.outline import outline
from yakuba.procedures.models import Draft, Procedure
from yakuba.procedures.operations.publishing import ChangedMeanwhile
from yakuba.residents.models import Attribute
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may

_NEEDS = Capability.DESIGN
_DESIGNER = "procedures/console/designer.html"
_MOVING = [("up", "上へ", "up"), ("down", "下へ", "down")]
_TOOLS_OF_QUESTION = [*_MOVING, ("copy", "写す", ""), ("remove", "消す", "")]
_TOOLS_OF_SECTION = [*_MOVING, ("remove", "消す", "")]


@page(
    "procedures/<uuid:public_id>/design/",
    title=_("手続を作る"),
    name="procedure_design",
    needs=_NEEDS,
)
def design(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The designer, with the whole procedure chosen until a question is."""
    return _part(request, public_id, WHOLE)


@page(
    "procedures/<uuid:public_id>/design/<slug:key>/",
    title=_("手続を作る"),
    name="procedure_part",
    needs=_NEEDS,
)
def part(request: StaffRequest, public_id: UUID, key: str) -> HttpResponse:
    """One part in the middle; posted, its settings are kept."""
    return _part(request, public_id, key)


# Who answers these with "not at all" takes away everything that belongs to them.
_HEADS = {"repeat.each": "repeat", "payment.timing": "payment"}


def _part(request: StaffRequest, public_id: UUID, key: str) -> HttpResponse:
    procedure = drafts.procedure_for(request, public_id)
    draft = drafts.draft_of(procedure)
    if request.method == "POST":
        return _save(request, procedure, draft, key)
    if documents.part(draft.document, key) is None:
        return redirect("console:procedure_design", public_id)
    if request.htmx and not request.htmx.history_restore_request:
        return _answer(request, procedure, draft, key, shows_part=True, act="open")
    return _whole(request, procedure, draft, key)


def _save(request: StaffRequest, procedure: Procedure, draft: Draft, key: str) -> HttpResponse:
    """Keep what was typed into the form of a part; say at its field what cannot be kept."""
    chosen = documents.part(draft.document, key)
    if request.POST.get("rev") != str(draft.rev) or chosen is None:
        return _overtaken(request, procedure, draft, key)
    groups = settings.groups_of(chosen, draft.document, drafts.around(request, procedure))
    posted = controls.read(groups, chosen.document, request.POST)
    for head, whole in _HEADS.items():
        if request.POST.get(head) == "":
            posted.document.pop(whole, None)
    posted.document.update(_kept_options(chosen, posted.document))
    document = _with_part(draft.document, chosen, posted.document)
    errors = dict(posted.errors)
    try:
        definition.read(document)
    except definition.UnreadableDefinition as unreadable:
        errors |= {
            fault.where.removeprefix(chosen.path).removeprefix("."): fault.sentence
            for fault in unreadable.faults
        }
    # What is right is kept only together with the rest: half a form would be hard to undo.
    if not errors and document != draft.document:
        try:
            words = drafts.words_of(draft.document, document)
            draft = operations.save_draft(
                draft, document=document, rev=draft.rev, words=words, staff=drafts.me(request)
            )
        except ChangedMeanwhile:
            return _overtaken(request, procedure, draft, key)
    after = documents.part(draft.document, key) or chosen
    looks_different = _form(after, draft, procedure, request) != groups
    return _answer(
        request,
        procedure,
        draft,
        key,
        shows_part=looks_different or bool(errors) or "had_errors" in request.POST,
        act="wrong" if errors else "save",
        errors=errors,
        typed=posted.document if errors else None,
    )


def _kept_options(chosen: Part, after: Mapping[str, Any]) -> dict[str, Any]:
    """Another kind begins with what it shares with the one before: its list of choices."""
    if after.get("kind") == chosen.document.get("kind"):
        return {}
    choices = chosen.document.get("options", {}).get("choices")
    if after.get("kind") in ("choice", "choices"):
        first = [{"id": "c1", "label": {"ja": ""}}, {"id": "c2", "label": {"ja": ""}}]
        return {"options": {"choices": choices or first}}
    return {"options": {}}


def _form(
    chosen: Part, draft: Draft, procedure: Procedure, request: StaffRequest
) -> Sequence[controls.Group]:
    return settings.groups_of(chosen, draft.document, drafts.around(request, procedure))


def _with_part(document: Document, chosen: Part, after: Document) -> Document:
    if chosen.key == WHOLE:
        return after
    steps = chosen.path.split(".")
    sections = list(document["sections"])
    place = int(steps[1])
    if len(steps) == 2:
        sections[place] = after
    else:
        questions = list(sections[place]["questions"])
        questions[int(steps[3])] = after
        sections[place] = {**sections[place], "questions": questions}
    return {**document, "sections": sections}


@page("procedures/<uuid:public_id>/change/", title=_("直す"), name="procedure_change", needs=_NEEDS)
def change(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Add, move, copy or remove something; the part to look at afterwards is shown."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    procedure = drafts.procedure_for(request, public_id)
    draft = drafts.draft_of(procedure)
    key = request.POST.get("part", WHOLE)
    if request.POST.get("rev") != str(draft.rev):
        return _overtaken(request, procedure, draft, key)
    try:
        made = _made(procedure, draft.document, key, request.POST)
    except (LookupError, ValueError):
        raise Http404 from None
    if made.document != draft.document:
        try:
            draft = operations.save_draft(
                draft,
                document=made.document,
                rev=draft.rev,
                words=made.words,
                staff=drafts.me(request),
            )
        except ChangedMeanwhile:
            return _overtaken(request, procedure, draft, key)
        except definition.UnreadableDefinition as no:
            return _answer(
                request,
                procedure,
                draft,
                key,
                shows_part=True,
                act="refused",
                said=no.faults[0].sentence,
            )
    act = request.POST.get("act", "")
    return _answer(request, procedure, draft, made.part, shows_part=True, act=act, moves=True)


def _made(procedure: Procedure, document: Document, key: str, asked: QueryDict) -> Changed:
    """Return what the pressed button makes of the document."""
    number = int(asked.get("number") or 0)
    match asked.get("act", ""):
        case "add_section":
            used = drafts.used_ids(procedure, document)
            return documents.add_section(document, after=key, used=used)
        case "add_question":
            kind = asked.get("kind", "")
            if kind not in sockets.question_kinds:
                raise LookupError(kind)
            used = drafts.used_ids(procedure, document)
            return documents.add_question(document, kind=kind, after=key, used=used)
        case "copy":
            used = drafts.used_ids(procedure, document)
            return documents.copy_question(document, key, used=used)
        case "remove":
            return documents.remove(document, key)
        case "up" | "down" as way:
            return documents.move(document, key, by=-1 if way == "up" else 1)
        case "put":
            return documents.put(document, key, before=asked.get("before", ""))
        case "add_choices":
            labels = [one.strip() for one in asked.get("labels", "").splitlines() if one.strip()]
            used = drafts.used_choices(procedure, key)
            return documents.add_choices(document, key, labels=labels, used=used)
        case "remove_choice":
            return documents.remove_choice(document, key, number=number)
        case "choice_up" | "choice_down" as way:
            by = -1 if way == "choice_up" else 1
            return documents.move_choice(document, key, number=number, by=by)
        case "take_choices":
            return documents.take_choices(
                document, key, choices=_choices_of_attribute(document, key)
            )
        case unknown:
            raise LookupError(unknown)


def _choices_of_attribute(document: Document, key: str) -> list[Document]:
    chosen = documents.part(document, key)
    if chosen is None:
        raise LookupError(key)
    attribute = Attribute.objects.filter(key=chosen.document.get("keep_as", "")).first()
    if attribute is None:
        raise LookupError(key)
    kept = attribute.choices.filter(retired_at=None).order_by("order", "pk")
    return [
        {"id": one.key, "label": {"ja": one.label}, **({"kana": one.kana} if one.kana else {})}
        for one in kept
    ]


@page(
    "procedures/<uuid:public_id>/undo/", title=_("1つもどす"), name="procedure_undo", needs=_NEEDS
)
def undo(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take back the last change, whoever made it, and say what it was."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    procedure = drafts.procedure_for(request, public_id)
    draft = drafts.draft_of(procedure)
    key = request.POST.get("part", WHOLE)
    rev = request.POST.get("rev", "")
    try:
        words = operations.undo(
            draft, rev=int(rev) if rev.isdecimal() else -1, staff=drafts.me(request)
        )
    except ChangedMeanwhile:
        return _overtaken(request, procedure, draft, key)
    except Refusal as no:
        return _answer(request, procedure, draft, key, shows_part=True, act="undo", said=str(no))
    draft.refresh_from_db()
    said = f"取り消しました：{words}"
    return _answer(request, procedure, draft, key, shows_part=True, act="undo", said=said)


def _has_details(question: Document) -> bool:
    """Say whether a choice says more than its words."""
    choices = question.get("options", {}).get("choices", [])
    return any(set(choice) - {"id", "label"} for choice in choices)


def _question_of(chosen: Part) -> str:
    """Return the question that the phone goes to: the chosen one, or the first of the chosen section."""
    if chosen.key.startswith("q-"):
        return str(chosen.document["id"])
    questions = chosen.document.get("questions", []) if chosen.key != WHOLE else []
    return str(questions[0]["id"]) if questions else ""


def _overtaken(request: StaffRequest, procedure: Procedure, draft: Draft, key: str) -> HttpResponse:
    """Show what somebody else made of the draft meanwhile, and what of one's own is not in it."""
    draft.refresh_from_db()
    texts = [
        str(value)
        for name, value in request.POST.items()
        if name.endswith((".ja", ".ja-easy", ".en")) and str(value).strip()
    ]
    chosen = documents.part(draft.document, key)
    mine = [text for text in texts if text not in _texts_in(chosen.document if chosen else {})]
    return _answer(
        request, procedure, draft, key, shows_part=True, act="save", overtaken=True, not_kept=mine
    )


def _texts_in(value: object) -> set[str]:
    if isinstance(value, Mapping):
        return {text for inner in value.values() for text in _texts_in(inner)}
    if isinstance(value, list):
        return {text for inner in value for text in _texts_in(inner)}
    return {value} if isinstance(value, str) else set()


def _answer(
    request: StaffRequest,
    procedure: Procedure,
    draft: Draft,
    key: str,
    *,
    shows_part: bool,
    act: str,
    moves: bool = False,
    **more: Any,
) -> HttpResponse:
    """Answer htmx: the list and the bar anew, the middle only where it looks different."""
    if not request.htmx:
        if more.get("said"):
            messages.info(request, more["said"])
        return redirect("console:procedure_part", procedure.public_id, key)
    context = _context(request, procedure, draft, key, **more)
    context["shows_part"] = shows_part
    response = render(request, f"{_DESIGNER}#answer", context)
    response.headers["HX-Trigger-After-Settle"] = json.dumps({"draft-shown": {"act": act}})
    if moves:
        response.headers["HX-Push-Url"] = reverse(
            "console:procedure_part", args=[procedure.public_id, context["part"].key]
        )
    return response


def _whole(request: StaffRequest, procedure: Procedure, draft: Draft, key: str) -> HttpResponse:
    return render(request, _DESIGNER, _context(request, procedure, draft, key))


def _context(
    request: StaffRequest,
    procedure: Procedure,
    draft: Draft,
    key: str,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Document | None = None,
    **more: Any,
) -> dict[str, Any]:
    document = draft.document
    found = documents.part(document, key)
    chosen = found or Part(WHOLE, "", document)
    problems = drafts.problems_of(procedure, document)
    shown = chosen.document if typed is None else typed
    groups = _form(chosen, draft, procedure, request)
    languages = document.get("languages", [])
    when, wrong = vocabulary.said(document, chosen.document.get("when"))
    red = sum(problem.is_red for problem in problems)
    return {
        "procedure": procedure,
        "draft": draft,
        "part": chosen,
        "question_shown": _question_of(chosen),
        "is_question": chosen.key.startswith("q-"),
        "outline": outline(document, problems),
        "problems": problems,
        "problems_here": [one for one in problems if one.part == chosen.key],
        "red": red,
        "yellow": len(problems) - red,
        "groups": controls.draw(groups, shown, languages=languages, errors=errors),
        "errors": errors or {},
        "vocabulary": vocabulary.vocabulary(document, chosen),
        "tools": _TOOLS_OF_QUESTION if chosen.key.startswith("q-") else _TOOLS_OF_SECTION,
        "has_choices": chosen.document.get("kind") in ("choice", "choices"),
        "shows_details": "choice_details" in request.POST or _has_details(shown),
        "when_json": json.dumps(shown.get("when"), ensure_ascii=False) if shown.get("when") else "",
        "when": when,
        "when_wrong": wrong,
        "kinds": [(kind.key, kind.label) for kind in sockets.question_kinds],
        "last_step": draft.steps.order_by("-rev").first(),
        "may_publish": may(drafts.me(request), Capability.PUBLISH, procedure.scope),
        **more,
    }
