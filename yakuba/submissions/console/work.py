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
from yakuba.submissions.console.persons import me
from yakuba.submissions.console.review import due_day
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


def _return(request: StaffRequest, found: Submission) -> None:
    posted = request.POST
    words = [*posted.getlist("template"), posted.get("message", "")]
    operations.return_for_correction(
        found,
        comments={path: posted.get(f"comment:{path}", "") for path in posted.getlist("pick")},
        message="\n".join(one.strip() for one in words if one.strip()),
        due_on=due_day(posted.get("due_on", "")),
        rev=_rev(request),
        staff=me(request.user),
    )
    messages.success(request, _t("補正をお願いしました。本人のトークに送ります。"))


def _prolong(request: StaffRequest, found: Submission) -> None:
    day = due_day(request.POST.get("due_on", ""))
    operations.prolong(found, due_on=day, rev=_rev(request), staff=me(request.user))
    messages.success(request, _t("補正の期限を変えました。本人のトークに送ります。"))


def _start(request: StaffRequest, found: Submission) -> None:
    operations.start(found, rev=_rev(request), staff=me(request.user))
    messages.success(request, _t("審査を始めました。"))


def _release(request: StaffRequest, found: Submission) -> None:
    operations.release(found, rev=_rev(request), staff=me(request.user))
    messages.success(request, _t("審査前に戻しました。"))


def _tick(request: StaffRequest, found: Submission) -> None:
    number = counted(request.POST.get("number", ""))
    if number < 0:
        raise Http404
    is_done = request.POST.get("done") == "1"
    operations.tick(found, number=number, is_done=is_done, staff=me(request.user))


def _approve(request: StaffRequest, found: Submission) -> None:
    operations.look_at_proof(found, staff=me(request.user))
    operations.approve(
        found,
        words=request.POST.get("words", ""),
        despite=request.POST.get("despite", ""),
        rev=_rev(request),
        staff=me(request.user),
    )
    messages.success(request, _t("承認しました。通知書を作り、本人のトークにお知らせします。"))


def _issue(request: StaffRequest, found: Submission) -> None:
    operations.look_at_proof(found, staff=me(request.user))
    operations.issue(
        found,
        words=request.POST.get("words", ""),
        despite=request.POST.get("despite", ""),
        rev=_rev(request),
        staff=me(request.user),
    )
    messages.success(request, _t("交付しました。通知を作り、本人のトークにお知らせします。"))


def _reject(request: StaffRequest, found: Submission) -> None:
    words = [*request.POST.getlist("template"), request.POST.get("reason", "")]
    reason = "\n".join(one.strip() for one in words if one.strip())
    operations.reject(found, reason=reason, rev=_rev(request), staff=me(request.user))
    messages.success(request, _t("不承認としました。通知書を作り、本人のトークにお知らせします。"))


def _reopen(request: StaffRequest, found: Submission) -> None:
    because = request.POST.get("because", "")
    operations.reopen(found, because=because, rev=_rev(request), staff=me(request.user))
    messages.success(request, _t("審査をやり直します。前の通知書には、取り消したことが出ます。"))


def _fee(request: StaffRequest, found: Submission) -> None:
    charge = operations.request_fee(found, rev=_rev(request), staff=me(request.user))
    words = _t("{amount:,}円の支払いをお願いしました。").format(amount=charge.amount)
    messages.success(request, words)


def _charge(request: StaffRequest, found: Submission) -> None:
    posted = request.POST
    label, _bar, amount = posted.get("preset", "").rpartition("|")
    charge = operations.request_more(
        found,
        label=label or posted.get("label", ""),
        amount=max(0, counted(amount if label else posted.get("amount", ""))),
        reason=posted.get("reason", ""),
        due_on=due_day(posted.get("due_on", "")),
        rev=_rev(request),
        staff=me(request.user),
    )
    words = _t("追加の{amount:,}円をお願いしました。本人のトークに送ります。")
    messages.success(request, words.format(amount=charge.amount))


def _void(request: StaffRequest, found: Submission) -> None:
    number = counted(request.POST.get("charge", ""))
    operations.void_charge(
        found,
        charge_id=number,
        reason=request.POST.get("reason", ""),
        rev=_rev(request),
        staff=me(request.user),
    )
    messages.success(request, _t("請求を取り消しました。支払い済みの分は返金の待ちになります。"))


def _look(request: StaffRequest, found: Submission) -> None:
    operations.look_at_proof(found, staff=me(request.user))
    messages.success(request, _t("電子証明書の現況を確かめました。"))


def _withdrawal(request: StaffRequest, found: Submission) -> None:
    if request.POST.get("answer") == "yes":
        operations.grant_withdrawal(found, rev=_rev(request), staff=me(request.user))
        messages.success(request, _t("取り下げました。本人のトークに送ります。"))
    else:
        operations.refuse_withdrawal(found, rev=_rev(request), staff=me(request.user))
        messages.success(request, _t("電話をお願いするメッセージを、本人のトークに送ります。"))


_ACTS: dict[str, Callable[[StaffRequest, Submission], dict[str, object] | None]] = {
    "status": _status,
    "assign": _assign,
    "note": _note,
    "answer": _answer,
    "start": _start,
    "release": _release,
    "tick": _tick,
    "return": _return,
    "prolong": _prolong,
    "approve": _approve,
    "issue": _issue,
    "reject": _reject,
    "reopen": _reopen,
    "withdrawal": _withdrawal,
    "look": _look,
    "fee": _fee,
    "charge": _charge,
    "void": _void,
}
