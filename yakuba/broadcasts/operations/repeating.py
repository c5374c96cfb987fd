"""What is sent again and again: begin, agree, pause, end; and its occurrences, made ahead, each once."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, rules
from yakuba.broadcasts.models import Approval, Delivery, Series
from yakuba.broadcasts.operations import checking, drafting, letters, sending, starting
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile, NotADraft
from yakuba.broadcasts.operations.planning import NobodyMeant
from yakuba.broadcasts.operations.trail import note_series
from yakuba.broadcasts.queries import series as queries
from yakuba.broadcasts.rules import content as contents
from yakuba.broadcasts.rules import recurring
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import StaffMember
from yakuba.townhall.queries import TownDays

AHEAD = 14  # days for which occurrences stand in the list
FORGOTTEN = 14  # days after which nobody is asked about a missed one any more
States = Series.State
State = Delivery.State


class NotReady(Refusal):
    sentence = _("この定期配信は、いまその操作ができません。画面を開き直してください。")


class NeverHappens(Refusal):
    sentence = _(
        "このきまりでは、送る日が1日もありません。曜日・日付と、始める日・終わる日を確かめてください。"
    )


class EndsBeforeItBegins(Refusal):
    sentence = _("終わる日は、始める日より後にしてください。")


@transaction.atomic
def repeat(
    draft: Delivery,
    *,
    rule: recurring.Rule,
    begins_on: date,
    ends_on: date | None,
    staff: StaffMember,
    rev: int | None = None,
) -> Series:
    """Make a series of a draft: its words, its people and its scope go over, and nothing is sent yet.

    Raises:
        NotADraft, ChangedMeanwhile, EndsBeforeItBegins, NeverHappens
    """
    lock(draft)
    if draft.state != State.DRAFT or draft.series_id or draft.rewrites_id:
        raise NotADraft
    if rev is not None and rev != draft.rev:
        raise ChangedMeanwhile
    for objection in checking.objections(draft):
        raise sending.Forbidden(why=objection)
    _happens(rule, begins_on, ends_on)
    series = Series.objects.create(
        scope=draft.scope,
        name=draft.name,
        segment=draft.segment,
        condition=draft.condition,
        content=draft.content,
        rule=recurring.document_of(rule),
        begins_on=begins_on,
        ends_on=ends_on,
        made_at=clock.now(),
        made_by=draft.made_by,
        changed_by=staff,
    )
    draft.delete()
    note_series(series, staff, "created", "定期配信「{name}」の下書きを作りました。")
    return series


def _happens(rule: recurring.Rule, begins_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < begins_on:
        raise EndsBeforeItBegins
    ahead = recurring.upcoming(
        rule, begins_on - timedelta(days=1), TownDays(), begins=begins_on, ends=ends_on
    )
    if next(ahead, None) is None:
        raise NeverHappens


@transaction.atomic
def change_series(
    series: Series,
    *,
    rule: recurring.Rule,
    begins_on: date,
    ends_on: date | None,
    staff: StaffMember,
    rev: int | None = None,
) -> None:
    """Change when a series is sent. It has to be begun, and where needed agreed to, once more.

    Raises:
        NotReady, ChangedMeanwhile, EndsBeforeItBegins, NeverHappens
    """
    _open(series, rev)
    _happens(rule, begins_on, ends_on)
    series.rule, series.begins_on, series.ends_on = recurring.document_of(rule), begins_on, ends_on
    _redraft(series, staff)
    note_series(series, staff, "changed", "定期配信「{name}」の送る日を変えました。")


@transaction.atomic
def rewriting(series: Series, *, staff: StaffMember) -> Delivery:
    """Return the draft in which the words of a series are written anew; the one that is open, or a new one."""
    _open(series, None)
    known = series.rewritings.filter(state=State.DRAFT).first()
    if known is not None:
        return known
    draft = drafting.draft(
        department=series.scope.department,
        name=series.name,
        content=series.content,
        condition=series.condition,
        segment=series.segment,
        staff=staff,
    )
    draft.rewrites = series
    draft.save(update_fields=["rewrites"])
    return draft


@transaction.atomic
def rewrite(series: Series, *, draft: Delivery, staff: StaffMember, rev: int | None = None) -> None:
    """Put the words and the people of `draft` into the series; it has to be begun once more.

    Raises:
        NotReady, NotADraft, ChangedMeanwhile
    """
    _open(series, None)
    lock(draft)
    if draft.state != State.DRAFT or draft.rewrites_id != series.pk:
        raise NotADraft
    if rev is not None and rev != draft.rev:
        raise ChangedMeanwhile
    for objection in checking.objections(draft):
        raise sending.Forbidden(why=objection)
    series.content, series.condition, series.segment = draft.content, draft.condition, draft.segment
    series.name = draft.name
    _redraft(series, staff)
    scope = draft.scope
    draft.delete()
    scope.delete()
    note_series(series, staff, "changed", "定期配信「{name}」の文面を変えました。")


def _open(series: Series, rev: int | None) -> None:
    lock(series)
    if series.state == States.ENDED:
        raise NotReady
    if rev is not None and rev != series.rev:
        raise ChangedMeanwhile


def _redraft(series: Series, staff: StaffMember) -> None:
    series.state, series.changed_by = States.DRAFT, staff
    series.approved_at = series.approved_by = None
    series.begun_at = series.begun_by = None
    series.overridden, series.rev = [], series.rev + 1
    series.save()
    _take_back_occurrences(series)


def _take_back_occurrences(series: Series) -> None:
    """Delete what was made ahead and nobody has touched; it is made again when the series goes on."""
    series.deliveries.filter(state=State.SCHEDULED).delete()


@transaction.atomic
def begin_series(
    series: Series,
    *,
    staff: StaffMember,
    expected: int | None,
    rev: int | None = None,
    night_reason: str = "",
    why: str = "",
) -> None:
    """Let a series run, unless two persons must agree first. `expected` as in `sending.submit`.

    Raises:
        NotReady, ChangedMeanwhile, Forbidden, NobodyMeant, NotThatMany, NeedsAReason
    """
    lock(series)
    if series.state != States.DRAFT:
        raise NotReady
    if rev is not None and rev != series.rev:
        raise ChangedMeanwhile
    for trouble in rules.troubles(contents.read(series.content)):
        raise sending.Forbidden(why=trouble)
    specimen = queries.specimen(series)
    people = queries.people(series)
    is_own_day = queries.has_own_days(series)
    if not people and not is_own_day:
        raise NobodyMeant
    if not is_own_day:
        sending.same_number(specimen, expected, people)
    series.expected = None if is_own_day else people
    series.night_reason = specimen.night_reason = night_reason.strip()
    at = specimen.occurs_at or clock.now()
    sending.override(specimen, fuse.findings(specimen, people, at=at), staff=staff, why=why)
    series.overridden = specimen.overridden
    series.begun_at, series.begun_by = clock.now(), staff
    series.rev += 1
    if not is_own_day and fuse.needs_two(specimen, people):
        series.state = States.ASKED
        series.save()
        note_series(series, staff, "asked", "定期配信「{name}」の承認を求めました。")
        letters.tell_of_series(
            series,
            queries.who_may_agree(series),
            f"承認をお願いします：定期配信「{series.name}」",
            f"{staff.name}さんが、定期配信「{series.name}」の承認を求めています。",
        )
        return
    _run(series)
    note_series(series, staff, "begun", "定期配信「{name}」を始めました。")


def _run(series: Series) -> None:
    series.state, series.returned_words = States.RUNNING, ""
    series.save()
    make_occurrences_of(series)


@transaction.atomic
def agree_series(series: Series, *, staff: StaffMember, rev: int | None = None) -> None:
    """Give the second person's word to a series. Raises NotReady, ChangedMeanwhile, OwnWords."""
    lock(series)
    if series.state != States.ASKED:
        raise NotReady
    if rev is not None and rev != series.rev:
        raise ChangedMeanwhile
    if queries.wrote(series, staff):
        raise sending.OwnWords
    series.approved_at, series.approved_by = clock.now(), staff
    _run(series)
    note_series(series, staff, "agreed", "定期配信「{name}」を承認しました。")


