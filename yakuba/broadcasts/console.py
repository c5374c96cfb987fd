"""Deliveries as staff see them: draft, look, confirm, watch, stop, decide."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import forms, operations, queries, rules
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.broadcasts.rules import content as contents
from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import Figure, Group, Section, Staff, StaffRequest, card, page
from yakuba.kit import numbers, wareki
from yakuba.kit.errors import Refusal
from yakuba.kit.text import utf16_length
from yakuba.line.messages.limits import MESSAGES, TEXT
from yakuba.segments import builder, sockets
from yakuba.segments import queries as segments
from yakuba.segments.forms import typed_condition
from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may, town

KINDS = {
    "draft": "plain",
    "sending": "info",
    "halted": "danger",
    "stopped": "caution",
    "sent": "good",
}


def _people(delivery: Delivery) -> str:
    if delivery.planned is None:
        return "—"
    veiled = segments.is_veiled(delivery.condition, delivery.planned)
    return _t("10人未満") if veiled else f"{delivery.planned:,}人"


def _progress(delivery: Delivery) -> str:
    if delivery.state in (Delivery.State.DRAFT, Delivery.State.SENT) or not delivery.planned:
        return "—" if delivery.state == Delivery.State.DRAFT else "100%"
    return f"{100 * queries.progress(delivery).done // delivery.planned}%"


def _in_state(deliveries: QuerySet[Delivery], state: str) -> QuerySet[Delivery]:
    return deliveries.filter(state=state)


def _found(deliveries: QuerySet[Delivery], words: str) -> QuerySet[Delivery]:
    return deliveries.filter(name__icontains=words)


DELIVERIES: Listing[Delivery] = Listing(
    key="broadcasts.deliveries",
    title=_("配信"),
    columns=[
        Column("name", _("名前"), lambda one: one.name, sort="name"),
        Column("state", _("状態"), lambda one: one.get_state_display(), sort="state"),
        Column("progress", _("進み具合"), _progress, at_end=True),
        Column("people", _("人数"), _people, sort="planned", at_end=True),
        Column(
            "sent",
            _("送った日時"),
            lambda one: wareki.moment(one.sent_at) if one.sent_at else "—",
            sort="sent_at",
        ),
        Column("owner", _("担当課"), lambda one: one.scope.department.name),
    ],
    order="-made_at",
    empty=Empty(
        _("配信はまだありません"),
        _("お知らせを送る相手を選び、本文を書いて、人数を確かめてから送ります。"),
    ),
    href=lambda one: reverse("console:delivery", args=[one.public_id]),
    filters=[Filter("state", _("状態"), lambda staff: Delivery.State.choices, _in_state)],
    search=_found,
    search_hint=_("配信の名前"),
)


@page("deliveries/", title=_("配信"), name="deliveries", section=Section.DELIVERY, order=10)
def deliveries(request: StaffRequest) -> HttpResponse:
    """The deliveries of departments that let this person see them."""
    rows = Delivery.objects.visible_to(_me(request)).select_related("scope__department")
    return lists.answer(
        request,
        DELIVERIES,
        rows=rows,
        template="broadcasts/console/deliveries.html",
        context={"may_make": segments.departments_of_makers(_me(request)).exists()},
    )


@page("deliveries/new/", title=_("配信を作る"), name="new_delivery")
def new(request: StaffRequest) -> HttpResponse:
    """Choose people, write, and see both on the phone beside it."""
    staff = _me(request)
    if not segments.departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.Draft(
        request.POST or None,
        staff=staff,
        is_new=True,
        initial={"who": request.GET.get("segment", ""), "condition": segments.everybody()},
    )
    if form.is_valid():
        said = form.cleaned_data
        delivery = operations.draft(
            department=said["department"],
            name=said["name"],
            content=contents.plain(said["text"]),
            condition=said["condition"],
            segment=said["segment"],
            staff=staff,
        )
        return _after_saving(request, delivery)
    return _draw(request, form, None)


@page("deliveries/<uuid:public_id>/", title=_("配信"), name="delivery")
def delivery(request: StaffRequest, public_id: str) -> HttpResponse:
    """A draft to change, or a delivery to watch."""
    staff = _me(request)
    one = _visible(staff, public_id)
    if one.state != Delivery.State.DRAFT or not may(staff, Capability.DESIGN, one.scope):
        return _watch(request, one)
    form = forms.Draft(
        request.POST or None,
        staff=staff,
        is_new=False,
        initial={
            "name": one.name,
            "who": _who(one),
            "condition": one.condition,
            "text": _text_of(one),
            "rev": one.rev,
        },
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.change(
                one,
                name=said["name"],
                content=contents.plain(said["text"]),
                condition=said["condition"],
                segment=said["segment"],
                rev=said["rev"],
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            return _after_saving(request, one)
    return _draw(request, form, one)


def _text_of(one: Delivery) -> str:
    return "\n\n".join(part.text.ja for part in contents.read(one.content).parts)


def _who(one: Delivery) -> str:
    if one.segment_id and one.segment and one.segment.condition == one.condition:
        return str(one.segment_id)
    return forms.EVERYBODY if one.condition == segments.everybody() else forms.HERE


def _after_saving(request: StaffRequest, one: Delivery) -> HttpResponse:
    if "confirm" in request.POST:
        return redirect("console:confirm_delivery", one.public_id)
    messages.success(request, _t("下書きを保存しました。まだだれにも送っていません。"))
    return redirect("console:delivery", one.public_id)


@page("deliveries/look/", title=_("配信の下見"), name="delivery_look")
def beside(request: StaffRequest) -> HttpResponse:
    """The phone and the number of people for what is in the form now."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = _me(request)
    if not segments.departments_of_makers(staff).exists():
        raise PermissionDenied
    known = {str(one.pk): one for one in Segment.objects.visible_to(staff)}
    condition = forms.condition_of(request.POST.get("who"), typed_condition(request.POST), known)
    context = {**_phone(request.POST.get("text", "")), **_look(condition)}
    return render(request, "broadcasts/console/beside.html", context)


