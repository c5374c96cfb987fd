"""Sending somebody to the provider: the check is written first, then the provider asked, then its answer kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.identity import queries, rules, sockets
from yakuba.identity.models import IdentityCheck, Provider
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.secrets import keyed_hash
from yakuba.portal.queries import machine_now
from yakuba.procedures.models import Frozen, Run

BACK = "/p/identity/back/"
_UNANSWERED_LIVES = timedelta(minutes=15)  # a check that no provider has taken yet
_FIRST_QUESTION = timedelta(seconds=45)  # the person needs a moment


class NotOffered(Refusal):
    sentence = _("この確認の方法は、いま使えません。ほかの方法か、窓口・郵送でお願いします。")


class RunEnded(Refusal):
    sentence = _("この手続の入力は、もう終わっています。")


class AlreadyProven(Refusal):
    sentence = _("確認は、もう終わっています。")


class NotReady(Refusal):
    sentence = _("まだ答えていない質問があります。すべて答えてから、署名してください。")


class NobodyAnswers(Refusal):
    sentence = _(
        "いま、確認のサービスにつながりません。入力したものは残っています。少し待って、もう一度押してください。"
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a question wants proven: for what, under which title, with which attributes, over which digest."""

    question: str
    purpose: sockets.Purpose
    title: str
    attributes: tuple[str, ...] = ()
    digest: bytes | None = None
    frozen: Frozen | None = None  # what the digest is of
    language: str = "ja"


def begin(run: Run, *, wish: Wish, provider: Provider) -> IdentityCheck:
    """Open a check at the provider, or go on with the one that is open; `handoff` says where the person goes.

    Not one transaction: the provider is asked between writing the check and keeping where it leads. Killed
    anywhere, the next press asks for the same check under the same key.

    Raises:
        NotOffered, RunEnded, AlreadyProven: it cannot begin.
        NobodyAnswers: the provider did not answer; the check waits for another press.
    """
    offer = queries.offer_of(provider)
    if not provider.is_on or wish.purpose not in offer.verifier.purposes:
        raise NotOffered
    check = _written(run, wish, provider)
    if check.handoff is not None:
        return check
    try:
        handoff = offer.connection.begin(_asked(check, wish))
    except OutsideFailure as no:
        if no.permanent:
            _give_up(check)
            raise NotOffered from no
        raise NobodyAnswers from no
    return _begun(check, handoff)


@transaction.atomic
def _written(run: Run, wish: Wish, provider: Provider) -> IdentityCheck:
    """Return the open check of this wish, or a new one; what is open and asks for something else ends."""
    lock(run)
    if run.status != Run.Status.ACTIVE or run.resident is None:
        raise RunEnded
    mine = IdentityCheck.objects.of(run.pk, wish.question)
    proven = mine.filter(state=IdentityCheck.State.VERIFIED).first()
    if proven is not None and _is_same(proven, wish, proven.provider):
        raise AlreadyProven
    for one in mine.open().select_for_update(no_key=True):
        if _is_same(one, wish, provider) and one.expires_at > machine_now():
            return one
        _end(one, "replaced")
    return _new(run, wish, provider)


def _is_same(check: IdentityCheck, wish: Wish, provider: Provider) -> bool:
    digest = bytes(check.digest) if check.digest is not None else None
    return (
        check.purpose == wish.purpose and digest == wish.digest and check.provider_id == provider.pk
    )


def _new(run: Run, wish: Wish, provider: Provider) -> IdentityCheck:
    secret = secrets.token_urlsafe(48)
    now = machine_now()
    if run.resident is None:
        raise RunEnded
    return IdentityCheck.objects.create(
        run=run,
        run_id_kept=run.pk,
        resident=run.resident,
        question=wish.question,
        purpose=wish.purpose,
        provider=provider,
        digest=wish.digest,
        frozen=wish.frozen,
        state_hash=rules.hash_of(_derived("state", secret)),
        nonce_hash=rules.hash_of(_derived("nonce", secret)),
        code_verifier=secret,
        begun_at=clock.now(),
        expires_at=now + _UNANSWERED_LIVES,
    )


def _asked(check: IdentityCheck, wish: Wish) -> sockets.Asked:
    secret = check.code_verifier or ""
    return sockets.Asked(
        key=check.pk,
        purpose=wish.purpose,
        title=wish.title,
        back_to=back_to(),
        # Made of the one secret, so that a second start after a crash says exactly the same.
        state=_derived("state", secret),
        nonce=_derived("nonce", secret),
        code_verifier=secret,
        attributes=wish.attributes,
        digest=wish.digest,
        language=wish.language,
    )


def _derived(what: str, secret: str) -> str:
    return hashlib.sha256(f"{what}:{secret}".encode()).hexdigest()


def back_to() -> str:
    """Return our address to which every provider sends the browser back."""
    return f"{settings.PUBLIC_URL}{BACK}"


@transaction.atomic
def _begun(check: IdentityCheck, handoff: sockets.Handoff) -> IdentityCheck:
    lock(check)
    if check.state != IdentityCheck.State.NONE:
        return check  # another press was faster; it was told the same
    check.state = IdentityCheck.State.BEGUN
    check.handoff = handoff.url
    check.reference = handoff.reference
    check.reference_hash = keyed_hash(handoff.reference, purpose=queries.VERIFICATION)
    check.expires_at = handoff.expires_at
    check.ask_next_at = machine_now() + _FIRST_QUESTION
    check.save()
    return check


@transaction.atomic
def _give_up(check: IdentityCheck) -> None:
    lock(check)
    if check.state in rules.OPEN:
        _end(check, "refused", state=IdentityCheck.State.FAILED)


def _end(check: IdentityCheck, reason: str, *, state: str = IdentityCheck.State.EXPIRED) -> None:
    """Close a check that is locked; nothing it is still told changes it."""
    check.state, check.reason = state, reason
    check.ended_at, check.ask_next_at = clock.now(), None
    check.code_verifier = check.handoff = None
    check.save()
