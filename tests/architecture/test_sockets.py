"""Every socket has a section in docs/sockets.md, and every example in the docs runs."""

import importlib
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.cast import make_department
from yakuba.procedures import operations

ROOT = Path(__file__).resolve().parents[2]
SOCKETS = ROOT / "docs" / "sockets.md"
# Sockets that are neither a decorator nor something with `plug` or `connect`.
PLAIN = {"kit.upkeep.encrypted", "console.sockets.mount"}


def modules() -> list[ModuleType]:
    """Return every module with sockets in it."""
    paths = [ROOT / "yakuba/kit/upkeep.py", *sorted((ROOT / "yakuba").glob("*/sockets.py"))]
    return [importlib.import_module(f"yakuba.{path.parent.name}.{path.stem}") for path in paths]


def is_socket(value: object, module: ModuleType) -> bool:
    if inspect.isfunction(value):
        if value.__module__ != module.__name__:
            return False
        returned = typing.get_type_hints(value).get("return")
        return typing.get_origin(returned) is Callable or returned is Callable
    if inspect.isclass(value) or typing.get_origin(value) is not None:
        return False
    return hasattr(value, "plug") or hasattr(value, "connect")


def sockets_in(module: ModuleType) -> set[str]:
    place = module.__name__.removeprefix("yakuba.")
    return {
        f"{place}.{name}"
        for name, value in vars(module).items()
        if not name.startswith("_") and is_socket(value, module) and not is_borrowed(name, module)
    }


def is_borrowed(name: str, module: ModuleType) -> bool:
    """Tell whether the module only imported it from another one with sockets."""
    return any(
        name in vars(other) and vars(other)[name] is vars(module)[name] and other is not module
        for other in modules()
    )


def parts() -> list[str]:
    """Return the sections about sockets, heading first."""
    return re.split(r"^### ", SOCKETS.read_text(), flags=re.MULTILINE)[1:]


def names_in(part: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", part.splitlines()[0])


def sections() -> dict[str, str]:
    """Return each section under every socket that its heading names."""
    return {name: part for part in parts() for name in names_in(part)}


def blocks(text: str) -> str:
    """Return the Python of a text; its blocks follow each other in one example."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))


def examples() -> list[tuple[str, str]]:
    """Return the examples that run: one of each section about a socket, one of each guide with code."""
    found = [(" ".join(names_in(part)), blocks(part)) for part in parts()]
    guides = sorted((ROOT / "docs" / "guides").glob("*.md"))
    found += [(guide.name, blocks(guide.read_text())) for guide in guides]
    return [(title, code) for title, code in found if code]


def containers(value: object) -> Iterator[list[object] | dict[object, object]]:
    """Yield the lists and dictionaries in which a socket keeps what was plugged in."""
    if isinstance(value, list | dict):
        yield value
    elif not inspect.isclass(value) and (hasattr(value, "plug") or hasattr(value, "connect")):
        yield from (held for held in vars(value).values() if isinstance(held, list | dict))


@pytest.fixture
def _unplugged_afterwards() -> Iterator[None]:
    """Take out again whatever an example plugs in."""
    kept = [
        (container, container.copy())
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__")
        for container in containers(value)
    ]
    yield
    for container, before in kept:
        container.clear()
        if isinstance(container, list) and isinstance(before, list):
            container.extend(before)
        elif isinstance(container, dict) and isinstance(before, dict):
            container.update(before)


def test_every_socket_has_a_section() -> None:
    wanted = set().union(PLAIN, *(sockets_in(module) for module in modules()))

    assert len(wanted) > 20
    assert wanted - sections().keys() == set()


def test_no_section_is_about_a_socket_that_is_gone() -> None:
    there = set().union(PLAIN, *(sockets_in(module) for module in modules()))

    assert sections().keys() - there == set()


def test_every_section_says_when_it_is_called_what_one_may_do_and_shows_it() -> None:
    wanted = ("**When.**", "**May.**", "```python")

    missing = {
        name: [word for word in wanted if word not in text] for name, text in sections().items()
    }

    assert {name: words for name, words in missing.items() if words} == {}


@pytest.mark.django_db
@pytest.mark.usefixtures("_unplugged_afterwards")
@pytest.mark.parametrize(("title", "code"), examples(), ids=[title for title, _ in examples()])
def test_the_example_runs(title: str, code: str) -> None:
    names: dict[str, object] = {"__name__": "yakuba.examples.plugs"}

    exec(compile(code, f"<{title}>", "exec"), names)

    shows = "assert" in code or "pytest.raises" in code
    assert shows, "an example shows what comes of it"


@pytest.mark.django_db
def test_the_procedures_in_the_guides_can_be_published() -> None:
    guides = [guide.read_text() for guide in (ROOT / "docs" / "guides").glob("*.md")]
    files = re.findall(r"^```yaml\n(.*?)^```", "\n".join(guides), flags=re.MULTILINE | re.DOTALL)
    department = make_department()

    versions = [
        operations.publish(
            operations.make(
                department=department,
                slug=f"guide-{number}",
                document=yaml.safe_load(file)["procedure"],
                staff=None,
            ),
            staff=None,
        )
        for number, file in enumerate(files)
    ]

    assert [version.number for version in versions] == [1]
