"""Somebody without a mouse: a walk through a page with the Tab key, and what is wrong on the way."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_STOPS = 200
PARTS = 8  # a field for a moment has its year, month, day, hour, minute and the calendar's button
# One stop of the walk, as its reader sees it. A focus that shows has an outline, a shadow or a border
# of its own; elements in an island's shadow count as themselves.
STOP = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  window.yakubaStops ??= new Map();
  if (!window.yakubaStops.has(at)) window.yakubaStops.set(at, window.yakubaStops.size);
  const shows = (one) => {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== "none";
  };
  const box = at.getBoundingClientRect();
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
  const above = document.elementFromPoint(x, y);
  const label = at.closest("label") ?? (at.labels && at.labels[0]);
  const uncovered = !above || at.contains(above) || above.contains(at) || (label && label.contains(above));
  const around = at.closest("label, .yk-menu, td, th, li") ?? at;
  return {
    number: window.yakubaStops.get(at),
    name: `${at.tagName.toLowerCase()}${at.id ? "#" + at.id : ""} ${(at.ariaLabel || at.textContent || at.name || "").trim().slice(0, 30)}`,
    shows: shows(at) || shows(around),
    inside: inside && box.width > 0 && box.height > 0,
    uncovered,
  };
}"""


def wrong_without_a_mouse(page: Page) -> list[str]:
    """Press Tab until the page is left, and say what a reader of the focus would miss.

    A page is left when the focus is in the browser's own frame, or at its first stop again.
    """
    page.evaluate("document.activeElement?.blur(); window.yakubaStops = new Map()")
    wrong: list[str] = []
    stops, again = 0, 0
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or (stop["number"] == 0 and stops > 1):
            break
        if stop["number"] < stops:
            again += 1
            if again > PARTS:
                wrong.append(f"held at {stop['name']}")
                break
            continue
        stops, again = stops + 1, 0
        for fault, is_so in {
            "focus is not seen": not stop["shows"],
            "focus is off the screen": not stop["inside"],
            "focus is covered": not stop["uncovered"],
        }.items():
            if is_so:
                wrong.append(f"{fault}: {stop['name']}")
    else:
        wrong.append(f"no end after {MOST_STOPS} stops")
    if not stops:
        wrong.append("nothing takes the focus")
    return wrong
