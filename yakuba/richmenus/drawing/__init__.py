"""drawing: the picture of a tab, from its titles, notes, icons and colours. The same menu, the same bytes.

Start reading at `board.drawn`.
"""

from yakuba.richmenus.drawing.board import Drawing, cramped, drawn
from yakuba.richmenus.drawing.icons import ICONS
from yakuba.richmenus.drawing.themes import THEMES

__all__ = ["ICONS", "THEMES", "Drawing", "cramped", "drawn"]
