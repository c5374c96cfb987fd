"""The list of what came in, its badge, its cards on Today, and the search."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.db.models import QuerySet, Value
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console import operations as frame
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import (
    Section,
    Staff,
    StaffRequest,
    Words,
    page,
    revealed,
)
from yakuba.kit import wareki
from yakuba.kit.clock import JAPAN
from yakuba.procedures.models import Procedure
from yakuba.submissions import operations, queries
from yakuba.submissions.console.many import ACTS
from yakuba.submissions.console.persons import me
from yakuba.submissions.models import Submission, newest, newest_sealed
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, Department, Scope, StaffMember

# The colour beside the word; the word alone says it too.
BADGES: Mapping[str, str] = {
    "new": "caution",
    "submitted": "caution",
    "resubmitted": "caution",
    "paid": "caution",
    "working": "info",
    "under_review": "info",
    "approved": "info",
    "returned": "plain",
    "payment_requested": "plain",
    "additional_payment": "plain",
    "proof_doubtful": "danger",
    "issued": "good",
    "done": "good",
    "rejected": "plain",
    "withdrawn": "plain",
}
_AGES: Mapping[str, tuple[str, Words]] = {
    "fine": ("plain", _("あと{days}開庁日")),
    "soon": ("caution", _("あと{days}開庁日")),
    "over": ("danger", _("{days}開庁日の超過")),
}


def _new(staff: Staff) -> int:
    mine = Submission.objects.visible_to(me(staff), Capability.HANDLE).needs_work()
    return mine.filter(status=Submission.Status.NEW).count()


@page(
    "submissions/",
    title=_("届いたもの"),
    name="submissions",
    needs=Capability.VIEW,
    section=Section.INCOMING,
    badge=_new,
)
def submissions(request: StaffRequest) -> HttpResponse:
    """Everything that came in and that this person may see, narrowed down as they like."""
    staff = me(request.user)
    persons = set(Scope.objects.visible_to(staff, Capability.PERSONAL).values_list("pk", flat=True))
    shown: list[Submission] = []
    listing = _listing(staff, persons, shown)
    rows: QuerySet[Submission] = (
        Submission.objects.visible_to(staff)
        .at_hand()
        .select_related("procedure__scope__department", "assignee")
    )
    if persons:
        rows = _with_persons(request, listing, rows, staff)
    words = request.GET.get("q", "").strip()[:100]
    if words and "page" not in request.GET:
        frame.note_search(staff, where="submissions", place=listing.title, words=words)
    answer = lists.answer(request, listing, rows=rows)
    for one in shown:
        revealed.announce(
            staff,
            operations.subject_of(one),
            f"一覧で受付番号{one.receipt_no}のお名前を表示しました。",
            {},
        )
    return answer


def _with_persons(
    request: StaffRequest,
    listing: Listing[Submission],
    rows: QuerySet[Submission],
    staff: StaffMember,
) -> QuerySet[Submission]:
    """Add what a column of names needs; opened only for the rows that are drawn."""
    plain = rows.annotate(kana_place=Value(0))
    if request.GET.get("sort", "").removeprefix("-") == "name":
        chosen = lists.matching(request, listing, rows=plain)
        ordered = queries.in_kana_order(chosen, staff=staff, all_rows=rows)
        if ordered is not None:
            return ordered.annotate(newest_version=newest("version"), **newest_sealed())
        words = _t(
            "件数が多いため、お名前の順に並べられません。手続や状態で5,000件までにしぼってください。"
        )
        messages.warning(request, words)
    return plain.annotate(newest_version=newest("version"), **newest_sealed())


def _listing(staff: StaffMember, persons: set[int], shown: list[Submission]) -> Listing[Submission]:
    """Describe the list for one person; whose name is drawn is gathered in `shown`."""

    def name(row: Submission) -> str:
        if row.procedure.scope_id not in persons:
            return "—"
        # Annotations, which the type checker does not know.
        answers = queries.opened(getattr(row, "sealed", None), getattr(row, "wrapped", None))
        if not answers:
            return "—"
        shown.append(row)
        person = queries.person_in(
            queries.plan_numbered(getattr(row, "newest_version")),  # noqa: B009  an annotation
            answers,
        )
        return f"{person.name}（{person.kana}）" if person.kana else person.name or "—"

    of_names = [Column("name", _("お名前（記録されます）"), name, sort="kana_place", shown=False)]
    return Listing(
        key="submissions",
        title=_("届いたもの"),
        columns=[
            Column("receipt", _("受付番号"), lambda row: row.receipt_no, sort="receipt_no"),
            Column(
                "procedure", _("手続"), lambda row: row.procedure.title, sort="procedure__title"
            ),
            *(of_names if persons else []),
            Column("status", _("状態"), _state, sort="display"),
            Column("promised", _("決定の期限"), _promised(), sort="decide_by"),
            Column("assignee", _("担当"), _assignee, sort="assignee__name"),
            Column("submitted", _("届いた日時"), _moment("submitted_at"), sort="submitted_at"),
            Column(
                "changed",
                _("最後の変更"),
                _moment("changed_at"),
                sort="changed_at",
                shown=False,
            ),
            Column(
                "department",
                _("課"),
                lambda row: row.procedure.scope.department.name,
                sort="procedure__scope__department__name",
                shown=False,
            ),
        ],
        order="-submitted_at",
        empty=Empty(
            _("まだ何も届いていません"),
            _("住民が手続やアンケートを送ると、ここに並びます。まず手続を公開してください。"),
        ),
        href=lambda row: reverse("console:submission", args=[row.pk]),
        filters=[
            _filter("status", _("状態"), _statuses, staff),
            _filter("procedure", _("手続"), _procedures, staff),
            _filter("department", _("課"), _departments, staff),
            _filter("assignee", _("担当"), _assignees, staff),
        ],
        search=lambda rows, words: queries.narrowed(rows, {"q": words}, staff=staff),
        search_hint=_("受付番号・氏名・カナ・電話番号・回答"),
        bulk=ACTS,
        export=lambda: reverse("console:submission_export"),
    )


def _filter(
    key: str,
    title: Words,
    choices: Callable[[Staff], Sequence[tuple[str, Words]]],
    staff: StaffMember,
) -> Filter[Submission]:
    return Filter(
        key, title, choices, lambda rows, value: queries.narrowed(rows, {key: value}, staff=staff)
    )


def _state(row: Submission) -> str:
    return _badge(BADGES[row.display], row.get_display_display())


def _promised() -> Callable[[Submission], str]:
    """The last promised day, and how far it is: in words, and in colour beside them."""
    days = townhall.TownDays()

    def cell(row: Submission) -> str:
        age = queries.age_of(row, days=days)
        if row.decide_by is None or age is None:
            return "—"
        kind, words = _AGES[age.state]
        badge = _badge(kind, str(words).format(days=age.days))
        return format_html("{} {}", wareki.short(row.decide_by), badge)

    return cell


def _badge(kind: str, words: str) -> str:
    return format_html('<span class="yk-badge" data-kind="{}">{}</span>', kind, words)


def _assignee(row: Submission) -> str:
    return row.assignee.name if row.assignee else "—"


def _moment(field: str) -> Callable[[Submission], str]:
    def cell(row: Submission) -> str:
        at = getattr(row, field).astimezone(JAPAN)
        return f"{wareki.short(at.date())} {at:%H:%M}"

    return cell


def _statuses(staff: Staff) -> list[tuple[str, Words]]:
    return [
        ("open", _("未完了すべて")),
        ("untouched", _("未対応・審査前すべて")),
        *((value, label) for value, label in Submission.Display.choices),
        ("late", _("遅れているもの")),
        ("overdue", _("決定の期限が過ぎたもの")),
        ("uncorrected", _("補正の期限が過ぎたもの")),
        ("wants_withdrawal", _("取下げの希望があるもの")),
        ("stale", _("保存期間が過ぎた未完了")),
    ]


def _procedures(staff: Staff) -> list[tuple[str, Words]]:
    mine = Procedure.objects.visible_to(me(staff)).order_by("title")
    return [(str(pk), title) for pk, title in mine.values_list("pk", "title")]


def _departments(staff: Staff) -> list[tuple[str, Words]]:
    mine = Department.objects.filter(scopes__procedure__in=Procedure.objects.visible_to(me(staff)))
    return [(str(one.pk), one.name) for one in mine.distinct().order_by("order", "pk")]


def _assignees(staff: Staff) -> list[tuple[str, Words]]:
    seen = Submission.objects.visible_to(me(staff)).at_hand()
    others = StaffMember.objects.get_queryset().filter(pk__in=seen.values("assignee"))
    return [
        ("me", _("わたし")),
        ("nobody", _("だれもいない")),
        *((str(one.pk), one.name) for one in others.exclude(pk=staff.pk).order_by("kana", "name")),
    ]
