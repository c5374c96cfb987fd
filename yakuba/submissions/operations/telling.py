"""Letters to the department about what came in: a number and a link, never anything personal (6(12)ウ)."""

from django.conf import settings
from django.utils.translation import gettext as _

from yakuba.mail import operations as mail
from yakuba.procedures.definition import Mail
from yakuba.submissions.models import Submission

_BATCH_MINUTES = 5


def tell_department(submission: Submission, wish: Mail | None, *, revision: int = 1) -> None:
    """Post a letter to the procedure's addresses, or else to its department's; many become one."""
    department = submission.procedure.scope.department
    to = list(wish.addresses) if wish and wish.addresses else list(department.emails)
    if not to:
        return
    page = f"{settings.PUBLIC_URL}/console/submissions/{submission.pk}/"
    what = _("新しく届きました") if revision == 1 else _("内容が直されました")
    mail.post(
        to=to,
        subject=f"【{submission.procedure.title}】{what}",
        body=f"{submission.receipt_no}　{what}。\n{page}\n",
        dedupe_key=f"submission:{submission.pk}:{revision}",
        batch_key=f"procedure:{submission.procedure_id}",
        batch_minutes=_BATCH_MINUTES,
    )
