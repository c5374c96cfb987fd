"""Making files of what came in: a job writes them row by row, and only their maker may fetch them."""

import logging
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console import operations as console
from yakuba.console.sockets import exported
from yakuba.files import operations as files
from yakuba.files import queries as stored
from yakuba.files.models import StoredFile
from yakuba.kit import clock, sheets, upkeep
from yakuba.kit.errors import Refusal
from yakuba.kit.jobs import job
from yakuba.procedures.models import Procedure
from yakuba.submissions import queries
from yakuba.submissions.models import Export, Submission, newest, newest_sealed
from yakuba.submissions.operations import packing
from yakuba.submissions.queries.table import Table, table
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

KEPT_DAYS = 7
_ROWS = 1_000  # read at a time
KINDS: dict[str, sheets.Kind] = {"xlsx": "xlsx", "csv": "csv", "cp932": "cp932"}
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "zip": "application/zip",
}
_FIXED = ["受付番号", "受付日時", "状態", "担当", "最終更新", "版"]
_log = logging.getLogger(__name__)


class MayNotExport(Refusal):
    sentence = _("「{title}」を書き出す権限がありません。")


class NothingPublished(Refusal):
    sentence = _("「{title}」はまだ公開されていないため、書き出すものがありません。")


class TooLargeToPack(Refusal):
    sentence = _("写真・ファイルが多すぎて、1つのZIPに入りません。期間や状態でしぼってください。")


class NotThere(Refusal):
    sentence = _("このファイルはもうありません。もう一度書き出してください。")


def matching(export: Export) -> QuerySet[Submission]:
    """Return what the file is to hold: what the list showed, of this procedure, that its maker may export."""
    asked = QueryDict(export.query)
    rows = (
        Submission.objects.visible_to(export.staff, Capability.EXPORT)
        .at_hand()
        .filter(procedure=export.procedure)
    )
    return queries.narrowed(rows, asked.dict(), staff=export.staff)


@transaction.atomic
def ask_for(
    procedure: Procedure, *, format: str, query: str, has_personal: bool, staff: StaffMember
) -> Export:
    """Have a file made of the answers; the person sees how far it is, and goes on working.

    Raises:
        MayNotExport: no right, or not to the personal part.
        NothingPublished: there are no columns yet.
    """
    _may(procedure, staff, has_personal=has_personal)
    if not procedure.versions.exists():
        raise NothingPublished(title=procedure.title)
    progress = console.begin(staff_id=staff.pk, title=f"{procedure.title}の書き出し")
    export = Export.objects.create(
        staff=staff,
        procedure=procedure,
        format=Export.Format(format),
        query=query,
        has_personal=has_personal,
        progress_id=progress.pk,
        asked_at=clock.now(),
        kept_until=clock.today() + timedelta(days=KEPT_DAYS),
    )
    make_export.defer(export_id=str(export.pk))
    return export


def _may(procedure: Procedure, staff: StaffMember, *, has_personal: bool) -> None:
    needed = [Capability.EXPORT, *([Capability.PERSONAL] if has_personal else [])]
    if not all(townhall.may(staff, one, procedure.scope) for one in needed):
        raise MayNotExport(title=procedure.title)


@job(queue="default", attempts=3)
def make_export(*, export_id: str) -> None:
    """Write the file; a second run of the same job does nothing when the first one ended."""
    export = Export.objects.select_related("staff", "procedure__scope").filter(pk=export_id).first()
    if export is None or export.ready_at is not None:
        return
    try:
        _may(export.procedure, export.staff, has_personal=export.has_personal)
        with tempfile.TemporaryDirectory(prefix="yakuba-export-") as folder:
            _make(export, Path(folder))
    except Refusal as no:
        console.fail(progress_id=export.progress_id, sentence=str(no))
    except Exception:
        console.fail(
            progress_id=export.progress_id,
            sentence="途中で止まりました。少し待って、もう一度書き出してください。",
        )
        raise


def _make(export: Export, folder: Path) -> None:
    if export.format == Export.Format.ZIP:
        _make_zip(export, folder)
        return
    ending = "xlsx" if export.format == Export.Format.XLSX else "csv"
    layout = table(export.procedure, has_personal=export.has_personal)
    total = matching(export).count()
    console.advance(progress_id=export.progress_id, done=0, total=total)
    path = folder / f"回答.{ending}"
    kind = KINDS[export.format]
    with sheets.writer(kind, path) as book:
        rows = _write(export, book, layout)
        if kind == "xlsx" and book.unfit:
            _list_unfit(book.sheet("入らなかった文字", columns=_UNFIT), book.unfit)
    paths = list(book.paths)
    if kind != "xlsx" and book.unfit:
        paths.append(_unfit_file(folder, book.unfit))
    name = f"{export.procedure.title}_{clock.today():%Y%m%d}"
    if len(paths) > 1:
        path, ending = _packed(folder, paths), "zip"
    export.name = f"{name}.{ending}"
    export.size = path.stat().st_size
    export.file = files.keep_made(
        path,
        name=export.name,
        content_type=CONTENT_TYPES[ending],
        owner=export.staff,
        kept_until=export.kept_until,
    )
    export.rows, export.unfit = rows, book.unfit_count
    words = f"{export.rows:,}件を書き出しました。"
    if layout.left_out:
        words += "個人情報の列は入っていません。"
    if export.unfit:
        words += f"入らない文字が{export.unfit:,}字あり、〓にしました。"
    _done(export, words)


