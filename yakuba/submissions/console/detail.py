"""One submission: its answers, masked where they are personal, its history, and the work on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page, revealed, viewed
from yakuba.files import serving
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.procedures.rules import question_in
from yakuba.submissions import forms, operations, queries, rules
from yakuba.submissions.console.beside import beside
from yakuba.submissions.console.inbox import BADGES
from yakuba.submissions.console.persons import me
from yakuba.submissions.console.review import money_of, review_of
from yakuba.submissions.models import Revision, RevisionFile, Submission
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability

_MOVES = {
    rules.NEW: _("未対応に戻す"),
    rules.WORKING: _("対応中にする"),
    rules.DONE: _("完了にする"),
}
_ATTRIBUTES = {
    "name": _("氏名"),
    "address": _("住所"),
    "born_on": _("生年月日"),
    "sex": _("性別"),
}
_MAP = "https://maps.gsi.go.jp/#17/{latitude}/{longitude}/"


@dataclass(frozen=True, slots=True)
class ShownFile:
    name: str
    href: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One answer as this person sees it now; what is masked carries no text."""

    answer: queries.Answer
    is_masked: bool
    text: str
    files: Sequence[ShownFile]
    map: str


@dataclass(frozen=True, slots=True)
class Step:
    """One revision and what it changed; texts of what is masked are empty."""

    revision: Revision
    changes: Sequence[tuple[queries.Change, bool]]


def one_of(request: StaffRequest, submission_id: UUID) -> Submission:
    """Return the submission if this person may see it; for everybody else it does not exist."""
    rows = (
        Submission.objects.visible_to(me(request.user))
        .at_hand()
        .select_related("procedure__scope__department", "assignee", "resident")
    )
    return get_object_or_404(rows, pk=submission_id)


