"""What the frame writes: saved filters, what can be taken back, how far long work is."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yakuba.console import rules
from yakuba.console.models import Progress, SavedFilter, Undo
from yakuba.console.sockets import Staff, Words, looked_for, undoers
from yakuba.kit import clock, secrets
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal

UNDO_WITHIN = timedelta(hours=1)
SOUGHT = "console.sought"  # what the keyed hash of searched words is for
KEYS = {
    rules.PHONE: _("電話番号"),
    rules.KANA: _("かな"),
    rules.NUMBER: _("番号"),
    rules.WORDS: _("氏名・ことば"),
}


class AlreadyTakenBack(Refusal):
    sentence = _("すでに元に戻してあります。")


class TooLateToTakeBack(Refusal):
    sentence = _("1時間を過ぎたため、まとめて元に戻すことはできません。1件ずつ直してください。")


class NameMissing(Refusal):
    sentence = _("条件の名前を入力してください。")


class NameTooLong(Refusal):
    sentence = _("条件の名前は{limit}文字までにしてください。")


@transaction.atomic
def keep_filter(
    *, staff_id: int, listing: str, name: str, query: str, is_shared: bool
) -> SavedFilter:
    """Remember a way to look at a list; the same name again replaces it.

    Raises:
        NameMissing: nothing but spaces.
        NameTooLong: it would not fit beside the others.
    """
    name = " ".join(name.split())
    if not name:
        raise NameMissing
    if len(name) > 40:
        raise NameTooLong(limit=40)
    kept, _created = SavedFilter.objects.update_or_create(
        staff_id=staff_id,
        listing=listing,
        name=name,
        defaults={"query": query, "is_shared": is_shared},
    )
    return kept


@transaction.atomic
def drop_filter(*, staff_id: int, filter_id: int) -> None:
    """Forget a saved filter of one's own; that of somebody else stays."""
    SavedFilter.objects.filter(pk=filter_id, staff_id=staff_id).delete()


@transaction.atomic
def offer_undo(*, staff_id: int, kind: str, payload: Mapping[str, object], sentence: str) -> Undo:
    """Remember how to take back what has just been done, in the same transaction as the deed."""
    undoers[kind]  # a kind that nobody answers for is a bug now, not in an hour
    return Undo.objects.create(
        staff_id=staff_id,
        kind=kind,
        payload=dict(payload),
        sentence=sentence[:200],
        done_at=clock.now(),
    )


@transaction.atomic
def take_back(undo: Undo, *, staff: Staff) -> str:
    """Undo what `undo` remembers and return the sentence of its kind.

    Raises:
        AlreadyTakenBack: a second press.
        TooLateToTakeBack: others have built on it for too long.
    """
    lock(undo)
    if undo.taken_back_at is not None:
        raise AlreadyTakenBack
    if clock.now() - undo.done_at > UNDO_WITHIN:
        raise TooLateToTakeBack
    undo.taken_back_at = clock.now()
    undo.save(update_fields=["taken_back_at"])
    return undoers[undo.kind].take_back(staff, undo.payload)


@transaction.atomic
def begin(*, staff_id: int, title: str, total: int = 0) -> Progress:
    """Announce long work to the person who started it; call before deferring the job."""
    return Progress.objects.create(
        staff_id=staff_id, title=title, total=total, started_at=clock.now()
    )


def advance(*, progress_id: UUID, done: int, total: int | None = None) -> None:
    """Say how far the work is. One short statement, meant to be called between batches."""
    known = {} if total is None else {"total": total}
    _running(progress_id).update(done=done, **known)


def finish(*, progress_id: UUID, sentence: str, href: str = "") -> None:
    """Say that the work is done and where the result is. Twice is the same as once."""
    _running(progress_id).update(
        state=Progress.State.DONE, sentence=sentence[:300], href=href, ended_at=clock.now()
    )


def fail(*, progress_id: UUID, sentence: str) -> None:
    """Say that the work has come to nothing, and what to do now."""
    _running(progress_id).update(
        state=Progress.State.FAILED, sentence=sentence[:300], ended_at=clock.now()
    )


def see(*, staff_id: int, progress_id: UUID) -> None:
    """Put a finished work away; one that is still running stays in sight."""
    mine = Progress.objects.filter(~Q(state=Progress.State.RUNNING), staff_id=staff_id)
    mine.filter(pk=progress_id).update(is_seen=True)


def _running(progress_id: UUID) -> "QuerySet[Progress]":
    return Progress.objects.filter(pk=progress_id, state=Progress.State.RUNNING)


@transaction.atomic
def note_search(staff: Staff, *, where: str, place: Words, words: str) -> None:
    """Announce that somebody searched: with which kind of key, and its keyed hash, never the words.

    So it can be found out later who looked for a certain telephone number, and nobody who reads the trail
    learns for whom a colleague looked. `where` names the list in the code, `place` on the screen.
    """
    kind, form = rules.sought(words)
    if not form:
        return
    looked_for.announce(
        staff,
        f"console.search:{where}",
        str(_("「{place}」で、{kind}を検索しました。")).format(place=place, kind=KEYS[kind]),
        {"key": kind, "hash": secrets.keyed_hash(f"{kind}:{form}", purpose=SOUGHT).hex()},
    )


def hashes_of(words: str) -> list[str]:
    """Return under what `note_search` has put the same words into the trail, whichever key was in use."""
    kind, form = rules.sought(words)
    return [one.hex() for one in secrets.keyed_hashes(f"{kind}:{form}", purpose=SOUGHT)]
