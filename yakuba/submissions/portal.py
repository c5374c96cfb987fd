"""What residents see of what they handed in, and how they correct it or take it back."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from yakuba.files import serving
from yakuba.kit.errors import Refusal
from yakuba.portal.sockets import Card, Preview, ResidentRequest, cards, page
from yakuba.procedures import operations as procedures
from yakuba.procedures.definition import Text
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries, rules
from yakuba.submissions.models import RevisionFile, Submission

# What the pages say, in the three languages; templates say it by key.
_WORDS: Mapping[str, Text] = {
    "title": Text(ja="送った内容", easy="送った もの", en="What you sent"),
    "receipt": Text(ja="受付番号", easy="うけつけ ばんごう", en="Receipt number"),
    "sent": Text(ja="送った日時", easy="送った日", en="Sent on"),
    "state": Text(ja="いまの状態", easy="いま", en="Status"),
    "correct": Text(ja="直す", easy="なおす", en="Change"),
    "can_correct": Text(
        ja="送った内容は、いまなら直せます。",
        easy="いまなら なおせます。",
        en="You can still change what you sent.",
    ),
    "cannot_correct": Text(
        ja="この画面では直せません。直したいときは、{department}（{phone}）にお電話ください。",
        easy="ここでは なおせません。{department}（{phone}）に でんわしてください。",
        en="It cannot be changed here. Please call {department} ({phone}).",
    ),
    "withdraw": Text(ja="取り下げる", easy="とりさげる（やめる）", en="Take back"),
    "withdraw_sure": Text(
        ja="取り下げると、町では対応しません。取り下げたあとで、元に戻すことはできません。",
        easy="とりさげると、町は なにも しません。もとに もどせません。",
        en="The town will not go on with it. This cannot be undone.",
    ),
    "withdraw_title": Text(ja="取り下げますか？", easy="とりさげますか？", en="Take it back?"),
    "keep": Text(ja="取り下げない", easy="とりさげない", en="Keep it"),
    "history": Text(ja="これまでの提出", easy="いままでに 送った日", en="History"),
    "number": Text(ja="{number}回目", easy="{number}かいめ", en="No. {number}"),
    "unchanged": Text(ja="変わったところはありません。", easy="おなじです。", en="No changes."),
    "added": Text(
        ja="「{label}」に答えました。",
        easy="「{label}」に こたえました。",
        en="Answered “{label}”.",
    ),
    "removed": Text(
        ja="「{label}」の答えがなくなりました。",
        easy="「{label}」の こたえが なくなりました。",
        en="“{label}” is no longer answered.",
    ),
    "changed": Text(
        ja="「{label}」を「{before}」から「{after}」に変えました。",
        easy="「{label}」を「{after}」に かえました。",
        en="Changed “{label}” from “{before}” to “{after}”.",
    ),
    "file": Text(ja="ファイルを見る", easy="ファイルを 見る", en="See the file"),
    "see": Text(ja="見る", easy="見る", en="See"),
}
_STATES: Mapping[str, Text] = {
    rules.NEW: Text(
        ja="受け付けました。担当の課がこれから確認します。",
        easy="うけつけました。これから 見ます。",
        en="Received. The department will look at it.",
    ),
    rules.WORKING: Text(
        ja="担当の課が対応しています。",
        easy="いま、やっています。",
        en="The department is working on it.",
    ),
    rules.DONE: Text(ja="対応が終わりました。", easy="おわりました。", en="Done."),
    rules.WITHDRAWN: Text(ja="取り下げました。", easy="とりさげました。", en="You took it back."),
}


def _preview(number: str, file_id: UUID | None = None) -> Preview:
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
    return {key: text.pick(request.resident.language) for key, text in _WORDS.items()}


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
        "state": _STATES[found.status].pick(language),
        "may_correct": queries.may_be_corrected(found, plan.definition),
        "cannot_correct": words["cannot_correct"].format(
            department=department.name, phone=department.phone
        ),
        "may_withdraw": found.status in rules.OPEN,
        "problem": problem,
    }
    return render(request, "submissions/portal/submission.html", context)


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
        context = {"submission": found, "w": _words(request)}
        return render(request, "submissions/portal/withdraw.html", context)
    try:
        operations.withdraw(found, resident=request.resident)
    except Refusal as no:
        return _show(request, found, problem=str(no))
    return _show(request, found)


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
            words=_STATES[row.status].pick(resident.language),
            at=row.changed_at,
            href=reverse("portal:submission", args=[row.pk]),
            is_under_way=row.status in rules.OPEN,
        )
        for row in rows.order_by("-changed_at")[:50]
    ]
