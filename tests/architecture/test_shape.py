"""The house has the shape that the map promises."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "yakuba"
PACKAGES = sorted(path.parent for path in HOUSE.glob("*/__init__.py"))
MOST_LINES = 500
MOST_STORY_LINES = 15


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_no_file_is_longer_than_a_sitting() -> None:
    too_long = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in sources("yakuba", "simulators", "tools", "bench")
        if len(path.read_text().splitlines()) > MOST_LINES
    }

    assert too_long == {}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_package_tells_its_story(package: Path) -> None:
    text = (package / "__init__.py").read_text()

    story = ast.get_docstring(ast.parse(text))

    assert story is not None
    assert story.startswith(f"{package.name}: ")
    assert len(text.splitlines()) <= MOST_STORY_LINES


def test_there_are_no_drawers_for_everything() -> None:
    forbidden = re.compile(r"(^|_)(utils?|helpers?|common|services?|managers?|tasks|signals)$")

    found = [path for path in sources("yakuba", "simulators") if forbidden.search(path.stem)]

    assert found == []


def test_only_operations_write() -> None:
    """Screens and queries read; what writes is in the room `operations` (or a kind that it calls)."""
    writing = re.compile(
        r"\.(bulk_create|bulk_update|get_or_create|update_or_create|save|delete)\(|\.objects\.create\("
    )
    screens = {"console", "portal", "chat", "api", "queries", "rules", "forms"}

    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources("yakuba")
        if screens & {*path.relative_to(HOUSE).parts[1:-1], path.stem}
        and path.relative_to(HOUSE).parts[0] not in ("portal", "console")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if writing.search(line)
    ]

    assert found == []


def test_business_time_comes_from_the_clock_alone() -> None:
    banned = re.compile(r"datetime\.now\(\)|date\.today\(\)|timezone\.now\(|datetime\.utcnow\(")

    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources("yakuba")
        if path.name != "clock.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if banned.search(line)
    ]

    assert found == []
