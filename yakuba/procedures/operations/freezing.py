"""Freeze what was answered so that it can be signed: one canonical text, one PDF, one digest over both.

Whoever signs, signs exactly this. A changed answer makes it stand no more; the row itself is never changed.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.kit import clock, datakeys
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.kit.paper import Paper
from yakuba.procedures import queries, rules
from yakuba.procedures.models import Frozen, Run
from yakuba.procedures.rules.freezing import canonical_text, digest_of


class NotFinished(Refusal):
    sentence = _("この入力は、もう終わっているか、取りやめになっています。")


class ChangedWhileFreezing(Refusal):
    sentence = _("内容が変わりました。もう一度、確かめてから進めてください。")


def freeze(run: Run, *, but: Collection[str] = ()) -> Frozen:
    """Freeze the answers of `run` as they are now, without those to the questions `but`; twice is the same as once.

    Call it outside a transaction: the PDF goes into the storage of files before the row is written.

    Raises:
        NotFinished: the run is over, and its answers are not here any more.
        ChangedWhileFreezing: an answer was changed meanwhile.
    """
    run.refresh_from_db()
    if run.status != Run.Status.ACTIVE or run.resident is None:
        raise NotFinished
    standing = queries.standing_frozen(run)
    if standing is not None and standing.run_id == run.pk and set(standing.but) == set(but):
        return standing
    now = clock.now()
    content = queries.freezable(run, but=but)
    text = canonical_text(content.document(prepared_at=now))
    pdf = _paper(run, content, now).bytes()
    file = files.keep_unopened(
        content=pdf,
        name="申請の内容.pdf",
        content_type="application/pdf",
        kept_until=run.expires_on + timedelta(days=1),  # should the row below never come to be
    )
    return _write(run, but, content, text, pdf, file)


@transaction.atomic
def _write(
    run: Run,
    but: Collection[str],
    content: queries.Content,
    text: str,
    pdf: bytes,
    file: StoredFile,
) -> Frozen:
    lock(run)
    if run.status != Run.Status.ACTIVE or queries.freezable(run, but=but) != content:
        files.erase(file)
        raise ChangedWhileFreezing
    now = clock.now()
    Frozen.objects.filter(run=run, dropped_at=None).update(dropped_at=now)
    files.keep_until(file, day=None)
    return Frozen.objects.create(
        run=run,
        but=sorted(but),
        canonical=text,
        paper=file,
        digest=digest_of(text, hashlib.sha256(pdf).digest()),
        made_at=now,
    )


@transaction.atomic
def erase_frozen(run_ids: Iterable[UUID]) -> None:
    """Erase what was frozen of these runs with its PDF, when what was handed in is erased."""
    for frozen in Frozen.objects.filter(run_id__in=list(run_ids)).select_related("paper"):
        datakeys.destroy([frozen.pk])
        frozen.delete()
        files.erase(frozen.paper)


def _paper(run: Run, content: queries.Content, now: datetime) -> Paper:
    plan = queries.plan_of_run(run)
    department = run.procedure.scope.department
    paper = Paper(plan.definition.title.pick("ja"), made_at=now, sender=(department.name,))
    state = rules.State.from_json(run.state)
    heading, rows = "", list[tuple[str, str]]()
    for one in rules.shown(plan, content.answers):
        people = list(state.items.get(one.section, ()))
        number = f"（{people.index(one.item) + 1}）" if one.item in people else ""
        title = f"{one.section_title}{number}"
        if title != heading:
            _put(paper, heading, rows)
            heading, rows = title, []
        rows.append((one.label, one.text))
    _put(paper, heading, rows)
    paper.gap(4)
    paper.small("この書類は、申請者が確かめた内容です。送信の前に作りました。")
    return paper


def _put(paper: Paper, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        if heading:
            paper.heading(heading)
        paper.table(rows)
