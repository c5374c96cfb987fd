"""What we know of a resident."""

import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import F, ForeignObjectRel, ManyToOneRel, OneToOneRel, Q, QuerySet

from yakuba.kit import kana, secrets, wareki
from yakuba.residents import sockets
from yakuba.residents.models import (
    BORN_ON,
    CALLED,
    TAGS,
    Attribute,
    AttributeChoice,
    AttributeValue,
    FamilyMember,
    LineAccount,
    Resident,
)
from yakuba.townhall.models import Scope, StaffMember

REGISTER = "residents"  # the kind of the one scope that stands for all residents

Known = str | Decimal | date | list[str]


def known(resident: Resident) -> dict[str, Known]:
    """Return what is kept of `resident`, by attribute key; choices by their keys. Children are not in it."""
    values: dict[str, Known] = {}
    if resident.born_on:
        values[BORN_ON] = resident.born_on
    chosen_ones = AttributeChoice.objects.filter(pk__in=resident.tags).select_related("attribute")
    for choice in chosen_ones.order_by("attribute__order", "attribute_id", "order"):
        attribute = choice.attribute
        if attribute.kind == Attribute.Kind.CHOICE:
            values[attribute.key] = choice.key
        else:
            chosen = values.setdefault(attribute.key, [])
            if isinstance(chosen, list):
                chosen.append(choice.key)
    for value in resident.values.filter(child=None).select_related("attribute"):
        kept: Known | None = value.number if value.number is not None else value.day or value.text
        if kept is not None:
            values[value.attribute.key] = kept
    return values


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a resident: the mark of its record, and what is kept of it, by attribute key."""

    mark: str
    known: Mapping[str, Known]


def children(resident: Resident) -> list[Child]:
    """Return the children as the resident told them, the eldest first, unborn dates last."""
    rows = resident.family.filter(relation=FamilyMember.Relation.CHILD).order_by(
        F("born_on").asc(nulls_last=True), "pk"
    )
    found = []
    for row in rows.prefetch_related("values__attribute"):
        known: dict[str, Known | None] = {
            "name": row.name or None,
            "kana": row.kana,
            BORN_ON: row.born_on,
        }
        for value in row.values.all():
            kept = value.number if value.number is not None else value.day or value.text
            known[value.attribute.key] = kept or _keys_of(value)
        found.append(Child(row.mark, {key: one for key, one in known.items() if one is not None}))
    return found


def _keys_of(value: AttributeValue) -> Known | None:
    chosen = AttributeChoice.objects.filter(pk__in=value.choices).order_by("order", "pk")
    keys = list(chosen.values_list("key", flat=True))
    if value.attribute.kind == Attribute.Kind.CHOICE:
        return keys[0] if keys else None
    return keys or None


def line_user_id(resident: Resident) -> str | None:
    """Return where to write to the resident: the friend attached last, else any attached account."""
    account = (
        LineAccount.objects.filter(resident=resident, detached_at=None)
        .order_by("-is_friend", "-attached_at")
        .first()
    )
    return account.line_user_id if account else None


def line_user_ids(resident_ids: Iterable[int]) -> dict[int, str]:
    """Return the LINE user id of each reachable resident among `resident_ids`."""
    rows = LineAccount.objects.filter(
        resident__in=list(resident_ids), is_friend=True, detached_at=None
    ).order_by("resident_id", "attached_at")
    return {row.resident_id: row.line_user_id for row in rows}


def may(staff: StaffMember, capability: str) -> bool:
    """Say whether `staff` may do `capability` with the register of residents: one scope for all of it."""
    return Scope.objects.visible_to(staff, capability).filter(kind=REGISTER).exists()


def relations() -> list[ForeignObjectRel]:
    """What refers to residents from outside this package; higher packages are found by their keys."""
    return [
        field
        for field in Resident._meta.get_fields(include_hidden=True)
        if isinstance(field, ManyToOneRel)
        and field.related_model._meta.app_label != Resident._meta.app_label
    ]


def name_of(relation: ForeignObjectRel) -> str:
    return f"{relation.related_model._meta.label}.{relation.field.name}"


def rows_of(resident: Resident) -> dict[str, list[str]]:
    """Return the keys of all rows that refer to the resident, by relation."""
    return {
        name_of(relation): [str(key) for key in _referring(relation, resident)]
        for relation in relations()
        if not isinstance(relation, OneToOneRel)
    }


def now_of(resident: Resident, keys: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Keep of `keys` those that refer to `resident` now."""
    now = rows_of(resident)
    kept = {name: sorted(set(rows) & set(now.get(name, []))) for name, rows in keys.items()}
    return {name: rows for name, rows in kept.items() if rows}


def _referring(relation: ForeignObjectRel, resident: Resident) -> Iterable[object]:
    rows = relation.related_model._base_manager.filter(**{relation.field.name: resident})
    return rows.values_list("pk", flat=True)


def found(staff: StaffMember, words: str) -> QuerySet[Resident]:
    """Look for a resident by public number, by the whole LINE name, or by what others know, as receipts."""
    pks = {key for finder in sockets.finders for key in finder(staff, words)}
    wanted = Q(pk__in=pks)
    hashes = secrets.keyed_hashes(kana.search_key(words), purpose=CALLED)
    wanted |= Q(called_hash__in=hashes)
    number = unicodedata.normalize("NFKC", words).strip().upper().removeprefix("R-")
    if re.fullmatch(r"[0-9A-F]{4,8}", number):
        first, last = number.ljust(32, "0"), number.ljust(32, "F")
        wanted |= Q(public_id__gte=uuid.UUID(first), public_id__lte=uuid.UUID(last))
    return Resident.objects.filter(wanted)


