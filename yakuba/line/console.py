"""The connection with LINE, what could not be handled or sent, and pauses: as staff see them."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import (
    ADMINISTRATOR,
    Figure,
    Group,
    Section,
    Staff,
    StaffRequest,
    card,
    guard,
    page,
    revealed,
)
from yakuba.kit import clock
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.line import client, connection, desk, forms, queries, sockets
from yakuba.line.messages import is_user_id
from yakuba.line.models import Outgoing, Pause, RejectedBody, WebhookEvent
from yakuba.townhall.models import Capability, StaffMember

_ON_ONE_PAGE = 50


def _troubles(staff: Staff) -> int:
    return WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).count()


def _unsent(staff: Staff) -> int:
    return Outgoing.objects.filter(state__in=queries.UNSENT).count()


@page(
    "line/",
    title=_("LINEとの接続"),
    name="line_connection",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=10,
)
def line_connection(request: StaffRequest) -> HttpResponse:
    """Everything that LINE tells about the connection, and a list of what it does not tell."""
    if request.method == "POST":
        _press(request)
        return redirect("console:line_connection")
    context = {
        "findings": connection.findings(),
        "ticks": connection.ticks(),
        "webhook_url": connection.webhook_url(),
        "page_url": connection.page_url(),
        "dead": _troubles(request.user),
        "unsent": _unsent(request.user),
        "pauses": Pause.objects.filter(until__gt=clock.now()).count(),
        "may_see_pauses": guard(request.user, Capability.HANDLE),
        "twice": Outgoing.objects.perhaps_twice().count(),
    }
    return render(request, "line/console/connection.html", context)


def _press(request: StaffRequest) -> None:
    wish = request.POST.get("press", "")
    try:
        if wish == "register":
            desk.register_webhook(connection.webhook_url(), staff=_me(request))
            messages.success(request, _("この役場のアドレスを登録しました。"))
        elif wish == "test":
            finding = connection.how_it_went(client.try_webhook())
            tell = messages.success if finding.kind == "good" else messages.error
            tell(request, f"{finding.title}：{finding.sentence}{finding.remedy}")
        elif connection.is_tick(wish):
            desk.tick(wish, staff=_me(request), is_done="done" in request.POST)
    except OutsideFailure as no:
        status = f"（{no.status}）" if no.status else ""
        words = _("LINEが受け付けませんでした{status}。少し待って、もう一度お試しください。")
        messages.error(request, str(words).format(status=status))


@page(
    "line/troubles/",
    title=_("処理できなかった出来事"),
    name="line_troubles",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=11,
    badge=_troubles,
)
def line_troubles(request: StaffRequest) -> HttpResponse:
    """Dead letters: what they were, what went wrong, and a button to try again."""
    if request.method == "POST":
        chosen = WebhookEvent.objects.filter(
            pk__in=_numbers(request.POST.getlist("row")), state=WebhookEvent.State.DEAD
        )
        deed = desk.close if request.POST.get("do") == "close" else desk.replay
        done = _each(request, chosen.order_by("timestamp", "id"), deed)
        words = (
            _("{count}件を確認済みにしました。")
            if deed is desk.close
            else _("{count}件をやり直します。")
        )
        messages.success(request, str(words).format(count=done))
        return redirect("console:line_troubles")
    rows = WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).order_by("-id")
    context = {
        "page": Paginator(rows, _ON_ONE_PAGE).get_page(request.GET.get("page")),
        "rejected": RejectedBody.objects.order_by("-id")[:20],
    }
    return render(request, "line/console/troubles.html", context)


@page(
    "line/unsent/",
    title=_("送れなかったメッセージ"),
    name="line_unsent",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=12,
    badge=_unsent,
)
def line_unsent(request: StaffRequest) -> HttpResponse:
    """Refused, uncertain and held messages, with LINE's reason; their words are not shown."""
    if request.method == "POST":
        chosen = Outgoing.objects.filter(
            pk__in=_numbers(request.POST.getlist("row")), state__in=queries.UNSENT
        )
        deed = desk.put_aside if request.POST.get("do") == "put_aside" else desk.send_again
        done = _each(request, chosen.order_by("id"), deed)
        words = (
            _("{count}件を送らないことにしました。")
            if deed is desk.put_aside
            else _("{count}件をもう一度送ります。")
        )
        messages.success(request, str(words).format(count=done))
        return redirect("console:line_unsent")
    rows = Outgoing.objects.filter(state__in=queries.UNSENT).defer("messages").order_by("-id")
    context = {"page": Paginator(rows, _ON_ONE_PAGE).get_page(request.GET.get("page"))}
    return render(request, "line/console/unsent.html", context)


