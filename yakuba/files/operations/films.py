"""Films come in pieces, so that neither a request nor the memory has to hold two hundred megabytes.

Each piece is sealed by itself under its number; what is complete is looked through once from the first box
to the last and is not encoded anew: there is nobody here who could.
"""

import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.files import rules, storage
from yakuba.files.models import StoredFile
from yakuba.files.operations.keeping import EmptyFile, TooLarge, safe_name
from yakuba.kit import secrets
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal

PIECE = rules.PIECE


class NoFilm(Refusal):
    sentence = _(
        "MP4の動画ではないか、途中で切れています。スマートフォンやパソコンで再生できるか確かめて、"
        "MP4形式のファイルを選んでください。"
    )


class PieceMissing(Refusal):
    sentence = _("動画の一部がまだ届いていません。通信を確かめて、もう一度選んでください。")


class PieceDoesNotFit(Refusal):
    sentence = _("動画の送り方が正しくありません。もう一度選んでください。")


def begin_film(*, name: str, size: int) -> StoredFile:
    """Make room for a film of `size` bytes; nothing of it is there yet.

    Raises:
        EmptyFile, TooLarge
    """
    if size < 1:
        raise EmptyFile
    if size > rules.LARGEST_FILM:
        raise TooLarge(megabytes=rules.LARGEST_FILM // (1024 * 1024))
    return StoredFile.objects.create(
        name=safe_name(name, "video/mp4"),
        content_type="video/mp4",
        size=size,
        sha256=b"",
        pieces=-(-size // PIECE),
    )


def take_piece(file: StoredFile, *, number: int, content: bytes) -> None:
    """Keep one piece; the same piece may come again, as long as the film is not complete.

    Raises:
        PieceDoesNotFit: it is none of this film's, or has another length.
        OutsideFailure: the storage did not take it.
    """
    is_there = not file.is_whole and 0 <= number < file.pieces
    if not is_there or len(content) != rules.piece_length(file.size, number):
        raise PieceDoesNotFit
    storage.here().write(file.names[number], secrets.encrypt(content))
    with transaction.atomic():
        lock(file)
        if (
            file.is_whole
        ):  # it was looked through while this piece came: nobody has looked at it as it is now
            file.is_whole = False
            file.save(update_fields=["is_whole"])


def complete_film(file: StoredFile) -> None:
    """Look through the pieces and let the film be used.

    Raises:
        PieceMissing, NoFilm
    """
    pieces = _Pieces(file)
    digest = hashlib.sha256()
    for number in range(file.pieces):
        digest.update(pieces.piece(number))
    if not rules.is_film(pieces.read, file.size):
        raise NoFilm
    with transaction.atomic():
        lock(file)
        file.is_whole, file.sha256 = True, digest.digest()
        file.save(update_fields=["is_whole", "sha256"])


class _Pieces:
    """The bytes of a film at any place; one piece at a time is in memory."""

    def __init__(self, file: StoredFile) -> None:
        self._file = file
        self._number, self._bytes = -1, b""

    def piece(self, number: int) -> bytes:
        if number != self._number:
            sealed = storage.here().read(self._file.names[number])
            if sealed is None:
                raise PieceMissing
            self._number, self._bytes = number, secrets.decrypt(sealed)
        return self._bytes

    def read(self, start: int, length: int) -> bytes:
        """Return at most `length` bytes from `start` on."""
        found = b""
        end = min(start + length, self._file.size)
        while start + len(found) < end:
            number, inside = divmod(start + len(found), PIECE)
            found += self.piece(number)[inside : inside + end - start - len(found)]
        return found
