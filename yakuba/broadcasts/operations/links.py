"""Measured links, open files and the long page: what has to exist before anybody gets the message."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models import Delivery, Link, Media, Page
from yakuba.broadcasts.rules.content import Content, PagePart
from yakuba.broadcasts.rules.drawing import addresses
from yakuba.kit import clock, http
from yakuba.kit.errors import OutsideFailure
from yakuba.reports import operations as reports

COUNTED_DAYS = 14  # as long as LINE counts how a message was read
_MOST_JUMPS = 5
_TURN = 5.0  # seconds for one question
_PATIENCE = 25.0  # seconds for all of them


@transaction.atomic
def prepare(delivery: Delivery, content: Content) -> dict[str, str]:
    """Open what the messages of `delivery` show, and return measured addresses by the address they lead to.

    May run twice: the same address keeps its code.
    """
    Media.objects.filter(pk__in=content.media, is_open=False).update(is_open=True)
    if any(isinstance(part, PagePart) for part in content.parts):
        until = clock.today() + timedelta(days=COUNTED_DAYS)
        Page.objects.get_or_create(delivery=delivery, defaults={"counts_until": until})
    if not content.measures_links:
        return {}
    wanted = [one for one in addresses(content) if is_measured(one)]
    known = dict(Link.objects.filter(delivery=delivery).values_list("url", "number"))
    number = max(known.values(), default=-1)
    for address in wanted:
        if address not in known:
            number += 1
            known[address] = number
            Link.objects.create(
                delivery=delivery, number=number, url=address, label=label_of(address)
            )
    return {one.url: public_address(one) for one in Link.objects.filter(delivery=delivery)}


def is_measured(address: str) -> bool:
    """Say whether a tap on it is counted: not on pages inside LINE, which a detour would open outside of it."""
    ours = (f"{settings.LIFF_BASE}/", f"{settings.PUBLIC_URL}/", "https://liff.line.me/")
    return address.startswith("https://") and not address.startswith(ours)


def public_address(link: Link) -> str:
    return f"{settings.PUBLIC_URL}/l/{link.code}"


def label_of(address: str) -> str:
    """Return what staff read in a list of links: the host and the end of the way."""
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path}"[:100]


@transaction.atomic
def tapped(link: Link) -> None:
    """Count a tap on `link`. Nobody is kept."""
    Link.objects.filter(pk=link.pk).update(taps=F("taps") + 1)
    reports.tapped(
        kind="link", subject=f"broadcasts.delivery:{link.delivery_id}", detail=str(link.number)
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of a look at an address."""

    address: str
    is_fine: bool
    sentence: str


def look_at(addresses: Sequence[str]) -> list[Looked]:
    """Ask each address whether it is there. On demand only: a town's page may be slow, and forgets nobody.

    Whoever pressed waits for the answer: what was not asked within the patience is said to be unknown.
    """
    until = time.monotonic() + _PATIENCE
    return [_look_at(address, until) for address in addresses]


def _look_at(address: str, until: float) -> Looked:
    here = address
    for _jump in range(_MOST_JUMPS):
        left = until - time.monotonic()
        if left < 1:
            return Looked(address, True, str(_("自動では確かめられませんでした。")))
        found = _addresses(here)
        # The address that was looked at is the one that is asked, whatever the name means by then.
        if not found or not all(http.is_public(one) for one in found):
            return Looked(address, False, str(_("インターネットから開けないアドレスです。")))
        try:
            answer = http.knock("HEAD", here, address=found[0], timeout=_TURN)
        except OutsideFailure:
            return Looked(address, False, str(_("開けませんでした。アドレスを確かめてください。")))
        if answer.status in (403, 405, 501):  # some pages refuse to be asked like this
            return Looked(address, True, str(_("自動では確かめられませんでした。")))
        if answer.status not in (301, 302, 303, 307, 308):
            return _judged(address, here, answer.status)
        here = _leads(here, answer.headers.get("location", ""))
    return Looked(address, False, str(_("転送が多すぎます。アドレスを確かめてください。")))


def _judged(address: str, here: str, status: int) -> Looked:
    if status >= 400:
        words = _("ページがありません（{status}）。アドレスを確かめてください。")
        return Looked(address, False, str(words).format(status=status))
    if not here.startswith("https://"):
        return Looked(address, False, str(_("転送先が「https://」ではありません。")))
    return Looked(address, True, str(_("開けました。")))


def _addresses(address: str) -> list[str]:
    """Return where the host of an address is; nowhere if it is no address of a page."""
    try:
        parts = urlsplit(address)
        return http.addresses_of(parts.hostname or "") if parts.scheme in ("http", "https") else []
    except ValueError:
        return []


def _leads(here: str, location: str) -> str:
    try:
        return urljoin(here, location)
    except ValueError:  # what another server writes may be anything
        return ""
