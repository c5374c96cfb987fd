"""What the designer's pages share: the draft that somebody may change, its findings, what was changed in words."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404

from yakuba.conditions.facts import Declaration
from yakuba.console.sockets import StaffRequest
from yakuba.kit import kana
from yakuba.procedures import definition, operations, queries, rules, sockets
from yakuba.procedures.console import documents
from yakuba.procedures.console.documents import Document
from yakuba.procedures.console.settings import Around
from yakuba.procedures.models import Draft, Procedure
from yakuba.residents.models import Attribute
from yakuba.segments.sockets import facts as resident_facts
from yakuba.townhall.models import Capability, StaffMember


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding of the linter, and which part and field its button opens."""

    finding: rules.Finding
    part: str
    field: str

    @property
    def is_red(self) -> bool:
        return self.finding.severity == "red"


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)


def procedure_for(
    request: StaffRequest, public_id: UUID, capability: str = Capability.DESIGN
) -> Procedure:
    """Return the procedure if this person may do that with it; else there is no such page."""
    mine = Procedure.objects.visible_to(me(request), capability)
    return get_object_or_404(
        mine.select_related("scope__department", "current"), public_id=public_id
    )


def draft_of(procedure: Procedure) -> Draft:
    return Draft.objects.select_related("changed_by").get(procedure=procedure)


def published(procedure: Procedure) -> definition.Definition | None:
    return definition.read(procedure.current.document) if procedure.current else None


def facts_known(read: definition.Definition) -> dict[str, Declaration]:
    """Return everything that a condition of this draft may ask: residents' facts and its own answers.

    A draft whose options cannot be read has no facts of its own until they are mended.
    """
    known: dict[str, Declaration] = dict(resident_facts())
    with contextlib.suppress(definition.UnreadableDefinition):
        known |= rules.plan(read, sockets.question_kinds).declarations
    return known


def problems_of(procedure: Procedure, document: Document) -> list[Problem]:
    """Ask the linter, and find for each finding the part to open."""
    found = queries.findings(
        definition.read(document), previous=published(procedure), procedure=procedure
    )
    return [Problem(finding, *documents.at_press(document, finding.press)) for finding in found]


def around(request: StaffRequest, procedure: Procedure) -> Around:
    attributes = Attribute.objects.filter(retired_at=None).order_by("order", "pk")
    before = published(procedure)
    return Around(
        is_administrator=me(request).is_administrator,
        published=frozenset(one.id for _section, one in before.questions())
        if before
        else frozenset(),
        attributes=tuple((one.key, one.label) for one in attributes),
        others=_others(request, procedure),
        staff=me(request),
    )


def _others(request: StaffRequest, procedure: Procedure) -> tuple[tuple[str, str], ...]:
    """Return the other procedures that may be offered next: what residents see anyway, and one's own drafts."""
    public = Q(status__in=(Procedure.Status.OPEN, Procedure.Status.PAUSED))
    mine = Procedure.objects.visible_to(me(request)).exclude(status=Procedure.Status.ARCHIVED)
    rows = Procedure.objects.filter(public | Q(pk__in=mine)).exclude(pk=procedure.pk)
    ordered = sorted(rows, key=lambda one: kana.sort_key(one.title))
    return tuple(
        (
            one.slug,
            one.title
            if one.status == Procedure.Status.OPEN
            else f"{one.title}（{one.get_status_display()}）",
        )
        for one in ordered
    )


def used_ids(procedure: Procedure, document: Document) -> set[str]:
    """Return every id that the draft or any published version of the procedure has or had."""
    used = documents.ids_in(document)
    for published_before in procedure.versions.values_list("document", flat=True):
        used |= documents.ids_in(published_before)
    return used


def used_choices(procedure: Procedure, key: str) -> set[str]:
    used: set[str] = set()
    for published_before in procedure.versions.values_list("document", flat=True):
        used |= documents.choice_ids(published_before, key)
    return used


def words_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say in one line what changed, for the history of the draft and for undo."""
    earlier, later = definition.read(before), definition.read(after)
    try:
        said = operations.publishing.changes(earlier, later)
    except definition.UnreadableDefinition:
        said = []
    if not said:
        return "設定を変えました。"
    return said[0] if len(said) == 1 else f"{said[0]}（ほか{len(said) - 1}件）"
