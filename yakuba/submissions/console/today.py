"""What waits, what is late, and what the search finds."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import Figure, Found, Group, Staff, Words, card, search
from yakuba.submissions import queries
from yakuba.submissions.console.persons import me
from yakuba.submissions.models import Submission
from yakuba.townhall.models import Capability

_FOUND_AT_MOST = 10


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
    asked = work.exclude(withdrawal_asked_at=None)
    return [
        *_figure(staff, mine, _("わたしの担当"), "status=open&assignee=me"),
        *_figure(staff, new, _("未対応の届け"), "status=untouched"),
        *_figure(staff, asked, _("取下げの希望"), "status=wants_withdrawal"),
    ]


@card(group=Group.LATE, needs=Capability.HANDLE, order=10)
def late(staff: Staff) -> list[Figure]:
    after = _t("届いてから{days}開庁日、未対応").format(days=queries.LATE_AFTER)
    return [
        *_figure(staff, queries.late(), _("遅れている届け"), "status=late", after),
        *_figure(staff, queries.overdue(), _("決定の期限が過ぎた申請"), "status=overdue"),
        *_figure(
            staff,
            queries.uncorrected(),
            _("補正の期限が過ぎた申請"),
            "status=uncorrected",
            _("期限を延ばすか、電話してください"),
        ),
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
            f"{row.procedure.title}・{row.get_display_display()}",
        )
        for row in rows.order_by("-submitted_at")[:_FOUND_AT_MOST]
    ]
