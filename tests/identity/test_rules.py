"""How long a look at a certificate holds, and what seals evidence."""

from datetime import UTC, datetime, timedelta

import pytest

from yakuba.identity import rules

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def stand(*, state: str = "good", reason: str = "", ago: timedelta = timedelta()) -> str:
    return rules.standing(
        verified_at=NOON - timedelta(days=30),
        looked_at=NOON - ago,
        state=state,
        reason=reason,
        now=NOON,
        days=1,
    )


@pytest.mark.parametrize(
    ("state", "reason", "ago", "stands"),
    [
        ("good", "", timedelta(days=1), "verified"),
        ("good", "", timedelta(days=1, seconds=1), "pending"),
        ("revoked", "moved", timedelta(), "stale"),
        ("revoked", "renewed", timedelta(), "stale"),
        ("revoked", "key_compromise", timedelta(), "revoked"),
        ("revoked", "key_compromise", timedelta(days=90), "revoked"),
        ("unknown", "", timedelta(), "unknown"),
    ],
)
def test_says_how_evidence_stands(state: str, reason: str, ago: timedelta, stands: str) -> None:
    assert stand(state=state, reason=reason, ago=ago) == stands


def test_asks_a_provider_more_and_more_rarely() -> None:
    waits = [rules.wait_after(asked) for asked in range(20)]

    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=5)


def test_a_changed_letter_breaks_the_seal() -> None:
    facts = {"name": "山田花子", "policy": "1.2"}

    assert rules.seal(facts) == rules.seal(dict(reversed(facts.items())))
    assert rules.seal(facts) != rules.seal({**facts, "name": "山田花江"})
