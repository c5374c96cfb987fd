"""What is done every night: everybody judged anew, failures tried again, links looked at."""

from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.db.models import Q

from yakuba.kit import clock, http
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.jobs import job
from yakuba.line import menus as wire
from yakuba.richmenus import definition
from yakuba.richmenus.models import RichMenu
from yakuba.richmenus.operations import deciding
from yakuba.richmenus.rules import objects

_NIGHT = range(2, 5)  # o'clock, Japan
_PATIENCE = 8.0
_MOST_TURNS = 4  # redirections


def nightly() -> None:
    """Once a night, in business time: judge everybody, and look at the links of every public menu."""
    now = clock.now()
    if now.hour not in _NIGHT:
        return
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    due = Q(links_checked_at=None) | Q(links_checked_at__lt=today)
    public = RichMenu.objects.filter(due, state=RichMenu.State.PUBLISHED)
    ids = list(public.values_list("pk", flat=True))
    if not ids:
        return
    deciding.again_with_failures()
    # Noted before the looking, so that a night has one.
    RichMenu.objects.filter(pk__in=ids).update(links_checked_at=now)
    for pk in ids:
        check_links.defer(menu_id=pk)


@job(queue="menus", attempts=2)
def check_links(*, menu_id: int) -> None:
    """Try the links of a menu's present version and draft, and remember those that cannot be opened."""
    menu = RichMenu.objects.select_related("current", "draft").get(pk=menu_id)
    documents = [menu.draft.document, menu.current.document if menu.current else None]
    urls = [
        url
        for document in documents
        if document is not None
        for url in objects.links(definition.read(document))
    ]
    dead = [[url, words] for url in dict.fromkeys(urls) if (words := trouble_with(url))]
    with transaction.atomic():
        RichMenu.objects.filter(pk=menu_id).update(dead_links=dead, links_checked_at=clock.now())


def trouble_with(url: str) -> str:
    """Try a link as a telephone would, and say what is wrong with it; nothing if it opens.

    Never an address inside the town hall's own network: a menu must not be a way to look around there.
    """
    for _turn in range(_MOST_TURNS):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "アドレスが正しくありません"
        addresses = http.addresses_of(parts.hostname)
        if not addresses:
            return "その名前のサーバーがありません"
        if not all(http.is_public(one) for one in addresses):
            return "インターネットから見えないアドレスです"
        answer = _asked(url, addresses[0])
        if isinstance(answer, str):
            return answer
        if answer.status in (301, 302, 303, 307, 308) and answer.headers.get("location"):
            url = urljoin(url, answer.headers["location"])
            continue
        return _words(answer.status)
    return "転送が多すぎます"


def _asked(url: str, address: str) -> http.Answer | str:
    try:
        answer = http.knock("HEAD", url, address=address, timeout=_PATIENCE)
        if answer.status in (400, 403, 404, 405, 501):  # many servers answer only to GET
            answer = http.knock("GET", url, address=address, timeout=_PATIENCE)
    except OutsideFailure:
        return "つながりません"
    return answer


def _words(status: int) -> str:
    if status in (401, 403, 429) or status < 400:
        return ""  # it is there, and does not like machines
    if status in (404, 410):
        return "ページがありません"
    return f"エラーになります（{status}）"


def line_says(menu: RichMenu, document: object) -> list[str]:
    """Ask LINE whether it would take each tab; sentences with LINE's own words. Not inside a transaction.

    Raises:
        OutsideFailure: LINE does not answer.
    """
    read = definition.read(document)
    place = objects.Place(menu=menu.pk, page_base=wire.page_base())
    said = []
    for tab in read.tabs:
        words = wire.problems({**objects.menu_object(read, tab, place), "name": "yakuba"})
        if words:
            said.append(f"LINEが受け付けません（{tab.name or tab.key}）：{words}")
    return said
