"""Letters to the applicant: written with the decision, made into a PDF by a job, read on a page."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.kit import clock, upkeep, wareki
from yakuba.kit.db import lock
from yakuba.kit.jobs import job
from yakuba.kit.paper import Paper
from yakuba.procedures.definition import Text
from yakuba.submissions import queries
from yakuba.submissions.models import OfficialLetter, Submission
from yakuba.submissions.operations.messages import tell_resident
from yakuba.submissions.rules import letters
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import StaffMember

_READ = Text(ja="通知を読む", easy="お知らせを 読む", en="Read the notice")
_WORDS = {
    OfficialLetter.Kind.APPROVAL: Text(
        ja="「{title}」が承認されました。くわしくは通知をご覧ください。",
        easy="「{title}」は みとめられました。お知らせを 読んでください。",
        en="“{title}” has been approved. Please read the notice.",
    ),
    OfficialLetter.Kind.ISSUE: Text(
        ja="「{title}」を交付しました。くわしくは通知をご覧ください。",
        easy="「{title}」が できました。お知らせを 読んでください。",
        en="“{title}” has been issued. Please read the notice.",
    ),
    OfficialLetter.Kind.REJECTION: Text(
        ja="「{title}」の結果が出ました。大切なお知らせです。通知をお読みください。",
        easy="「{title}」の けっかが 出ました。たいせつな お知らせです。読んでください。",
        en="A decision on “{title}” has been made. Please read the notice.",
    ),
}


def write_letter(
    submission: Submission, kind: letters.LetterKind, *, reason: str = "", staff: StaffMember
) -> OfficialLetter:
    """Freeze what the letter says, and have it made after this transaction."""
    newest = queries.newest_revision(submission)
    plan = queries.plan_numbered(newest.version_id)
    workflow = plan.definition.workflow
    department = submission.procedure.scope.department
    town = townhall.town()
    contact = [f"{town.name}{department.name}", f"電話 {department.phone}"]
    if department.hours:
        contact.append(f"受付 {department.hours}")
    content = letters.letter(
        kind,
        procedure=submission.procedure.title,
        to=queries.person_in(plan, newest.answers).name,
        handed_in=wareki.full(submission.submitted_at.astimezone(clock.JAPAN).date()),
        facts=[
            ("受付番号", submission.receipt_no),
            ("手続", submission.procedure.title),
            ("決定した日", wareki.full(clock.today())),
        ],
        sender=[wareki.full(clock.today()), town.name, department.name],
        contact=contact,
        reason=reason,
        appeal=workflow.appeal.pick("ja") if workflow and workflow.appeal else "",
    )
    letter = OfficialLetter.objects.create(
        submission=submission,
        kind=kind,
        content=content.to_json(),
        written_by=staff,
        written_at=clock.now(),
    )
    make_letter.defer(letter_id=str(letter.pk))
    return letter


@job(queue="default", attempts=5)
def make_letter(*, letter_id: str) -> None:
    """Make the PDF, keep it, and tell the applicant; a second run finds it made."""
    letter = OfficialLetter.objects.filter(pk=letter_id, file=None, recalled_at=None).first()
    if letter is None:
        return
    submission = letter.submission
    if submission.erased_at is not None:
        return
    # Outside of a transaction, because the storage may be elsewhere; a file nobody takes is swept.
    file = files.keep(
        content=drawn(letter),
        name=f"{letters.Content.from_json(letter.content).title}.pdf",
        kept_until=None,
    )
    if not _take(letter, file):
        files.erase(file)


def drawn(letter: OfficialLetter) -> bytes:
    """Return the PDF of what was frozen."""
    content = letters.Content.from_json(letter.content)
    paper = Paper(content.title, made_at=letter.written_at, sender=content.sender)
    paper.text(content.to)
    paper.text(content.opening)
    paper.table(content.facts)
    if content.reason:
        paper.heading("理由" if letter.kind == OfficialLetter.Kind.REJECTION else "お知らせ")
        paper.text(content.reason)
    if content.appeal:
        paper.heading("不服がある場合")
        paper.text(content.appeal)
    paper.heading("お問い合わせ")
    paper.text("\n".join(content.contact))
    return paper.bytes()


@transaction.atomic
def _take(letter: OfficialLetter, file: StoredFile) -> bool:
    """Put the file to its letter and tell the applicant, once."""
    lock(letter.submission)
    lock(letter)
    if letter.file_id is not None or letter.recalled_at is not None:
        return False
    letter.file = file
    letter.save(update_fields=["file"])
    tell_resident(
        letter.submission,
        _WORDS[OfficialLetter.Kind(letter.kind)],
        button=_READ,
        page=f"letter/{letter.pk}/",
    )
    return True


@upkeep.every(timedelta(minutes=30))
def make_left_letters() -> None:
    """Have those made whose job got lost."""
    earlier = clock.now() - timedelta(minutes=30)
    left = OfficialLetter.objects.filter(file=None, recalled_at=None, written_at__lt=earlier)
    for key in left.filter(submission__erased_at=None).values_list("pk", flat=True)[:100]:
        make_letter.defer(letter_id=str(key))


def recall_letters(submission: Submission) -> None:
    """Mark what the decision said as no longer holding; it stays readable with that note."""
    submission.letters.filter(recalled_at=None).update(recalled_at=clock.now())


@transaction.atomic
def note_reading(letter_id: UUID) -> None:
    """Keep when the applicant opened it for the first time."""
    OfficialLetter.objects.filter(pk=letter_id, read_at=None).update(read_at=clock.now())
