"""What is sent again and again: its rule, its next days, beginning, agreeing, pausing, ending."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, operations
from yakuba.broadcasts.console.shared import me, phone, text_of, visible
from yakuba.broadcasts.forms.sending import Number, Returning
from yakuba.broadcasts.forms.series import Recurring, spoken
from yakuba.broadcasts.models import Delivery, Series
from yakuba.broadcasts.queries import series as queries
from yakuba.broadcasts.rules import recurring
from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Listing
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock, numbers, wareki
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import TownDays, may

KINDS = {"draft": "plain", "asked": "caution", "running": "good", "paused": "caution", "ended": "plain"}  # fmt: skip
_NEXT = 8


def _found(series: QuerySet[Series], words: str) -> QuerySet[Series]:
    return series.filter(name__icontains=words)


def _next(series: Series) -> str:
    if series.state != Series.State.RUNNING:
        return "—"
    return next((wareki.full(one.day) for one in queries.upcoming(series, 1)), "—")


SERIES: Listing[Series] = Listing(
    key="broadcasts.series",
    title=_("定期配信"),
    columns=[
        Column("name", _("名前"), lambda one: one.name, sort="name"),
        Column("state", _("状態"), lambda one: one.get_state_display(), sort="state"),
        Column("rule", _("いつ"), lambda one: recurring.sentence(recurring.read(one.rule))),
        Column("next", _("次に送る日"), _next),
        Column("owner", _("担当課"), lambda one: one.scope.department.name),
    ],
    order="name",
    empty=Empty(
        _("定期配信はまだありません"),
        _("配信の下書きを作り、確認の画面で「くり返し送る」を選ぶと、ここに並びます。"),
    ),
    href=lambda one: reverse("console:series", args=[one.public_id]),
    search=_found,
    search_hint=_("定期配信の名前"),
)


@page("series/", title=_("定期配信"), name="series_list", section=Section.DELIVERY, order=14)
def series_list(request: StaffRequest) -> HttpResponse:
    rows = Series.objects.visible_to(me(request)).select_related("scope__department")
    return lists.answer(request, SERIES, rows=rows)


@page(
    "deliveries/<uuid:public_id>/repeat/",
    title=_("くり返し送る"),
    name="repeat_delivery",
    needs=Capability.DESIGN,
)
def repeat(request: StaffRequest, public_id: str) -> HttpResponse:
    """Say on which days a draft is sent again and again; nothing is sent by that."""
    staff = me(request)
    one = visible(staff, public_id, Capability.DESIGN)
    if one.state != Delivery.State.DRAFT or one.series_id is not None:
        return redirect("console:delivery", one.public_id)
    tomorrow = clock.today() + timedelta(days=1)
    initial = {"kind": "weekly", "begins_on": f"{tomorrow:%Y/%-m/%-d}", "rev": one.rev}
    form = Recurring(request.POST or None, initial=initial)
    if form.is_valid() and form.rule is not None:
        said = form.cleaned_data
        try:
            made = operations.repeat(
                one,
                rule=form.rule,
                begins_on=said["begins_on"],
                ends_on=said["ends_on"],
                staff=staff,
                rev=said["rev"],
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("定期配信を作りました。まだ始まっていません。"))
            return redirect("console:series", made.public_id)
    return _draw_rule(request, form, one.name, reverse("console:delivery", args=[one.public_id]))


@page(
    "series/<uuid:public_id>/rule/",
    title=_("送る日を変える"),
    name="series_rule",
    needs=Capability.DESIGN,
)
def rule(request: StaffRequest, public_id: str) -> HttpResponse:
    """Change the days; the series has to be begun once more."""
    staff = me(request)
    one = _visible(staff, public_id, Capability.DESIGN)
    initial = spoken(recurring.read(one.rule), one.begins_on, one.ends_on) | {"rev": one.rev}
    form = Recurring(request.POST or None, initial=initial)
    if form.is_valid() and form.rule is not None:
        said = form.cleaned_data
        try:
            operations.change_series(
                one,
                rule=form.rule,
                begins_on=said["begins_on"],
                ends_on=said["ends_on"],
                staff=staff,
                rev=said["rev"],
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request, _t("送る日を変えました。もう一度「始める」を押してください。")
            )
            return redirect("console:series", one.public_id)
    return _draw_rule(request, form, one.name, reverse("console:series", args=[one.public_id]))


def _draw_rule(request: StaffRequest, form: Recurring, name: str, back: str) -> HttpResponse:
    context = {"form": form, "name": name, "back": back, **_preview(form)}
    return render(request, "broadcasts/console/rule.html", context)


@page("series/look/", title=_("送る日の下見"), name="series_look")
def look(request: StaffRequest) -> HttpResponse:
    """The next days of the rule that is in the form now, in one sentence and a list."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not segments.departments_of_makers(me(request)).exists():
        raise PermissionDenied
    return render(request, "broadcasts/console/rule_days.html", _preview(Recurring(request.POST)))


def _preview(form: Recurring) -> dict[str, object]:
    if not form.is_bound or not form.is_valid() or form.rule is None:
        return {}
    said = form.cleaned_data
    ahead = recurring.upcoming(
        form.rule,
        max(clock.today(), said["begins_on"] - timedelta(days=1)),
        TownDays(),
        begins=said["begins_on"],
        ends=said["ends_on"],
    )
    found = [one for one, _place in zip(ahead, range(_NEXT), strict=False)]
    return {"sentence": recurring.sentence(form.rule), "days": [_day(one) for one in found]}


