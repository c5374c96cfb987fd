"""Where others plug in their staff pages, their cards on Today, their search, and who may do what.

A page is closed unless it says whom it serves: `page` asks for sign-in at least, and the guard that
townhall plugs in answers everything beyond that. Without a guard nobody gets further.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from yakuba.kit.plugging import Hook, Pluggable, Registry

if TYPE_CHECKING:
    # The type checker reads AUTH_USER_MODEL here, so console need not know townhall.
    from django.contrib.auth.models import _User

Given = ParamSpec("Given")
Words = str | Promise

ANYONE = "anyone"  # sign-in pages only
SIGNED_IN = "signed_in"
ADMINISTRATOR = "administrator"


class Staff(Protocol):
    """What console knows of a person who works here."""

    pk: int
    name: str
    is_active: bool


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: "_User"
    htmx: HtmxDetails


class Section(TextChoices):
    """The parts of the rail: kinds of work, not modules."""

    TODAY = "today", _("今日やること")
    INCOMING = "incoming", _("届いたもの")
    BOOKINGS = "bookings", _("予約")
    DELIVERY = "delivery", _("配信")
    MAKE = "make", _("つくる")
    REGISTERS = "registers", _("台帳")
    FIGURES = "figures", _("集計")
    SETTINGS = "settings", _("設定")


class Guard:
    """Who may do what: answered by whoever plugged in, and "no" as long as nobody has."""

    def __init__(self) -> None:
        self._answer: Callable[[Staff, str], bool] | None = None

    def plug(self, answer: Callable[[Staff, str], bool]) -> Callable[[Staff, str], bool]:
        self._answer = answer
        return answer

    def __call__(self, staff: Staff, needs: str) -> bool:
        """Return whether `staff` may do `needs`: sign in, administrate, or a capability somewhere."""
        if needs == ANYONE:
            return True
        if not staff.is_active:
            return False
        if needs == SIGNED_IN:
            return True
        return self._answer is not None and self._answer(staff, needs)


guard = Guard()

Badge = Callable[[Staff], int]


@dataclass(frozen=True, slots=True)
class Page:
    """A staff page as it was plugged in."""

    path: str
    title: Words
    name: str
    view: Callable[..., HttpResponseBase]
    needs: str
    section: Section | None
    order: int
    badge: Badge | None


pages: list[Page] = []
mounted: list[tuple[str, Sequence[URLPattern | URLResolver]]] = []


def page(
    path: str,
    *,
    title: Words,
    name: str,
    needs: str = SIGNED_IN,
    section: Section | None = None,
    order: int = 0,
    badge: Badge | None = None,
) -> Callable[
    [Callable[Concatenate[StaffRequest, Given], HttpResponseBase]],
    Callable[Concatenate[StaffRequest, Given], HttpResponseBase],
]:
    """Mount a view at /console/`path` under the name console:`name`, closed to all but those who may.

    `needs` is "signed_in", "administrator" or a capability, which the person must have somewhere;
    whether they have it for the thing in question is for the view to ask. `section` puts the page
    into the rail; `badge` tells how many things wait there.
    """

    def wrap(
        view: Callable[Concatenate[StaffRequest, Given], HttpResponseBase],
    ) -> Callable[Concatenate[StaffRequest, Given], HttpResponseBase]:
        @wraps(view)
        def guarded(
            request: StaffRequest, /, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponseBase:
            if needs != ANYONE:
                if not request.user.is_authenticated:
                    return sign_in_first(request)
                if not guard(request.user, needs):
                    raise PermissionDenied
            response = view(request, *args, **kwargs)
            # Personal data must not lie in the browser's cache after signing out.
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        if any(known.name == name for known in pages):
            raise TypeError(f"there is already a staff page named {name!r}")
        pages.append(Page(path, title, name, guarded, needs, section, order, badge))
        return guarded

    return wrap


def mount(path: str, patterns: Sequence[URLPattern | URLResolver]) -> None:
    """Put addresses that guard themselves (such as those of allauth) at /console/`path`."""
    mounted.append((path, patterns))


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send the person to the sign-in page, and afterwards back here."""
    fragment = bool(request.headers.get("HX-Request"))
    wanted = request.headers.get("HX-Current-URL", "") if fragment else request.get_full_path()
    if request.method != "GET" and not fragment:
        wanted = ""
    to = f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}" if wanted else settings.LOGIN_URL
    # htmx would put the sign-in page into the middle of the one that is open.
    return HttpResponseClientRedirect(to) if fragment else HttpResponseRedirect(to)


class Group(TextChoices):
    """The parts of the Today page, in the order in which they are read."""

    WAITING = "waiting", _("わたしを待っているもの")
    LATE = "late", _("遅れているもの")
    FAILED = "failed", _("うまくいかなかったもの")
    PLANNED = "planned", _("今日、自動で行われること")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of Today: a number (or a time), what it counts, and the list it leads to."""

    label: Words
    value: int | str
    href: str
    unit: Words = "件"
    detail: Words = ""


Figures = Callable[[Staff], Sequence[Figure]]


@dataclass(frozen=True, slots=True)
class Card:
    group: Group
    figures: Figures
    needs: str
    order: int


cards: list[Card] = []


def card(*, group: Group, needs: str = SIGNED_IN, order: int = 0) -> Callable[[Figures], Figures]:
    """Add figures to a group of Today. Leave out what is zero, unless the zero is good news."""

    def wrap(figures: Figures) -> Figures:
        cards.append(Card(group, figures, needs, order))
        return figures

    return wrap


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that the search box found. Nothing personal that the person may not see."""

    title: Words
    href: str
    detail: Words = ""


Finder = Callable[[Staff, str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Searched:
    title: Words
    find: Finder
    needs: str
    order: int


searches: list[Searched] = []


def search(*, title: Words, needs: str = SIGNED_IN, order: int = 0) -> Callable[[Finder], Finder]:
    """Look for the words of the search box in something; return at most about ten, the best first."""

    def wrap(find: Finder) -> Finder:
        searches.append(Searched(title, find, needs, order))
        return find

    return wrap


Moment = Hook[[Staff, str, str, Mapping[str, object]]]

viewed: Moment = Hook("Somebody looked at a person's data: staff, subject, sentence, detail.")
revealed: Moment = Hook("Somebody unmasked personal data: staff, subject, sentence, detail.")
exported: Moment = Hook("Somebody took data out: staff, subject, sentence, detail.")
looked_for: Moment = Hook(
    "Somebody searched where people can be found: staff, subject, sentence, detail."
)


class Undoer(Pluggable):
    """Takes back one kind of bulk action. `label` names the action."""

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        """Take back, inside the caller's transaction, and return a sentence that says what is so now.

        What somebody has changed since stays as it is; the sentence says how many those are.
        """
        raise NotImplementedError


undoers: Registry[Undoer] = Registry(Undoer)
