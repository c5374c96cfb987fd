"""The pages where groups of residents are described in sentences and counted."""

from typing import Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Listing
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import wareki
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.residents import queries as people
from yakuba.segments import builder, forms, operations, queries
from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may


class Look(Protocol):
    """`builder.look` or `builder.whole_look`."""

    def __call__(
        self, condition: object, segment: Segment | None = None, *, by: StaffMember | None = None
    ) -> dict[str, object]: ...


def _found(segments: QuerySet[Segment], words: str) -> QuerySet[Segment]:
    return segments.filter(name__icontains=words)


def _last_count(segment: Segment) -> str:
    if segment.last_count is None:
        return "—"
    if queries.is_veiled(segment.condition, segment.last_count):
        return _t("10人未満")
    if queries.is_delicate(segment.condition):
        return _t("約{count}人").format(count=f"{segment.last_count // 10 * 10:,}")
    return f"{segment.last_count:,}人"


SEGMENTS: Listing[Segment] = Listing(
    key="segments.segments",
    title=_("配信先のグループ"),
    columns=[
        Column("name", _("名前"), lambda one: one.name, sort="name"),
        Column("sentence", _("条件"), lambda one: "、".join(queries.sentences(one.condition))),
        Column("count", _("前回の人数"), _last_count, at_end=True),
        Column(
            "used",
            _("前回の配信"),
            lambda one: wareki.short(one.last_used_at.date()) if one.last_used_at else "—",
            sort="last_used_at",
        ),
        Column("owner", _("担当課"), lambda one: one.scope.department.name),
    ],
    order="name",
    empty=Empty(
        _("グループはまだありません"),
        _("よく送る相手を条件で決めて、名前を付けておけます。人数は使うたびに数え直します。"),
    ),
    href=lambda one: reverse("console:segment", args=[one.pk]),
    search=_found,
    search_hint=_("グループの名前"),
)


@page("segments/", title=_("配信先のグループ"), name="segments", section=Section.DELIVERY, order=20)
def segments(request: StaffRequest) -> HttpResponse:
    """The segments of departments that let this person see them."""
    rows = Segment.objects.visible_to(me(request)).select_related("scope__department")
    return lists.answer(
        request,
        SEGMENTS,
        rows=rows,
        template="segments/console/segments.html",
        context={"may_make": queries.departments_of_makers(me(request)).exists()},
    )


@page("segments/new/", title=_("グループを作る"), name="new_segment")
def new(request: StaffRequest) -> HttpResponse:
    """Build a condition from nothing, with the number of people beside it."""
    staff = me(request)
    if not queries.departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.SegmentDetails(
        request.POST or None,
        staff=staff,
        is_new=True,
        initial={"condition": queries.everybody()},
    )
    if form.is_valid():
        said = form.cleaned_data
        segment = operations.make(
            department=said["department"],
            name=said["name"],
            condition=said["condition"],
            staff=staff,
        )
        messages.success(
            request, _t("グループ「{name}」を保存しました。").format(name=segment.name)
        )
        return redirect("console:segment", segment.pk)
    return _draw(request, form, None)


@page("segments/<int:segment_id>/", title=_("配信先のグループ"), name="segment")
def segment(request: StaffRequest, segment_id: int) -> HttpResponse:
    """One segment: its condition and who is in it now; whoever may design it changes it here."""
    staff = me(request)
    visible = Segment.objects.visible_to(staff).select_related("scope__department")
    one = get_object_or_404(visible, pk=segment_id)
    if not may(staff, Capability.DESIGN, one.scope):
        context = {"segment": one, "sentences": queries.sentences(one.condition)}
        return render(
            request, "segments/console/read.html", {**context, **builder.look(one.condition)}
        )
    form = forms.SegmentDetails(
        request.POST or None,
        staff=staff,
        is_new=False,
        initial={"name": one.name, "condition": one.condition, "rev": one.rev},
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.change(
                one,
                name=said["name"],
                condition=said["condition"],
                staff=staff,
                rev=said["rev"] if said["rev"] is not None else -1,
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("保存しました。"))
            return redirect("console:segment", one.pk)
    return _draw(request, form, one)


@page("segments/<int:segment_id>/drop/", title=_("グループを消す"), name="drop_segment")
def drop(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Say what happens to it, then forget it."""
    staff = me(request)
    mine = Segment.objects.visible_to(staff, Capability.DESIGN)
    one = get_object_or_404(mine, pk=segment_id)
    if request.method == "POST":
        operations.drop(one, staff=staff)
        messages.success(request, _t("グループ「{name}」を消しました。").format(name=one.name))
        return redirect("console:segments")
    return render(request, "segments/console/drop.html", {"segment": one})


@page("segments/look/", title=_("人数"), name="segment_look")
def count(request: StaffRequest) -> HttpResponse:
    """The number and the sentence of the condition that is being built, for the pane beside it."""
    return _looked(request, builder.look)


@page("segments/look/whole/", title=_("人数"), name="segment_look_whole")
def whole_count(request: StaffRequest) -> HttpResponse:
    """The same exactly, with what takes longer; the pane asks for it by itself."""
    return _looked(request, builder.whole_look)


def _looked(request: StaffRequest, look: Look) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = me(request)
    if not queries.departments_of_makers(staff).exists():
        raise PermissionDenied
    number = counted(request.POST.get("segment", ""))
    one = Segment.objects.visible_to(staff).filter(pk=number).first()
    is_shown = builder.is_sealed(request.POST.get("condition", ""), request.POST.get("seal", ""))
    by = None if is_shown else staff
    shown = look(forms.typed_condition(request.POST), one, by=by)
    if not people.may(staff, Capability.VIEW):  # else a condition would be a way into the register
        shown.pop("look_examples", None)
    return render(request, "segments/console/look.html", shown)


@page("segments/facts/", title=_("条件の項目"), name="segment_facts")
def facts(request: StaffRequest) -> HttpResponse:
    """Everything that a condition can be about, for the builder; there may be hundreds."""
    if not queries.departments_of_makers(me(request)).exists():
        raise PermissionDenied
    return JsonResponse(builder.whole_vocabulary(me(request)))


def _draw(request: StaffRequest, form: forms.SegmentDetails, one: Segment | None) -> HttpResponse:
    condition = forms.typed_condition(request.POST) if form.is_bound else form.initial["condition"]
    context = {
        "form": form,
        "segment": one,
        "vocabulary": builder.vocabulary(condition),
        **builder.look(condition, one),
    }
    return render(request, "segments/console/segment.html", context)


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)