@page(
    "deliveries/<uuid:public_id>/confirm/",
    title=_("送る前の確認"),
    name="confirm_delivery",
    needs=Capability.PUBLISH,
)
def confirm(request: StaffRequest, public_id: str) -> HttpResponse:
    """To whom, in numbers, and what; the number is typed before it is sent."""
    staff = _me(request)
    one = _visible(staff, public_id, Capability.PUBLISH)
    if one.state != Delivery.State.DRAFT:
        return redirect("console:delivery", one.public_id)
    counted = segments.count(one.condition)
    is_veiled = segments.is_veiled(one.condition, counted.reachable)
    expected = None if is_veiled else counted.reachable
    form = forms.Confirmation(request.POST or None, expected=expected)
    troubles = forms.text_troubles(_text_of(one))
    if form.is_valid() and not troubles:
        rev = request.POST.get("rev", "")
        try:
            operations.send(one, staff=staff, expected=expected, rev=numbers.counted(rev))
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            return redirect("console:delivery", one.public_id)
    context = {
        "delivery": one,
        "form": form,
        "expected": expected,
        "troubles": troubles,
        **_look(one.condition),
        **_phone(_text_of(one)),
        "look_count": counted,  # exactly, however long it takes
        "look_is_veiled": is_veiled,
    }
    return render(request, "broadcasts/console/confirm.html", context)


@page("deliveries/<uuid:public_id>/do/", title=_("配信の操作"), name="do_delivery")
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Stop, go on, decide about a doubtful batch, or throw the draft away."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = _me(request)
    one = _visible(staff, public_id)
    press = request.POST.get("press", "")
    wanted = Capability.DESIGN if press == "drop" else Capability.PUBLISH
    stops = press == "stop" and may(staff, Capability.DESIGN, one.scope)  # whoever sees the mistake
    if not stops and not may(staff, wanted, one.scope):
        raise PermissionDenied
    try:
        return _do(request, one, press, staff)
    except Refusal as no:
        messages.error(request, str(no))
    return redirect("console:delivery", one.public_id)


