"""Where staff make menus and say who sees which: `editor`, `listing`, `menu`, `ruling`, `disaster`, `why`, `watching`."""

from yakuba.richmenus.console import (
    disaster,
    editor,
    listing,
    menu,
    publishing,
    ruling,
    watching,
    why,
)

__all__ = ["disaster", "editor", "listing", "menu", "publishing", "ruling", "watching", "why"]
