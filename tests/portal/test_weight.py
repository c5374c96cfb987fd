"""What a phone on a slow line has to load before a page inside LINE is whole."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
MOST_BYTES = 60 * 1024
MAP = "islands/yk-place/map.ts"  # Leaflet: loaded when somebody wants a map


def weight(name: str, manifest: dict[str, Any], seen: set[str]) -> int:
    """Return the compressed bytes of an entry with everything it can load but the map."""
    if name in seen or name == MAP:
        return 0
    seen.add(name)
    entry = manifest[name]
    files = [entry["file"], *entry.get("css", [])]
    own = sum(len(gzip.compress((DIST / file).read_bytes())) for file in files)
    others = [*entry.get("imports", []), *entry.get("dynamicImports", [])]
    return own + sum(weight(other, manifest, seen) for other in others)


def test_a_page_inside_line_is_light() -> None:
    if not (DIST / "manifest.json").exists():
        pytest.skip("NO FRONT END, the weight of pages was not looked at: run `npm run build`")
    manifest = json.loads((DIST / "manifest.json").read_text())

    seen: set[str] = set()
    total = sum(weight(name, manifest, seen) for name in ("entries/portal.ts", "styles/portal.css"))

    assert any("yk-photo" in name for name in seen)
    assert total <= MOST_BYTES, f"{total} bytes"
