"""Reading what is kept."""

from yakuba.files import storage
from yakuba.files.models import StoredFile
from yakuba.kit import secrets


class Gone(LookupError):
    """The file is not in the storage: erased, or never wholly written."""


def read(file: StoredFile) -> bytes:
    """Return the bytes of `file`. The caller has checked that whoever asks may see them.

    Raises:
        Gone: they are not there.
        OutsideFailure: the storage does not answer.
    """
    sealed = storage.here().read(str(file.pk)) if file.is_whole else None
    if sealed is None:
        raise Gone(str(file.pk))
    return secrets.decrypt(sealed)
