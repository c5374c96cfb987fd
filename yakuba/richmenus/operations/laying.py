"""Out of a version come the menus that LINE is to have: one for each tab, with its picture."""

import hashlib
import io
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from PIL import Image

from yakuba.files import queries as files
from yakuba.files.models import StoredFile
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.line import menus as wire
from yakuba.richmenus import definition, drawing
from yakuba.richmenus.definition import Menu, Tab
from yakuba.richmenus.models import MadeMenu, RichMenu, Version, VersionTab
from yakuba.richmenus.rules import objects

MOST_BYTES = 1_000_000
_FACE_WIDTH = 780
State = MadeMenu.State


class NoPicture(Refusal):
    """The picture of a tab cannot be had."""

    sentence = "{why}"


def versions_to_lay_out() -> QuerySet[Version]:
    """What is public or planned and has no menus for LINE yet."""
    laid = VersionTab.objects.filter(version=OuterRef("pk"))
    wanted = Q(current_of__isnull=False) | Q(state=Version.State.SCHEDULED)
    return (
        Version.objects.filter(wanted)
        .exclude(menu__state=RichMenu.State.REMOVED)
        .exclude(Exists(laid))
    )


def lay_out_all() -> None:
    for version in versions_to_lay_out().order_by("id"):
        try:
            lay_out(version)
        except (Refusal, OutsideFailure) as no:
            Version.objects.filter(pk=version.pk).update(trouble=str(no)[:300])


def lay_out(version: Version) -> None:
    """Draw the tabs of `version` and want from LINE what it has not yet; an unchanged tab is not made again.

    Raises:
        Refusal, OutsideFailure: a picture cannot be drawn or read.
    """
    menu = definition.read(version.document)
    place = objects.Place(menu=version.menu_id, page_base=wire.page_base())
    wanted = [(tab, picture_of(menu, tab)) for tab in menu.tabs]
    with transaction.atomic():
        if VersionTab.objects.filter(version=version).exists():
            return
        for number, (tab, picture) in enumerate(wanted):
            body = objects.menu_object(menu, tab, place)
            made = _made(version.menu_id, tab, body, picture)
            VersionTab.objects.create(version=version, place=number, key=tab.key, made=made)
        Version.objects.filter(pk=version.pk).update(trouble="")


def picture_of(menu: Menu, tab: Tab) -> drawing.Drawing:
    """Return the picture of a tab as LINE gets it. Raises Refusal, OutsideFailure."""
    if tab.picture.file is None:
        return drawing.drawn(menu, tab)
    number = _number(tab.picture.file)
    file = StoredFile.objects.filter(pk=number).first() if number else None
    # One that is held somewhere is a resident's, or a message's.
    is_ours = file is not None and not files.is_held(file)
    if file is None or not is_ours or file.content_type not in ("image/png", "image/jpeg"):
        raise NoPicture(
            why=_("メニューの絵のファイルがありません。編集画面でもう一度送ってください。")
        )
    if file.size > MOST_BYTES:
        raise NoPicture(
            why=_("メニューの絵が大きすぎます（1MBまで）。編集画面でもう一度送ってください。")
        )
    try:
        return drawing.Drawing(files.read(file), file.content_type)
    except files.Gone:
        raise NoPicture(
            why=_("メニューの絵のファイルが消えています。編集画面でもう一度送ってください。")
        ) from None


def face(menu: Menu, tab: Tab) -> bytes:
    """Return the picture of a tab as staff look at it: PNG, twice as wide as a telephone."""
    try:
        image = Image.open(io.BytesIO(picture_of(menu, tab).content)).convert("RGB")
    except (Refusal, OutsideFailure):
        image = Image.new("RGB", tab.size, "#e6e6e6")  # the list of problems says why
    size = (_FACE_WIDTH, round(_FACE_WIDTH * image.height / image.width))
    written = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(written, "PNG", compress_level=3)
    return written.getvalue()


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _made(menu_id: int, tab: Tab, body: objects.Json, picture: drawing.Drawing) -> MadeMenu:
    """Return LINE's copy of this content, wanted if there is none."""
    image = hashlib.sha256(picture.content).hexdigest()
    sha256 = definition.sha256_of([menu_id, tab.key, body, image])
    found = MadeMenu.objects.filter(sha256=sha256).exclude(state=State.REMOVED)
    # About to be deleted, perhaps deleted just now: LINE's list will tell.
    found.filter(state=State.TO_REMOVE).update(
        state=State.WANTED, line_id="", attempts=F("attempts") + 1, next_at=Now()
    )
    made = found.first()
    if made is not None:
        return made
    return MadeMenu.objects.create(
        menu_id=menu_id,
        tab=tab.key,
        sha256=sha256,
        mark=objects.mark(menu_id, tab),
        document=tab.model_dump(mode="json"),
        body=body,
        image=picture.content,
        image_type=picture.content_type,
    )
