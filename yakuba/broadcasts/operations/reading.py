"""What residents do with a message: press its button, open its page."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from yakuba.broadcasts.models import Delivery, Page, PageMark
from yakuba.broadcasts.rules.content import PagePart, read
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.residents.models import Resident
from yakuba.segments import operations as segments


def pressed(*, delivery: Delivery, resident: Resident) -> None:
    """Remember who pressed a button that begins a procedure: the procedure learns it anyway."""
    _happened(delivery, resident, "tapped", "ボタンを押した")


@transaction.atomic
def opened(*, delivery: Delivery, resident: Resident) -> None:
    """Count that the long page was opened, and by one more person if it is their first time.

    Where the clerk said that the procedure needs it, and the page tells so, the person is remembered instead.
    """
    page = Page.objects.filter(delivery=delivery).first()
    part = next((one for one in read(delivery.content).parts if isinstance(one, PagePart)), None)
    if page is None or part is None:
        return
    lock(page)
    counts = {"opens": F("opens") + 1}
    if page.secret is not None and clock.today() <= page.counts_until:
        mark = _mark(bytes(page.secret), resident)
        before = PageMark.objects.filter(page=page, mark=mark).exists()
        if not before:
            PageMark.objects.create(page=page, mark=mark)
            counts["readers"] = F("readers") + 1
    Page.objects.filter(pk=page.pk).update(**counts)
    if part.names_readers:
        _happened(delivery, resident, "read", "続きを読んだ")


def _mark(secret: bytes, resident: Resident) -> bytes:
    return hashlib.blake2b(str(resident.public_id).encode(), key=secret, digest_size=16).digest()


def _happened(delivery: Delivery, resident: Resident, what: str, words: str) -> None:
    segments.happened(
        resident=resident,
        key=f"broadcasts.delivery:{delivery.public_id}:{what}",
        label=f"配信「{delivery.name}」：{words}",
    )


def forget_marks() -> None:
    """End the counting of pages whose days are over: afterwards nobody can tell who it was; a chore."""
    over = clock.today() - timedelta(days=1)
    for page in Page.objects.filter(counts_until__lte=over, secret__isnull=False):
        _forget(page)


@transaction.atomic
def _forget(page: Page) -> None:
    lock(page)
    page.secret = None
    page.save(update_fields=["secret"])
    page.marks.all().delete()
