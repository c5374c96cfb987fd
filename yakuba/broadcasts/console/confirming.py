"""The last look before a delivery goes out: to whom, in numbers, when, and what speaks against it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, operations
from yakuba.broadcasts.console.shared import look, me, phone, text_of, visible
from yakuba.broadcasts.forms.sending import Confirmation
from yakuba.broadcasts.models import Delivery, Series
from yakuba.broadcasts.operations import checking
from yakuba.broadcasts.operations.sending import who_may_agree
from yakuba.broadcasts.queries import audience
from yakuba.conditions.checking import BrokenCondition
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock, numbers
from yakuba.kit.clock import JAPAN
from yakuba.kit.errors import Refusal
from yakuba.line import quota
from yakuba.line.models import Lane
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, StaffMember


@page(
    "deliveries/<uuid:public_id>/confirm/",
    title=_("送る前の確認"),
    name="confirm_delivery",
    needs=Capability.PUBLISH,
)
def confirm(request: StaffRequest, public_id: str) -> HttpResponse:
    """To whom, in numbers, what, and when; the number is typed before it is sent."""
    staff = me(request)
    one = visible(staff, public_id, Capability.PUBLISH)
    if one.state != Delivery.State.DRAFT:
        return redirect("console:delivery", one.public_id)
    if one.rewrites is not None:
        return _rewrite(request, one, one.rewrites)
    one.audience, one.frozen = Delivery.Audience.JUDGED, None  # who would be meant now
    people = _people(one)
    is_veiled = segments.is_veiled(one.condition, people)
    expected = None if is_veiled else people
    form = Confirmation(request.POST or None, expected=expected, initial=_initial(one))
    troubles = checking.objections(one)
    if form.is_valid() and not troubles:
        said = form.cleaned_data
        try:
            operations.submit(
                one,
                staff=staff,
                expected=expected,
                rev=numbers.counted(request.POST.get("rev", "")),
                due_at=form.due_at,
                is_frozen=said["audience"] == Delivery.Audience.FROZEN,
                night_reason=said["night_reason"],
                why=said["why"],
            )
        except operations.NeedsAReason as no:
            form.add_error("why", str(no))
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            return redirect("console:delivery", one.public_id)
        one.refresh_from_db()
    context = {
        "delivery": one,
        "form": form,
        "expected": expected,
        "people": people,
        "troubles": troubles,
        **look(one.condition),
        **phone(text_of(one)),
        "look_is_veiled": is_veiled,
        **_against(one, people, staff),
    }
    return render(request, "broadcasts/console/confirm.html", context)


def _rewrite(request: StaffRequest, one: Delivery, series: Series) -> HttpResponse:
    """Put the draft into its series; nothing is sent by that."""
    if request.method == "POST":
        rev = numbers.counted(request.POST.get("rev", ""))
        try:
            operations.rewrite(series, draft=one, staff=me(request), rev=rev)
        except Refusal as no:
            messages.error(request, str(no))
            return redirect("console:delivery", one.public_id)
        messages.success(request, _t("文面を変えました。もう一度「始める」を押してください。"))
        return redirect("console:series", series.public_id)
    context = {"delivery": one, "series": series, **phone(text_of(one))}
    return render(request, "broadcasts/console/rewrite.html", context)


def _people(one: Delivery) -> int:
    try:
        return audience.count(one)
    except BrokenCondition:
        return 0


def _initial(one: Delivery) -> dict[str, object]:
    at = one.due_at.astimezone(JAPAN) if one.due_at and one.due_at > clock.now() else None
    return {
        "when": "later" if at else "now",
        "day": f"{at:%Y/%-m/%-d}" if at else "",
        "time": f"{at:%-H:%M}" if at else "",
        "audience": one.audience,
        "night_reason": one.night_reason,
    }


def _against(one: Delivery, people: int, staff: StaffMember) -> dict[str, object]:
    """Return what speaks against sending at once: warnings, a second person, the quota, the hour."""
    at = clock.now() + fuse.grace()
    one.sent_by, one.expected, one.overridden = staff, None, []
    safeguards = fuse.safeguards()
    needs_two = fuse.needs_two(one, people)
    return {
        "warnings": [one for one in fuse.findings(one, people, at=at) if one.code != "night"]
        if people
        else [],
        "is_night": fuse.is_night(at),
        "needs_two": needs_two,
        "agreeing": who_may_agree(one) if needs_two else [],
        "is_short": not quota.has_room(Lane(one.lane), messages=people),
        "grace_minutes": safeguards.grace_minutes,
        "safeguards": safeguards,
    }
