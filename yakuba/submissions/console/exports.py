"""Taking answers and questions out: choose, wait, fetch."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, exported, page
from yakuba.files import serving
from yakuba.kit.errors import Refusal
from yakuba.procedures.models import Procedure
from yakuba.submissions import forms, operations, queries
from yakuba.submissions.console.persons import me
from yakuba.submissions.models import Export, Submission
from yakuba.submissions.operations.exporting import CONTENT_TYPES
from yakuba.submissions.operations.questions import questions_file
from yakuba.townhall.models import Capability

_KEPT = ("status", "assignee", "q", "department")  # what the list was narrowed down by


@page(
    "submissions/export/",
    title=_("書き出し"),
    name="submission_export",
    needs=Capability.EXPORT,
)
def wish(request: StaffRequest) -> HttpResponse:
    """Choose a procedure and a format; the file is made while one goes on working."""
    staff = me(request.user)
    asked = request.GET.copy()
    initial = {"procedure": asked.get("procedure"), "format": Export.Format.XLSX}
    form = forms.ExportWish(staff, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        procedure = form.cleaned_data["procedure"]
        if "questions" in request.POST:
            return _questions(request, procedure, form.cleaned_data["format"])
        for key in [key for key in asked if key not in _KEPT]:
            del asked[key]
        try:
            operations.ask_for(
                procedure,
                format=form.cleaned_data["format"],
                query=asked.urlencode(),
                has_personal=form.cleaned_data.get("has_personal", False),
                staff=staff,
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            words = _t("書き出しています。画面を離れてもかまいません。終わるとここに表示されます。")
            messages.info(request, words)
            return redirect(f"{reverse('console:submissions')}?{request.GET.urlencode()}")
    narrowing = {key: str(value) for key, value in asked.items()}
    rows = Submission.objects.visible_to(staff, Capability.EXPORT).at_hand()
    count = queries.narrowed(rows, narrowing, staff=staff).count()
    mine = Export.objects.filter(staff=staff).exclude(ready_at=None).select_related("procedure")
    return render(
        request,
        "submissions/console/export.html",
        {
            "form": form,
            "count": count,
            "is_narrowed": any(asked.get(key) for key in _KEPT),
            "exports": mine.order_by("-asked_at")[:20],
            "kept_days": operations.KEPT_DAYS,
        },
    )


def _questions(request: StaffRequest, procedure: Procedure, format: str) -> HttpResponse:
    name, content = questions_file(procedure, format=format)
    exported.announce(
        request.user,
        f"procedures.procedure:{procedure.public_id}",
        f"「{procedure.title}」の質問の一覧を書き出しました。",
        {"format": format},
    )
    answer = HttpResponse(content, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer["Content-Disposition"] = disposition or "attachment"
    return answer


@page(
    "submissions/exports/<uuid:export_id>/",
    title=_("書き出したファイル"),
    name="submission_export_done",
    needs=Capability.EXPORT,
)
def done(request: StaffRequest, export_id: UUID) -> HttpResponse:
    """What is in the file, until when it is there, and a button to fetch it."""
    return render(
        request, "submissions/console/exported.html", {"export": _own(request, export_id)}
    )


@page(
    "submissions/exports/<uuid:export_id>/file/",
    title=_("書き出したファイル"),
    name="submission_export_file",
    needs=Capability.EXPORT,
)
def fetch(request: StaffRequest, export_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """The file itself, for its maker only, as long as he may export."""
    export = _own(request, export_id)
    try:
        file, content = operations.fetch(export, staff=me(request.user))
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("console:submission_export")
    return serving.made(file, content)


def _own(request: StaffRequest, export_id: UUID) -> Export:
    mine = Export.objects.filter(staff=me(request.user)).select_related("procedure__scope", "file")
    found = get_object_or_404(mine, pk=export_id)
    if found.ready_at is None:
        raise Http404
    return found
