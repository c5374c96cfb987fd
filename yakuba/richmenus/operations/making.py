"""Making menus: the draft, its steps, and the way back along them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.richmenus import definition
from yakuba.richmenus.models import Draft, DraftStep, RichMenu
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember

_STEPS_KEPT = 200


class KeyTaken(Refusal):
    sentence = _("ファイルの名前「{key}」は、すでに使われています。別の名前にしてください。")


class ChangedMeanwhile(Refusal):
    sentence = _("ほかの人が先に直しました。画面を開き直すと、その内容が見られます。")


class NothingToUndo(Refusal):
    sentence = _("これより前にはもどせません。")


@transaction.atomic
def make(
    *,
    department: Department,
    key: str,
    name: str,
    document: Mapping[str, Any],
    staff: StaffMember | None,
) -> RichMenu:
    """Make a menu with a draft; nobody sees it until it is published and a rule says who.

    Raises:
        definition.UnreadableMenu: the document is no menu.
        KeyTaken
    """
    read = definition.read(document)
    scope = townhall.own(department=department, kind="richmenus", name=name)
    with refusing("richmenus_richmenu_key_key", KeyTaken, key=key):
        menu = RichMenu.objects.create(key=key, scope=scope, name=name)
    Draft.objects.create(
        menu=menu,
        document=definition.document_of(read),
        changed_at=clock.now(),
        changed_by=staff,
    )
    tell(menu, staff, "made", "メニュー「{name}」を作りました。")
    return menu


@transaction.atomic
def rename(menu: RichMenu, *, name: str, staff: StaffMember | None) -> None:
    """Call the menu otherwise, for the staff; residents never see its name."""
    lock(menu)
    if menu.name == name:
        return
    menu.name = name
    menu.save(update_fields=["name"])
    townhall.rename(menu.scope, name=name)
    tell(menu, staff, "changed", "メニューの名前を「{name}」に変えました。")


@transaction.atomic
def save_draft(
    draft: Draft, *, document: Mapping[str, Any], rev: int, words: str, staff: StaffMember | None
) -> Draft:
    """Keep what the editor changed; `rev` is the draft's that was changed, `words` say what.

    Raises:
        ChangedMeanwhile: somebody else was faster.
        definition.UnreadableMenu: the document has not the shape of a menu.
    """
    lock(draft)
    if draft.rev != rev:
        raise ChangedMeanwhile
    wanted = definition.document_of(definition.read(document))
    if wanted == draft.document:
        return draft
    DraftStep.objects.create(
        draft=draft,
        rev=draft.rev,
        document=draft.document,
        words=words[:200],
        changed_at=draft.changed_at,
        changed_by=draft.changed_by,
    )
    draft.steps.filter(rev__lte=draft.rev - _STEPS_KEPT).delete()
    _put(draft, wanted, staff)
    return draft


@transaction.atomic
def undo(draft: Draft, *, rev: int, staff: StaffMember) -> str:
    """Go one step back, and return in words what was taken back. Raises ChangedMeanwhile, NothingToUndo."""
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


def _put(draft: Draft, document: Mapping[str, Any], staff: StaffMember | None) -> None:
    draft.document = dict(document)
    draft.rev += 1
    draft.changed_at = clock.now()
    draft.changed_by = staff
    draft.save()


def tell(
    menu: RichMenu, staff: StaffMember | None, action: str, sentence: str, **detail: object
) -> None:
    """Write one sentence about the menu into the trail."""
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=menu.subject,
        sentence=sentence.replace("{name}", menu.name),  # other words in it were typed
        detail=detail,
    )
