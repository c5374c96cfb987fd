"""Finding what was handed in, and judging what may still be done with it."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q, QuerySet

from yakuba.kit import clock, kana, text
from yakuba.kit.secrets import keyed_hashes
from yakuba.procedures.definition import Definition
from yakuba.procedures.rules import Plan, shown
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Earlier
from yakuba.submissions import rules
from yakuba.submissions.models import LookupHash, Revision, Submission
from yakuba.townhall.models import StaffMember


def normal(purpose: str, words: str) -> str:
    """Return `words` in the one form in which they are hashed and looked for."""
    if purpose == "phone":
        return "".join(letter for letter in text.stored(words) if letter.isdecimal())
    if purpose == "kana":
        return kana.search_key(words)
    return "".join(text.stored(words).split())


def lookups(plan: Plan, answers: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Return by what the submission is to be found: (name, kana or phone; the words)."""
    found = []
    for row in shown(plan, answers):
        if row.kind == "name" and isinstance(row.value, dict):
            parts = row.value
            found.append(("name", f"{parts.get('family', '')}{parts.get('given', '')}"))
            found.append(("kana", f"{parts.get('family_kana', '')}{parts.get('given_kana', '')}"))
        elif row.kind == "telephone":
            found.append(("phone", str(row.value)))
    return found


def newest_revision(submission: Submission) -> Revision:
    """Return the answers as they stand now."""
    return submission.revisions.select_related("version").order_by("-number")[0]


def may_be_corrected(submission: Submission, definition: Definition) -> bool:
    """Say whether the resident may change what they handed in, now."""
    allowed = definition.correction
    if allowed is None or submission.status not in allowed.while_status:
        return False
    now = clock.now()
    if allowed.until is not None and now > allowed.until:
        return False
    if allowed.days is not None:
        return now <= submission.submitted_at + timedelta(days=allowed.days)
    return True


def found(words: str, *, staff: StaffMember) -> QuerySet[Submission]:
    """Return what `staff` may see and `words` names: a receipt number, name, kana, telephone, clear text.

    Names, kana and telephones are found whole only, and only by those who may see personal data.
    """
    seen = Submission.objects.visible_to(staff)
    words = words.strip()
    if not words:
        return seen.none()
    number = text.stored(words).upper().replace(" ", "")
    if rules.is_receipt_no(number):
        return seen.filter(receipt_no=number)
    personal = Submission.objects.visible_to(staff, "personal")
    hashes = [
        hashed
        for purpose in ("name", "kana", "phone")
        if normal(purpose, words)
        for hashed in keyed_hashes(normal(purpose, words), purpose=purpose)
    ]
    by_person = personal.filter(pk__in=LookupHash.objects.filter(hash__in=hashes).values("submission"))
    by_text = Q(clear__text__icontains=text.stored(words)) | Q(receipt_no__contains=number)
    return Submission.objects.filter(
        Q(pk__in=seen.filter(by_text).values("pk")) | Q(pk__in=by_person.values("pk"))
    )


def as_earlier(submission: Submission) -> Earlier:
    """Return what was handed in, as a run that corrects it begins with."""
    revision = newest_revision(submission)
    return Earlier(
        subject=submission.pk,
        version=revision.version,
        answers=revision.answers["answers"],
        items=revision.answers["items"],
    )
