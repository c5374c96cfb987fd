"""Everything about menus that writes: `making` (drafts), and what follows from publishing them."""

from yakuba.richmenus.operations.making import make, rename, save_draft, undo

__all__ = ["make", "rename", "save_draft", "undo"]
