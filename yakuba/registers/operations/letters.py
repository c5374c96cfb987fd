"""Letters with codes: asked for, made in the background, handed over once, revoked.

Of a code only its hash is kept, so the file with the codes is all that there is. Whoever loses it makes new ones,
which end those of before.
"""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import operations as console
from yakuba.console.sockets import exported
from yakuba.files import operations as files
from yakuba.files import queries as stored
from yakuba.files.models import StoredFile
from yakuba.kit import clock, sheets, wareki
from yakuba.kit.db import lock
from yakuba.kit.envelopes import AddressTooLong, Letters
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.jobs import job
from yakuba.kit.secrets import hasher
from yakuba.registers import queries
from yakuba.registers.models import LetterBatch, LetterCode, Register, Row
from yakuba.registers.operations import editions
from yakuba.registers.operations.erasing import Erased
from yakuba.registers.queries import MOST_PRINTED, Wish
from yakuba.registers.rules import letter_codes, letters
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

LONGEST_DAYS = 180
KEPT_DAYS = 3  # how long a file waits for its clerk
NEEDS = (Capability.EXPORT, Capability.PERSONAL)
_AT_ONCE = 1_000
_HOME = "この手続は、窓口か電話で承ります。下の番号までご連絡ください。"
_HOW = "手続の画面で、この9文字を入力してください。ハイフンはなくてもかまいません。ほかの人に教えないでください。"

State = LetterBatch.State
Format = LetterBatch.Format


class MayNotPost(Refusal):
    sentence = _("この台帳でお手紙を作る権限がありません。台帳の責任者に相談してください。")


class NobodyToPost(Refusal):
    sentence = _("お手紙を作る行がありません。")


class TooManySheets(Refusal):
    sentence = _(
        "PDFは1回に{limit:,}通までです（いま{count:,}通）。"
        "差し込み印刷用のCSVにするか、行を選んで分けてください。"
    )


class NoAddress(Refusal):
    sentence = _(
        "PDFの宛名にする「氏名」と「住所」の種類の列がありません。差し込み印刷用のCSVなら作れます。"
    )


class BadTerm(Refusal):
    sentence = _("有効期限は、あすから{days}日後までの日にしてください。")


class HandedOver(Refusal):
    sentence = _("このファイルは、受け取りずみか、期限が過ぎて消えました。作り直してください。")


@transaction.atomic
def ask_letters(register: Register, wish: Wish, *, staff: StaffMember) -> LetterBatch:
    """Have letters with codes made; protected persons (支援措置) are in no file but one of their own.

    Raises:
        MayNotPost, BadTerm, NoAddress, NobodyToPost, TooManySheets, Erased
    """
    refuse_wish(register, wish, staff=staff)
    progress = console.begin(
        staff_id=staff.pk, title=_t("台帳「{name}」のお手紙").format(name=register.name)[:100]
    )
    batch = LetterBatch.objects.create(
        register=register,
        staff=staff,
        format=wish.format,
        lineages=None if wish.lineages is None else [str(one) for one in wish.lineages],
        only_new=wish.only_new,
        for_protected=wish.for_protected,
        title=wish.title,
        words=wish.words,
        expires_on=wish.expires_on,
        progress_id=progress.pk,
        made_at=clock.now(),
    )
    make_letters.defer(batch_id=str(batch.pk))
    return batch


def refuse_wish(register: Register, wish: Wish, *, staff: StaffMember) -> queries.Outlook:
    """Return what would be made. Raises what `ask_letters` raises."""
    if register.erased_at is not None:
        raise Erased
    needed = (*NEEDS, *([Capability.DESIGN] if wish.for_protected else []))
    if not all(townhall.may(staff, one, register.scope) for one in needed):
        raise MayNotPost
    today = clock.today()
    if not today < wish.expires_on <= today + timedelta(days=LONGEST_DAYS):
        raise BadTerm(days=LONGEST_DAYS)
    if wish.format == Format.PDF and not _columns(register).can_print:
        raise NoAddress
    found = queries.outlook(register, wish, today)
    if not found.letters:
        raise NobodyToPost
    if wish.format == Format.PDF and found.letters > MOST_PRINTED:
        raise TooManySheets(limit=MOST_PRINTED, count=found.letters)
    return found