def _day(one: recurring.Occurrence) -> dict[str, object]:
    days = TownDays()
    moved = [day for day in one.planned if day != one.day]
    return {
        "day": one.day,
        "moved": [f"{wareki.full(day)}（{days.why(day) or _t('閉庁日')}）" for day in moved],
    }


@page("series/<uuid:public_id>/", title=_("定期配信"), name="series")
def series(request: StaffRequest, public_id: str) -> HttpResponse:
    """What, to whom, when next, and the buttons that change its state."""
    staff = me(request)
    one = _visible(staff, public_id)
    people = queries.people(one) if one.state in ("draft", "asked") else 0
    specimen = queries.specimen(one)
    is_own_day = queries.has_own_days(one)
    shown = None if segments.is_veiled(one.condition, people) else people
    context = {
        "series": one,
        "kind": KINDS[one.state],
        "sentence": recurring.sentence(recurring.read(one.rule)),
        "sentences": segments.sentences(one.condition),
        "days": [_day(found) for found in queries.upcoming(one, _NEXT)],
        "held": one.deliveries.filter(state="held").order_by("occurs_at"),
        "deliveries": one.deliveries.exclude(state="scheduled").order_by("-occurs_at")[:12],
        "people": people,
        "shown": shown,
        "is_own_day": is_own_day,
        "form": _number(shown, is_own_day, None),
        "warnings": [
            found.sentence
            for found in fuse.findings(specimen, people, at=specimen.occurs_at or clock.now())
            if found.code != "night"
        ],
        "is_night": specimen.occurs_at is not None and fuse.is_night(specimen.occurs_at),
        "needs_two": not is_own_day and fuse.needs_two(specimen, people),
        "agreeing": queries.who_may_agree(one),
        "is_mine": queries.wrote(one, staff),
        "may_send": may(staff, Capability.PUBLISH, one.scope),
        "may_write": may(staff, Capability.DESIGN, one.scope),
        "returning": Returning(),
        **phone(text_of(specimen)),
    }
    return render(request, "broadcasts/console/series.html", context)


def _number(shown: int | None, is_own_day: bool, posted: object) -> Number:
    return Number(posted, expected=None if is_own_day else shown)  # type: ignore[arg-type]


@page("series/<uuid:public_id>/do/", title=_("定期配信の操作"), name="do_series")
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Begin, agree, return, pause, resume, end, or write anew."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = me(request)
    one = _visible(staff, public_id)
    press = request.POST.get("press", "")
    wanted = Capability.DESIGN if press in ("pause", "rewrite") else Capability.PUBLISH
    if not may(staff, wanted, one.scope):
        raise PermissionDenied
    try:
        return _do(request, one, press, staff)
    except Refusal as no:
        messages.error(request, str(no))
    return redirect("console:series", one.public_id)


def _do(request: StaffRequest, one: Series, press: str, staff: StaffMember) -> HttpResponse:
    rev = numbers.counted(request.POST.get("rev", ""))
    if press == "begin":
        _begin(request, one, staff, rev)
    elif press == "agree":
        operations.agree_series(one, staff=staff, rev=rev)
        messages.success(request, _t("承認しました。定期配信が始まります。"))
    elif press == "give_back":
        operations.give_back_series(one, staff=staff, words=request.POST.get("words", ""))
        messages.success(request, _t("差し戻しました。"))
    elif press == "pause":
        operations.pause(one, staff=staff)
        messages.success(request, _t("休みにしました。再開するまで送りません。"))
    elif press == "resume":
        operations.resume(one, staff=staff)
        messages.success(request, _t("再開しました。休みの間の分は送りません。"))
    elif press == "call_off_held":
        number = numbers.counted(request.POST.get("held", "")) or 0
        operations.call_off_held(one, expected=number, staff=staff)
        said = _t("{number}回を取りやめました。だれにも送っていません。定期配信は続きます。")
        messages.success(request, said.format(number=number))
    elif press == "end":
        operations.end(one, staff=staff)
        messages.success(request, _t("終わりにしました。"))
    elif press == "rewrite":
        draft = operations.rewriting(one, staff=staff)
        return redirect("console:delivery", draft.public_id)
    return redirect("console:series", one.public_id)


def _begin(request: StaffRequest, one: Series, staff: StaffMember, rev: int | None) -> None:
    people, is_own_day = queries.people(one), queries.has_own_days(one)
    shown = None if segments.is_veiled(one.condition, people) else people
    form = _number(shown, is_own_day, request.POST)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        messages.error(request, "".join(sentences))
        return
    operations.begin_series(
        one,
        staff=staff,
        expected=shown,
        rev=rev,
        night_reason=request.POST.get("night_reason", ""),
        why=request.POST.get("why", ""),
    )
    said = _t("承認を求めました。") if one.state == "asked" else _t("始めました。")
    messages.success(request, said)


def _visible(staff: StaffMember, public_id: str, capability: str = Capability.VIEW) -> Series:
    mine = Series.objects.visible_to(staff, capability).select_related("scope__department")
    return get_object_or_404(mine, public_id=public_id)
