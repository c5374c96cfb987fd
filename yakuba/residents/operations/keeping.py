"""Remembering what people tell us about themselves and their family."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.residents.models import (
    BORN_ON,
    Attribute,
    AttributeValue,
    FamilyMember,
    Resident,
)
from yakuba.residents.operations.ageing import settle_bands_of

Value = str | int | Decimal | date | Sequence[str] | None


class UnknownAttribute(Refusal):
    sentence = _("「{key}」という項目はありません。受信設定の項目を確かめてください。")


class UnknownChoice(Refusal):
    sentence = _("「{label}」に「{choice}」という選択肢はありません。")


class NotYetBorn(Refusal):
    sentence = _("生年月日が今日より後になっています。もう一度入力してください。")


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
        settle_bands_of(resident)
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
    settle_bands_of(resident)  # a birth date knows better than a band that was chosen


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
def keep_family(
    resident: Resident,
    *,
    members: Sequence[Mapping[str, Value]],
    relation: str = FamilyMember.Relation.CHILD,
) -> None:
    """Make those of the family that are `relation` exactly `members`; the others stay as they are.

    A member is a mapping with name, and kana, born_on, attributes by key, and `record` (`FamilyMember.mark`) where
    it is known whom this is. Who is known, else has the same name and birth date, keeps the record and what hangs on it.
    """
    lock(resident)
    known = list(resident.family.filter(relation=relation).order_by("pk"))
    per_child = {a.key: a for a in Attribute.objects.filter(per_child=True)}
    for member, row in _matched(known, members):
        row = row or FamilyMember(resident=resident, relation=relation)
        row.name, row.born_on = _name(member), _day(member.get(BORN_ON))
        if row.born_on is not None and row.born_on > clock.today():
            raise NotYetBorn
        row.kana = str(member.get("kana") or "") or None
        row.save()
        for key, attribute in per_child.items():
            if key in member:
                _keep_value(resident, attribute, member[key], child=row)
    for gone in known:  # whom nobody was matched with
        gone.delete()


def _matched(
    known: list[FamilyMember], members: Sequence[Mapping[str, Value]]
) -> list[tuple[Mapping[str, Value], FamilyMember | None]]:
    """Give each member the record that is theirs, taking it out of `known`; marks go before names."""
    found: dict[int, FamilyMember] = {}
    for by_mark in (True, False):
        for place, member in enumerate(members):
            if place in found:
                continue
            row = next((one for one in known if _is_same(one, member, by_mark=by_mark)), None)
            if row is not None:
                known.remove(row)
                found[place] = row
    return [(member, found.get(place)) for place, member in enumerate(members)]


def _is_same(row: FamilyMember, member: Mapping[str, Value], *, by_mark: bool) -> bool:
    if by_mark:
        return row.mark == member.get("record")
    return (row.name, row.born_on) == (_name(member), _day(member.get(BORN_ON)))


def _name(member: Mapping[str, Value]) -> str:
    return str(member.get("name") or "")


def _day(value: Value) -> date | None:
    if isinstance(value, str) and value:
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None
