"""The two primitives with which a package reaches upwards: kinds by key, and moments announced."""

from collections.abc import Callable, Iterator
from typing import ClassVar, Generic, ParamSpec, TypeVar

from django.utils.functional import Promise

Announced = ParamSpec("Announced")


class Pluggable:
    """Something that can be chosen by its `key`; `label` is what a clerk reads."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]


Kind = TypeVar("Kind", bound=Pluggable)


class UnknownKind(LookupError):
    """Nothing is plugged in under this key; the message names what is."""


class Registry(Generic[Kind]):
    """Kinds of one sort, by key, in the order in which they were plugged in."""

    def __init__(self, base: type[Kind]) -> None:
        self._base = base
        self._kinds: dict[str, Kind] = {}

    def plug(self, kind: type[Kind]) -> type[Kind]:
        """Add `kind`; refuse one without key or label, and a key that is already taken."""
        key = getattr(kind, "key", "")
        if not key or not getattr(kind, "label", ""):
            raise TypeError(f"{kind.__name__} needs a key and a label to be plugged in")
        if key in self._kinds:
            raise TypeError(f"{kind.__name__}: the key {key!r} is already taken")
        if not issubclass(kind, self._base):
            raise TypeError(f"{kind.__name__} is not a {self._base.__name__}")
        self._kinds[key] = kind()
        return kind

    def __getitem__(self, key: str) -> Kind:
        try:
            return self._kinds[key]
        except KeyError:
            known = ", ".join(self._kinds) or "nothing"
            raise UnknownKind(f"{self._base.__name__} {key!r} is not known ({known})") from None

    def __contains__(self, key: object) -> bool:
        return key in self._kinds

    def __iter__(self) -> Iterator[Kind]:
        return iter(list(self._kinds.values()))

    def __len__(self) -> int:
        return len(self._kinds)

    def unplug(self, key: str) -> None:
        """Take a kind out again; for tests that plug in one of their own."""
        del self._kinds[key]


class Hook(Generic[Announced]):
    """A moment that is announced inside the announcer's transaction; a listener may only write or defer."""

    def __init__(self, meaning: str) -> None:
        self.meaning = meaning
        self._listeners: list[Callable[Announced, None]] = []

    def connect(self, listener: Callable[Announced, None]) -> Callable[Announced, None]:
        self._listeners.append(listener)
        return listener

    def disconnect(self, listener: Callable[Announced, None]) -> None:
        self._listeners.remove(listener)

    def announce(self, *args: Announced.args, **kwargs: Announced.kwargs) -> None:
        for listener in list(self._listeners):
            listener(*args, **kwargs)