def _do(request: StaffRequest, one: Delivery, press: str, staff: StaffMember) -> HttpResponse:
    if press == "drop":
        operations.drop(one, staff=staff)
        messages.success(request, _t("下書きを消しました。"))
        return redirect("console:deliveries")
    if press == "stop":
        spared = operations.stop(one, staff=staff)
        is_veiled = segments.is_veiled(one.condition, one.planned or 0)
        said = _t("残りの人") if is_veiled else f"{spared:,}人"
        messages.success(request, _t("止めました。{said}には送っていません。").format(said=said))
    elif press == "go_on":
        operations.go_on(one, staff=staff)
        messages.success(request, _t("続きを送り始めました。"))
    elif press in ("again", "leave"):
        batch = get_object_or_404(one.batches, pk=numbers.counted(request.POST.get("batch", "")))
        operations.decide(batch, again=press == "again", staff=staff)
        messages.success(request, _t("記録しました。"))
    return redirect("console:delivery", one.public_id)


def _watch(request: StaffRequest, one: Delivery) -> HttpResponse:
    staff = _me(request)
    may_send = may(staff, Capability.PUBLISH, one.scope)
    context = {
        "delivery": one,
        "kind": KINDS[one.state],
        "progress": queries.progress(one),
        "is_moving": one.state == Delivery.State.SENDING or queries.has_open_batches(one.pk),
        "is_veiled": segments.is_veiled(one.condition, one.planned or 0),
        "troubled": [
            (batch, batch.state == Batch.State.UNCERTAIN) for batch in queries.troubled(one)[:50]
        ],
        "may_send": may_send,
        "may_stop": may_send or may(staff, Capability.DESIGN, one.scope),
        "sentences": segments.sentences(one.condition),
        **_phone(_text_of(one)),
    }
    template = "broadcasts/console/watch.html"
    return render(request, template + "#now" if request.htmx else template, context)


def _phone(text: str) -> dict[str, object]:
    """Return what the phone shows: the bubbles exactly as LINE will get them."""
    try:
        composed = rules.composed(contents.read(contents.plain(text)), language="ja")
        bubbles = [str(message["text"]) for message in composed] if text.strip() else []
    except Refusal:
        bubbles = []
    return {
        "bubbles": bubbles,
        "units": utf16_length(text),
        "most_units": TEXT,
        "most_bubbles": MESSAGES,
        "text_troubles": forms.text_troubles(text) if text.strip() else [],
        "account": town().name,
    }


def _look(condition: object) -> dict[str, object]:
    return builder.look(condition) if condition is not None else {"look_is_open": True}


def _draw(request: StaffRequest, form: forms.Draft, one: Delivery | None) -> HttpResponse:
    if form.is_bound:
        who, built = request.POST.get("who"), typed_condition(request.POST)
        text = request.POST.get("text", "")
    else:
        who, built = form.initial.get("who"), form.initial["condition"]
        text = form.initial.get("text", "")
    context = {
        "form": form,
        "delivery": one,
        "is_here": who == forms.HERE,
        "may_send": one is None or may(_me(request), Capability.PUBLISH, one.scope),
        "vocabulary": builder.vocabulary(sockets.facts()),
        **_phone(text),
        **_look(forms.condition_of(who, built, form.segments)),
    }
    return render(request, "broadcasts/console/draft.html", context)


@card(group=Group.FAILED, order=20)
def failed(staff: Staff) -> Sequence[Figure]:
    """Deliveries that stand still until somebody decides."""
    me = StaffMember.objects.filter(pk=staff.pk).first()
    if me is None:
        return []
    mine = Delivery.objects.visible_to(me)
    doubtful = Batch.objects.filter(delivery=OuterRef("pk"), state=Batch.State.UNCERTAIN)
    address = reverse("console:deliveries")
    figures = (
        Figure(
            _("中断している配信"), mine.filter(state="halted").count(), f"{address}?state=halted"
        ),
        Figure(_("届いたか分からない配信"), mine.filter(Exists(doubtful)).count(), address),
    )
    return [figure for figure in figures if figure.value]


def _visible(staff: StaffMember, public_id: str, capability: str = Capability.VIEW) -> Delivery:
    mine = Delivery.objects.visible_to(staff, capability)
    return get_object_or_404(
        mine.select_related("scope__department", "segment", "sent_by"), public_id=public_id
    )


def _me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)