@transaction.atomic
def give_back_series(series: Series, *, staff: StaffMember, words: str) -> None:
    lock(series)
    if series.state != States.ASKED:
        raise NotReady
    series.state, series.returned_words = States.DRAFT, words[:300]
    series.save()
    note_series(series, staff, "returned", "定期配信「{name}」を差し戻しました。", words=words)


@transaction.atomic
def pause(series: Series, *, staff: StaffMember) -> None:
    """Let nothing more be sent until somebody resumes; what was about to go out is stopped too."""
    lock(series)
    if series.state != States.RUNNING:
        raise NotReady
    series.state = States.PAUSED
    series.save()
    _stop_what_is_near(series, staff)
    note_series(series, staff, "paused", "定期配信「{name}」を休みにしました。")


@transaction.atomic
def resume(series: Series, *, staff: StaffMember) -> None:
    """Let a paused series go on, with what comes from now on. Raises NotReady."""
    lock(series)
    if series.state != States.PAUSED:
        raise NotReady
    series.resumed_at = clock.now()  # what fell into the pause was not missed
    _run(series)
    note_series(series, staff, "resumed", "定期配信「{name}」を再開しました。")


@transaction.atomic
def end(series: Series, *, staff: StaffMember) -> None:
    """Send nothing more of it, ever."""
    lock(series)
    if series.state == States.ENDED:
        return
    series.state = States.ENDED
    series.save()
    _stop_what_is_near(series, staff)
    note_series(series, staff, "ended", "定期配信「{name}」を終わりにしました。")


