"""Publishing menus, now or at a time; going back to an earlier version; putting menus away; files."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, upkeep, wareki
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.richmenus import definition, queries
from yakuba.richmenus.models import Draft, MenuRule, RichMenu, Version, VersionTab
from yakuba.richmenus.operations import mirroring
from yakuba.richmenus.operations.making import ChangedMeanwhile, make, save_draft, tell
from yakuba.richmenus.rules import checking, difference, objects
from yakuba.townhall.models import Department, StaffMember


class HasProblems(Refusal):
    sentence = _("公開できません。直すところが{count}件あります。はじめの1件：{first}")


class NothingNew(Refusal):
    sentence = _("公開中のものと同じなので、公開しませんでした。")


class NotInFuture(Refusal):
    sentence = _("公開する日時には、これからの日時を入れてください。")


class AlreadyScheduled(Refusal):
    sentence = _("公開の予約がすでにあります（{when}）。取りやめてから、もう一度予約してください。")


class NotScheduled(Refusal):
    sentence = _("この予約は、もう公開されたか、取りやめられています。")


class InUse(Refusal):
    sentence = _("「{rule}」で使っているので、しまえません。先にその決まりを終わらせてください。")


class PutAway(Refusal):
    sentence = _("このメニューはしまわれています。")


@transaction.atomic
def publish(menu: RichMenu, *, rev: int | None, staff: StaffMember | None) -> Version:
    """Make the draft the version that residents get, as soon as LINE has its pictures.

    `rev` is of the draft whose difference the clerk saw; None takes the draft as it is.

    Raises:
        ChangedMeanwhile, HasProblems, NothingNew, PutAway
    """
    read = _draft_to_publish(menu, rev)
    if menu.current is not None and menu.current.sha256 == _hash(read):
        raise NothingNew
    version = _add_version(menu, read, staff)
    _put_up(menu, version)
    tell(menu, staff, "published", f"メニュー「{{name}}」を公開しました（第{version.number}版）。")
    return version


@transaction.atomic
def schedule(
    menu: RichMenu, *, at: datetime, rev: int | None, staff: StaffMember | None
) -> Version:
    """Freeze the draft now, and publish it at a time. Its pictures are made beforehand.

    Raises:
        NotInFuture, AlreadyScheduled, ChangedMeanwhile, HasProblems, PutAway
    """
    read = _draft_to_publish(menu, rev)
    if at <= clock.now():
        raise NotInFuture
    planned = menu.versions.filter(state=Version.State.SCHEDULED).first()
    if planned is not None and planned.publish_at is not None:
        raise AlreadyScheduled(when=wareki.moment(planned.publish_at))
    version = _add_version(menu, read, staff, at=at)
    tell(
        menu,
        staff,
        "scheduled",
        f"メニュー「{{name}}」の公開を予約しました（{wareki.moment(at)}、第{version.number}版）。",
    )
    mirroring.wake()
    return version


@transaction.atomic
def cancel_schedule(version: Version, *, staff: StaffMember) -> None:
    """Do not publish it after all. Raises NotScheduled."""
    menu = version.menu
    lock(menu)
    lock(version)
    if version.state != Version.State.SCHEDULED:
        raise NotScheduled
    version.state = Version.State.CANCELLED
    version.save(update_fields=["state"])
    tell(menu, staff, "cancelled", "メニュー「{name}」の公開の予約を取りやめました。")


@upkeep.every(timedelta(minutes=1))
def publish_due() -> None:
    """Publish what was scheduled until now."""
    due = Version.objects.filter(state=Version.State.SCHEDULED, publish_at__lte=clock.now())
    for version in due.select_related("menu").order_by("publish_at"):
        _publish_scheduled(version)


@transaction.atomic
def _publish_scheduled(version: Version) -> None:
    menu = version.menu
    lock(menu)
    lock(version)
    if version.state != Version.State.SCHEDULED or menu.state == RichMenu.State.REMOVED:
        return
    version.state = Version.State.PUBLISHED
    version.published_at = clock.now()
    before = definition.read(menu.current.document) if menu.current else None
    version.changes = changes(before, definition.read(version.document))
    version.save(update_fields=["state", "published_at", "changes"])
    _put_up(menu, version)
    words = f"予約していたメニュー「{{name}}」を公開しました（第{version.number}版）。"
    tell(menu, None, "published", words)


@transaction.atomic
def restore(menu: RichMenu, *, version: Version, staff: StaffMember) -> Version:
    """Make an older version the present one again, as a new version; the draft becomes it too."""
    lock(menu)
    if menu.state == RichMenu.State.REMOVED:
        raise PutAway
    if menu.current is not None and menu.current.sha256 == version.sha256:
        raise NothingNew
    draft = Draft.objects.get(menu=menu)
    words = f"第{version.number}版にもどした"
    save_draft(draft, document=version.document, rev=draft.rev, words=words, staff=staff)
    made = _add_version(menu, definition.read(version.document), staff)
    _put_up(menu, made)
    tell(menu, staff, "restored", f"メニュー「{{name}}」を第{version.number}版にもどしました。")
    return made


@transaction.atomic
def remove(menu: RichMenu, *, staff: StaffMember) -> None:
    """Put the menu away; LINE's own copies are deleted when nobody sees them any more. Raises InUse."""
    lock(menu)
    if menu.state == RichMenu.State.REMOVED:
        return
    used = menu.rules.exclude(state=MenuRule.State.OVER).first()
    if used is not None:
        raise InUse(rule=used.name)
    menu.versions.filter(state=Version.State.SCHEDULED).update(state=Version.State.CANCELLED)
    menu.state = RichMenu.State.REMOVED
    menu.save(update_fields=["state"])
    tell(menu, staff, "removed", "メニュー「{name}」をしまいました。")
    mirroring.wake()


