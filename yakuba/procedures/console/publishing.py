"""Before and after publishing: the walk, the difference in words, the versions, and going back to one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.procedures import definition, operations, rules, sockets
from yakuba.procedures.console import documents, drafts
from yakuba.procedures.models import Draft, Procedure, Run, Version
from yakuba.segments.sockets import facts as resident_facts
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may


@page(
    "procedures/<uuid:public_id>/publish/",
    title=_("公開"),
    name="procedure_publish",
    needs=Capability.DESIGN,
)
def publish(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What would change for whom; and the button that does it, for whoever may."""
    procedure = drafts.procedure_for(request, public_id)
    draft = drafts.draft_of(procedure)
    staff = drafts.me(request)
    may_publish = may(staff, Capability.PUBLISH, procedure.scope)
    refused = ""
    if request.method == "POST":
        mine = drafts.procedure_for(request, public_id, Capability.PUBLISH)
        if request.POST.get("rev") != str(draft.rev):
            refused = _t(
                "開いているあいだに下書きが変わりました。もう一度、変わるところを確かめてください。"
            )
        else:
            try:
                version = operations.publish(mine, staff=staff)
            except Refusal as no:
                refused = str(no)
            else:
                messages.success(
                    request,
                    _t("「{title}」の第{number}版を公開しました。").format(
                        title=mine.title, number=version.number
                    ),
                )
                return redirect("console:procedure", public_id)
    problems = drafts.problems_of(procedure, draft.document)
    context = {
        "procedure": procedure,
        "draft": draft,
        "problems": problems,
        "red": [problem for problem in problems if problem.is_red],
        "yellow": [problem for problem in problems if not problem.is_red],
        "changes": _changes(procedure, draft),
        "is_same": procedure.current is not None and procedure.current.document == draft.document,
        "middle": in_the_middle(procedure),
        "may_publish": may_publish,
        "refused": refused,
    }
    return render(request, "procedures/console/publish.html", context)


def _changes(procedure: Procedure, draft: Draft) -> list[str]:
    before = drafts.published(procedure)
    if before is None:
        return []
    try:
        return operations.publishing.changes(before, definition.read(draft.document))
    except definition.UnreadableDefinition:
        return []


def in_the_middle(procedure: Procedure) -> list[Version]:
    """Return the versions on which somebody is in the middle now, each with `active`."""
    active = Count("runs", filter=Q(runs__status=Run.Status.ACTIVE))
    return list(procedure.versions.annotate(active=active).filter(active__gt=0).order_by("-number"))


@page(
    "procedures/<uuid:public_id>/walk/",
    title=_("ためし歩き"),
    name="procedure_walk",
    needs=Capability.DESIGN,
)
def walk(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Go through the draft on every way, in the talk and on pages, and show each run."""
    procedure = drafts.procedure_for(request, public_id)
    document = drafts.draft_of(procedure).document
    context: dict[str, Any] = {"procedure": procedure}
    try:
        plan = rules.plan(definition.read(document), sockets.question_kinds)
    except definition.UnreadableDefinition as unreadable:
        context["unreadable"] = [fault.sentence for fault in unreadable.faults]
    else:
        walked = rules.walk(plan, now=clock.now(), facts=resident_facts())
        context |= {
            "walk": walked,
            "runs": walked.runs[:100],
            "unreached": [
                (missed, *documents.at_press(document, missed.press)) for missed in walked.unreached
            ],
            "red": [missed for missed in walked.unreached if missed.is_red],
            "questions": sum(not step.kind.is_message for step in plan.steps.values()),
            "stuck": [run for run in walked.runs if not run.handed_in],
        }
    return render(request, "procedures/console/walk.html", context)


@page(
    "procedures/<uuid:public_id>/versions/",
    title=_("これまでの版"),
    name="procedure_versions",
    needs=Capability.VIEW,
)
def versions(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Every version that was ever published, with what it changed and who is still on it."""
    procedure = drafts.procedure_for(request, public_id, Capability.VIEW)
    active = Count("runs", filter=Q(runs__status=Run.Status.ACTIVE))
    done = Count("runs", filter=Q(runs__status=Run.Status.DONE))
    found = procedure.versions.select_related("published_by").annotate(active=active, done=done)
    context = {
        "procedure": procedure,
        "versions": found.order_by("-number"),
        "may_design": may(drafts.me(request), Capability.DESIGN, procedure.scope),
    }
    return render(request, "procedures/console/versions.html", context)


@page(
    "procedures/<uuid:public_id>/versions/<int:number>/",
    title=_("版をくらべる"),
    name="procedure_version",
    needs=Capability.VIEW,
)
def version(request: StaffRequest, public_id: UUID, number: int) -> HttpResponse:
    """One version beside the present one, question by question, and the button to go back to it."""
    procedure = drafts.procedure_for(request, public_id, Capability.VIEW)
    one = get_object_or_404(Version, procedure=procedure, number=number)
    read = definition.read(one.document)
    present = drafts.published(procedure)
    context = {
        "procedure": procedure,
        "version": one,
        "questions": [
            (section, question, _kind_label(question.kind))
            for section, question in read.questions()
        ],
        "changes": operations.publishing.changes(present, read) if present else [],
        "is_present": procedure.current_id == one.pk,
        "may_publish": may(drafts.me(request), Capability.PUBLISH, procedure.scope),
    }
    return render(request, "procedures/console/version.html", context)


def _kind_label(key: str) -> str:
    return str(sockets.question_kinds[key].label) if key in sockets.question_kinds else key


@page(
    "procedures/<uuid:public_id>/versions/<int:number>/restore/",
    title=_("この版にもどす"),
    name="procedure_restore",
    needs=Capability.PUBLISH,
)
def restore(request: StaffRequest, public_id: UUID, number: int) -> HttpResponse:
    """Publish an older version again, as a new one."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    procedure = drafts.procedure_for(request, public_id, Capability.PUBLISH)
    older = get_object_or_404(Version, procedure=procedure, number=number)
    try:
        made = operations.restore(procedure, version=older, staff=drafts.me(request))
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(
            request,
            _t("第{older}版の内容を、第{new}版として公開しました。").format(
                older=older.number, new=made.number
            ),
        )
    return redirect("console:procedure_versions", public_id)