class HeldChanged(Refusal):
    sentence = _(
        "開いている間に、確認待ちの回が変わりました（いまは{number}回）。もう一度確かめてから押してください。"
    )


@transaction.atomic
def call_off_held(series: Series, *, expected: int, staff: StaffMember) -> None:
    """Decide of all `expected` occurrences that are held that they are not sent; the series goes on.

    Raises:
        HeldChanged: there are more or fewer than the person was shown.
    """
    lock(series)
    held = list(series.deliveries.filter(state=State.HELD).order_by("pk"))
    if len(held) != expected:
        raise HeldChanged(number=len(held))
    for delivery in held:
        sending.call_off(delivery, staff=staff)


def _stop_what_is_near(series: Series, staff: StaffMember) -> None:
    _take_back_occurrences(series)
    for near in series.deliveries.filter(state=State.WAITING):
        sending.call_off(near, staff=staff)


def make_occurrences() -> None:
    """Make what is to be sent within two weeks, and undo what the calendar has moved since; a chore."""
    for pk in Series.objects.filter(state=States.RUNNING).values_list("pk", flat=True):
        make_for(pk)


@transaction.atomic
def make_for(series_id: int) -> None:
    series = Series(pk=series_id)
    lock(series)
    if series.state == States.RUNNING:
        make_occurrences_of(series)


def make_occurrences_of(series: Series) -> None:
    """Bring the occurrences of a locked series in line with its rule and the town's calendar.

    Days that went by while the system stood still are made as well, so that nothing is lost in silence: a
    clerk is asked about them, and those of long ago are put down as not sent.
    """
    rule, now = recurring.read(series.rule), clock.now()
    today = now.date()
    since = max(filter(None, (series.begun_at, series.resumed_at, series.approved_at)))
    first = min(series.made_until or today, today)
    wanted = {
        datetime.combine(one.day, rule.at, JAPAN): one
        for one in queries.expanded(series, first, today + timedelta(days=AHEAD))
    }
    series.deliveries.filter(state=State.SCHEDULED).exclude(occurs_at__in=wanted).delete()
    known = set(series.deliveries.filter(occurs_at__in=wanted).values_list("occurs_at", flat=True))
    for at, one in wanted.items():
        if at not in known and at > since:
            _make(series, at, one)
    series.made_until = today
    series.save(update_fields=["made_until"])
    if series.ends_on is not None and series.ends_on < today:
        series.state = States.ENDED
        series.save(update_fields=["state"])
        note_series(series, None, "ended", "定期配信「{name}」は、終わりの日が過ぎました。")


def _make(series: Series, at: datetime, one: recurring.Occurrence) -> None:
    fresh = queries.occurrence(series, at, one)
    is_forgotten = at < clock.now() - timedelta(days=FORGOTTEN)
    if is_forgotten:
        fresh.state = State.DROPPED
        fresh.held_because = [
            {
                "code": "forgotten",
                "sentence": "システムが止まっていた間の分です。送っていません。",
                "may_override": False,
            }
        ]
    # Two workers may make it at the same moment; the constraint keeps one.
    Delivery.objects.bulk_create([fresh], ignore_conflicts=True)
    made = Delivery.objects.filter(series=series, occurs_at=at, public_id=fresh.public_id).first()
    if made is not None and series.approved_by is not None and series.approved_at is not None:
        Approval.objects.create(
            delivery=made,
            rev=made.rev,
            verdict=Approval.Verdict.AGREED,
            staff=series.approved_by,
            at=series.approved_at,
        )
    if made is not None and not is_forgotten:
        starting.come_near(made.pk)
