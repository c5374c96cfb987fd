"""Photos and files of what came in, in one ZIP: a folder for each receipt number."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from yakuba.console import operations as console
from yakuba.files import queries as stored
from yakuba.kit.clock import JAPAN
from yakuba.procedures.rules import question_in
from yakuba.submissions import queries
from yakuba.submissions.models import Export, RevisionFile, Submission
from yakuba.submissions.rules import folders

_LARGEST = 20 * 1024**3  # bytes of content: what a disk of the worker can be trusted with
NOTHING = "このZIPにない写真・ファイル.txt"


class TooMuch(Exception):
    """The files together are larger than one ZIP should be."""


def pack(export: Export, rows: Iterator[Submission], path: Path) -> tuple[int, int]:
    """Write the newest files of `rows` into `path`; return how many applications and files are in it.

    One piece of one file is in memory at a time. Files of confidential questions only with `has_personal`;
    what is missing is listed in a text, not left out in silence.
    """
    missing: list[str] = []
    count, total, size = 0, 0, 0
    # Photos and PDFs are packed already: to squeeze them again takes time and saves nothing.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for submission in rows:
            taken: set[str] = set()
            for one in _files_of(submission, has_personal=export.has_personal):
                size += one.file.size
                if size > _LARGEST:
                    raise TooMuch
                name = folders.apart(folders.safe(one.file.name), taken)
                if _write(archive, one, f"{submission.receipt_no}/{name}"):
                    taken.add(name)
                else:
                    missing.append(f"{submission.receipt_no}\t{name}")
            count, total = count + 1, total + len(taken)
            if count % 10 == 0:
                console.advance(progress_id=export.progress_id, done=count)
        if missing:
            # With a mark at the beginning, without which the Notepad of Windows guesses.
            archive.writestr(NOTHING, "\ufeff" + "\r\n".join(missing) + "\r\n")
    return count, total


def _files_of(submission: Submission, *, has_personal: bool) -> Iterator[RevisionFile]:
    revision = submission.revisions.order_by("-number").first()
    if revision is None:
        return  # erased between the question and the answer
    plan = queries.plan_numbered(revision.version_id)
    for one in revision.files.select_related("file").order_by("pk"):
        step = plan.steps[question_in(one.path)[0]]
        if has_personal or not step.is_confidential:
            yield one


def _write(archive: zipfile.ZipFile, kept: RevisionFile, place: str) -> bool:
    """Copy one file piece by piece; False if its bytes are not there any more."""
    pieces = stored.read_in_pieces(kept.file)
    try:
        piece = next(pieces, b"")
    except stored.Gone:
        return False
    at = kept.revision.handed_in_at.astimezone(JAPAN)
    entry = zipfile.ZipInfo(place, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    entry.file_size = kept.file.size  # so that the archive knows whether it needs the long form
    with archive.open(entry, "w", force_zip64=True) as target:
        while piece:
            target.write(piece)
            piece = next(pieces, b"")
    return True
