"""The file of an import, while it waits."""

from django.utils.translation import gettext_lazy as _

from yakuba.files import operations as files
from yakuba.files import queries as stored
from yakuba.kit.errors import Refusal
from yakuba.registers.models import Import, StagedRow


class FileGone(Refusal):
    sentence = _("ファイルの預かり期間が過ぎました。もう一度選んでください。")


def forget_content(run: Import) -> None:
    """Erase the file and what was reckoned of it, inside the caller's transaction; that it was stays known."""
    if run.file is not None:
        files.erase(run.file)
    run.file = None
    run.head, run.problems = [], []
    run.save()
    StagedRow.objects.filter(run=run).delete()


def content_of(run: Import) -> bytes:
    """Return the bytes of the file. Raises FileGone."""
    if run.file is None:
        raise FileGone
    try:
        return stored.read(run.file)
    except stored.Gone:
        raise FileGone from None