@job(queue="default", attempts=3)
def make_letters(*, batch_id: str) -> None:
    """Make the codes and their file. Killed anywhere, no code stands, and the next run makes others."""
    batch = LetterBatch.objects.select_related("register__scope__department", "staff").filter(
        pk=batch_id, state=State.WANTED
    ).first()  # fmt: skip
    if batch is None:
        return
    try:
        refuse_wish(batch.register, queries.wish_of(batch), staff=batch.staff)
        with tempfile.TemporaryDirectory(prefix="yakuba-letters-") as folder:
            making = _Making(batch, Path(folder))
            content = making.go()
        _keep(batch, making, content)
    except Refusal as no:
        _fail(batch, str(no))
    except OutsideFailure:
        raise  # tried again
    except Exception:
        _fail(batch, "途中で止まりました。コードは1つも使えません。もう一度作ってください。")
        raise


class _Making:
    """The letters of one batch while they are made."""

    def __init__(self, batch: LetterBatch, folder: Path) -> None:
        self.batch = batch
        self.folder = folder
        self.columns = _columns(batch.register)
        self.codes: dict[UUID, str] = {}
        self.homeless = 0  # without an address that fits into the window
        self.protected = 0

    def go(self) -> bytes:
        """Return the file; `codes` is then what is in it."""
        printed = self.batch.format == Format.PDF
        content = self._printed() if printed else self._table()
        if not self.written:
            raise NobodyToPost
        return content

    @property
    def written(self) -> int:
        return len(self.codes)

    def _rows(self) -> Iterator[Row]:
        wish = queries.wish_of(self.batch)
        rows = queries.chosen_rows(self.batch.register, wish, clock.today())
        if not wish.for_protected:
            self.protected = rows.filter(is_protected=True).count()
        for row in rows.filter(is_protected=wish.for_protected).iterator(_AT_ONCE):
            yield row
            if self.written % _AT_ONCE == 0 and self.batch.progress_id:
                console.advance(progress_id=self.batch.progress_id, done=self.written)

    def _code(self, row: Row) -> str:
        """Return a new code for the row; a protected person is found by none, and so gets none."""
        code = "" if self.batch.for_protected else letter_codes.make()
        self.codes[row.lineage] = code
        return code

    def _table(self) -> bytes:
        path = self.folder / "letters.csv"
        columns = [one for one in (self.columns.postal, self.columns.address, self.columns.name) if one]  # fmt: skip
        columns = [*self.columns.identifying, *(one for one in columns if not one.is_identifying)]
        headings = [*(one.label for one in columns), "確認コード", "有効期限"]
        until = wareki.full(self.batch.expires_on)
        with sheets.writer(cast(sheets.Kind, self.batch.format), path) as book:
            sheet = book.sheet("お手紙", columns=headings)
            for row in self._rows():
                cells = [letters.said(one, row.values) for one in columns]
                code = self._code(row)
                sheet.row([*cells, code, until if code else ""])
        return path.read_bytes()

    def _printed(self) -> bytes:
        paper = Letters(self.batch.title, made_at=self.batch.made_at)
        department = self.batch.register.scope.department
        sender = [wareki.full(clock.today()), townhall.town().name, department.name]
        contact = f"お問い合わせ　{townhall.town().name}{department.name}　電話 {department.phone}"
        for row in self._rows():
            to = letters.in_the_window(self.columns, row.values)
            if not to:
                self.homeless += 1
                continue
            try:
                paper.begin(to=to, sender=sender)
            except AddressTooLong:
                self.homeless += 1
                continue
            paper.text(self.batch.words)
            if code := self._code(row):
                paper.large(code)
                paper.text(f"有効期限　{wareki.full(self.batch.expires_on)}まで")
                paper.text(_HOW)
            else:
                paper.text(_HOME)
            paper.text(contact)
        return paper.bytes() if self.written else b""


@transaction.atomic
def _stand(batch: LetterBatch, making: _Making, file: StoredFile) -> bool:
    """Make the codes of the file count, in place of those of before; False when somebody was quicker."""
    register = batch.register
    lock(register)
    lock(batch)
    if batch.state != State.WANTED or register.erased_at is not None:
        return False
    had = queries.codes_of(register, clock.today()).filter(lineage__in=list(making.codes))
    batch.counts = {
        "letters": making.written,
        "replaced": had.count(),
        "protected": making.protected,
        "homeless": making.homeless,
    }
    hashes = hasher(letter_codes.purpose(register.pk))
    LetterCode.objects.bulk_create(
        (
            LetterCode(
                register=register,
                batch=batch,
                lineage=lineage,
                hash=hashes(letter_codes.form(code))[0],
                made_at=batch.made_at,
                expires_on=batch.expires_on,
            )
            for lineage, code in making.codes.items()
            if code
        ),
        batch_size=_AT_ONCE,
        update_conflicts=True,  # a new letter makes the one before worthless
        unique_fields=["register", "lineage"],
        update_fields=["batch", "hash", "made_at", "expires_on"],
    )
    batch.state, batch.file = State.READY, file
    batch.save(update_fields=["state", "file", "counts"])
    what = _t("支援措置の方へのお手紙") if batch.for_protected else _t("確認コードのお手紙")
    sentence = _t("台帳「{name}」の{what}を{count}通作りました。").format(
        name=register.name, what=what, count=f"{making.written:,}"
    )
    exported.announce(batch.staff, register.subject, sentence, _detail(batch))
    return True


