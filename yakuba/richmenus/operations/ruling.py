"""Rules: who sees which menu, from when, until when. A rule begins and ends by itself, by business time."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, upkeep, wareki
from yakuba.kit.db import lock, lock_name, refusing
from yakuba.kit.errors import Refusal
from yakuba.richmenus import queries, sockets
from yakuba.richmenus.models import MenuRule, RichMenu
from yakuba.richmenus.operations import deciding, mirroring
from yakuba.richmenus.operations.making import ChangedMeanwhile, tell
from yakuba.richmenus.sockets import DEFAULT, DISASTER, rule_kinds
from yakuba.segments import queries as segments
from yakuba.townhall.models import StaffMember

State = MenuRule.State
_LONGEST_DISASTER = timedelta(days=31)


class NeverPublished(Refusal):
    sentence = _("メニュー「{name}」は、まだ公開されていません。先に公開してください。")


class NeedsAnEnd(Refusal):
    sentence = _("終わる日時を決めてください。決めないと、いつまでも切り替わったままになります。")


class EndsBeforeItBegins(Refusal):
    sentence = _("終わる日時が、始まる日時より前か、もう過ぎています。")


class TooLong(Refusal):
    sentence = _("災害時の切り替えは31日先までです。続くときは、終わる前に延ばしてください。")


class NotReady(Refusal):
    sentence = _(
        "メニュー「{name}」は、まだLINEに用意できていません。1〜2分待ってから、もう一度押してください。"
    )


class AlreadyOver(Refusal):
    sentence = _("この決まりは、すでに終わっています。")


class DisasterGoesOn(Refusal):
    sentence = _(
        "すでに災害時のメニューに切り替わっています（{until}まで）。先に元にもどすか、延ばしてください。"
    )


class DefaultStays(Refusal):
    sentence = _("ふだんのメニューは終わらせられません。ほかのメニューに替えてください。")


@transaction.atomic
def add_rule(
    menu: RichMenu,
    *,
    name: str,
    condition: object,
    starts_at: datetime,
    ends_at: datetime | None,
    priority: int = 100,
    kind: str = sockets.CONDITION,
    staff: StaffMember | None,
) -> MenuRule:
    """Show `menu` to those whom `condition` means, between two moments.

    Raises:
        NeverPublished, NeedsAnEnd, EndsBeforeItBegins
        conditions.checking.BrokenCondition: it cannot be asked of all residents.
    """
    if rule_kinds[kind].has_condition:
        segments.check(condition)
    lock_name(deciding.RULES)  # whoever changes rules queues here, and only then locks a menu
    _check_times(starts_at, ends_at)
    rule = _make(
        menu,
        kind=kind,
        name=name,
        condition=condition,
        starts_at=starts_at,
        ends_at=ends_at,
        priority=priority,
        staff=staff,
    )
    words = f"メニュー「{{name}}」を見せる決まり「{name}」を作りました（{_span(rule)}）。"
    tell(menu, staff, "rule_added", words, condition=condition)
    _settle()
    return rule


@transaction.atomic
def change_rule(
    rule: MenuRule,
    *,
    name: str,
    condition: object,
    starts_at: datetime,
    ends_at: datetime | None,
    priority: int,
    rev: int,
    staff: StaffMember,
) -> None:
    """Change a rule that is not over; who sees what changes at once. Raises as `add_rule`, and ChangedMeanwhile."""
    if rule_kinds[rule.kind].has_condition:
        segments.check(condition)
    lock_name(deciding.RULES)
    lock(rule)
    if rule.rev != rev:
        raise ChangedMeanwhile
    if rule.state == State.OVER:
        raise AlreadyOver
    _check_times(starts_at, ends_at)
    rule.name, rule.condition, rule.priority = name, condition, priority
    rule.starts_at, rule.ends_at = starts_at, ends_at
    rule.rev += 1
    if starts_at > clock.now():
        rule.state = State.WAITING
    rule.save()
    words = f"メニュー「{{name}}」を見せる決まり「{name}」を変えました（{_span(rule)}）。"
    tell(rule.menu, staff, "rule_changed", words, condition=condition)
    _settle(is_changed=True)


@transaction.atomic
def end_rule(rule: MenuRule, *, staff: StaffMember | None) -> None:
    """End a rule now, earlier than it would by itself. Raises AlreadyOver, DefaultStays."""
    if rule.kind == DEFAULT:
        raise DefaultStays
    lock_name(deciding.RULES)
    lock(rule)
    if rule.state == State.OVER:
        raise AlreadyOver
    _end(rule)
    tell(rule.menu, staff, "rule_ended", f"決まり「{rule.name}」を終わらせました。")
    _settle(is_changed=True)


@transaction.atomic
def set_default(menu: RichMenu, *, staff: StaffMember | None) -> MenuRule:
    """Make `menu` what everybody sees who sees no other; the one before it steps back. Raises NeverPublished."""
    lock_name(deciding.RULES)
    before = MenuRule.objects.standing().filter(kind=DEFAULT).select_related("menu").first()
    if before is not None and before.menu_id == menu.pk:
        return before
    if before is not None:
        _end(before)
    rule = _make(
        menu,
        kind=DEFAULT,
        name=str(_("ふだんのメニュー")),
        condition=None,
        starts_at=clock.now(),
        ends_at=None,
        priority=1000,
        staff=staff,
    )
    tell(menu, staff, "made_default", "メニュー「{name}」を、ふだんのメニューにしました。")
    _settle(is_changed=True)
    return rule


@transaction.atomic
def begin_disaster(menu: RichMenu, *, ends_at: datetime, staff: StaffMember | None) -> MenuRule:
    """Show `menu` to everybody, now, until `ends_at`; then each sees again what the other rules say.

    Raises:
        NotReady: LINE has it not yet, and a disaster is no moment to wait.
        DisasterGoesOn, EndsBeforeItBegins, TooLong
    """
    lock_name(deciding.RULES)
    now = clock.now()
    _settle()  # one whose end has come is no obstacle
    going_on = MenuRule.objects.standing().filter(kind=DISASTER).first()
    if going_on is not None and going_on.ends_at is not None:
        raise DisasterGoesOn(until=wareki.moment(going_on.ends_at))
    _check_times(now, ends_at)
    if ends_at > now + _LONGEST_DISASTER:
        raise TooLong
    if queries.entry(menu) is None:
        raise NotReady(name=menu.name)
    rule = _make(
        menu,
        kind=DISASTER,
        name=str(_("災害時のメニュー")),
        condition=None,
        starts_at=now,
        ends_at=ends_at,
        priority=0,
        staff=staff,
    )
    words = f"全員を災害時のメニュー「{{name}}」に切り替えました（{wareki.moment(ends_at)}まで）。"
    tell(menu, staff, "disaster_began", words)
    _settle(is_changed=True)
    return rule


@transaction.atomic
def extend_disaster(rule: MenuRule, *, ends_at: datetime, staff: StaffMember) -> None:
    """Let the disaster's menu end at another time. Raises AlreadyOver, EndsBeforeItBegins, TooLong."""
    lock_name(deciding.RULES)
    lock(rule)
    if rule.state == State.OVER:
        raise AlreadyOver
    _check_times(rule.starts_at, ends_at)
    if ends_at > clock.now() + _LONGEST_DISASTER:
        raise TooLong
    rule.ends_at = ends_at
    rule.rev += 1
    rule.save(update_fields=["ends_at", "rev"])
    words = f"災害時のメニューの終わりを{wareki.moment(ends_at)}に変えました。"
    tell(rule.menu, staff, "disaster_extended", words)


