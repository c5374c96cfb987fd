"""Making procedures: drafts, publishing, going back, copies, files."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.conditions.facts import Declaration
from yakuba.conditions.wording import sentence
from yakuba.kit import clock
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.procedures import definition, queries, rules, sockets
from yakuba.procedures.models import Draft, DraftStep, Keyword, Procedure, Version
from yakuba.segments.sockets import facts as resident_facts
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember

_STEPS_KEPT = 200


class SlugTaken(Refusal):
    sentence = _("リンク用の名前「{slug}」は、すでに使われています。別の名前にしてください。")


class ChangedMeanwhile(Refusal):
    sentence = _("ほかの人が先に直しました。画面を開き直すと、その内容が見られます。")


class NothingToUndo(Refusal):
    sentence = _("これより前にはもどせません。")


class HasProblems(Refusal):
    sentence = _("公開できません。直すところが{count}件あります。はじめの1件：{first}")


class KeywordTaken(Refusal):
    sentence = _("合言葉「{word}」は「{procedure}」で使われています。")


class NeverPublished(Refusal):
    sentence = _("「{title}」は、まだ一度も公開されていません。")


class OnlyAdministrators(Refusal):
    sentence = _("個人情報をトークでたずねる設定にできるのは、管理者だけです。")


class TwoRegistrations(Refusal):
    sentence = _("友だち追加のときに始まる手続は、ほかにあります。先にそちらを外してください。")


@transaction.atomic
def make(
    *,
    department: Department,
    slug: str,
    document: Mapping[str, Any],
    staff: StaffMember | None,
) -> Procedure:
    """Make a procedure with a draft; it is open to nobody until it is published.

    Raises:
        definition.UnreadableDefinition: the document is no procedure.
        SlugTaken
    """
    read = definition.read(document)
    scope = townhall.own(department=department, kind="procedures", name=read.title.pick("ja"))
    with refusing("procedures_procedure_slug_key", SlugTaken, slug=slug):
        procedure = Procedure.objects.create(
            slug=slug, scope=scope, kind=read.kind, title=read.title.pick("ja")
        )
    Draft.objects.create(
        procedure=procedure,
        document=definition.document_of(read),
        changed_at=clock.now(),
        changed_by=staff,
    )
    _tell(procedure, staff, "made", "手続「{title}」を作りました。")
    return procedure


@transaction.atomic
def save_draft(
    draft: Draft, *, document: Mapping[str, Any], rev: int, words: str, staff: StaffMember | None
) -> Draft:
    """Keep what the designer changed; `rev` is the draft's that was changed, `words` say what.

    Raises:
        ChangedMeanwhile: somebody else was faster.
        definition.UnreadableDefinition: the document has not the shape of a procedure.
    """
    lock(draft)
    if draft.rev != rev:
        raise ChangedMeanwhile
    read = definition.read(document)
    if _lifted(read) - _lifted(definition.read(draft.document)) and not (
        staff is None or staff.is_administrator
    ):
        raise OnlyAdministrators
    DraftStep.objects.create(
        draft=draft,
        rev=draft.rev,
        document=draft.document,
        words=words[:200],
        changed_at=draft.changed_at,
        changed_by=draft.changed_by,
    )
    draft.steps.filter(rev__lte=draft.rev - _STEPS_KEPT).delete()
    _put(draft, definition.document_of(read), staff)
    return draft


def _lifted(read: definition.Definition) -> set[str]:
    """Return the questions whose secrecy somebody has lifted."""
    return {question.id for _section, question in read.questions() if question.lift_confidential}


def _put(draft: Draft, document: Mapping[str, Any], staff: StaffMember | None) -> None:
    draft.document = dict(document)
    draft.rev += 1
    draft.changed_at = clock.now()
    draft.changed_by = staff
    draft.save()
    procedure = draft.procedure
    if procedure.current_id is None:
        read = definition.read(document)
        procedure.title, procedure.kind = read.title.pick("ja"), read.kind
        procedure.save(update_fields=["title", "kind"])
        townhall.rename(procedure.scope, name=read.title.pick("ja"))


@transaction.atomic
def undo(draft: Draft, *, rev: int, staff: StaffMember) -> str:
    """Go one step back, and return in words what was taken back."""
    lock(draft)
    if draft.rev != rev:
        raise ChangedMeanwhile
    step = draft.steps.order_by("-rev").first()
    if step is None:
        raise NothingToUndo
    _put(draft, step.document, staff)
    words = step.words
    step.delete()
    return words


@transaction.atomic
def publish(procedure: Procedure, *, staff: StaffMember | None) -> Version:
    """Make the draft an immutable version that whoever starts from now on is asked.

    People in the middle finish on the version they began.

    Raises:
        HasProblems: the linter found something red, or a question that is never reached.
        KeywordTaken
    """
    lock(procedure)
    draft = Draft.objects.get(procedure=procedure)
    read = definition.read(draft.document)
    before = definition.read(procedure.current.document) if procedure.current else None
    red = problems(read, previous=before, procedure=procedure)
    if red:
        raise HasProblems(count=len(red), first=red[0])
    return _add_version(procedure, read, before, staff)


def problems(
    read: definition.Definition,
    *,
    previous: definition.Definition | None = None,
    procedure: Procedure | None = None,
) -> list[str]:
    """Say what keeps `read` from being published: red findings, else what the walk could not reach."""
    facts = resident_facts()
    found = queries.findings(read, previous=previous, procedure=procedure)
    red = [finding.sentence for finding in found if finding.severity == "red"]
    if red:
        return red
    walk = rules.walk(rules.plan(read, sockets.question_kinds), now=clock.now(), facts=facts)
    never = [one.sentence for one in walk.unreached if one.is_red]
    return [*walk.problems, *never]


def _add_version(
    procedure: Procedure,
    read: definition.Definition,
    before: definition.Definition | None,
    staff: StaffMember | None,
) -> Version:
    last = procedure.versions.order_by("-number").first()
    version = Version.objects.create(
        procedure=procedure,
        number=last.number + 1 if last else 1,
        document=definition.document_of(read),
        sha256=definition.sha256_of(read),
        published_at=clock.now(),
        published_by=staff,
        changes=changes(before, read) if before else [],
    )
    procedure.current = version
    procedure.title, procedure.kind = read.title.pick("ja"), read.kind
    procedure.status = Procedure.Status.OPEN
    procedure.save(update_fields=["current", "title", "kind", "status"])
    townhall.rename(procedure.scope, name=read.title.pick("ja"))
    _set_keywords(procedure, read)
    _tell(
        procedure,
        staff,
        "published",
        "手続「{title}」を公開しました（第" + str(version.number) + "版）。",
    )
    return version


def changes(before: definition.Definition, after: definition.Definition) -> list[str]:
    """Say the difference of two definitions in words, conditions too."""
    known: dict[str, Declaration] = dict(resident_facts())
    for one in (before, after):
        known |= rules.plan(one, sockets.question_kinds).declarations
    return rules.differences(before, after, condition=lambda clause: sentence(clause, known))


def _set_keywords(procedure: Procedure, read: definition.Definition) -> None:
    procedure.keywords.all().delete()
    for word in read.start_on:
        normal = keyword(word)
        taken = Keyword.objects.filter(word=normal).select_related("procedure").first()
        if taken is not None:
            raise KeywordTaken(word=word, procedure=taken.procedure.title)
        Keyword.objects.create(word=normal, procedure=procedure)


def keyword(words: str) -> str:
    """Return `words` as keywords are compared: NFKC, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())[:60]


