"""Lines of the log, without the words of an error: those may quote what a person wrote.

PostgreSQL, for one, tells the whole row that broke a promise ("DETAIL: Failing row contains …").
"""

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class Line(logging.Formatter):
    """One record as text; an error is named by its kind and by the places it went through."""

    def formatException(self, ei: ExcInfo) -> str:
        kinds: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(kinds) < 10:
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            places = traceback.format_tb(error.__traceback__)
            kinds.append(f"{''.join(places)}{name.removeprefix('builtins.')}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nduring or because of:\n".join(kinds)
