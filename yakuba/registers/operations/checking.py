"""Reading every line of a file, and reckoning beforehand what taking it over would do.

What is costly (reading, sealing, hashing) is done here in the background, so that taking over is a few
statements in one transaction. It may be killed and begun again anywhere: nothing of the register changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.urls import reverse

from yakuba.console import operations as console
from yakuba.kit import secrets
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.jobs import job
from yakuba.registers.models import Edition, Import, Row, RowHash, StagedRow
from yakuba.registers.operations.contents import content_of
from yakuba.registers.operations.placing import Order
from yakuba.registers.operations.sealing import Made, Maker, certain, maker_of
from yakuba.registers.rules import files as tables
from yakuba.registers.rules import hashing
from yakuba.registers.rules.columns import Values
from yakuba.registers.rules.lines import FileLine, Lines

AT_ONCE = 2_000
_NULL = "\\N"
KEPT_PROBLEMS = 500
Mode = Edition.Mode
Deed = StagedRow.Deed
State = Import.State


@job(queue="default", attempts=3)
def check_import(*, import_id: str) -> None:
    """Check a file against the register as it is now; a second run begins anew."""
    run = Import.objects.select_related("register__current").filter(pk=import_id).first()
    if run is None or run.state != State.CHECKING:
        return
    try:
        _Check(run).go()
    except Refusal as no:
        _failed(run, str(no))
    except OutsideFailure:
        raise  # tried again
    except Exception:
        _failed(run, "途中で止まりました。少し待って、もう一度確かめてください。")
        raise


def _failed(run: Import, sentence: str) -> None:
    Import.objects.filter(pk=run.pk, state=State.CHECKING).update(
        state=State.FAILED, trouble=sentence[:300]
    )
    if run.progress_id:
        console.fail(progress_id=run.progress_id, sentence=sentence)


@dataclass(slots=True)
class _Live:
    """A row that the register has now."""

    pk: int
    lineage: UUID
    digest: bytes


@dataclass(slots=True)
class _Staged:
    """What one line will do, before it is written down."""

    deed: str
    line: int
    made: Made
    old: _Live | None = None


@dataclass
class _Counts:
    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    faulty: int = 0
    problems: int = 0
    protected: int = 0
    notes: dict[str, dict[str, int]] = field(default_factory=dict)  # by label
    fields: dict[str, int] = field(default_factory=dict)  # label → how many lines it changes in


class _Check:
    """One check of one file."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.register = run.register
        self.maker: Maker = maker_of(run.register)
        self.labels = {one.key: one.label for one in self.maker.specs}
        self.counts = _Counts()
        self.problems: list[list[Any]] = []
        self.identities: dict[bytes, int] = {}  # → the line that has it
        self.unique: dict[tuple[int, bytes], int] = {}  # → the line that has it
        self.standing: set[int] = set()  # rows that the register has now
        self.touched: set[int] = set()  # … that the file has too
        # An update leaves alone what its file does not have; whatever else is not in the file is empty.
        mapped = set(run.mapping.values()) if run.mode == Mode.UPSERT else set(self.labels)
        self.kept_keys = [key for key in self.labels if key not in mapped]
        self.before: dict[int, Values] = {}
        self.batch: list[_Staged] = []
        self.order_words: list[str] = []  # of what was staged with values, in its order

    def go(self) -> None:
        run = self.run
        StagedRow.objects.filter(run=run).delete()
        content = content_of(run)
        reading = tables.Reading(**run.reading)
        self.live, self.by_digest = self._read_live()
        self.taken = self._read_unique()
        done = 0
        for some in _chunks(Lines(content, reading, run.mapping, self.maker.specs)):
            self._read_before(some)
            for line in some:
                self._take(line)
            self._flush()
            done += len(some)
            self._tell(done)
        if run.mode == Mode.REPLACE and not self.counts.faulty:
            self._remove_rest()
        self._place()
        self._end()

    # --- what is there ---

    def _read_live(self) -> tuple[dict[bytes, _Live], dict[bytes, list[_Live]]]:
        """Return the live rows by identity; where nothing identifies a row, by all that it says."""
        by_identity: dict[bytes, _Live] = {}
        by_digest: dict[bytes, list[_Live]] = {}
        rows = Row.objects.filter(register=self.register).live()
        for pk, lineage, identity, digest in rows.values_list(
            "pk", "lineage", "identity", "digest"
        ).iterator(AT_ONCE):
            row = _Live(pk, lineage, bytes(digest))
            self.standing.add(pk)
            if identity is None:
                by_digest.setdefault(row.digest, []).append(row)
            else:
                by_identity[bytes(identity)] = row
        return by_identity, by_digest

    def _read_unique(self) -> dict[tuple[int, bytes], int]:
        """Return which live row has which unique value; a replacement leaves none of them."""
        columns = [one.id for one in self.maker.specs if one.is_unique]
        if not columns or self.run.mode == Mode.REPLACE:
            return {}
        found = RowHash.objects.filter(column__in=columns, row__removed_in=None)
        return {
            (column, bytes(hashed)): row
            for column, hashed, row in found.values_list("column", "hash", "row").iterator(AT_ONCE)
        }

    def _read_before(self, some: list[FileLine]) -> None:
        """Open the rows that an update changes only in the columns that the file has."""
        if not self.kept_keys:
            return
        olds = [old.pk for line in some if (old := self._old(self.maker.identities(line.values)))]
        self.before = dict(Row.objects.filter(pk__in=olds).values_list("pk", "values"))

    def _old(self, identities: list[bytes]) -> _Live | None:
        return next((self.live[one] for one in identities if one in self.live), None)

    # --- one line ---

    def _take(self, line: FileLine) -> None:
        for key, note in line.notes:
            of_column = self.counts.notes.setdefault(self.labels[key], {})
            of_column[note] = of_column.get(note, 0) + 1
        number, values = line.number, line.values
        identities = self.maker.identities(values)
        old = self._old(identities)
        wrong = {self.labels[key]: sentence for key, sentence in line.problems.items()}
        if not wrong:
            wrong = self._twins(number, values, identities, old)
        if wrong:
            self._note_problems(number, wrong)
            # A line that cannot be read is no line that is gone.
            if old is not None:
                self.touched.add(old.pk)
            return
        if old is not None and self.kept_keys:
            before = self.before[old.pk]
            values |= {key: before[key] for key in self.kept_keys if key in before}
        if old is not None or not identities:
            digests = self.maker.digests(values)
            old = old or self._same_without_identity(digests)
            if old is not None and old.digest in digests:
                self.touched.add(old.pk)
                self.counts.same += 1
                return
        self._stage(number, self.maker.made(values, identities), old)

    def _same_without_identity(self, digests: list[bytes]) -> _Live | None:
        if self.run.mode == Mode.APPEND:
            return None
        return next((self.by_digest[one].pop() for one in digests if self.by_digest.get(one)), None)

    def _twins(
        self, number: int, values: Values, identities: list[bytes], old: _Live | None
    ) -> dict[str, str]:
        """Return what another line of the file, or of the register, already has."""
        wrong: dict[str, str] = {}
        if identities:
            first = self.identities.setdefault(identities[0], number)
            labels = "・".join(one.label for one in self.maker.specs if one.is_identifying)
            if first != number:
                wrong[labels] = f"{first}行目と同じです。同じ人の行が2つあります。"
            elif old is not None and self.run.mode == Mode.APPEND:
                wrong[labels] = "同じ行が、すでに台帳にあります。"
        for one in self.maker.specs:
            if not one.is_unique or one.key not in values:
                continue
            for form in certain(one, values[one.key]):
                hashes = secrets.keyed_hashes(form, purpose=hashing.purpose(one.id))
                first = self.unique.setdefault((one.id, hashes[0]), number)
                if first != number:
                    wrong[one.label] = f"{first}行目と同じ値です。この列の値は1行だけです。"
                holders = [self.taken[one.id, had] for had in hashes if (one.id, had) in self.taken]
                if any(old is None or holder != old.pk for holder in holders):
                    wrong[one.label] = "同じ値の行が、すでに台帳にあります。"
        return wrong

    def _note_problems(self, number: int, wrong: dict[str, str]) -> None:
        self.counts.faulty += 1
        self.counts.problems += len(wrong)
        room = KEPT_PROBLEMS - len(self.problems)
        self.problems += [[number, label, sentence] for label, sentence in wrong.items()][:room]

    def _stage(self, number: int, made: Made, old: _Live | None) -> None:
        if old is None:
            self.counts.added += 1
        else:
            self.counts.changed += 1
            self.touched.add(old.pk)
        self.counts.protected += made.is_protected
        self.batch.append(_Staged(Deed.CHANGE if old else Deed.ADD, number, made, old))
        self.order_words.append(made.order_words)

    # --- writing down ---

    def _flush(self) -> None:
        if not self.batch:
            return
        self._count_fields()
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write("".join(map(self._written, self.batch)))
        self.batch = []

    def _written(self, one: _Staged) -> str:
        """Return a line of COPY; by hand, because psycopg takes longer for it than everything else together."""
        made = one.made
        hashes = ",".join(f'"\\\\\\\\x{hashed.hex()}"' for _column, hashed in made.hashes)
        cells = (
            str(self.run.pk),
            one.deed,
            str(one.line),
            str(one.old.pk) if one.old else _NULL,
            str(one.old.lineage if one.old else uuid4()),
            made.sealed.decode(),  # letters of base64, which stand for themselves
            f"\\\\x{made.identity.hex()}" if made.identity else _NULL,
            f"\\\\x{made.digest.hex()}",
            "0",
            "t" if made.is_protected else "f",
            f"{{{','.join(str(column) for column, _hash in made.hashes)}}}",
            f"{{{hashes}}}",
        )
        return "\t".join(cells) + "\n"

    def _count_fields(self) -> None:
        """Count in which columns the changed lines differ."""
        changed = {one.old.pk: one.made.values for one in self.batch if one.old}
        if not changed:
            return
        for pk, before in Row.objects.filter(pk__in=changed).values_list("pk", "values"):
            after = changed[pk]
            for key, label in self.labels.items():
                if before.get(key) != after.get(key):
                    self.counts.fields[label] = self.counts.fields.get(label, 0) + 1

    def _remove_rest(self) -> None:
        """Stage the end of every row that the file does not have."""
        gone = sorted(self.standing - self.touched)
        with connection.cursor() as cursor, cursor.copy(_REMOVE) as copy:
            copy.write(
                "".join(f"{self.run.pk}\tremove\t0\t{pk}\t0\tf\t{{}}\t{{}}\n" for pk in gone)
            )
        self.counts.removed = len(gone)

    def _place(self) -> None:
        """Give each staged row its place among those of the register."""
        places = Order(self.register, self.maker.specs).places(self.order_words)
        staged = StagedRow.objects.filter(run=self.run).exclude(deed=Deed.REMOVE).order_by("pk")
        keys = list(staged.values_list("pk", flat=True))
        for some in _slices(list(zip(keys, places, strict=True)), 10_000):
            with connection.cursor() as cursor:
                cursor.execute(_PLACE, [[pk for pk, _p in some], [place for _pk, place in some]])

    def _tell(self, done: int) -> None:
        if self.run.progress_id:
            console.advance(progress_id=self.run.progress_id, done=done)
        if not Import.objects.filter(pk=self.run.pk, state=State.CHECKING).exists():
            raise _Dropped

    def _end(self) -> None:
        run, counts = self.run, self.counts
        with transaction.atomic():
            now = Import.objects.select_for_update().get(pk=run.pk)
            if now.state != State.CHECKING:
                return
            now.found = {"lines": run.found["lines"], **_plain(counts)}
            now.problems, now.base, now.state = self.problems, self.register.current, State.CHECKED
            now.save()
        if run.progress_id:
            console.finish(
                progress_id=run.progress_id,
                sentence=_sentence(counts),
                href=reverse("console:register_import", args=[self.register.public_id, run.pk]),
            )


