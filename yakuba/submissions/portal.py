"""What residents see of what they handed in, and how they correct it or take it back."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from yakuba.files import serving
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.portal.sockets import Card, Preview, ResidentRequest, cards, page, subjects
from yakuba.procedures import operations as procedures
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries, rules
from yakuba.submissions.models import OfficialLetter, RevisionFile, Submission
from yakuba.submissions.wording import STATES, WORDS


def _preview(number: str, file_id: UUID | None = None, letter_id: UUID | None = None) -> Preview:
    return Preview(title="")


def _own(request: ResidentRequest, number: str) -> Submission:
    """Return the submission if it is the resident's own; nobody learns that it exists otherwise."""
    try:
        key = UUID(number)
    except ValueError:
        raise Http404 from None
    rows = Submission.objects.at_hand().select_related("procedure__scope__department", "resident")
    found = rows.filter(pk=key, resident=request.resident).first()
    if found is None:
        raise Http404
    return found


def _words(request: ResidentRequest) -> dict[str, str]:
    return {key: text.pick(request.resident.language) for key, text in WORDS.items()}


@page("submission/<str:number>/", name="submission", preview=_preview)
def submission(request: ResidentRequest, number: str) -> HttpResponse:
    """What the resident handed in, where it stands, and what may still be done."""
    return _show(request, _own(request, number))


def _show(request: ResidentRequest, found: Submission, *, problem: str = "") -> HttpResponse:
    words, language = _words(request), request.resident.language
    department = found.procedure.scope.department
    revisions = list(found.revisions.select_related("version").order_by("-number"))
    if not revisions:
        raise Http404  # erased a moment ago
    kept = RevisionFile.objects.filter(revision=revisions[0]).select_related("file")
    kinds = {str(one.file_id): one.file.content_type for one in kept}
    groups = [
        (
            group.title,
            [
                (
                    answer,
                    [
                        (one, kinds[one].startswith("image/"))
                        for one in answer.files
                        if one in kinds
                    ],
                )
                for answer in group.answers
            ],
        )
        for group in queries.groups(revisions[0], language=language)
    ]
    history = [
        (
            words["number"].format(number=later.number),
            later.handed_in_at,
            [_said(words, one) for one in queries.changes(earlier, later)] if earlier else [],
            earlier is not None,
        )
        for later, earlier in zip(revisions, [*revisions[1:], None], strict=True)
    ]
    plan = queries.plan_numbered(revisions[0].version_id)
    context = {
        "submission": found,
        "groups": groups,
        "history": history if len(history) > 1 else [],
        "w": words,
        "state": STATES[found.display].pick(language),
        "charges": [
            (one, words[f"money_{one.standing}"], f"/p/pay/{one.charge.public_id}/")
            for one in queries.owing(found)
            if one.standing != "none"
        ],
        "asked": _asked(found, language, words),
        "letters": [
            (one, words[one.kind])
            for one in found.letters.exclude(file=None).order_by("-written_at")
        ],
        "may_correct": queries.may_be_corrected(found, plan.definition),
        "cannot_correct": words["cannot_correct"].format(
            department=department.name, phone=department.phone
        ),
        "may_withdraw": bool(operations.may_withdraw(found)) and not found.withdrawal_asked_at,
        "problem": problem,
    }
    return render(request, "submissions/portal/submission.html", context)


def _asked(found: Submission, language: str, words: Mapping[str, str]) -> dict[str, object] | None:
    """What the town asks to be corrected, until when, and whether anything in the answers is."""
    request = queries.open_return(found) if found.status == rules.RETURNED else None
    if request is None:
        return None
    department = found.procedure.scope.department
    labels = {
        answer.path: answer.label
        for group in queries.groups(queries.newest_revision(found), language=language)
        for answer in group.answers
    }
    return {
        "items": [(labels.get(one["path"], ""), one["comment"]) for one in request.items],
        "message": request.message,
        "until": words["until"].format(day=wareki.full(request.due_on)),
        "past": words["past"].format(department=department.name, phone=department.phone)
        if request.due_on < clock.today()
        else "",
    }


def _said(words: Mapping[str, str], change: queries.Change) -> str:
    key = "added" if not change.before else "changed" if change.after else "removed"
    return words[key].format(label=change.label, before=change.before, after=change.after)


@page("submission/<str:number>/correct/", name="submission_correct", preview=_preview)
def correct(request: ResidentRequest, number: str) -> HttpResponse:
    """Begin to correct; the run's own page goes on from here."""
    found = _own(request, number)
    if request.method != "POST":
        return _show(request, found)
    if not queries.may_be_corrected(found, queries.definition_of(found)):
        return _show(request, found, problem=str(_too_late(found)))
    try:
        turn = procedures.begin_correction(
            procedure=found.procedure,
            resident=request.resident,
            earlier=queries.as_earlier(found),
        )
    except Refusal as no:
        return _show(request, found, problem=str(no))
    return redirect("portal:run", run_id=turn.run.pk)


def _too_late(found: Submission) -> Refusal:
    return operations.NoLongerCorrectable(receipt_no=found.receipt_no)


@page("submission/<str:number>/withdraw/", name="submission_withdraw", preview=_preview)
def withdraw(request: ResidentRequest, number: str) -> HttpResponse:
    """Ask whether it is meant, and take it back."""
    found = _own(request, number)
    if request.method != "POST":
        way = operations.may_withdraw(found)
        context = {"submission": found, "w": _words(request), "asks": way == "by asking"}
        return render(request, "submissions/portal/withdraw.html", context)
    try:
        rev = counted(request.POST.get("rev", ""))
        operations.withdraw(found, resident=request.resident, rev=rev if rev >= 0 else None)
    except Refusal as no:
        return _show(request, found, problem=str(no))
    return _show(request, found)


@page(
    "submission/<str:number>/letter/<uuid:letter_id>/", name="submission_letter", preview=_preview
)
def letter(request: ResidentRequest, number: str, letter_id: UUID) -> HttpResponse:
    """A letter of the town, as PDF; that it was opened is noted for the department."""
    found = _own(request, number)
    kept = OfficialLetter.objects.filter(submission=found, pk=letter_id).exclude(file=None)
    row = kept.select_related("file").first()
    if row is None or row.file is None:
        raise Http404
    operations.note_reading(row.pk)
    return serving.response(row.file)


@page("submission/<str:number>/file/<uuid:file_id>", name="submission_file", preview=_preview)
def file(request: ResidentRequest, number: str, file_id: UUID) -> HttpResponse:
    """A photo or file that the resident handed in."""
    found = _own(request, number)
    kept = RevisionFile.objects.filter(revision__submission=found, file=file_id).first()
    if kept is None:
        raise Http404
    return serving.response(kept.file)


@cards.plug
def handed_in(resident: Resident) -> list[Card]:
    """Everything the resident handed in, for "my page"."""
    rows = Submission.objects.at_hand().filter(resident=resident).select_related("procedure")
    return [
        Card(
            title=row.procedure.title,
            words=STATES[row.display].pick(resident.language),
            at=row.changed_at,
            href=reverse("portal:submission", args=[row.pk]),
            is_under_way=row.status in rules.OPEN,
        )
        for row in rows.order_by("-changed_at")[:50]
    ]


@subjects.plug
def looked_at(resident: Resident) -> dict[str, str]:
    """Name what the resident handed in, as the audit's trail knows it."""
    rows = Submission.objects.filter(resident=resident).select_related("procedure")
    return {
        operations.subject_of(one): f"{one.procedure.title}（{one.receipt_no}）" for one in rows
    }
