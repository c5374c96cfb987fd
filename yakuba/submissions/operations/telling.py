"""Letters to the department about what came in: a number and a link, never anything personal (6(12)ウ)."""

from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, upkeep
from yakuba.mail import operations as mail
from yakuba.procedures.definition import Mail
from yakuba.submissions import queries
from yakuba.submissions.models import Submission
from yakuba.townhall import queries as townhall

News = Literal["handed_in", "corrected", "withdrawn", "withdrawal", "unhandled"]
_BATCH_MINUTES = 5
_WORDS: dict[News, str | Promise] = {
    "handed_in": _("新しく届きました"),
    "corrected": _("内容が直されました"),
    "withdrawn": _("取り下げられました"),
    "withdrawal": _("取下げを希望されています"),
    "unhandled": _("まだ対応されていません"),
}
_AT_ONCE = 500


def tell_department(
    submission: Submission, wish: Mail | None, *, news: News = "handed_in", revision: int = 1
) -> None:
    """Post a letter to the procedure's addresses, or else to its department's; many become one."""
    department = submission.procedure.scope.department
    to = list(wish.addresses) if wish and wish.addresses else list(department.emails)
    if not to:
        return
    page = f"{settings.PUBLIC_URL}/console/submissions/{submission.pk}/"
    what = _WORDS[news]
    mail.post(
        to=to,
        subject=f"【{submission.procedure.title}】{what}",
        body=f"{submission.receipt_no}　{what}。\n{page}\n",
        dedupe_key=f"submission:{submission.pk}:{news}:{revision}",
        batch_key=f"procedure:{submission.procedure_id}:{news}",
        batch_minutes=_BATCH_MINUTES,
        titles=[submission.procedure.title],
    )


@upkeep.every(timedelta(hours=1))
def tell_again() -> None:
    """Tell departments once more, on an open day, of what nobody has begun with for three of them."""
    if townhall.is_open_day(clock.today()):
        while _tell_some():
            pass


@transaction.atomic
def _tell_some() -> int:
    rows = list(
        queries.late()
        .filter(reminded_at=None)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("procedure__scope__department")
        .order_by("procedure", "submitted_at")[:_AT_ONCE]
    )
    for submission in rows:
        tell_department(submission, queries.definition_of(submission).mail, news="unhandled")
    Submission.objects.filter(pk__in=[one.pk for one in rows]).update(reminded_at=clock.now())
    return len(rows)
