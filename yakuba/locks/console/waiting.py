"""What about doors waits for a person, the most pressing first; and the lines of it on Today."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import (
    ADMINISTRATOR,
    Figure,
    Group,
    Section,
    Staff,
    StaffRequest,
    card,
    page,
)
from yakuba.kit.errors import Refusal
from yakuba.locks import operations
from yakuba.locks.console.connections import me
from yakuba.locks.models import Connection, Task
from yakuba.townhall.models import Capability, StaffMember

_PRESSING = (Task.Kind.NOT_READY, Task.Kind.MAY_OPEN, Task.Kind.OPEN_DOOR, Task.Kind.TYPE_IN)


@page(
    "locks/tasks/",
    title=_("鍵の用事"),
    name="lock_tasks",
    needs=Capability.VIEW,
    section=Section.BOOKINGS,
    order=62,
    badge=lambda staff: _open(StaffMember.objects.get(pk=staff.pk)),
)
def tasks(request: StaffRequest) -> HttpResponse:
    """Everything about doors that nobody has done yet."""
    staff = me(request)
    if request.method == "POST":
        typed = request.POST.get("task", "")
        key = int(typed) if typed.isdecimal() and len(typed) < 18 else 0
        task = get_object_or_404(Task.objects.visible_to(staff, Capability.HANDLE), pk=key)
        try:
            operations.resolve(task, words=request.POST.get("words", ""), staff=staff)
        except Refusal as no:
            messages.warning(request, str(no))
        return redirect(request.path)
    first = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(_PRESSING)),
        default=Value(len(_PRESSING)),
        output_field=IntegerField(),
    )
    found = (
        Task.objects.open()
        .visible_to(staff)
        .select_related("facility", "door", "grant", "booking")
        .order_by(first, "raised_at")
    )
    context = {"tasks": found, "pressing": [str(kind) for kind in _PRESSING]}
    return render(request, "locks/console/tasks.html", context)


def _open(staff: StaffMember) -> int:
    return Task.objects.open().visible_to(staff).count()


@card(group=Group.WAITING, needs=Capability.VIEW)
def doors_that_wait(staff: Staff) -> Sequence[Figure]:
    person = StaffMember.objects.get(pk=staff.pk)
    mine = Task.objects.open().visible_to(person)
    href = reverse("console:lock_tasks")
    late = mine.filter(kind=Task.Kind.NOT_READY).count()
    others = mine.exclude(kind=Task.Kind.NOT_READY).count()
    counts = ((_("開かないかもしれないドア"), late), (_("鍵の用事"), others))
    return [Figure(label, count, href) for label, count in counts if count]


@card(group=Group.FAILED, needs=ADMINISTRATOR)
def makers_in_trouble(staff: Staff) -> Sequence[Figure]:
    count = Connection.objects.filter(is_on=True).exclude(faults=[]).count()
    href = reverse("console:lock_connections")
    return [Figure(_("つながらない錠のメーカー"), count, href)] if count else []
