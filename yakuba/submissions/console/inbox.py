"""The list of what came in, its badge, its cards on Today, and the search."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.db.models import QuerySet, Value
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console import operations as frame
from yakuba.console.lists import Bulk, Column, Done, Empty, Filter, Listing
from yakuba.console.sockets import (
    Figure,
    Found,
    Group,
    Section,
    Staff,
    StaffRequest,
    Undoer,
    Words,
    card,
    page,
    revealed,
    search,
    undoers,
)
from yakuba.kit import wareki
from yakuba.kit.clock import JAPAN
from yakuba.procedures.models import Procedure
from yakuba.submissions import operations, queries
from yakuba.submissions.models import Submission, newest
from yakuba.submissions.operations.many import Bulk as Outcome
from yakuba.townhall.models import Capability, Department, Scope, StaffMember

_FOUND_AT_MOST = 10


def me(staff: Staff) -> StaffMember:
    """Return who is signed in as townhall knows them."""
    if not isinstance(staff, StaffMember):
        raise TypeError("staff pages are for staff")
    return staff


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
            return ordered.annotate(
                newest_answers=newest("answers"), newest_version=newest("version")
            )
        words = _t(
            "件数が多いため、お名前の順に並べられません。手続や状態で5,000件までにしぼってください。"
        )
        messages.warning(request, words)
    return plain.annotate(newest_answers=newest("answers"), newest_version=newest("version"))


def _listing(staff: StaffMember, persons: set[int], shown: list[Submission]) -> Listing[Submission]:
    """Describe the list for one person; whose name is drawn is gathered in `shown`."""

    def name(row: Submission) -> str:
        answers = getattr(row, "newest_answers", None)
        if row.procedure.scope_id not in persons or not answers:
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
            Column("status", _("状態"), lambda row: row.get_status_display(), sort="status"),
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
        bulk=_ACTS,
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
        *((value, label) for value, label in Submission.Status.choices),
        ("late", _("遅れているもの")),
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


# --- many at once ---


class StatusSet(Undoer):
    key = "submissions.status"
    label = _("状態を変える")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        return _taken_back(
            operations.take_back_status(_earlier(payload), staff=me(staff)),
        )


class Assigned(Undoer):
    key = "submissions.assigned"
    label = _("担当を決める")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        return _taken_back(operations.take_back_assigning(_earlier(payload), staff=me(staff)))


undoers.plug(StatusSet)
undoers.plug(Assigned)


def _earlier(payload: Mapping[str, object]) -> dict[str, list[object]]:
    kept = payload["earlier"]
    if not isinstance(kept, dict):
        raise TypeError("what was there earlier is kept by number")
    return kept


def _taken_back(done: Outcome) -> str:
    words = f"{done.count}件を元に戻しました。"
    return words + (f"その後に変更された{done.left}件はそのままです。" if done.left else "")


def _done(done: Outcome, words: str, undo_kind: str) -> Done:
    sentence = f"{done.count}件を{words}"
    if done.left:
        sentence += f"権限や状態のためにできなかった{done.left}件はそのままです。"
    if not done.count:
        return Done(sentence)
    return Done(sentence, undo_kind, {"earlier": dict(done.earlier)})


def _to(status: str, words: str) -> Callable[[Staff, QuerySet[Submission]], Done]:
    def act(staff: Staff, rows: QuerySet[Submission]) -> Done:
        done = operations.set_status_of(rows, status=status, staff=me(staff))
        return _done(done, words, StatusSet.key)

    return act


def _take(staff: Staff, rows: QuerySet[Submission]) -> Done:
    done = operations.assign_all(rows, to=me(staff), staff=me(staff))
    return _done(done, "自分の担当にしました。", Assigned.key)


def _leave(staff: Staff, rows: QuerySet[Submission]) -> Done:
    done = operations.assign_all(rows, to=None, staff=me(staff))
    return _done(done, "担当なしにしました。", Assigned.key)


_ACTS: list[Bulk[Submission]] = [
    Bulk(
        "take",
        _("自分の担当にする"),
        lambda count: _t("{count}件の担当があなたになります。").format(count=count),
        _take,
        Capability.HANDLE,
    ),
    Bulk(
        "leave",
        _("担当を外す"),
        lambda count: _t("{count}件の担当がいなくなります。").format(count=count),
        _leave,
        Capability.HANDLE,
    ),
    Bulk(
        "working",
        _("対応中にする"),
        lambda count: _t("{count}件が「対応中」になり、本人のページにもそう表示されます。").format(
            count=count
        ),
        _to("working", "「対応中」にしました。"),
        Capability.HANDLE,
    ),
    Bulk(
        "done",
        _("完了にする"),
        lambda count: _t("{count}件が「完了」になり、本人のページにもそう表示されます。").format(
            count=count
        ),
        _to("done", "「完了」にしました。"),
        Capability.HANDLE,
    ),
]


# --- Today and the search ---


def _figure(
    staff: Staff, rows: QuerySet[Submission], label: Words, query: str, detail: Words = ""
) -> list[Figure]:
    mine = Submission.objects.visible_to(me(staff), Capability.HANDLE)
    count = rows.filter(pk__in=mine.values("pk")).count()
    href = f"{reverse('console:submissions')}?{query}"
    return [Figure(label, count, href, detail=detail)] if count else []


@card(group=Group.WAITING, needs=Capability.HANDLE, order=10)
def waiting(staff: Staff) -> list[Figure]:
    work = Submission.objects.needs_work()
    mine = work.filter(assignee=me(staff))
    new = work.filter(status=Submission.Status.NEW)
    return [
        *_figure(staff, mine, _("わたしの担当"), "status=open&assignee=me"),
        *_figure(staff, new, _("未対応の届け"), "status=new"),
    ]


@card(group=Group.LATE, needs=Capability.HANDLE, order=10)
def late(staff: Staff) -> list[Figure]:
    after = _t("届いてから{days}開庁日、未対応").format(days=queries.LATE_AFTER)
    return [
        *_figure(staff, queries.late(), _("遅れている届け"), "status=late", after),
        *_figure(
            staff,
            queries.stale(),
            _("保存期間が過ぎた未完了"),
            "status=stale",
            _("完了にすると消えます"),
        ),
    ]


@search(title=_("届いたもの"), needs=Capability.VIEW)
def find(staff: Staff, words: str) -> list[Found]:
    rows = queries.found(words, staff=me(staff)).select_related("procedure")
    return [
        Found(
            row.receipt_no,
            reverse("console:submission", args=[row.pk]),
            f"{row.procedure.title}・{row.get_status_display()}",
        )
        for row in rows.order_by("-submitted_at")[:_FOUND_AT_MOST]
    ]