class _Dropped(Refusal):
    sentence = "取りやめました。"


def _plain(counts: _Counts) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in counts.__dataclass_fields__}


def _sentence(counts: _Counts) -> str:
    if counts.faulty:
        return f"直すところが{counts.faulty:,}行あります。"
    return f"追加{counts.added:,}行、変更{counts.changed:,}行、削除{counts.removed:,}行です。"


def _chunks(lines: Iterable[FileLine]) -> Iterator[list[FileLine]]:
    source = iter(lines)
    while some := list(islice(source, AT_ONCE)):
        yield some


def _slices(pairs: list[tuple[int, float]], size: int) -> Iterator[list[tuple[int, float]]]:
    for start in range(0, len(pairs), size):
        yield pairs[start : start + size]


_COPY = """
    COPY registers_stagedrow (run_id, deed, line, old, lineage, "values", identity, digest, place,
        is_protected, hash_columns, hashes) FROM STDIN
"""
_REMOVE = """
    COPY registers_stagedrow (run_id, deed, line, old, place, is_protected, hash_columns, hashes) FROM STDIN
"""
_PLACE = """
    UPDATE registers_stagedrow SET place = given.place
    FROM unnest(%s::bigint[], %s::float8[]) AS given (id, place) WHERE registers_stagedrow.id = given.id
"""