@page(
    "submissions/<uuid:submission_id>/",
    title=_("届いたもの"),
    name="submission",
    needs=Capability.VIEW,
)
def submission(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """What was handed in, and what was done with it."""
    found = one_of(request, submission_id)
    viewed.announce(
        request.user,
        operations.subject_of(found),
        f"受付番号{found.receipt_no}（{found.procedure.title}）を見ました。",
        {},
    )
    return render(request, "submissions/console/detail.html", context_of(request, found))


@page(
    "submissions/<uuid:submission_id>/reveal/",
    title=_("個人情報の表示"),
    name="submission_reveal",
    needs=Capability.VIEW,
)
def reveal(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Take the mask off one answer (`path`) or all; who did is in the audit."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = one_of(request, submission_id)
    if not townhall.may(me(request.user), Capability.PERSONAL, found.procedure.scope):
        raise PermissionDenied
    wanted = request.GET.get("path", "")
    context = context_of(request, found, unmasked=None if not wanted else {wanted})
    rows = [row for _title, group in context["groups"] for row in group]
    opened = [row for row in rows if row.answer.is_confidential and not row.is_masked]
    if not opened:
        raise Http404
    labels = "、".join(row.answer.label for row in opened)
    revealed.announce(
        request.user,
        operations.subject_of(found),
        f"受付番号{found.receipt_no}の個人情報を表示しました：{labels}",
        {"questions": [question_in(row.answer.path)[0] for row in opened]},
    )
    if not request.htmx:
        return render(request, "submissions/console/detail.html", context)
    if wanted:
        return render(request, "submissions/console/answer.html", {"row": opened[0]})
    return render(request, "submissions/console/answers.html", context)


@page(
    "submissions/<uuid:submission_id>/print/",
    title=_("印刷"),
    name="submission_print",
    needs=Capability.VIEW,
)
def on_paper(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Everything on paper; what is personal only for those who may see it, and only when they asked."""
    found = one_of(request, submission_id)
    is_open = request.method == "POST"
    if is_open and not townhall.may(me(request.user), Capability.PERSONAL, found.procedure.scope):
        raise PermissionDenied
    context = context_of(request, found, unmasked=None if is_open else set())
    announce = revealed if is_open else viewed
    words = "個人情報も含めて印刷用に表示しました。" if is_open else "印刷用に表示しました。"
    announce.announce(
        request.user, operations.subject_of(found), f"受付番号{found.receipt_no}を{words}", {}
    )
    return render(request, "submissions/console/print.html", {**context, "now": clock.now()})


@page(
    "submissions/<uuid:submission_id>/files/<uuid:file_id>/",
    title=_("写真・ファイル"),
    name="submission_file",
    needs=Capability.VIEW,
)
def file(request: StaffRequest, submission_id: UUID, file_id: UUID) -> HttpResponse:
    """A photo or file, for those who may see the answer that it belongs to."""
    found = one_of(request, submission_id)
    kept = (
        RevisionFile.objects.filter(revision__submission=found, file=file_id)
        .select_related("file", "revision")
        .order_by("-pk")
        .first()
    )
    if kept is None:
        raise Http404
    plan = queries.plan_numbered(kept.revision.version_id)
    if plan.steps[question_in(kept.path)[0]].is_confidential:
        if not townhall.may(me(request.user), Capability.PERSONAL, found.procedure.scope):
            raise Http404
        revealed.announce(
            request.user,
            operations.subject_of(found),
            f"受付番号{found.receipt_no}のファイルを開きました。",
            {"file": str(kept.file_id)},
        )
    return serving.response(kept.file)


def context_of(
    request: StaffRequest, found: Submission, *, unmasked: Collection[str] | None = ()
) -> dict[str, Any]:
    """Return what the page shows; `unmasked` are paths without their mask, None is all of them."""
    staff = me(request.user)
    revisions = list(found.revisions.select_related("version").order_by("-number"))
    if not revisions:
        raise Http404  # erased a moment ago
    may = {
        one: townhall.may(staff, one, found.procedure.scope)
        for one in (Capability.PERSONAL, Capability.HANDLE)
    }
    stored = _files(revisions[0])
    groups = [
        (group.title, [_row(found, answer, stored, unmasked) for answer in group.answers])
        for group in queries.groups(revisions[0])
    ]
    mine = Submission.objects.visible_to(staff, Capability.HANDLE).needs_work()
    return {
        "submission": found,
        "groups": groups,
        "has_masked": any(row.is_masked for _title, rows in groups for row in rows),
        "may_reveal": may[Capability.PERSONAL],
        "may_handle": may[Capability.HANDLE],
        "history": _history(revisions, is_open=unmasked is None),
        "events": found.events.select_related("staff").order_by("-pk"),
        "notes": found.notes.select_related("staff").order_by("-pk"),
        "review": (review := review_of(found, staff)),
        "moves": [] if review else [(one, _MOVES[one]) for one in rules.moves(found.status)],
        "beside": beside(request, found, staff) if may[Capability.HANDLE] else None,
        "money": money_of(found),
        "state": BADGES[found.display],
        "proofs": [(one, _on_card(one, unmasked)) for one in queries.proven(found)],
        "assignment": forms.Assignment(
            queries.handlers(found.procedure.scope), initial={"to": found.assignee_id}
        ),
        "note_form": forms.NoteText(),
        "answer_form": forms.AnswerText(),
        "templates": [
            (one.label, operations.said(one, found, language="ja")) for one in operations.TEMPLATES
        ],
        "following": mine.exclude(pk=found.pk).order_by("submitted_at", "pk").first(),
        "is_late": queries.late().filter(pk=found.pk).exists(),
    }


def _on_card(proven: queries.Proven, unmasked: Collection[str] | None) -> list[tuple[object, str]]:
    """What the card says, when everything was revealed; else nothing of it."""
    if unmasked is not None:
        return []
    said = proven.evidence.attributes
    return [(label, said[key]) for key, label in _ATTRIBUTES.items() if said.get(key)]


def _files(revision: Revision) -> dict[str, StoredFile]:
    kept = RevisionFile.objects.filter(revision=revision).select_related("file")
    return {str(one.file_id): one.file for one in kept}


def _row(
    found: Submission,
    answer: queries.Answer,
    stored: Mapping[str, StoredFile],
    unmasked: Collection[str] | None,
) -> Row:
    is_masked = answer.is_confidential and unmasked is not None and answer.path not in unmasked
    if is_masked:
        return Row(answer, True, "", [], "")
    files = [
        ShownFile(
            stored[one].name,
            reverse("console:submission_file", args=[found.pk, one]),
            stored[one].content_type.startswith("image/"),
        )
        for one in answer.files
        if one in stored
    ]
    place = ""
    if answer.place is not None:
        latitude, longitude = answer.place
        place = _MAP.format(latitude=latitude, longitude=longitude)
    return Row(answer, False, answer.text, files, place)


def _history(revisions: Sequence[Revision], *, is_open: bool) -> list[Step]:
    """Return the revisions, the newest first, each with its difference to the one before."""
    steps = []
    for later, earlier in zip(revisions, [*revisions[1:], None], strict=True):
        found = queries.changes(earlier, later) if earlier is not None else []
        masked = [(one, one.is_confidential and not is_open) for one in found]
        steps.append(Step(later, masked))
    return steps
