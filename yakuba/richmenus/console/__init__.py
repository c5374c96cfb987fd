"""Where staff make menus and say who sees which: `listing`, `menu`, `ruling`, `disaster`, `why`, `watching`."""

from yakuba.richmenus.console import disaster, listing, menu, publishing, ruling, watching, why

__all__ = ["disaster", "listing", "menu", "publishing", "ruling", "watching", "why"]
