"""Many letters in one PDF, each on its own sheet, folded in three for a window envelope (長形3号).

    letters = Letters("確認コードのお知らせ", made_at=clock.now())
    letters.begin(to=["〒930-0361", "上市町法音寺1", "上市 花子 様"], sender=["上市町", "福祉課"])
    letters.text("…")
    letters.bytes()

The address stands where the window is: 22 to 102 mm from the left, 18 to 48 mm from the top.
"""

from collections.abc import Sequence
from datetime import datetime

from yakuba.kit.paper import Paper

_LEFT, _TOP, _WIDTH, _BOTTOM = 24.0, 19.0, 76.0, 47.0  # mm, with some room for a sheet that slips
_BELOW = 58.0  # mm; under the window
_SIZES = (11.0, 9.5, 8.0, 7.0)  # points; a long address is written smaller
_LINE = 0.56  # mm of height for each point


class AddressTooLong(ValueError):
    """An address that does not fit into the window even in the smallest letters."""


class Letters(Paper):
    """Letters that begin with an address; there is no number of a page on them."""

    def __init__(self, title: str, *, made_at: datetime) -> None:
        self._title = title
        super().__init__(title, made_at=made_at)
        self._pdf.has_numbers = False

    def _begin(self, title: str, sender: Sequence[str]) -> None:
        """Wait for the first address."""

    def begin(self, *, to: Sequence[str], sender: Sequence[str]) -> None:
        """Turn to a new sheet: the address in the window, the sender beside, the title below.

        Raises:
            AddressTooLong: nothing of the letter is written.
        """
        size, lines = self._fitting(to)
        self._pdf.add_page()
        self._pdf.letters(size)
        self._pdf.set_text_color(0, 0, 0)
        for number, line in enumerate(lines):
            self._pdf.set_xy(_LEFT, _TOP + number * size * _LINE)
            self._pdf.cell(_WIDTH, size * _LINE, self._drawable(line))
        self._pdf.set_y(_TOP)
        for line in sender:
            self._line(line, size=9.5, align="right")
        self._pdf.set_y(_BELOW)
        self._lines(self._title, size=15, is_bold=True)
        self.gap(3)

    def large(self, text: str) -> None:
        """Write what is to be typed in: large, in a frame, alone."""
        top = self._pdf.get_y() + 2
        self._pdf.set_draw_color(110, 110, 110)
        self._pdf.set_line_width(0.4)
        self._pdf.rect(self._pdf.l_margin, top, self._width, 16)
        self._pdf.set_y(top + 3)
        self._pdf.letters(22, is_bold=True)
        self._pdf.set_text_color(0, 0, 0)
        self._pdf.set_x(self._pdf.l_margin)
        self._pdf.cell(self._width, 10, self._drawable(text), align="C")
        self._pdf.set_y(top + 20)

    def _fitting(self, to: Sequence[str]) -> tuple[float, list[str]]:
        for size in _SIZES:
            self._pdf.letters(size)
            lines = [line for one in to for line in self._broken(one, _WIDTH)]
            if _TOP + len(lines) * size * _LINE <= _BOTTOM:
                return size, lines
        raise AddressTooLong