def shown(resident: Resident) -> list[tuple[str, str]]:
    """Return what is kept of the resident as labels and words, in the order of the settings."""
    chosen = AttributeChoice.objects.filter(pk__in=resident.tags).select_related("attribute")
    words: dict[Attribute, list[str]] = {}
    for choice in chosen.order_by("attribute__order", "attribute_id", "order"):
        words.setdefault(choice.attribute, []).append(choice.label)
    for value in resident.values.filter(child=None).select_related("attribute"):
        kept = value.text or (wareki.full(value.day) if value.day else None)
        words[value.attribute] = [
            kept or (f"{value.number.normalize():f}" if value.number is not None else "")
        ]
    ordered = sorted(words, key=lambda one: (one.order, one.pk))
    born = [("生年月日", wareki.full(resident.born_on))] if resident.born_on else []
    return born + [(one.label, "、".join(words[one])) for one in ordered]


def outline(resident: Resident) -> list[tuple[str, str]]:
    """Return what tells two records apart without showing whose they are: masked, and counts."""
    born = (
        f"{wareki.short(resident.born_on).split('.')[0]}年生まれ" if resident.born_on else "未登録"
    )
    accounts = resident.accounts.order_by("-attached_at").first()
    return [
        ("番号", resident.number),
        ("LINEの名前", f"{resident.called[0]}●●●●" if resident.called else "—"),
        ("LINEアカウント", f"…{accounts.line_user_id[-4:]}" if accounts else "—"),
        ("配信", "届く" if resident.reachable else "届かない"),
        ("友だちになった日", wareki.full(resident.joined_on) if resident.joined_on else "—"),
        ("生年月日", born),
        ("登録した項目", f"{len(shown(resident))}件"),
        ("家族", f"{resident.family.count()}人"),
        *holdings(resident),
    ]


def holdings(resident: Resident) -> list[tuple[str, str]]:
    """Return how many rows of other packages refer to the resident, in words, without the empty ones."""
    counts: dict[str, int] = {}
    for relation in relations():
        if isinstance(relation, OneToOneRel):
            continue
        count = len(list(_referring(relation, resident)))
        words = _HOLDINGS.get(relation.related_model._meta.label)
        if words and count:
            counts[words] = counts.get(words, 0) + count
    return [(words, f"{count}件") for words, count in counts.items()]


# What clerks count; rows that only serve others are not named.
_HOLDINGS = {
    "procedures.Run": "手続きの入力",
    "submissions.Submission": "申請・回答",
    "portal.Upload": "送った写真・ファイル",
}


def answered(attribute: Attribute) -> int:
    """Return how many residents have an answer for the attribute."""
    if (
        attribute.kind in (Attribute.Kind.CHOICE, Attribute.Kind.CHOICES)
        and not attribute.per_child
    ):
        tokens = list(attribute.choices.values_list("pk", flat=True))
        return Resident.objects.filter(tags__overlap=tokens).count()
    return attribute.values.values("resident").distinct().count()


def with_people(
    attribute: Attribute, choices: Sequence[AttributeChoice]
) -> list[tuple[AttributeChoice, int]]:
    """Return each choice with how many residents made it; one scan for all of them."""
    tokens = [choice.pk for choice in choices]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token, count(*) FROM residents_resident, unnest(tags) token"
            " WHERE tags && %s::int[] AND token = ANY(%s::int[]) GROUP BY token",
            [tokens, tokens],
        )
        counts = dict(cursor.fetchall())
    return [(choice, counts.get(choice.pk, 0)) for choice in choices]


_NUMBER = re.compile(r"R-([0-9A-F]{8})(?![0-9A-F])")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Whom the numbers in a text mean; those that nobody has, and those that two people share."""

    ids: tuple[int, ...]
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]


def numbered(text: str) -> Numbered:
    """Find every number such as R-3F2A90C1 in `text`, however it is written and whatever stands beside it."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("‐", "-").replace("−", "-")
    numbers = list(dict.fromkeys(_NUMBER.findall(plain)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT upper(substr(public_id::text, 1, 8)), array_agg(id) FROM residents_resident"
            " WHERE substr(public_id::text, 1, 8) = ANY(%s) GROUP BY 1",
            [[number.lower() for number in numbers]],
        )
        found = dict(cursor.fetchall())
    return Numbered(
        ids=tuple(sorted(ids[0] for ids in found.values() if len(ids) == 1)),
        unknown=tuple(f"R-{number}" for number in numbers if number not in found),
        ambiguous=tuple(f"R-{number}" for number, ids in found.items() if len(ids) > 1),
    )


def tags() -> QuerySet[AttributeChoice]:
    """The tags that staff may give."""
    return AttributeChoice.objects.filter(attribute__key=TAGS, retired_at=None)


def tags_with_people() -> list[tuple[AttributeChoice, int]]:
    """Return each tag with how many people have it, in the order in which they were made."""
    known = list(tags().select_related("attribute").order_by("order", "pk"))
    return with_people(known[0].attribute, known) if known else []


def without(choice: AttributeChoice, ids: Collection[int]) -> int:
    """Return how many of these people do not have the tag yet."""
    return Resident.objects.filter(pk__in=ids).exclude(tags__contains=[choice.pk]).count()