@page(
    "line/pauses/",
    title=_("自動応答を止めている人"),
    name="line_pauses",
    needs=Capability.HANDLE,
    section=Section.SETTINGS,
    order=13,
)
def line_pauses(request: StaffRequest) -> HttpResponse:
    """For whom the bot keeps silent now, as far as they are a matter of this person; reasons are masked."""
    return _pauses(request)


def _pauses(request: StaffRequest, opened: str = "") -> HttpResponse:
    everybody = Pause.objects.filter(until__gt=clock.now()).order_by("until")
    mine = sockets.attended_by(_me(request), [pause.user_id for pause in everybody])
    pauses = [pause for pause in everybody if pause.user_id in mine]
    staff = StaffMember.objects.in_bulk([pause.staff_id for pause in pauses])
    rows = [(pause, staff.get(pause.staff_id)) for pause in pauses]
    return render(request, "line/console/pauses.html", {"rows": rows, "opened": opened})


@page(
    "line/people/<str:user_id>/pause/",
    title=_("自動応答を止める"),
    name="line_pause",
    needs=Capability.HANDLE,
)
def line_pause(request: StaffRequest, user_id: str) -> HttpResponse:
    """Let the bot keep silent for one person until an end, or speak again."""
    _attend(request, user_id)
    if request.method == "POST" and "resume" in request.POST:
        desk.resume(user_id, staff=_me(request))
        messages.success(request, _("自動応答を再開しました。"))
        return redirect("console:line_pause", user_id=user_id)
    form = forms.Pausing(request.POST or None)
    if form.is_valid():
        try:
            desk.pause(
                user_id, until=form.end(), staff=_me(request), reason=form.cleaned_data["reason"]
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("この人への自動応答を止めました。"))
            return redirect("console:line_pause", user_id=user_id)
    context = {"form": form, "pause": queries.pause_of(user_id), "mark": user_id[-4:]}
    return render(request, "line/console/pause.html", context)


@page(
    "line/people/<str:user_id>/reason/",
    title=_("理由の表示"),
    name="line_pause_reason",
    needs=Capability.HANDLE,
)
def line_pause_reason(request: StaffRequest, user_id: str) -> HttpResponse:
    """Take the mask off what a colleague wrote about one person; who did is in the audit."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _attend(request, user_id)
    pause = queries.pause_of(user_id)
    if pause is None or not pause.reason:
        raise Http404
    revealed.announce(
        request.user, desk.subject_of(user_id), "自動応答を止めた理由を表示しました。", {}
    )
    if not request.htmx:
        return _pauses(request, opened=user_id)
    return HttpResponse(escape(pause.reason))


def _attend(request: StaffRequest, user_id: str) -> None:
    """Let nobody past whose matter this person is not; for them the person does not exist."""
    if not is_user_id(user_id) or not sockets.attended_by(_me(request), [user_id]):
        raise Http404


@card(group=Group.FAILED, needs=ADMINISTRATOR, order=10)
def failed(staff: Staff) -> Sequence[Figure]:
    figures = (
        Figure(_("処理できなかった出来事"), _troubles(staff), "/console/line/troubles/"),
        Figure(_("送れなかったメッセージ"), _unsent(staff), "/console/line/unsent/"),
    )
    return [figure for figure in figures if figure.value]


Row = TypeVar("Row")
Done = TypeVar("Done", contravariant=True)


class _Deed(Protocol[Done]):
    def __call__(self, row: Done, /, *, staff: StaffMember) -> None: ...


def _each(request: StaffRequest, rows: Iterable[Row], deed: _Deed[Row]) -> int:
    """Do it to every row, tell what was refused, and return how many were done."""
    done = 0
    for row in rows:
        try:
            deed(row, staff=_me(request))
        except Refusal as no:
            messages.warning(request, str(no))
        else:
            done += 1
    return done


def _me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)


def _numbers(given: Sequence[str]) -> list[int]:
    return [int(number) for number in given if number.isdecimal() and len(number) < 19]