def _make_zip(export: Export, folder: Path) -> None:
    chosen = matching(export).filter(revisions__files__isnull=False)
    rows = Submission.objects.filter(pk__in=chosen.values("pk")).order_by("submitted_at", "pk")
    console.advance(progress_id=export.progress_id, done=0, total=rows.count())
    path = folder / "files.zip"
    try:
        export.rows, count = packing.pack(export, rows.iterator(_ROWS), path)
    except packing.TooMuch:
        raise TooLargeToPack from None
    export.name = f"{export.procedure.title}_写真・ファイル_{clock.today():%Y%m%d}.zip"
    export.size = path.stat().st_size
    export.file = files.keep_made(
        path,
        name=export.name,
        content_type=CONTENT_TYPES["zip"],
        owner=export.staff,
        kept_until=export.kept_until,
    )
    words = f"{export.rows:,}件の写真・ファイル{count:,}個をZIPにしました。"
    if not export.has_personal:
        words += "個人情報の質問に付いたものは入っていません。"
    _done(export, words)


def _write(export: Export, book: sheets.Book, layout: Table) -> int:
    """Write every row; the connection holds a cursor, so that memory stays flat."""
    main = book.sheet(layout.main.title, columns=[*_FIXED, *layout.main.headings])
    others = {
        section: book.sheet(one.title, columns=["受付番号", "番号", *one.headings])
        for section, one in layout.repeated.items()
    }
    states = dict(Submission.Display.choices)
    numbers = dict(export.procedure.versions.values_list("pk", "number"))
    found = (
        Submission.objects.annotate(newest_version=newest("version"), **newest_sealed())
        .filter(pk__in=matching(export).values("pk"))
        .order_by("submitted_at", "pk")
        .values_list(
            "receipt_no",
            "submitted_at",
            "display",
            "assignee__name",
            "changed_at",
            "newest_version",
            "sealed",
            "wrapped",
        )
    )
    count = 0
    for receipt, submitted, status, clerk, changed, version, sealed, wrapped in found.iterator(
        _ROWS
    ):
        fixed: list[sheets.Cell] = [
            receipt,
            submitted,
            str(states[status]),
            clerk,
            changed,
            numbers.get(version),
        ]
        answers = queries.opened(sealed, wrapped)
        if version is None or answers is None:
            continue  # erased between the question and the answer
        main.row([*fixed, *layout.row(version, answers)])
        for section, number, cells in layout.rows(version, answers):
            others[section].row([receipt, number, *cells])
        count += 1
        if count % _ROWS == 0:
            console.advance(progress_id=export.progress_id, done=count)
    return count


_UNFIT = ["表", "行", "列", "文字"]


def _list_unfit(sheet: sheets.Sheet, unfit: list[sheets.Unfit]) -> None:
    for one in list(unfit):
        sheet.row([one.sheet, one.row, one.column, one.character])


def _unfit_file(folder: Path, unfit: list[sheets.Unfit]) -> Path:
    """List the letters that Shift_JIS does not have, in a file that can hold them."""
    path = folder / "入らなかった文字.csv"
    with sheets.writer("csv", path) as book:
        _list_unfit(book.sheet("入らなかった文字", columns=_UNFIT), unfit)
    return path


def _packed(folder: Path, paths: list[Path]) -> Path:
    packed = folder / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return packed


@transaction.atomic
def _done(export: Export, words: str) -> None:
    export.ready_at = clock.now()
    export.save()
    href = reverse("console:submission_export_done", args=[export.pk])
    console.finish(progress_id=export.progress_id, sentence=words, href=href)
    asked = QueryDict(export.query).dict()
    exported.announce(
        export.staff,
        f"procedures.procedure:{export.procedure.public_id}",
        f"「{export.procedure.title}」の回答{export.rows:,}件を{export.get_format_display()}に書き出しました。",
        {
            "rows": export.rows,
            "format": export.format,
            "personal": export.has_personal,
            # A word that was searched for may be somebody's name.
            "filter": {key: "（検索語）" if key == "q" else value for key, value in asked.items()},
            "export": str(export.pk),
        },
    )


def fetch(export: Export, *, staff: StaffMember) -> tuple[StoredFile, Iterator[bytes]]:
    """Return the file and its bytes, opened piece by piece; that it was fetched is in the audit.

    Raises:
        MayNotExport: it is somebody else's, or the right was taken away meanwhile.
        NotThere: it was erased, or is not ready.
    """
    if export.staff_id != staff.pk:
        raise MayNotExport(title=export.procedure.title)
    _may(export.procedure, staff, has_personal=export.has_personal)
    if export.file is None:
        raise NotThere
    try:
        content = stored.read_made(export.file, staff=staff)
    except stored.Gone:
        raise NotThere from None
    exported.announce(
        staff,
        f"procedures.procedure:{export.procedure.public_id}",
        f"「{export.procedure.title}」の書き出し（{export.rows:,}件）を受け取りました。",
        {"rows": export.rows, "personal": export.has_personal, "export": str(export.pk)},
    )
    return export.file, content


@upkeep.every(timedelta(hours=1))
def erase_old_exports() -> None:
    """Erase files whose week is over, with the wish that they were made for."""
    for export in Export.objects.filter(kept_until__lt=clock.today()).select_related("file"):
        with transaction.atomic():
            if export.file is not None:
                files.erase(export.file)
            export.delete()
