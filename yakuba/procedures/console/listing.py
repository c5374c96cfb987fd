"""The list of procedures: what is open, what is being made, how much came in."""

from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Bulk, Column, Done, Empty, Filter, Listing
from yakuba.console.sockets import Section, Staff, StaffRequest, Undoer, page, undoers
from yakuba.procedures import operations
from yakuba.procedures.console import drafts
from yakuba.procedures.models import Procedure, Run
from yakuba.segments.queries import departments_of_makers
from yakuba.townhall.models import Capability, Scope, StaffMember

_LOOKS = {"open": "good", "draft": "info", "paused": "caution", "archived": "plain"}


def _status(one: Procedure) -> str:
    return format_html(
        '<span class="yk-badge" data-kind="{}">{}</span>',
        _LOOKS[one.status],
        one.get_status_display(),
    )


def _handed_in(one: Procedure) -> int:
    count: int = getattr(one, "handed_in", 0)
    return count


def _keywords(one: Procedure) -> str:
    return "、".join(keyword.word for keyword in one.keywords.all()) or "—"


def _version(one: Procedure) -> str:
    return f"第{one.current.number}版" if one.current else "—"


def _departments(staff: Staff) -> list[tuple[str, str]]:
    seen = Scope.objects.visible_to(_member(staff)).filter(procedure__isnull=False)
    rows = (
        seen.values_list("department_id", "department__name")
        .distinct()
        .order_by("department__order")
    )
    return [(str(pk), name) for pk, name in rows]


def _found(rows: QuerySet[Procedure], words: str) -> QuerySet[Procedure]:
    normal = operations.keyword(words)
    return rows.filter(
        Q(title__icontains=words)
        | Q(slug__icontains=words)
        | Q(pk__in=Procedure.objects.filter(keywords__word__contains=normal).values("pk"))
    )


def _href(one: Procedure) -> str:
    name = "procedure_design" if getattr(one, "may_design", False) else "procedure"
    return reverse(f"console:{name}", args=[one.public_id])


def _member(staff: Staff) -> StaffMember:
    return StaffMember.objects.get(pk=staff.pk)


@undoers.plug
class StatusBack(Undoer):
    """Gives archived or paused procedures the state back that they had."""

    key = "procedures.status"
    label = _("手続の状態を変える")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        """Give back what nobody has changed since."""
        member = _member(staff)
        back = 0
        earlier = _earlier(payload)
        mine = Procedure.objects.visible_to(member, Capability.PUBLISH)
        for one in mine.filter(pk__in=earlier, status=payload["now"]):
            _give(one, earlier[one.pk], member)
            back += 1
        return f"{back}件を元の状態にもどしました。"


def _earlier(payload: Mapping[str, object]) -> dict[int, str]:
    """Read the statuses that `_all` kept, by the key of the procedure."""
    kept = payload["earlier"]
    if not isinstance(kept, dict):
        raise TypeError("what was there earlier is kept by number")
    return {int(pk): str(status) for pk, status in kept.items()}


def _give(one: Procedure, status: str, staff: StaffMember) -> None:
    match status:
        case Procedure.Status.OPEN:
            operations.reopen(one, staff=staff)
        case Procedure.Status.PAUSED:
            operations.pause(one, staff=staff)
        case Procedure.Status.ARCHIVED:
            operations.archive(one, staff=staff)


def _pause(staff: Staff, rows: QuerySet[Procedure]) -> Done:
    return _all(
        staff, rows, Procedure.Status.OPEN, Procedure.Status.PAUSED, "件の受付を止めました。"
    )


def _archive(staff: Staff, rows: QuerySet[Procedure]) -> Done:
    return _all(
        staff, rows, Procedure.Status.PAUSED, Procedure.Status.ARCHIVED, "件を保管しました。"
    )


@undoers.plug
class OrderBack(Undoer):
    """Gives procedures the places back that they had in the order for residents."""

    key = "procedures.order"
    label = _("手続の並び順を変える")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        earlier = payload["earlier"]
        if not isinstance(earlier, dict):
            raise TypeError("what was there earlier is kept by number")
        operations.put_back({int(pk): int(place) for pk, place in earlier.items()})
        return "並び順を元にもどしました。"


def _up(staff: Staff, rows: QuerySet[Procedure]) -> Done:
    return _moved(staff, rows, up=True)


def _down(staff: Staff, rows: QuerySet[Procedure]) -> Done:
    return _moved(staff, rows, up=False)


