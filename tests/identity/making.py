"""Providers, checks and evidence for tests."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import make_procedure, make_resident
from yakuba.identity.models import Evidence, IdentityCheck, Provider
from yakuba.kit import clock
from yakuba.kit.secrets import keyed_hash
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Run
from yakuba.residents.models import Resident

_numbers = itertools.count(1)


def make_provider(
    *, kind: str = "platform_operator", is_on: bool = True, settings: dict[str, Any] | None = None
) -> Provider:
    return Provider.objects.create(
        kind=kind,
        name=f"確認サービス{next(_numbers)}",
        settings=settings or {},
        is_on=is_on,
        made_at=clock.now(),
    )


def make_run(resident: Resident | None = None) -> Run:
    return procedures.begin(procedure=make_procedure(), resident=resident or make_resident()).run


def make_check(
    *,
    run: Run | None = None,
    state: str = "begun",
    purpose: str = "authenticate",
    question: str = "who",
) -> IdentityCheck:
    run = run or make_run()
    assert run.resident is not None
    number = next(_numbers)
    return IdentityCheck.objects.create(
        run=run,
        run_id_kept=run.pk,
        resident=run.resident,
        question=question,
        purpose=purpose,
        provider=make_provider(),
        state=state,
        state_hash=number.to_bytes(32, "big"),
        nonce_hash=number.to_bytes(32, "big"),
        reference=f"ver_{number}",
        begun_at=clock.now(),
        expires_at=datetime.now(UTC) + timedelta(minutes=10),
    )


def make_evidence(check: IdentityCheck | None = None, *, person: str = "psn_1") -> Evidence:
    check = check or make_check(state="verified")
    return Evidence.objects.create(
        check_of=check,
        verification_id=check.reference or "",
        verification_hash=keyed_hash(check.reference or "", purpose="identity.verification"),
        person_id=person,
        person_hash=keyed_hash(person, purpose="identity.person"),
        attributes={"name": "山田花子", "born_on": "1990-05-14"},
        substitutes={},
        revocation_state="good",
        revocation_source="ocsp",
        custody=Evidence.Custody.PROVIDER_HOLDS,
        raw="{}",
        verified_at=clock.now(),
        evidence_hash=bytes(32),
    )
