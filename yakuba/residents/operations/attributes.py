"""What the town wants to know of residents: attributes and their choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.residents.models import Attribute, AttributeChoice
from yakuba.townhall.models import StaffMember


class KeyTaken(Refusal):
    sentence = _("キー「{key}」は、もう使われています。別のキーにしてください。")


class LabelTwice(Refusal):
    sentence = _("「{label}」という選択肢が2つあります。違う名前にしてください。")


class AgeTwice(Refusal):
    sentence = _("{age}歳から始まる選択肢が2つあります。年齢が重ならないようにしてください。")


@transaction.atomic
def define_attribute(
    *,
    key: str,
    label: str,
    kind: str,
    choices: Sequence[tuple[str, str, str]] = (),
    ages: Mapping[str, int] | None = None,
    per_child: bool = False,
    is_sensitive: bool = False,
    is_shown: bool = True,
    order: int = 0,
) -> Attribute:
    """Make or change an attribute; `choices` are (key, label, kana) in order. Choices no longer named are retired.

    `ages` says from which age a choice is that of people whose birth date is known.
    """
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
            defaults={
                "label": words,
                "kana": kana,
                "order": place,
                "from_age": (ages or {}).get(choice),
                "retired_at": None,
            },
        )
    named = [choice for choice, _words, _kana in choices]
    attribute.choices.exclude(key__in=named).update(retired_at=clock.now())
    return attribute


@transaction.atomic
def add_attribute(
    *, key: str, label: str, kind: str, is_sensitive: bool, is_shown: bool, staff: StaffMember
) -> Attribute:
    """Begin to ask for something new. Raises KeyTaken, because what hangs on a key is never replaced."""
    if Attribute.objects.filter(key=key).exists():
        raise KeyTaken(key=key)
    attribute = define_attribute(
        key=key,
        label=label,
        kind=kind,
        is_sensitive=is_sensitive,
        is_shown=is_shown,
        order=Attribute.objects.count(),
    )
    _note(attribute, staff, "created", "受信設定の項目「{label}」を加えました。")
    return attribute


@transaction.atomic
def change_attribute(
    attribute: Attribute,
    *,
    label: str,
    is_sensitive: bool,
    is_shown: bool,
    is_retired: bool,
    staff: StaffMember,
) -> None:
    """Change how it is called and shown. Its key and kind stay: what people told hangs on them."""
    lock(attribute)
    attribute.label, attribute.is_sensitive, attribute.is_shown = label, is_sensitive, is_shown
    if is_retired != (attribute.retired_at is not None):
        attribute.retired_at = clock.now() if is_retired else None
    attribute.save()
    _note(attribute, staff, "changed", "受信設定の項目「{label}」を変えました。")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of choices; `pk` is None for one that is being added."""

    pk: int | None
    label: str
    kana: str = ""
    from_age: int | None = None
    is_retired: bool = False


@transaction.atomic
def keep_choices(attribute: Attribute, *, lines: Sequence[Line], staff: StaffMember) -> None:
    """Make the choices those of `lines`, in this order; one that is missing is retired, never deleted.

    Who chose a retired one keeps it, and conditions that name it go on working.

    Raises:
        LabelTwice, AgeTwice: two choices in use would read the same, or begin at the same age.
    """
    lock(attribute)
    seen: set[str] = set()
    ages: set[int] = set()
    for line in (one for one in lines if not one.is_retired):
        if line.label in seen:
            raise LabelTwice(label=line.label)
        if line.from_age is not None and line.from_age in ages:
            raise AgeTwice(age=line.from_age)
        seen.add(line.label)
        ages |= {line.from_age} if line.from_age is not None else set()
    known = {choice.pk: choice for choice in attribute.choices.all()}
    taken = {choice.key for choice in known.values()}
    for place, line in enumerate(lines):
        choice = known.pop(line.pk, None) if line.pk else None
        if choice is None:
            choice = AttributeChoice(attribute=attribute, key=_fresh_key(taken))
            taken.add(choice.key)
        choice.label, choice.kana, choice.order = line.label, line.kana, place
        choice.from_age = line.from_age
        if line.is_retired != (choice.retired_at is not None):
            choice.retired_at = clock.now() if line.is_retired else None
        choice.save()
    attribute.choices.filter(pk__in=known, retired_at=None).update(retired_at=clock.now())
    _note(attribute, staff, "changed", "受信設定の項目「{label}」の選択肢を変えました。")


def _fresh_key(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"c{number}" in taken:
        number += 1
    return f"c{number}"


def _note(attribute: Attribute, staff: StaffMember, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=action,
        subject=f"residents.attribute:{attribute.key}",
        sentence=sentence.format(label=attribute.label),
    )
