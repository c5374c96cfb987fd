"""What groups of residents can be judged by; others plug their criteria in here."""

from collections.abc import Callable, Iterable

from yakuba.conditions.facts import Fact
from yakuba.residents.models import Resident

Source = Callable[[], Iterable[Fact[Resident]]]

Sensitive = Callable[[], Iterable[str]]

_sources: list[Source] = []
_sensitive: list[Sensitive] = []


def criteria(source: Source) -> Source:
    """Plug in a function that returns facts over residents; it is asked anew each time.

    The SQL of a fact sees one row of `residents_resident`; see `conditions.facts` for its forms.
    """
    _sources.append(source)
    return source


def facts() -> dict[str, Fact[Resident]]:
    """Return every fact by its key, as things stand now: attributes are defined by staff."""
    return {fact.key: fact for source in _sources for fact in source()}


def sensitive(source: Sensitive) -> Sensitive:
    """Plug in a function that returns keys of facts whose small counts could give somebody away."""
    _sensitive.append(source)
    return source


def sensitive_facts() -> frozenset[str]:
    return frozenset(key for source in _sensitive for key in source())
