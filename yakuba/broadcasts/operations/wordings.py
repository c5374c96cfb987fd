"""One delivery, many wordings: which differences between readers matter, and what each of them gets.

`planning` asks `needed`, groups the recipients by that in SQL, and has one arm drawn for each group that is there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations import media
from yakuba.broadcasts.rules import drawing, variables, words
from yakuba.broadcasts.rules.content import Content, Texts
from yakuba.broadcasts.rules.drawing import Around, Shown
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.line import messages as line
from yakuba.residents.models import Attribute, Resident
from yakuba.townhall.models import Department
from yakuba.townhall.queries import town

MOST = variables.MOST_WORDINGS
TEST = "【テスト】"


class TooManyWordings(Refusal):
    sentence = _(
        "ことばと「{names}」の組み合わせが{count}通りあり、一度に送れる{most}通りをこえます。"
        "差し込む項目を減らすか、送る相手を分けてください。"
    )


class UnknownVariable(Refusal):
    sentence = _("差し込みの{names}は、役場の項目にありません。書き方を確かめてください。")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a variable: the token in `Resident.tags` that says so, and what is written for it."""

    token: int
    label: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What the wording depends on: the reader's language, and attributes of theirs by key.

    `choices` has, for each of these attributes, its tokens; a reader with none of them gets no value.
    """

    languages: bool
    attributes: tuple[str, ...]
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)

    @property
    def tokens(self) -> list[int]:
        """Every token that makes a difference, sorted: what is left of `tags` after keeping these is a group."""
        return sorted(one.token for several in self.choices.values() for one in several)

    def values(self, tokens: Collection[int]) -> dict[str, str]:
        """Return the value of each attribute for readers who have these tokens."""
        mine = set(tokens)
        return {
            key: next((one.label for one in several if one.token in mine), "")
            for key, several in self.choices.items()
        }


def needed(content: Content) -> Needs:
    """Say what makes the wordings of `content` differ.

    Raises:
        UnknownVariable: it names something that the town does not keep as one choice.
    """
    by_label = attributes()
    asked = variables.asked(content)
    unknown = [name for name in asked if name not in by_label]
    if unknown:
        raise UnknownVariable(names="、".join(f"{{{name}}}" for name in unknown))
    mine = [by_label[name] for name in asked]
    choices = {
        one.key: tuple(
            Choice(choice.pk, choice.label)
            for choice in sorted(one.choices.all(), key=lambda each: (each.order, each.pk))
        )
        for one in mine
    }
    return Needs(
        languages=any(language != "ja" for language in content.languages),
        attributes=tuple(one.key for one in mine),
        choices=choices,
    )


def attributes() -> dict[str, Attribute]:
    """Return the attributes that can be put into a text, by the name that is written in braces.

    None that is sensitive: what somebody told the town in confidence never stands in the talk.
    """
    found = Attribute.objects.filter(
        kind=Attribute.Kind.CHOICE, per_child=False, is_sensitive=False, retired_at=None
    ).order_by("order", "pk")
    return {one.label: one for one in found.prefetch_related("choices")}


def values_of(content: Content, resident: Resident) -> dict[str, str]:
    """Return the value of each attribute that `content` names, as this resident told it."""
    try:
        return needed(content).values(resident.tags)
    except UnknownVariable:
        return {}


def check_number(content: Content, count: int) -> None:
    """Raises TooManyWordings."""
    if count > MOST:
        names = "・".join(variables.asked(content)) or "ことば"
        raise TooManyWordings(names=names, count=count, most=MOST)


def render(
    content: Content,
    *,
    language: str,
    values: Mapping[str, str],
    links: Mapping[str, str],
    delivery: Delivery,
) -> list[dict[str, Any]]:
    """Return the LINE messages for readers of one language with these values (attribute key → words).

    `links` are measured addresses by the address they lead to, from `links.prepare`.

    Raises:
        Refusal: LINE could not take it, or a variable is unknown.
    """
    return draw(
        content, language=language, around=around(delivery, content, language, values, links)
    )


def draw(content: Content, *, language: str, around: Around) -> list[dict[str, Any]]:
    return [dict(message) for message in drawing.drawn(content, language=language, around=around)]


def around(
    delivery: Delivery,
    content: Content,
    language: str,
    values: Mapping[str, str],
    links: Mapping[str, str],
) -> Around:
    """Return what a message of this delivery needs besides its content."""
    department = delivery.scope.department
    base = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/"
    page = f"{base}d/{delivery.public_id}/"
    return Around(
        values=said(content, language, values, department=department, delivery=delivery),
        links=links,
        media=shown(content),
        page=page,
        why=f"{page}why/",
        press=lambda slug: f"broadcasts:{delivery.public_id.hex}:{slug}",
        form=lambda slug: f"{base}x/{slug}/",
    )


def said(
    content: Content,
    language: str,
    values: Mapping[str, str],
    *,
    department: Department,
    delivery: Delivery | None = None,
) -> dict[str, str]:
    """Return every variable's words, by the name that is written in braces."""
    when = delivery and (delivery.occurs_at or delivery.due_at or delivery.sent_at)
    day = when.astimezone(clock.JAPAN).date() if when else clock.today()
    here = town()
    names = {
        variables.TOWN: here.name,
        variables.DAY: f"{day:%Y-%m-%d}" if language == "en" else wareki.full(day),
        variables.OFFICE: department.name,
        variables.PHONE: department.phone or here.phone,
    }
    for label, attribute in attributes().items() if variables.asked(content) else ():
        told = values.get(attribute.key, "")
        told = told or content.otherwise.get(label, Texts()).of(language)
        if told.strip():  # else it stays in braces, so that whoever looks at the draft sees it
            names[label] = told
    return names


def shown(content: Content) -> dict[UUID, Shown]:
    """Return the files of `content` as LINE fetches them; one that is not complete is missing."""
    return {
        key: Shown(
            url=f"{settings.PUBLIC_URL}/media/{one.code}",
            preview=f"{settings.PUBLIC_URL}/media/{one.code}{'/small' if one.preview_id else ''}",
            width=one.file.width or 0,
            height=one.file.height or 0,
        )
        for key, one in media.whole(content.media).items()
    }


def reasons(around: Around, language: str) -> line.Link:
    """Return the small link under the last message."""
    return line.Link(words.WHY.of(language), around.why)


def as_test(around: Around) -> Around:
    """Return the same, marked as a test and leading nowhere that is counted."""
    return replace(around, mark=TEST, links={}, press=lambda slug: f"procedures:start:{slug}")
