"""What the ledger means, without a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.payments import rules


@dataclass(frozen=True)
class Entry:
    kind: str
    amount: int
    currency: str = "JPY"


@pytest.mark.parametrize(
    ("entries", "is_voided", "how"),
    [
        ([], False, "due"),
        ([Entry("capture", 200)], False, "partly_paid"),
        ([Entry("capture", 300)], False, "paid"),
        ([Entry("counter", 300)], False, "paid"),
        ([Entry("capture", 300), Entry("capture", 300)], False, "overpaid"),
        ([Entry("capture", 300), Entry("capture", 300), Entry("refund", 300)], False, "paid"),
        ([Entry("capture", 300), Entry("chargeback", 300)], False, "due"),
        ([Entry("capture", 300), Entry("adjust", 100)], False, "overpaid"),
        ([Entry("capture", 300), Entry("adjust", 100), Entry("refund", 100)], False, "paid"),
        ([Entry("capture", 300), Entry("adjust", 300)], False, "refund_due"),
        ([Entry("capture", 300), Entry("adjust", 300), Entry("refund", 300)], False, "none"),
        ([], True, "none"),
        ([Entry("capture", 300)], True, "refund_due"),
        ([Entry("capture", 300), Entry("refund", 300)], True, "none"),
        ([Entry("capture", 300, "USD")], False, "due"),
    ],
)
def test_how_a_charge_of_300_yen_stands(
    entries: list[Entry], is_voided: bool, how: rules.Standing
) -> None:
    found = rules.sums(entries)

    assert rules.standing(300, found, is_voided=is_voided) == how


def test_what_is_planned_to_go_back_is_not_asked_for_twice() -> None:
    entries = [Entry("capture", 300), Entry("capture", 300)]

    assert rules.surplus(300, rules.sums(entries), is_voided=False) == 300
    assert rules.surplus(300, rules.sums(entries, planned_back=300), is_voided=False) == 0
    assert rules.refundable(rules.sums(entries, planned_back=300)) == 300


def test_a_provider_is_asked_after_1_2_5_15_60_minutes_and_then_daily() -> None:
    waits = [rules.ask_after(asked) for asked in range(7)]

    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes == [1, 2, 5, 15, 60, 1440, 1440]


def test_what_we_closed_is_asked_about_for_two_weeks_more() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)

    def asked_again(closed_at: datetime | None, *, is_settled: bool = False) -> datetime | None:
        return rules.ask_again_at(9, now=now, closed_at=closed_at, is_settled=is_settled)

    assert asked_again(None) == now + timedelta(days=1)
    assert asked_again(now - timedelta(days=12)) == now + timedelta(days=1)
    assert asked_again(now - timedelta(days=14)) is None
    assert asked_again(None, is_settled=True) is None


@pytest.mark.parametrize(("today", "late"), [(date(2026, 12, 7), False), (date(2026, 12, 8), True)])
def test_the_last_day_itself_is_in_time(today: date, late: bool) -> None:
    assert rules.is_overdue(date(2026, 12, 7), today=today, how="due") is late
    assert rules.is_overdue(date(2026, 12, 7), today=today, how="paid") is False


def test_a_refund_takes_the_capture_that_fits_else_the_newest_first() -> None:
    captures = [(1, 300), (2, 500)]

    assert rules.split(300, captures).pieces == (rules.Piece(1, 300),)
    assert rules.split(600, captures).pieces == (rules.Piece(2, 500), rules.Piece(1, 100))
    assert rules.split(900, captures).rest == 100


_KINDS = st.sampled_from(["capture", "counter", "refund", "adjust"])


@given(st.integers(1, 1000), st.lists(st.tuples(_KINDS, st.integers(1, 900))), st.booleans())
def test_a_charge_never_asks_for_money_and_gives_money_back_at_once(
    amount: int, moves: list[tuple[str, int]], is_voided: bool
) -> None:
    found = rules.sums([Entry(kind, yen) for kind, yen in moves])

    to_pay = rules.still_to_pay(amount, found, is_voided=is_voided)
    too_much = rules.surplus(amount, found, is_voided=is_voided)
    how = rules.standing(amount, found, is_voided=is_voided)

    assert not (to_pay and too_much)
    assert (to_pay > 0) == (how in ("due", "partly_paid"))
    assert (too_much > 0) == (how in ("overpaid", "refund_due"))
