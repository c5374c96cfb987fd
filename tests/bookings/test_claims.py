"""The one promise of the table: no two live claims of a unit overlap."""

import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.bookings.making import make_facility
from yakuba.bookings.models import Claim, Unit

NINE = datetime(2027, 6, 5, 0, 0, tzinfo=UTC)  # 9:00 in Japan

pytestmark = pytest.mark.django_db


def _claim(unit: Unit, *, after: int = 0, minutes: int = 60, live: bool = True) -> Claim:
    starts = NINE + timedelta(minutes=after)
    return Claim.objects.create(
        id=uuid.uuid4(),
        unit=unit,
        during=DateTimeTZRange(starts, starts + timedelta(minutes=minutes)),
        kind=Claim.Kind.BOOKING,
        live=live,
    )


def _refused(unit: Unit, *, after: int = 0, minutes: int = 60) -> str | None:
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        _claim(unit, after=after, minutes=minutes)
    cause = broken.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name


def test_two_live_claims_of_a_unit_never_overlap() -> None:
    left, right = make_facility("体育館", "かみいち", units=["左", "右"]).units.order_by("order")
    _claim(left)

    assert _refused(left, after=59) == "claim_no_overlap"
    _claim(right)


def test_claims_that_touch_do_not_overlap() -> None:
    [hall] = make_facility("公民館", "こうみんかん", units=["ホール"]).units.all()

    _claim(hall)
    _claim(hall, after=60)

    assert Claim.objects.filter(live=True).count() == 2


def test_a_claim_that_is_not_live_keeps_nobody_out() -> None:
    [hall] = make_facility("公民館", "こうみんかん", units=["ホール"]).units.all()

    _claim(hall, live=False)
    _claim(hall)

    assert Claim.objects.filter(live=True).count() == 1


def test_a_claim_without_any_time_is_refused() -> None:
    [hall] = make_facility("公民館", "こうみんかん", units=["ホール"]).units.all()

    assert _refused(hall, minutes=0) == "claim_is_a_period"
