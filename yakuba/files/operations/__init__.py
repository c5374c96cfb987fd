"""Keeping and erasing what people upload."""

from yakuba.files.operations.cleaning import (
    erase,
    erase_due,
    keep_until,
    rewrite_content,
    sweep,
)
from yakuba.files.operations.films import (
    NoFilm,
    PieceDoesNotFit,
    PieceMissing,
    begin_film,
    complete_film,
    take_piece,
)
from yakuba.files.operations.keeping import (
    Broken,
    Busy,
    EmptyFile,
    Heic,
    TooLarge,
    TooManyPixels,
    UnknownKind,
    keep,
    shrunk,
)

__all__ = [
    "Broken",
    "Busy",
    "EmptyFile",
    "Heic",
    "NoFilm",
    "PieceDoesNotFit",
    "PieceMissing",
    "TooLarge",
    "TooManyPixels",
    "UnknownKind",
    "begin_film",
    "complete_film",
    "erase",
    "erase_due",
    "keep",
    "keep_until",
    "rewrite_content",
    "shrunk",
    "sweep",
    "take_piece",
]
