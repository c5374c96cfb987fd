"""Evidence is verified again, whoever holds the certificate; and is erased when its time is over."""

from datetime import timedelta

import pytest

from tests.cast import make_resident
from tests.identity.making import Desk, make_check, make_evidence, make_provider, settings_of
from yakuba.config.cli import main
from yakuba.identity import operations, queries
from yakuba.identity.models import Evidence, Heard, IdentityCheck
from yakuba.kit import clock
from yakuba.kit.secrets import keyed_hash
from yakuba.procedures.models import Run
from yakuba.residents import operations as residents

pytestmark = pytest.mark.django_db


def tamper(*, attributes: dict[str, str]) -> None:
    evidence = Evidence.objects.get()
    evidence.attributes = attributes
    evidence.save(update_fields=["attributes"])


class TestVerifyingAgain:
    @pytest.mark.parametrize("custody", ["provider_holds", "we_hold"])
    def test_what_holds_holds_and_what_was_changed_does_not(
        self, desk: Desk, custody: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk.provider = make_provider(settings=settings_of(desk.simulator, custody=custody))
        desk.prove("hanako")
        whole = operations.verify_again(Evidence.objects.get())
        tamper(attributes={"name": "だれか"})

        code = main(["identity", "verify", "all"])

        assert whole.is_whole, whole.words
        assert code == 1
        assert "合わないもの：1件" in capsys.readouterr().out

    def test_a_card_that_was_revoked_later_was_good_then(self, desk: Desk) -> None:
        desk.provider = make_provider(settings=settings_of(desk.simulator, custody="we_hold"))
        desk.prove("hanako")
        desk.cards.revoke("hanako", "affiliation_changed", "both")

        assert operations.verify_again(Evidence.objects.get()).is_whole

    def test_a_receipt_number_that_nobody_has_is_said(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["identity", "verify", "08-XXXXXXX-X"]) == 2
        assert "ありません" in capsys.readouterr().out


class TestKeeping:
    def test_is_erased_with_what_was_handed_in(self) -> None:
        evidence = make_evidence()

        operations.erase([evidence.check_of.run_id_kept])

        assert (IdentityCheck.objects.count(), Evidence.objects.count()) == (0, 0)

    def test_is_erased_when_the_person_is_forgotten(self) -> None:
        evidence = make_evidence()

        residents.forget(evidence.check_of.resident, staff_id=None, actor="本人")

        assert Evidence.objects.count() == 0

    def test_what_was_never_handed_in_is_erased_after_a_month(self) -> None:
        stopped, active = make_evidence(), make_evidence()
        Run.objects.filter(identity_checks__evidence=stopped).update(status=Run.Status.STOPPED)
        IdentityCheck.objects.update(begun_at=clock.now() - timedelta(days=31))

        operations.erase_unused()

        assert list(Evidence.objects.all()) == [active]

    def test_what_was_said_is_emptied_after_a_month_and_that_it_was_said_stays(
        self, desk: Desk
    ) -> None:
        desk.prove("hanako")
        Heard.objects.update(received_at=clock.now() - timedelta(days=31))

        operations.empty_old_words()

        assert set(Heard.objects.values_list("is_emptied", flat=True)) == {True}
        assert {one.raw for one in Heard.objects.all()} == {""}
        assert queries.is_sealed(Evidence.objects.get())

    def test_another_account_has_to_prove_again_what_is_not_handed_in(self) -> None:
        evidence = make_evidence()
        after = make_resident()

        operations.hand_over(before=evidence.check_of.resident, after=after)

        check = IdentityCheck.objects.get()
        assert (check.resident, check.state, check.reason) == (after, "expired", "account_moved")

    def test_hashes_follow_a_new_key(self) -> None:
        evidence = make_evidence(make_check(state="verified"))
        Evidence.objects.update(person_hash=bytes(16), verification_hash=bytes(16))

        last = operations.rewrite_hashes(None)

        assert operations.rewrite_hashes(last) is None
        evidence.refresh_from_db()
        assert bytes(evidence.person_hash or b"") == keyed_hash("psn_1", purpose=queries.PERSON)
