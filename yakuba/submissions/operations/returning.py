"""Sending back for correction: what is to be corrected, until when; reminding; and what is not corrected."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, upkeep, wareki
from yakuba.kit.errors import Refusal
from yakuba.procedures.definition import Text
from yakuba.procedures.models import Run
from yakuba.submissions import queries, rules
from yakuba.submissions.models import ReturnRequest, Submission
from yakuba.submissions.operations.changing import changed
from yakuba.submissions.operations.messages import tell_resident
from yakuba.submissions.operations.stages import apply, lock_for, workflow_of
from yakuba.townhall.models import StaffMember

MOST_MESSAGE, MOST_COMMENT = 1_000, 300
MOST_DAYS = 365
_FROM, _TO = 9, 20  # o'clock, Japan: nobody is written to at night
_UNTIL = Text(ja="期限", easy="いつまで", en="Until")
_CORRECT = Text(ja="見て、直す", easy="見て、なおす", en="See and correct")
_RETURNED = Text(
    ja="「{title}」について、直していただきたいところがあります。ページでくわしく見て、{until}までに直してください。",
    easy="「{title}」を なおして ください。{until}までです。ページを 見てください。",
    en="Please correct “{title}” by {until}. Open the page to see what.",
)
_REMINDED = Text(
    ja="「{title}」は、{until}までに直していただく必要があります。むずかしいときは、{department}（{phone}）にご相談ください。",
    easy="「{title}」を {until}までに なおして ください。わからない ときは {department}（{phone}）に でんわしてください。",
    en="“{title}” has to be corrected by {until}. Need help? Call {department} ({phone}).",
)
_LAPSED = Text(
    ja="「{title}」は、期限までに直されなかったため、取下げとして終わりました。必要なときは、もう一度お申し込みください。",
    easy="「{title}」は おわりました。ひつような ときは、もういちど おくって ください。",
    en="“{title}” was closed because it was not corrected in time. You can apply again.",
)


class NothingNamed(Refusal):
    sentence = _("直してほしい質問を選ぶか、本人への文章を書いてください。")


class NoSuchQuestion(Refusal):
    sentence = _("選んだ質問は、いまの答えにありません。画面を開き直してください。")


class DayNotPossible(Refusal):
    sentence = _("期限は、明日から{last}までの日にしてください。")


class TooLong(Refusal):
    sentence = _("{what}は{limit}文字までにしてください。")


@transaction.atomic
def return_for_correction(
    submission: Submission,
    *,
    comments: Mapping[str, str],
    message: str,
    due_on: date,
    rev: int,
    staff: StaffMember,
) -> ReturnRequest:
    """Open the named questions (path → what is wrong) for correction, and write to the resident (T3).

    Raises:
        ChangedMeanwhile, NotPossibleNow, NotDecided
        NothingNamed, NoSuchQuestion, TooLong, DayNotPossible
    """
    lock_for(submission, rev=rev)
    workflow_of(submission)
    revision = queries.newest_revision(submission)
    message = message.strip()
    _check(comments, message)
    _check_day(due_on)
    asked = {answer.path for group in queries.groups(revision) for answer in group.answers}
    if not set(comments) <= asked:
        raise NoSuchQuestion
    apply(
        submission,
        "return",
        words=f"補正をお願いしました（{len(comments)}か所、{wareki.full(due_on)}まで）。",
        staff=staff,
    )
    request = ReturnRequest.objects.create(
        submission=submission,
        revision=revision,
        items=[{"path": path, "comment": text.strip()} for path, text in comments.items()],
        message=message,
        due_on=due_on,
        returned_by=staff,
        returned_at=clock.now(),
    )
    _tell(submission, _RETURNED, due_on)
    return request


def _check(comments: Mapping[str, str], message: str) -> None:
    if not comments and not message:
        raise NothingNamed
    if len(message) > MOST_MESSAGE:
        raise TooLong(what=_("本人への文章"), limit=f"{MOST_MESSAGE:,}")
    if any(len(comment) > MOST_COMMENT for comment in comments.values()):
        raise TooLong(what=_("質問ごとの説明"), limit=MOST_COMMENT)


def _check_day(due_on: date) -> None:
    last = clock.today() + timedelta(days=MOST_DAYS)
    if not clock.today() < due_on <= last:
        raise DayNotPossible(last=wareki.full(last))


def _tell(submission: Submission, words: Text, due_on: date) -> None:
    until = wareki.full(due_on)
    tell_resident(submission, words, facts=[(_UNTIL, until)], button=_CORRECT, until=until)


@transaction.atomic
def prolong(submission: Submission, *, due_on: date, rev: int, staff: StaffMember) -> None:
    """Give more time for the correction, and say so.

    Raises:
        ChangedMeanwhile, DayNotPossible
    """
    lock_for(submission, rev=rev)
    request = queries.open_return(submission)
    _check_day(due_on)
    if request is None:
        raise NoSuchQuestion
    request.due_on, request.reminded_at = due_on, None
    request.save(update_fields=["due_on", "reminded_at"])
    changed(
        submission,
        what="prolonged",
        words=f"補正の期限を{wareki.full(due_on)}にしました。",
        staff=staff,
        fields=[],
    )
    _tell(submission, _RETURNED, due_on)


@upkeep.every(timedelta(minutes=30))
def remind_and_lapse() -> None:
    """Remind whoever has not corrected yet, and close by policy what was not corrected in time."""
    if _FROM <= clock.now().astimezone(clock.JAPAN).hour < _TO:
        for key in _to_remind():
            _remind(key)
    for key in _to_lapse():
        _lapse(key)


def _to_remind() -> list[UUID]:
    """Return what may have to be reminded: how many days before is a matter of the version."""
    rows = ReturnRequest.objects.filter(
        closed_at=None, reminded_at=None, due_on__gte=clock.today()
    ).order_by("due_on")
    return list(rows.values_list("submission", flat=True))


@transaction.atomic
def _remind(key: UUID) -> None:
    submission = Submission.objects.get(pk=key)
    lock_for(submission, rev=None)
    request = queries.open_return(submission)
    workflow = queries.workflow_of(submission) if request else None
    if request is None or workflow is None or request.reminded_at or not workflow.remind_days:
        return
    if clock.today() < request.due_on - timedelta(days=workflow.remind_days):
        return
    request.reminded_at = clock.now()
    request.save(update_fields=["reminded_at"])
    _tell(submission, _REMINDED, request.due_on)
    changed(
        submission,
        what="reminded",
        words="補正の期限が近いことを本人にお知らせしました。",
        staff=None,
        fields=[],
    )


def _to_lapse() -> list[UUID]:
    """Return what was not corrected in time; who was at it on the last day or since has a day more.

    A provider that was out (E19) or a page left open in the evening is nobody's fault of time.
    """
    today = clock.today()
    began = datetime.combine(today - timedelta(days=1), time(), clock.JAPAN)
    late = ReturnRequest.objects.filter(closed_at=None, due_on__lt=today)
    at_it = Run.objects.filter(
        status=Run.Status.ACTIVE, corrects__in=late.values("submission"), touched_at__gte=began
    ).values("corrects")
    rows = late.exclude(Q(submission__in=at_it))
    return list(rows.order_by("due_on").values_list("submission", flat=True))


@transaction.atomic
def _lapse(key: UUID) -> None:
    submission = Submission.objects.get(pk=key)
    lock_for(submission, rev=None, with_money=True)
    request = queries.open_return(submission)
    workflow = queries.workflow_of(submission) if request else None
    if request is None or workflow is None or workflow.lapse == "keep":
        return
    if submission.status != rules.RETURNED or request.due_on >= clock.today():
        return
    apply(
        submission, "lapse", words="補正の期限が過ぎたため、取下げとして終わりました。", staff=None
    )
    tell_resident(submission, _LAPSED)