def _keep(batch: LetterBatch, making: _Making, content: bytes) -> None:
    # Outside of a transaction, because the storage may be elsewhere.
    file = files.keep_unopened(
        content=content,
        name=f"letters.{_ending(batch)}",
        content_type="application/pdf" if batch.format == Format.PDF else "text/csv",
        kept_until=clock.today() + timedelta(days=KEPT_DAYS),
    )
    if not _stand(batch, making, file):
        files.erase(file)
        return
    if batch.progress_id:
        console.finish(
            progress_id=batch.progress_id,
            sentence=_t("お手紙{count}通を作りました。").format(count=f"{making.written:,}"),
            href=reverse("console:register_letters", args=[batch.register.public_id]),
        )


def take_letters(batch: LetterBatch, *, staff: StaffMember) -> tuple[str, bytes]:
    """Hand the file over, once: its name and what is in it. Nothing of it stays here.

    Raises:
        HandedOver: somebody had it already, or nobody came for it in time.
        MayNotPost
    """
    needed = (*NEEDS, *([Capability.DESIGN] if batch.for_protected else []))
    if not all(townhall.may(staff, one, batch.register.scope) for one in needed):
        raise MayNotPost
    if batch.state != State.READY or batch.file is None:
        raise HandedOver
    try:
        content = stored.read(batch.file)
    except stored.Gone:
        raise HandedOver from None
    with transaction.atomic():
        lock(batch)
        if batch.state != State.READY or batch.file is None:
            raise HandedOver
        files.erase(batch.file)
        batch.state, batch.file, batch.ended_at = State.TAKEN, None, clock.now()
        batch.save(update_fields=["state", "file", "ended_at"])
        sentence = _t("台帳「{name}」のお手紙{count}通のファイルを受け取りました。").format(
            name=batch.register.name, count=f"{batch.counts['letters']:,}"
        )
        exported.announce(staff, batch.register.subject, sentence, _detail(batch))
    return f"{batch.title}_{clock.today():%Y%m%d}.{_ending(batch)}", content


@transaction.atomic
def revoke_letters(batch: LetterBatch, *, staff: StaffMember | None) -> int:
    """Make every code of the batch worthless, and its file too; return how many still stood."""
    lock(batch)
    if batch.state not in (State.READY, State.TAKEN):
        return 0
    count = queries.codes_of(batch.register, clock.today()).filter(batch=batch).count()
    LetterCode.objects.filter(batch=batch).delete()
    if batch.file is not None:
        files.erase(batch.file)
    batch.state, batch.file, batch.ended_at = State.REVOKED, None, clock.now()
    batch.save(update_fields=["state", "file", "ended_at"])
    editions.note(
        batch.register,
        staff,
        "revoked",
        _t("台帳「{name}」の確認コード{count}件を使えなくしました。").format(
            name=batch.register.name, count=f"{count:,}"
        ),
        batch=str(batch.pk),
    )
    return count


def sweep_letters() -> None:
    """Forget codes that are over, and revoke those whose file nobody came for: nobody can have them."""
    LetterCode.objects.filter(expires_on__lt=clock.today()).delete()
    long_ago = clock.now() - timedelta(days=KEPT_DAYS)
    for batch in LetterBatch.objects.filter(state=State.READY, made_at__lt=long_ago):
        revoke_letters(batch, staff=None)


def _fail(batch: LetterBatch, sentence: str) -> None:
    waiting = LetterBatch.objects.filter(pk=batch.pk, state=State.WANTED)
    waiting.update(state=State.FAILED, trouble=sentence[:300], ended_at=clock.now())
    if batch.progress_id:
        console.fail(progress_id=batch.progress_id, sentence=sentence)


def _columns(register: Register) -> letters.Addressing:
    return letters.addressing(queries.specs_of(register))


def _ending(batch: LetterBatch) -> str:
    return "pdf" if batch.format == Format.PDF else "csv"


def _detail(batch: LetterBatch) -> dict[str, object]:
    return {"batch": str(batch.pk), "format": batch.format, "protected": batch.for_protected, **batch.counts}  # fmt: skip
