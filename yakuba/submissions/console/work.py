"""What a clerk does to one submission; one operation for each press."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.submissions import forms, operations, queries
from yakuba.submissions.console.detail import context_of, one_of
from yakuba.submissions.console.inbox import me
from yakuba.submissions.models import Submission
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability


@page(
    "submissions/<uuid:submission_id>/work/",
    title=_("処理"),
    name="submission_work",
    needs=Capability.VIEW,
)
def work(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Do what was pressed (`do`), on the state that the clerk saw (`rev`)."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = one_of(request, submission_id)
    if not townhall.may(me(request.user), Capability.HANDLE, found.procedure.scope):
        raise PermissionDenied
    act = _ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        wrong = act(request, found)
    except Refusal as no:
        messages.error(request, str(no))
        wrong = None
    if wrong is not None:
        context = {**context_of(request, found), **wrong}
        return render(request, "submissions/console/detail.html", context)
    return redirect("console:submission", submission_id=found.pk)


def _rev(request: StaffRequest) -> int:
    rev = counted(request.POST.get("rev", ""))
    if rev < 0:
        raise Http404
    return rev


def _status(request: StaffRequest, found: Submission) -> None:
    status = request.POST.get("status", "")
    if status not in Submission.Status.values:
        raise Http404
    operations.set_status(found, status=status, rev=_rev(request), staff=me(request.user))
    label = found.get_status_display()
    messages.success(request, _t("「{label}」にしました。").format(label=label))


def _assign(request: StaffRequest, found: Submission) -> dict[str, object] | None:
    form = forms.Assignment(queries.handlers(found.procedure.scope), request.POST)
    if not form.is_valid():
        return {"assignment": form}
    to = me(request.user) if "me" in request.POST else form.cleaned_data["to"]
    operations.assign(found, to=to, rev=_rev(request), staff=me(request.user))
    words = _t("{name}を担当にしました。").format(name=to.name) if to else _t("担当を外しました。")
    messages.success(request, words)
    return None


def _note(request: StaffRequest, found: Submission) -> dict[str, object] | None:
    form = forms.NoteText(request.POST)
    if not form.is_valid():
        return {"note_form": form}
    operations.write_note(found, text=form.cleaned_data["text"], staff=me(request.user))
    messages.success(request, _t("メモを残しました。"))
    return None


def _answer(request: StaffRequest, found: Submission) -> dict[str, object] | None:
    form = forms.AnswerText(request.POST)
    if not form.is_valid():
        return {"answer_form": form}
    try:
        operations.answer(
            found,
            template=form.cleaned_data["template"],
            extra=form.cleaned_data["extra"],
            rev=_rev(request),
            staff=me(request.user),
        )
    except Refusal as no:
        form.add_error(None, str(no))
        return {"answer_form": form}
    messages.success(request, _t("本人のトークに送ります。"))
    return None


_ACTS: dict[str, Callable[[StaffRequest, Submission], dict[str, object] | None]] = {
    "status": _status,
    "assign": _assign,
    "note": _note,
    "answer": _answer,
}
