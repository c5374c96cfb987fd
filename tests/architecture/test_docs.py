"""The docs say what the code says."""

import re
from pathlib import Path

from tools import map as house_map

ROOT = Path(__file__).resolve().parents[2]


def test_the_map_is_fresh() -> None:
    assert house_map.TARGET.read_text() == house_map.drawn(), "run `make map`"


def test_every_link_between_the_docs_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_decision_says_the_five_things() -> None:
    wanted = (
        "**Context.**",
        "**Decision.**",
        "**Consequences.**",
        "**Alternatives.**",
        "**Enforced by.**",
    )

    missing = {
        path.name: [part for part in wanted if part not in path.read_text()]
        for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")
    }

    assert {name: parts for name, parts in missing.items() if parts} == {}
