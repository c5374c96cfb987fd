"""The sheets that `paper` writes on, drawn by fpdf2; a module of its own, because it is heavy and few processes need it."""

import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.fonts import TTFFont

from yakuba.kit.paper import GREY

Style = Literal["", "B"]

logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class Sheets(FPDF):
    """The sheets: A4 with the number of the page below."""

    has_numbers = True

    def __init__(self, title: str, *, fonts: Mapping[Style, Path], margin: float) -> None:
        super().__init__(format="A4")
        for style, font in fonts.items():
            self.add_font("letters", style, font)
        self.set_margin(margin)
        self.set_auto_page_break(False, margin=margin)
        self.set_title(title)
        self.set_lang("ja")
        self.set_producer("yakuba")
        self.alias_nb_pages("{pages}")

    def footer(self) -> None:
        if not self.has_numbers:
            return
        self.set_y(-14)
        self.letters(8.5)
        self.set_text_color(*GREY)
        self.cell(0, 6, f"{self.page_no()} / {{pages}}", align="C")

    def letters(self, size: float, *, is_bold: bool = False) -> None:
        self.set_font("letters", "B" if is_bold else "", size)

    def measure(self, text: str) -> float:
        return float(self.get_string_width(text))

    def has(self, code: int) -> bool:
        return code in self._known

    @cached_property
    def _known(self) -> frozenset[int]:
        regular = self.fonts["letters"]
        return frozenset(regular.cmap) if isinstance(regular, TTFFont) else frozenset()
