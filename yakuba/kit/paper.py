"""Letters, receipts and frozen applications as PDF, with Japanese letters inside.

    paper = Paper("領収の記録", made_at=clock.now(), sender=("上市町", "町民課"))
    paper.text("次のとおり受け取りました。")
    paper.table([("受付番号", "08-7K3M9QA-2"), ("金額", "1,010円")])
    paper.bytes()

The same calls give the same bytes, so that a paper can be signed. A letter that the font has not is drawn as 〓 and
listed in `unfit`; nothing is lost silently.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal
from yakuba.kit.text import graphemes

REGULAR, BOLD = "BIZUDPGothic_400Regular.ttf", "BIZUDPGothic_700Bold.ttf"
GETA = "〓"

_MARGIN = 22.0  # mm; a clerk punches holes
_SIZE = 10.5  # points, what town halls print
_LEADING = 1.6  # heights of a line, in sizes of its letters
_POINT = 25.4 / 72
GREY, _BLACK = (110, 110, 110), (0, 0, 0)

# JIS X 4051, 4.3: what may not begin a line, and what may not end one.
_NOT_FIRST = frozenset(
    "、。，．,.・：；？！?!:;゛゜ヽヾゝゞ々ー～）)〕]｝}〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST = frozenset("（([〔｛{〈《「『【")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))

Align = Literal["left", "right"]


class NoLetters(Refusal):
    sentence = _(
        "このサーバーに日本語の文字がないため、書類を作れません。システムの担当者に知らせてください。"
    )


class _Column(NamedTuple):
    heading: str
    width: float
    align: Align


class Paper:
    """One document on A4, written from the top to the bottom; pages turn by themselves."""

    def __init__(self, title: str, *, made_at: datetime, sender: Sequence[str] = ()) -> None:
        """Begin a document. `sender` is who writes it, line by line: town, department, telephone."""
        self.unfit: list[str] = []
        from yakuba.kit import typesetting  # 21 MiB that a process without papers does not pay

        self._pdf = typesetting.Sheets(
            title,
            fonts={"": _font(REGULAR), "B": _font(BOLD)},
            margin=_MARGIN,
        )
        self._pdf.set_creation_date(made_at)
        self._begin(title, sender)

    def _begin(self, title: str, sender: Sequence[str]) -> None:
        self._pdf.add_page()
        for line in sender:
            self._line(line, size=_SIZE, align="right")
        if sender:
            self.gap(4)
        self._lines(title, size=16, is_bold=True)
        self.gap(3)

    def heading(self, text: str) -> None:
        self._keep_together(18)
        self.gap(3)
        self._lines(text, size=12.5, is_bold=True)
        self.gap(1)

    def text(self, text: str, *, align: Align = "left") -> None:
        """Write a paragraph; a line break in it is one on the paper."""
        self._lines(text, size=_SIZE, align=align)
        self.gap(2)

    def small(self, text: str) -> None:
        """Write what is beside the point: how to ask, which version."""
        self._lines(text, size=8.5, grey=True)
        self.gap(1)

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write what each thing is called, and what it is."""
        self.grid(("", ""), rows, widths=(1, 2.2))

    def grid(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float] = (),
        right: Sequence[int] = (),
    ) -> None:
        """Write rows under headings (all empty: none are written).

        `widths` are shares of the line, `right` the columns of figures. The headings come again on a new page.
        """
        shares = list(widths) or [1.0] * len(headings)
        columns = [
            _Column(
                heading,
                self._width * share / sum(shares),
                "right" if place in right else "left",
            )
            for place, (heading, share) in enumerate(zip(headings, shares, strict=True))
        ]
        if any(headings):
            self._row(columns, headings, is_bold=True)
        for row in rows:
            if not self._fits(self._height_of(columns, row)):
                self._pdf.add_page()
                if any(headings):
                    self._row(columns, headings, is_bold=True)
            self._row(columns, row)
        self.gap(3)

    def gap(self, millimetres: float) -> None:
        self._pdf.set_y(self._pdf.get_y() + millimetres)

    def bytes(self) -> bytes:
        """Return the PDF."""
        return bytes(self._pdf.output())

    @property
    def _width(self) -> float:
        return float(self._pdf.epw)

    def _fits(self, height: float) -> bool:
        return bool(self._pdf.get_y() + height <= self._pdf.h - self._pdf.b_margin)

    def _keep_together(self, height: float) -> None:
        if not self._fits(height):
            self._pdf.add_page()

    def _lines(
        self,
        text: str,
        *,
        size: float,
        is_bold: bool = False,
        grey: bool = False,
        align: Align = "left",
    ) -> None:
        self._pdf.letters(size, is_bold=is_bold)
        for line in self._broken(text, self._width):
            self._line(line, size=size, is_bold=is_bold, grey=grey, align=align)

    def _line(
        self,
        line: str,
        *,
        size: float,
        is_bold: bool = False,
        grey: bool = False,
        align: Align = "left",
    ) -> None:
        height = size * _POINT * _LEADING
        self._keep_together(height)
        self._pdf.letters(size, is_bold=is_bold)
        self._pdf.set_text_color(*(GREY if grey else _BLACK))
        self._pdf.set_x(_MARGIN)
        self._pdf.cell(
            self._width,
            height,
            self._drawable(line),
            align="R" if align == "right" else "L",
            new_x="LMARGIN",
            new_y="NEXT",
        )

    def _cells(self, columns: Sequence[_Column], row: Sequence[str]) -> list[list[str]]:
        self._pdf.letters(_SIZE)
        return [
            self._broken(cell, column.width - 4) for column, cell in zip(columns, row, strict=True)
        ]

    def _height_of(self, columns: Sequence[_Column], row: Sequence[str]) -> float:
        lines = max(len(cell) for cell in self._cells(columns, row))
        return lines * _SIZE * _POINT * _LEADING + 2.4

    def _row(
        self, columns: Sequence[_Column], row: Sequence[str], *, is_bold: bool = False
    ) -> None:
        """Draw one row; one that is higher than a page goes on line by line on the next."""
        cells = self._cells(columns, row)
        height = _SIZE * _POINT * _LEADING
        top = self._pdf.get_y()
        self._rule(top)
        y = top + 1.2
        for number in range(max(len(cell) for cell in cells)):
            if y + height > self._pdf.h - self._pdf.b_margin:
                self._pdf.add_page()
                y = self._pdf.get_y()
            x = _MARGIN
            for place, (column, lines) in enumerate(zip(columns, cells, strict=True)):
                if number < len(lines):
                    first = place == 0 and not any(one.heading for one in columns)
                    self._pdf.letters(_SIZE, is_bold=is_bold or first)
                    self._pdf.set_text_color(*_BLACK)
                    self._pdf.set_xy(x + 2, y)
                    self._pdf.cell(
                        column.width - 4,
                        height,
                        self._drawable(lines[number]),
                        align="R" if column.align == "right" else "L",
                    )
                x += column.width
            y += height
        self._pdf.set_y(y + 1.2)
        self._rule(y + 1.2)

    def _rule(self, y: float) -> None:
        self._pdf.set_draw_color(190, 190, 190)
        self._pdf.set_line_width(0.2)
        self._pdf.line(_MARGIN, y, _MARGIN + self._width, y)

    def _drawable(self, text: str) -> str:
        """Put 〓 for what the font has not, and leave out what only chooses between shapes of a letter."""
        drawn = []
        for letter in text:
            code = ord(letter)
            if any(code in selectors for selectors in _SELECTORS) or code == 0x200D:
                continue
            if self._pdf.has(code):
                drawn.append(letter)
                continue
            drawn.append(GETA)
            if letter not in self.unfit:
                self.unfit.append(letter)
        return "".join(drawn)

    def _broken(self, text: str, width: float) -> list[str]:
        """Break `text` where Japanese may be broken; words of Latin letters stay whole if they can."""
        lines: list[str] = []
        for paragraph in text.replace("\r\n", "\n").split("\n"):
            line = ""
            for piece in _pieces(paragraph.replace("\t", " ")):
                if line and self._pdf.measure(self._drawable(line + piece)) > width:
                    lines.append(line.rstrip())
                    line = ""
                    piece = piece.lstrip(" ")
                while self._pdf.measure(self._drawable(piece)) > width and len(piece) > 1:
                    head = self._head(piece, width)
                    lines.append(head)
                    piece = piece[len(head) :]
                line += piece
            lines.append(line)
        return lines

    def _head(self, piece: str, width: float) -> str:
        head = ""
        for grapheme in graphemes(piece):
            if head and self._pdf.measure(self._drawable(head + grapheme)) > width:
                break
            head += grapheme
        return head


@lru_cache(maxsize=2)
def _font(name: str) -> Path:
    path = Path(settings.FONTS) / name
    if not path.exists():
        raise NoLetters
    return path


def _pieces(text: str) -> list[str]:
    """Cut a paragraph into what may not be torn: words, and letters with what must stand beside them."""
    pieces: list[str] = []
    for grapheme in graphemes(text):
        if pieces and _holds(pieces[-1], grapheme):
            pieces[-1] += grapheme
        else:
            pieces.append(grapheme)
    return pieces


def _holds(before: str, letter: str) -> bool:
    if letter in _NOT_FIRST or before[-1] in _NOT_LAST:
        return True
    return _is_word(before[-1]) and _is_word(letter)


def _is_word(letter: str) -> bool:
    return letter[0].isascii() and not letter.isspace()