@upkeep.every(timedelta(minutes=1))
@transaction.atomic
def begin_and_end_rules() -> None:
    """Let rules begin and end whose time has come; LINE is told of those for whom that changes something."""
    _settle()


def _settle(*, is_changed: bool = False) -> None:
    """Bring the states of all rules up to now; if that or the caller changed any, judge everybody anew."""
    lock_name(deciding.RULES)
    now = clock.now()
    for rule in MenuRule.objects.standing().filter(ends_at__lte=now).select_related("menu"):
        _end(rule, at=rule.ends_at)
        tell(rule.menu, None, "rule_ended", f"決まり「{rule.name}」が終わりました。")
        is_changed = True
    begun = MenuRule.objects.filter(state=State.WAITING, starts_at__lte=now)
    is_changed = bool(begun.update(state=State.RUNNING)) or is_changed
    if not is_changed:
        return
    sockets.rules_changed.announce()
    deciding.decide_all()
    mirroring.wake()


def _end(rule: MenuRule, at: datetime | None = None) -> None:
    rule.state = State.OVER
    rule.ended_at = at or clock.now()
    rule.save(update_fields=["state", "ended_at"])


def _make(menu: RichMenu, *, staff: StaffMember | None, **values: Any) -> MenuRule:
    lock(menu)
    if menu.state != RichMenu.State.PUBLISHED:
        raise NeverPublished(name=menu.name)
    with refusing("one_default_menu", ChangedMeanwhile):
        return MenuRule.objects.create(menu=menu, made_at=clock.now(), made_by=staff, **values)


def _check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is None:
        raise NeedsAnEnd
    if ends_at <= starts_at or ends_at <= clock.now():
        raise EndsBeforeItBegins


def _span(rule: MenuRule) -> str:
    ends = wareki.moment(rule.ends_at) if rule.ends_at else ""
    return f"{wareki.moment(rule.starts_at)}から{ends}まで"
