"""The list beside one submission: what else waits, mine or my department's, with the place kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from yakuba.console.sockets import StaffRequest
from yakuba.submissions import queries, rules
from yakuba.submissions.models import Submission
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

_SHOWN = 40  # lines, around the one that is open
_MOST = 2_000  # beyond that one works by the filters of the inbox
_KEPT_AS = "submissions.beside"  # in the session: which of the two lists
MINE, DEPARTMENT = "mine", "department"


@dataclass(frozen=True, slots=True)
class Line:
    submission: Submission
    age: rules.Age | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is drawn of the list: which one it is, its lines, and how long both lists are."""

    which: str
    lines: Sequence[Line]
    counts: dict[str, int]


def beside(request: StaffRequest, found: Submission, staff: StaffMember) -> Beside:
    """Return what waits, what is promised soonest first; the one that is open keeps its place when it is done."""
    if (wished := request.GET.get("list", "")) in (MINE, DEPARTMENT):
        request.session[_KEPT_AS] = wished
    waiting = Submission.objects.visible_to(staff, Capability.HANDLE).needs_work()
    lists = {MINE: waiting.filter(assignee=staff), DEPARTMENT: waiting}
    counts = {key: rows.count() for key, rows in lists.items()}
    if (
        _KEPT_AS not in request.session
    ):  # once: a list that changes by itself loses the clerk's place
        request.session[_KEPT_AS] = MINE if counts[MINE] else DEPARTMENT
    which = request.session[_KEPT_AS]
    rows = Submission.objects.visible_to(staff).at_hand()
    rows = rows.filter(Q(pk__in=lists[which].values("pk")) | Q(pk=found.pk))
    order = list(
        rows.order_by("decide_by", "submitted_at", "pk").values_list("pk", flat=True)[:_MOST]
    )
    here = order.index(found.pk) if found.pk in order else 0
    first = max(0, min(here - _SHOWN // 2, len(order) - _SHOWN))
    shown = order[first : first + _SHOWN]
    drawn = {
        one.pk: one for one in rows.filter(pk__in=shown).select_related("procedure", "assignee")
    }
    days = townhall.TownDays()
    lines = [
        Line(drawn[key], queries.age_of(drawn[key], days=days)) for key in shown if key in drawn
    ]
    return Beside(which, lines, counts)
