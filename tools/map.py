"""`make map`: draw docs/map.md from the map in pyproject.toml and the stories of the packages."""

import ast
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "map.md"

_HEAD = """# The map

Drawn by `make map` from `pyproject.toml` and the first lines of each package; a test compares it.
Read it from top to bottom: a package may import what is drawn below it, and nothing beside or above it
(`lint-imports` checks every import). Names in brackets are rooms that are planned and not built yet.
A package reaches upwards only through its sockets (`docs/sockets.md`).

| floor | package | what it is |
|---|---|---|
"""

_ROOMS = """
## The rooms of a package

A file imports only from the rooms after it, and the screens do not import each other:

`plugs > urls > console | portal | chat | webhooks | api > forms | kinds > operations > queries > sockets > models > rules`

| room | what is in it |
|---|---|
| `__init__.py` | the package's story |
| `rules` | pure functions; no Django, no clock |
| `models` | tables and their promises |
| `sockets` | what others may plug in |
| `queries` | questions; never writes |
| `operations` | everything that writes, and the refusals it raises |
| `kinds/` | the plug-ins that ship with a registry, one per file |
| `console`, `portal`, `chat` | what staff see, what residents see, what is said in the talk |
| `plugs` | what we plug into others |
"""


def drawn() -> str:
    """Return the text of docs/map.md as it should be now."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(one["layers"] for one in contracts if one["type"] == "layers")
    rows = []
    for floor, layer in enumerate(layers):
        for name in (part.strip() for part in layer.split("|")):
            story = _story(name.strip("()"))
            shown = f"`{name}`" if story else f"({name.strip('()')})"
            rows.append(f"| {len(layers) - floor} | {shown} | {story or 'planned'} |")
    return _HEAD + "\n".join(rows) + "\n" + _ROOMS


def _story(name: str) -> str:
    path = ROOT / "yakuba" / name / "__init__.py"
    if not path.exists():
        return ""
    words = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = words.split("\n\n")[0].replace("\n", " ")
    return first.removeprefix(f"{name}: ")


if __name__ == "__main__":
    TARGET.write_text(drawn())
    print(f"wrote {TARGET.relative_to(ROOT)}", file=sys.stderr)
