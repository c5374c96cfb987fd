"""What the tables promise whatever the code does."""

import pytest
from django.db import IntegrityError, transaction

from tests.identity.making import make_check, make_evidence
from yakuba.identity.models import Evidence, IdentityCheck
from yakuba.kit.fields import NotSearchable

pytestmark = pytest.mark.django_db


def test_two_checks_of_one_question_are_never_both_verified() -> None:
    one = make_check(state="verified")

    with pytest.raises(IntegrityError, match="identity_verified_once"), transaction.atomic():
        make_check(run=one.run, state="verified")


def test_two_checks_of_one_question_are_never_both_under_way() -> None:
    one = make_check(state="begun")

    with pytest.raises(IntegrityError, match="identity_one_open_check"), transaction.atomic():
        make_check(run=one.run, state="none")


def test_evidence_stays_as_it_was() -> None:
    evidence = make_evidence()

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Evidence.objects.update(policy_oid="1.2.3")

    evidence.save(update_fields=["attributes"])  # as the rotation of keys does


def test_a_service_provider_keeps_no_certificate() -> None:
    evidence = make_evidence()

    evidence.certificate = "MII"
    with pytest.raises(IntegrityError, match="provider_holds_the_certificate"):
        evidence.save(update_fields=["certificate"])


def test_nothing_personal_can_be_searched_for() -> None:
    with pytest.raises(NotSearchable):
        Evidence.objects.filter(person_id="psn").first()


def test_a_signature_needs_something_that_is_signed() -> None:
    with pytest.raises(IntegrityError, match="identity_signs_something"):
        make_check(purpose=IdentityCheck.Purpose.SIGN)
