"""Reading what is kept."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import ForeignObjectRel

from yakuba.files import storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock, secrets
from yakuba.townhall.models import StaffMember


class Gone(LookupError):
    """The file is not in the storage: erased, or never wholly written."""


def read(file: StoredFile) -> bytes:
    """Return the bytes of `file`. The caller has checked that whoever asks may see them.

    Raises:
        Gone: they are not there.
        OutsideFailure: the storage does not answer.
    """
    return b"".join(read_in_pieces(file))


def read_made(file: StoredFile, *, staff: StaffMember) -> Iterator[bytes]:
    """Return the bytes of a file that was made for `staff`, piece by piece; the first is read at once.

    Raises:
        Gone: it was made for somebody else, its time is over, or it is not there.
        OutsideFailure: the storage does not answer.
    """
    is_over = file.kept_until is not None and file.kept_until < clock.today()
    if file.made_for != staff.pk or is_over:
        raise Gone(str(file.pk))
    pieces = read_in_pieces(file)
    return chain([next(pieces)], pieces)


def is_held(file: StoredFile) -> bool:
    """Say whether a row of some package refers to `file`: then that package alone says who may see it.

    For documents that name files by their key, which somebody may have seen elsewhere.
    """
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: file}).exists()
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
    )


def read_in_pieces(file: StoredFile, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of `file` from its piece `first` to its piece `last`, never more than one at once.

    Raises:
        Gone, OutsideFailure: before the first piece or between two.
    """
    if not file.is_whole:
        raise Gone(str(file.pk))
    for name in file.names[first : None if last is None else last + 1]:
        sealed = storage.here().read(name)
        if sealed is None:
            raise Gone(str(file.pk))
        yield secrets.decrypt(sealed)
