"""What the frame shows around every page."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yakuba.console import sockets
from yakuba.console.models import Progress, SavedFilter
from yakuba.console.sockets import Group, Page, Section, Staff, Words


@dataclass(frozen=True, slots=True)
class RailPage:
    title: Words
    name: str
    waiting: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class RailSection:
    """A kind of work with the pages of it that this person may see."""

    key: str
    label: str
    pages: tuple[RailPage, ...]
    is_open: bool

    @property
    def waiting(self) -> int:
        return sum(page.waiting for page in self.pages)


@dataclass(frozen=True, slots=True)
class TodayGroup:
    key: str
    label: str
    figures: tuple[sockets.Figure, ...]
    none: str


def rail(staff: Staff, path: str) -> list[RailSection]:
    """The sections that have pages `staff` may see; `path` (below /console/) tells which is open."""
    allowed = {
        needs: sockets.guard(staff, needs) for needs in {page.needs for page in sockets.pages}
    }
    current = home_of(path)
    sections = []
    for section in Section:
        here = [page for page in sockets.pages if page.section == section and allowed[page.needs]]
        if not here:
            continue
        pages = tuple(
            RailPage(
                title=page.title,
                name=page.name,
                waiting=page.badge(staff) if page.badge else 0,
                is_current=page == current,
            )
            for page in sorted(here, key=lambda page: page.order)
        )
        is_open = current is not None and current.section == section
        sections.append(RailSection(section.value, str(section.label), pages, is_open))
    return sections


def home_of(path: str) -> Page | None:
    """The page of the rail to which `path` belongs: itself, or the one its address continues."""
    homes = [
        page
        for page in sockets.pages
        if page.section and (page.path == path or (page.path and path.startswith(page.path)))
    ]
    return max(homes, key=lambda page: len(page.path), default=None)


def today(staff: Staff) -> list[TodayGroup]:
    """Every figure that has been plugged in and that `staff` may know, by group."""
    nothing = {
        Group.WAITING: _("いま待っているものはありません。"),
        Group.LATE: _("遅れているものはありません。"),
        Group.FAILED: _("うまくいかなかったものはありません。"),
        Group.PLANNED: _("今日、自動で行われることはありません。"),
    }
    groups = []
    for group in Group:
        cards = sorted(
            (card for card in sockets.cards if card.group == group), key=lambda card: card.order
        )
        figures = tuple(
            figure
            for card in cards
            if sockets.guard(staff, card.needs)
            for figure in card.figures(staff)
        )
        groups.append(TodayGroup(group.value, str(group.label), figures, nothing[group]))
    return groups


def found(staff: Staff, words: str) -> list[tuple[Words, list[sockets.Found]]]:
    """What the search box finds, by kind; kinds with nothing are left out."""
    answers = []
    for searched in sorted(sockets.searches, key=lambda searched: searched.order):
        if sockets.guard(staff, searched.needs):
            things = list(searched.find(staff, words))
            if things:
                answers.append((searched.title, things))
    return answers


def works(staff_id: int) -> QuerySet[Progress]:
    """The long work of a person that is running or has ended unseen, the oldest first."""
    return Progress.objects.filter(staff_id=staff_id, is_seen=False).order_by("started_at")


def saved_filters(staff_id: int, listing: str) -> QuerySet[SavedFilter]:
    """One's own and what others share."""
    mine_or_shared = Q(staff_id=staff_id) | Q(is_shared=True)
    return SavedFilter.objects.filter(mine_or_shared, listing=listing).order_by("name", "pk")