def _moved(staff: Staff, rows: QuerySet[Procedure], *, up: bool) -> Done:
    mine = Procedure.objects.visible_to(_member(staff), Capability.PUBLISH)
    chosen = set(mine.filter(pk__in=rows.values("pk")).values_list("pk", flat=True))
    earlier = operations.move(chosen, up=up)
    words = f"{len(chosen)}件を1つ{'上' if up else '下'}へ移しました。"
    return Done(words, OrderBack.key, {"earlier": {str(pk): n for pk, n in earlier.items()}})


def _all(staff: Staff, rows: QuerySet[Procedure], before: str, after: str, words: str) -> Done:
    member = _member(staff)
    mine = Procedure.objects.visible_to(member, Capability.PUBLISH)
    earlier = {}
    for one in mine.filter(pk__in=rows.values("pk"), status=before):
        earlier[str(one.pk)] = one.status
        _give(one, after, member)
    return Done(f"{len(earlier)}{words}", StatusBack.key, {"earlier": earlier, "now": after})


PROCEDURES: Listing[Procedure] = Listing(
    key="procedures.procedures",
    title=_("手続"),
    columns=[
        Column("title", _("名称"), lambda one: one.title, sort="title"),
        Column("status", _("状態"), _status, sort="status"),
        Column("kind", _("種類"), lambda one: one.get_kind_display(), sort="kind"),
        Column("department", _("担当課"), lambda one: one.scope.department.name, sort="scope__department__order"),
        Column("handed_in", _("届いた数"), lambda one: f"{_handed_in(one):,}", sort="handed_in", at_end=True),
        Column("keywords", _("合言葉"), _keywords),
        Column("order", _("住民に見せる順"), lambda one: str(one.order or "—"), sort="order", at_end=True, shown=False),
        Column("version", _("版"), _version, shown=False),
        Column("slug", _("リンク用の名前"), lambda one: one.slug, sort="slug", shown=False),
    ],
    order="-pk",
    empty=Empty(
        _("手続はまだありません"),
        _("アンケート・申請・通報などを、質問を並べて作れます。作ったものは、公開するまで住民には見えません。"),
    ),
    href=_href,
    filters=[
        Filter("status", _("状態"), lambda staff: Procedure.Status.choices, lambda rows, value: rows.filter(status=value)),
        Filter("kind", _("種類"), lambda staff: Procedure.Kind.choices, lambda rows, value: rows.filter(kind=value)),
        Filter(
            "department",
            _("担当課"),
            _departments,
            lambda rows, value: rows.filter(scope__department_id=value) if value.isdecimal() else rows.none(),
        ),
    ],
    search=_found,
    search_hint=_("名称・合言葉"),
    bulk=[
        Bulk(
            "up",
            _("1つ上へ"),
            lambda count: f"選んだ{count}件を、住民に見せる順で1つ上へ移します。",
            _up,
            Capability.PUBLISH,
        ),
        Bulk(
            "down",
            _("1つ下へ"),
            lambda count: f"選んだ{count}件を、住民に見せる順で1つ下へ移します。",
            _down,
            Capability.PUBLISH,
        ),
        Bulk(
            "pause",
            _("受付を止める"),
            lambda count: f"選んだ{count}件のうち受付中のものの受付を止めます。入力の途中の人は、最後まで送れます。",
            _pause,
            Capability.PUBLISH,
        ),
        Bulk(
            "archive",
            _("保管する"),
            lambda count: f"選んだ{count}件のうち受付を止めたものを保管します。届いたものはそのまま残ります。",
            _archive,
            Capability.PUBLISH,
        ),
    ],
)  # fmt: skip


@page("procedures/", title=_("手続"), name="procedures", section=Section.MAKE, order=10)
def procedures(request: StaffRequest) -> HttpResponse:
    """The procedures of departments that let this person see them. Open to all who sign in: it may be empty."""
    staff = drafts.me(request)
    designed = Scope.objects.visible_to(staff, Capability.DESIGN).filter(pk=OuterRef("scope_id"))
    handed_in = Count("runs", filter=Q(runs__status=Run.Status.DONE, runs__corrects=None))
    rows = (
        Procedure.objects.visible_to(staff)
        .select_related("scope__department", "current")
        .prefetch_related("keywords")
        .annotate(handed_in=handed_in, may_design=Exists(designed))
    )
    return lists.answer(
        request,
        PROCEDURES,
        rows=rows,
        template="procedures/console/procedures.html",
        context={"may_make": departments_of_makers(staff).exists()},
    )
