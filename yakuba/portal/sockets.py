"""Where citizen pages and the cards of "my page" are plugged in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol

from django.http import HttpRequest, HttpResponse

from yakuba.residents.models import Resident

Given = ParamSpec("Given")


class ResidentRequest(HttpRequest):
    """A request whose resident is known: `resident` is who holds the session's LINE account now."""

    resident: Resident


@dataclass(frozen=True, slots=True)
class Preview:
    """The public text of a page, shown before sign-in: nothing personal."""

    title: str
    words: str = ""


View = Callable[Concatenate[ResidentRequest, Given], HttpResponse]
Previewer = Callable[..., Preview]


@dataclass(frozen=True, slots=True)
class Page:
    """One citizen page at /p/<path>; `urls` puts the guard around `view`."""

    path: str
    name: str
    view: Callable[..., HttpResponse]
    preview: Previewer | None


pages: list[Page] = []


def page(
    path: str, *, name: str, preview: Previewer | None = None
) -> Callable[[View[Given]], View[Given]]:
    """Show the view at /p/<path> to signed-in residents, and its preview to whoever is not yet.

    The page answers 200 in both cases, never a redirect: LIFF forbids one before `init` resolves.
    """

    def register(view: View[Given]) -> View[Given]:
        pages.append(Page(path=path, name=name, view=view, preview=preview))
        return view

    return register


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on "my page". `is_next` puts it on top: something the resident has to do.

    `is_under_way` says that others are at it; what is neither has ended.
    """

    title: str
    words: str
    at: datetime
    href: str = ""
    kind: str = ""
    is_next: bool = False
    is_under_way: bool = False
    action: str = ""


class CardSource(Protocol):
    def __call__(self, resident: Resident) -> list[Card]: ...


@dataclass
class CardSources:
    """Who tells "my page" what there is of a resident."""

    sources: list[CardSource] = field(default_factory=list)

    def plug(self, source: CardSource) -> CardSource:
        self.sources.append(source)
        return source

    def of(self, resident: Resident) -> list[Card]:
        """Return everything of the resident: what is to be done, what is under way, the rest; the newest first."""
        found = [card for source in self.sources for card in source(resident)]
        return sorted(
            found,
            key=lambda card: (not card.is_next, not card.is_under_way, -card.at.timestamp()),
        )


cards = CardSources()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the resident can begin now: what it is, in a sentence, and how long it takes.

    Title and words may carry furigana.
    """

    title: str
    words: str
    href: str
    minutes: int | None = None
    found_by: tuple[str, ...] = ()  # other words under which people look for it


class OfferSource(Protocol):
    def __call__(self, resident: Resident) -> list[Offer]: ...


@dataclass
class OfferSources:
    """Who tells "my page" what a resident can begin; each in the order the town wants."""

    sources: list[OfferSource] = field(default_factory=list)

    def plug(self, source: OfferSource) -> OfferSource:
        self.sources.append(source)
        return source

    def to(self, resident: Resident) -> list[Offer]:
        return [offer for source in self.sources for offer in source(resident)]


offers = OfferSources()


class SubjectSource(Protocol):
    def __call__(self, resident: Resident) -> Mapping[str, str]: ...


@dataclass
class SubjectSources:
    """Who holds something of a resident that staff look at, under which subjects the trail knows it."""

    sources: list[SubjectSource] = field(default_factory=list)

    def plug(self, source: SubjectSource) -> SubjectSource:
        """Plug in a function that returns what each subject of the trail is called to the resident."""
        self.sources.append(source)
        return source

    def of(self, resident: Resident) -> dict[str, str]:
        return {
            subject: title for source in self.sources for subject, title in source(resident).items()
        }


subjects = SubjectSources()