@transaction.atomic
def bring_back(menu: RichMenu, *, staff: StaffMember) -> None:
    """Take the menu out again, as it was."""
    lock(menu)
    if menu.state != RichMenu.State.REMOVED:
        return
    menu.state = RichMenu.State.PUBLISHED if menu.current_id else RichMenu.State.DRAFT
    menu.shown = None  # LINE may have deleted it; it is laid out anew
    menu.save(update_fields=["state", "shown"])
    VersionTab.objects.filter(version=menu.current_id).delete()
    tell(menu, staff, "restored", "しまっていたメニュー「{name}」を出しました。")
    mirroring.wake()


@transaction.atomic
def import_document(
    *,
    department: Department,
    key: str,
    name: str,
    document: Mapping[str, Any],
    staff: StaffMember | None,
) -> tuple[RichMenu, bool]:
    """Make the menu `key` of a file, or renew its draft; say whether anything changed."""
    menu = RichMenu.objects.filter(key=key).first()
    if menu is None:
        made = make(department=department, key=key, name=name, document=document, staff=staff)
        return made, True
    draft = Draft.objects.get(menu=menu)
    wanted = definition.document_of(definition.read(document))
    if draft.document == wanted:
        return menu, False
    save_draft(draft, document=wanted, rev=draft.rev, words="ファイルから取り込んだ", staff=staff)
    return menu, True


def _draft_to_publish(menu: RichMenu, rev: int | None) -> definition.Menu:
    lock(menu)
    if menu.state == RichMenu.State.REMOVED:
        raise PutAway
    draft = Draft.objects.select_for_update(no_key=True).get(menu=menu)
    if rev is not None and draft.rev != rev:
        raise ChangedMeanwhile
    read = definition.read(draft.document)
    red = [one for one in queries.findings(menu, read) if one.severity == checking.RED]
    if red:
        raise HasProblems(count=len(red), first=red[0].sentence)
    return read


def _hash(read: definition.Menu) -> str:
    return definition.sha256_of(definition.document_of(read))


def changes(before: definition.Menu | None, after: definition.Menu) -> list[str]:
    if before is None:
        return []
    slugs = sorted(objects.uses(before) | objects.uses(after))
    titles = {slug: title for slug, (title, _status) in queries.procedures_known(slugs).items()}
    return difference.differences(before, after, titles=titles)


def _add_version(
    menu: RichMenu, read: definition.Menu, staff: StaffMember | None, at: datetime | None = None
) -> Version:
    last = menu.versions.order_by("-number").first()
    before = definition.read(menu.current.document) if menu.current else None
    return Version.objects.create(
        menu=menu,
        number=last.number + 1 if last else 1,
        document=definition.document_of(read),
        sha256=_hash(read),
        changes=changes(before, read),
        state=Version.State.SCHEDULED if at else Version.State.PUBLISHED,
        publish_at=at,
        published_at=None if at else clock.now(),
        published_by=staff,
    )


def _put_up(menu: RichMenu, version: Version) -> None:
    menu.current = version
    menu.state = RichMenu.State.PUBLISHED
    menu.save(update_fields=["current", "state"])
    mirroring.wake()
