"""What happens without the person: open checks are asked again, notices are heard, certificates are looked at later."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from yakuba.audit import operations as audit
from yakuba.identity import queries, rules, sockets
from yakuba.identity.models import Evidence, Heard, IdentityCheck, Provider, StatusCheck
from yakuba.identity.operations import ending
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.secrets import keyed_hashes
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember

_AT_ONCE = 50


@upkeep.every(timedelta(seconds=10))
def ask_open() -> None:
    """Ask how the checks went whose browser did not come back, or whose certificate nobody knew about."""
    late = Q(state=IdentityCheck.State.NONE, expires_at__lt=machine_now())
    due = Q(ask_next_at__lte=machine_now())
    for check in IdentityCheck.objects.open().filter(due | late).order_by("pk")[:_AT_ONCE]:
        ending.ask(check)


def hear_notice(*, kind: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a provider's message, if it is really theirs; say whether it is anybody's.

    A message is only a hint: the provider is asked before anything changes. Twice is the same as once.
    """
    for provider in Provider.objects.filter(kind=kind).order_by("pk"):
        connection = queries.offer_of(provider).connection
        try:
            notice = connection.parse_message(headers, body)
        except sockets.Forged:
            continue
        _keep_notice(provider, notice, body)
        return True
    return False


@transaction.atomic
def _keep_notice(provider: Provider, notice: sockets.Notice, body: bytes) -> None:
    hashes = keyed_hashes(notice.reference, purpose=queries.VERIFICATION)
    open_check = IdentityCheck.objects.open().filter(reference_hash__in=hashes).first()
    evidence = Evidence.objects.filter(verification_hash__in=hashes).first()
    of = open_check or (evidence.check_of if evidence is not None else None)
    heard, is_new = Heard.objects.get_or_create(
        provider=provider,
        what=Heard.What.NOTICE,
        dedupe_key=notice.key[:64],
        defaults={
            "check_of": of,
            "raw": body.decode("utf-8", "replace"),
            "received_at": clock.now(),
        },
    )
    if not is_new:
        return
    if notice.what == "finished" and open_check is not None:
        lock(open_check)
        if open_check.state in rules.OPEN:
            open_check.ask_next_at = machine_now()
            open_check.save(update_fields=["ask_next_at"])
    if notice.what != "revoked" or evidence is None:
        # Nothing more will come of it.
        heard.understood_at = clock.now()
        heard.save(update_fields=["understood_at"])


@upkeep.every(timedelta(seconds=20))
def follow_notices() -> None:
    """Ask about the certificates that a notice says are revoked."""
    waiting = Heard.objects.filter(what=Heard.What.NOTICE, understood_at=None)
    for heard in waiting.select_related("check_of").order_by("pk")[:_AT_ONCE]:
        evidence = Evidence.objects.filter(check_of=heard.check_of).first()
        try:
            if evidence is not None:
                ask_status(evidence)
        except OutsideFailure:
            continue
        _understood(heard)


@transaction.atomic
def _understood(heard: Heard) -> None:
    heard.understood_at = clock.now()
    heard.save(update_fields=["understood_at"])


def ask_status(evidence: Evidence, *, staff: StaffMember | None = None) -> StatusCheck:
    """Ask whether the certificate of `evidence` still holds (現況確認), and write down the answer.

    Not one transaction: the provider is asked in between.

    Raises:
        OutsideFailure: the provider did not answer; what was known before stays.
    """
    connection = queries.offer_of(evidence.check_of.provider).connection
    digest = bytes(evidence.signed_digest) if evidence.signed_digest is not None else None
    status = connection.status(evidence.verification_id, digest)
    return _looked(evidence, status, staff)


@transaction.atomic
def _looked(
    evidence: Evidence, status: sockets.CertStatus, staff: StaffMember | None
) -> StatusCheck:
    look = StatusCheck.objects.create(
        evidence=evidence,
        at=clock.now(),
        state=status.state,
        reason=status.reason,
        is_intact=status.is_intact,
        asked_by=staff,
    )
    if staff is not None:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action="looked_at",
            subject=evidence.check_of.subject,
            sentence=f"電子証明書の現況を確認しました（{look.get_state_display()}）。",
        )
    sockets.looked.announce(look)
    return look
