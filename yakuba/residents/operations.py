"""Meeting people, remembering what they tell us, and forgetting them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock, lock_name
from yakuba.kit.errors import Refusal
from yakuba.line import operations as line
from yakuba.residents import sockets
from yakuba.residents.models import (
    BORN_ON,
    Attribute,
    AttributeChoice,
    AttributeValue,
    FamilyMember,
    LineAccount,
    Resident,
)
from yakuba.townhall.models import StaffMember

Value = str | int | Decimal | date | Sequence[str] | None


class UnknownAttribute(Refusal):
    sentence = _("「{key}」という項目はありません。受信設定の項目を確かめてください。")


class UnknownChoice(Refusal):
    sentence = _("「{label}」に「{choice}」という選択肢はありません。")


class NotYetBorn(Refusal):
    sentence = _("生年月日が今日より後になっています。もう一度入力してください。")


class AlreadyAttached(Refusal):
    sentence = _("このLINEアカウントは、すでにこの住民のものです。")


@transaction.atomic
def meet(*, user_id: str, at_ms: int) -> Resident:
    """Return the resident to whom `user_id` is attached, making one for a stranger."""
    resident = Resident.objects.of_line(user_id).first()
    if resident is not None:
        return resident
    lock_name(f"line account {user_id}")
    resident = Resident.objects.of_line(user_id).first()
    if resident is not None:
        return resident
    resident = Resident.objects.create(joined_on=clock.today())
    LineAccount.objects.create(
        line_user_id=user_id, resident=resident, attached_at=_moment(at_ms), changed_by=0
    )
    return resident


@transaction.atomic
def befriend(*, user_id: str, at_ms: int) -> tuple[Resident, bool]:
    """Note that `user_id` added or unblocked the account; say whether this is news.

    Events come out of order: one that is older than what we know changes nothing.
    """
    return _change_friendship(user_id, at_ms, is_friend=True)


@transaction.atomic
def part(*, user_id: str, at_ms: int) -> tuple[Resident, bool]:
    """Note that `user_id` blocked the account; say whether this is news."""
    return _change_friendship(user_id, at_ms, is_friend=False)


def _change_friendship(user_id: str, at_ms: int, *, is_friend: bool) -> tuple[Resident, bool]:
    resident = meet(user_id=user_id, at_ms=at_ms)
    account = LineAccount.objects.select_for_update(no_key=True).get(
        line_user_id=user_id, detached_at=None
    )
    if at_ms <= account.changed_by:
        return resident, False
    account.changed_by = at_ms
    account.is_friend = is_friend
    if is_friend:
        account.friend_since = _moment(at_ms)
    account.save(update_fields=["changed_by", "is_friend", "friend_since"])
    _settle_reachable(resident)
    return resident, True


def _settle_reachable(resident: Resident) -> None:
    resident.reachable = resident.accounts.filter(is_friend=True, detached_at=None).exists()
    resident.save(update_fields=["reachable"])


@transaction.atomic
def keep(resident: Resident, *, key: str, value: Value) -> None:
    """Remember `value` for the attribute `key` of `resident`; None or nothing chosen forgets it.

    Choices are given by their keys, days also as ISO text. Raises UnknownAttribute, UnknownChoice, NotYetBorn.
    """
    lock(resident)
    if key == BORN_ON:
        born_on = _day(value)
        if born_on is not None and born_on > clock.today():
            raise NotYetBorn
        resident.born_on = born_on
        resident.save(update_fields=["born_on"])
        return
    attribute = Attribute.objects.filter(key=key, per_child=False).first()
    if attribute is None:
        raise UnknownAttribute(key=key)
    if attribute.kind in (Attribute.Kind.CHOICE, Attribute.Kind.CHOICES):
        _keep_choices(resident, attribute, value)
    else:
        _keep_value(resident, attribute, value)


def _keep_choices(resident: Resident, attribute: Attribute, value: Value) -> None:
    tokens = _tokens(attribute, value)
    every = set(attribute.choices.values_list("id", flat=True))
    resident.tags = sorted((set(resident.tags) - every) | set(tokens))
    resident.save(update_fields=["tags"])


def _tokens(attribute: Attribute, value: Value) -> list[int]:
    if value is None or value == "":
        return []
    keys = [value] if isinstance(value, str) else list(value) if isinstance(value, Sequence) else []
    if attribute.kind == Attribute.Kind.CHOICE:
        keys = keys[:1]
    known = dict(attribute.choices.values_list("key", "id"))
    for key in keys:
        if key not in known:
            raise UnknownChoice(label=attribute.label, choice=key)
    return [known[key] for key in keys]


def _keep_value(
    resident: Resident, attribute: Attribute, value: Value, child: FamilyMember | None = None
) -> None:
    if value is None or value == "":
        resident.values.filter(attribute=attribute, child=child).delete()
        return
    columns: dict[str, object] = {"number": None, "day": None, "text": None, "choices": []}
    if attribute.kind == Attribute.Kind.NUMBER:
        columns["number"] = Decimal(str(value))
    elif attribute.kind == Attribute.Kind.DATE:
        columns["day"] = _day(value)
    elif attribute.kind == Attribute.Kind.TEXT:
        columns["text"] = str(value)
    else:
        columns["choices"] = _tokens(attribute, value)
    AttributeValue.objects.update_or_create(
        attribute=attribute, resident=resident, child=child, defaults=columns
    )


@transaction.atomic
def keep_family(resident: Resident, *, members: Sequence[Mapping[str, Value]]) -> None:
    """Make the family exactly `members`: mappings with name, and kana, born_on, relation, attributes by key.

    Members already known (same name and birth date) keep their record, and what hangs on it.
    """
    lock(resident)
    known = {(m.name, m.born_on): m for m in resident.family.all()}
    per_child = {a.key: a for a in Attribute.objects.filter(per_child=True)}
    for member in members:
        name, day = str(member.get("name") or ""), _day(member.get(BORN_ON))
        row = known.pop((name, day), None) or FamilyMember(resident=resident, name=name, born_on=day)
        row.kana = str(member.get("kana") or "") or None
        row.relation = str(member.get("relation") or FamilyMember.Relation.CHILD)
        row.save()
        for key, attribute in per_child.items():
            if key in member:
                _keep_value(resident, attribute, member[key], child=row)
    for gone in known.values():
        gone.delete()


@transaction.atomic
def see(resident: Resident) -> None:
    """Note that the resident did something now."""
    Resident.objects.filter(pk=resident.pk).update(last_seen_at=clock.now())


@transaction.atomic
def set_reading(resident: Resident, *, language: str = "", text_size: str = "") -> None:
    """Keep how the resident wants to read; what is not one of the choices stays as it was."""
    lock(resident)
    if language in ("ja", "ja-easy", "en"):
        resident.language = language
    if text_size in ("m", "l", "xl"):
        resident.text_size = text_size
    resident.save(update_fields=["language", "text_size"])


@transaction.atomic
def reattach(*, user_id: str, to: Resident, staff: StaffMember, reason: str) -> Resident:
    """Give the LINE account `user_id` to the resident `to`, whom staff have identified.

    Used when somebody has a new telephone or lost the account: what the town knows stays with the
    person. The accounts `to` had before are detached. Returns the resident who held the account.
    """
    before = meet(user_id=user_id, at_ms=0)
    first, second = sorted((before, to), key=lambda resident: resident.pk)
    lock(first)
    if second.pk != first.pk:
        lock(second)
    if before.pk == to.pk:
        raise AlreadyAttached
    now = clock.now()
    account = LineAccount.objects.select_for_update(no_key=True).get(
        line_user_id=user_id, detached_at=None
    )
    to.accounts.filter(detached_at=None).update(detached_at=now, is_friend=False)
    account.detached_at = now
    account.save(update_fields=["detached_at"])
    LineAccount.objects.create(
        line_user_id=user_id,
        resident=to,
        is_friend=account.is_friend,
        friend_since=account.friend_since,
        changed_by=account.changed_by,
        attached_at=now,
        attached_by_staff=staff.pk,
    )
    to.refresh_from_db()
    _settle_reachable(to)
    before.refresh_from_db()
    _settle_reachable(before)
    sockets.moved.announce(before, to)
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="reattached",
        subject=f"residents.resident:{to.public_id}",
        sentence="本人確認のうえ、LINEアカウントを付け替えました。",
        detail={"reason": reason, "from": str(before.public_id)},
    )
    return before


@transaction.atomic
def forget(resident: Resident, *, staff_id: int | None, actor: str) -> None:
    """Remove the resident and everything personal that anybody holds of them."""
    lock(resident)
    subject = f"residents.resident:{resident.public_id}"
    sockets.forgotten.announce(resident)
    for user_id in resident.accounts.values_list("line_user_id", flat=True):
        line.forget(user_id)
    resident.delete()
    audit.record(
        staff_id=staff_id,
        actor=actor,
        action="forgotten",
        subject=subject,
        sentence="登録されていた情報をすべて削除しました。",
    )


@transaction.atomic
def define_attribute(
    *,
    key: str,
    label: str,
    kind: str,
    choices: Sequence[tuple[str, str, str]] = (),
    per_child: bool = False,
    is_sensitive: bool = False,
    is_shown: bool = True,
    order: int = 0,
) -> Attribute:
    """Make or change an attribute; `choices` are (key, label, kana) in order. Choices no longer named are retired."""
    attribute, _made = Attribute.objects.update_or_create(
        key=key,
        defaults={
            "label": label,
            "kind": kind,
            "per_child": per_child,
            "is_sensitive": is_sensitive,
            "is_shown": is_shown,
            "order": order,
            "retired_at": None,
        },
    )
    for place, (choice, words, kana) in enumerate(choices):
        AttributeChoice.objects.update_or_create(
            attribute=attribute,
            key=choice,
            defaults={"label": words, "kana": kana, "order": place, "retired_at": None},
        )
    named = [choice for choice, _words, _kana in choices]
    attribute.choices.exclude(key__in=named).update(retired_at=clock.now())
    return attribute


def _day(value: Value) -> date | None:
    if isinstance(value, str) and value:
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms else clock.now()