@transaction.atomic
def restore(procedure: Procedure, *, version: Version, staff: StaffMember) -> Version:
    """Make an older version the present one again, as a new version; the draft becomes it too."""
    lock(procedure)
    before = definition.read(procedure.current.document) if procedure.current else None
    read = definition.read(version.document)
    draft = Draft.objects.get(procedure=procedure)
    save_draft(
        draft,
        document=version.document,
        rev=draft.rev,
        words=f"第{version.number}版にもどした",
        staff=staff,
    )
    return _add_version(procedure, read, before, staff)


@transaction.atomic
def copy(
    procedure: Procedure, *, slug: str, department: Department, staff: StaffMember
) -> Procedure:
    """Make a new procedure out of the draft of another."""
    read = definition.read(Draft.objects.get(procedure=procedure).document)
    title = {**read.title.words(), "ja": f"{read.title.marked('ja')}（写し）"}
    document = {**definition.document_of(read), "title": title, "start_on": []}
    return make(department=department, slug=slug, document=document, staff=staff)


@transaction.atomic
def pause(procedure: Procedure, *, staff: StaffMember) -> None:
    """Take no new beginnings; people in the middle may finish."""
    _set_status(procedure, Procedure.Status.PAUSED, staff, "手続「{title}」の受付を止めました。")


@transaction.atomic
def reopen(procedure: Procedure, *, staff: StaffMember) -> None:
    lock(procedure)
    if procedure.current_id is None:
        raise NeverPublished(title=procedure.title)
    _set_status(procedure, Procedure.Status.OPEN, staff, "手続「{title}」の受付を再開しました。")


@transaction.atomic
def archive(procedure: Procedure, *, staff: StaffMember) -> None:
    """Put the procedure away; what was handed in stays where it is."""
    _set_status(procedure, Procedure.Status.ARCHIVED, staff, "手続「{title}」を保管しました。")
    procedure.keywords.all().delete()


def _set_status(procedure: Procedure, status: str, staff: StaffMember, words: str) -> None:
    lock(procedure)
    if procedure.status == status:
        return
    procedure.status = status
    procedure.save(update_fields=["status"])
    _tell(procedure, staff, status, words)


@transaction.atomic
def start_on_joining(procedure: Procedure, *, staff: StaffMember | None) -> None:
    """Begin this procedure whenever somebody becomes a friend; no other may do so at the same time."""
    lock(procedure)
    with refusing("one_procedure_starts_on_joining", TwoRegistrations):
        procedure.starts_on_joining = True
        procedure.save(update_fields=["starts_on_joining"])


@transaction.atomic
def import_document(
    *,
    department: Department,
    slug: str,
    document: Mapping[str, Any],
    staff: StaffMember | None,
) -> tuple[Procedure, bool]:
    """Make the procedure `slug` of a file, or renew its draft; say whether anything changed.

    Raises:
        definition.UnreadableDefinition: an unknown kind or schema, with the reason.
    """
    procedure = Procedure.objects.filter(slug=slug).first()
    if procedure is None:
        return make(department=department, slug=slug, document=document, staff=staff), True
    draft = Draft.objects.get(procedure=procedure)
    wanted = definition.document_of(definition.read(document))
    if draft.document == wanted:
        return procedure, False
    save_draft(draft, document=wanted, rev=draft.rev, words="ファイルから取り込んだ", staff=staff)
    return procedure, True


def _tell(procedure: Procedure, staff: StaffMember | None, action: str, words: str) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=f"procedures.procedure:{procedure.public_id}",
        sentence=words.format(title=procedure.title),
    )
