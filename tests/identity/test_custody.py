"""Where the town is 署名検証者 itself: it holds the certificate, and believes nobody but the path and the signature."""

from dataclasses import replace
from typing import Any

import pytest

from tests.identity.making import Desk, make_provider, settings_of
from yakuba.identity import certificates, operations, queries
from yakuba.identity.kinds.platform_operator import OperatorConnection
from yakuba.identity.models import Evidence, IdentityCheck
from yakuba.identity.sockets import Proof
from yakuba.portal.queries import machine_now

DIGEST = bytes(range(32))


@pytest.fixture
def verifier(desk: Desk) -> Desk:
    desk.provider = make_provider(settings=settings_of(desk.simulator, custody="we_hold"))
    return desk


def sign(desk: Desk, card: str = "hanako") -> str:
    wish = operations.Wish("who", "sign", "申請", ("name", "address", "born_on"), DIGEST)
    check = operations.begin(desk.run, wish=wish, provider=desk.provider)
    return desk.come_back(desk.cards.hold(check.handoff or "", card))


def proof_of(evidence: Evidence) -> Proof:
    proof = queries.proof_kept(evidence)
    assert proof is not None
    return proof


class TestWeHold:
    @pytest.mark.parametrize("card", ["hanako", "taro", "foreign", "longname", "phone"])
    def test_keeps_the_certificate_and_verifies_it_from_what_is_kept(
        self, verifier: Desk, card: str
    ) -> None:
        sign(verifier, card)

        evidence = Evidence.objects.get()
        assert (evidence.custody, bool(evidence.certificate)) == ("we_hold", True)
        roots = verifier.provider.settings["roots"]
        certificates.verify(proof_of(evidence), roots, purpose="sign", moment=machine_now())

    def test_authenticating_is_verified_too(self, verifier: Desk) -> None:
        verifier.prove("hanako")

        assert Evidence.objects.get().certificate

    def test_e40_roots_of_one_name_are_told_apart(self, verifier: Desk) -> None:
        sign(verifier, "rogue")

        assert Evidence.objects.count() == 0
        assert verifier.check.reason == "policy_refused"

    @pytest.mark.parametrize("fault", ["ocsp_forged", "ocsp_stale"])
    def test_an_answer_about_revocation_that_is_forged_or_old_is_no_answer(
        self, verifier: Desk, fault: str
    ) -> None:
        verifier.cards.faults(**{fault: True})

        sign(verifier)

        assert verifier.check.state == IdentityCheck.State.PENDING
        assert Evidence.objects.count() == 0

    @pytest.mark.parametrize(
        "change",
        [
            {"signed_digest": bytes(32)},
            {"attributes": {"name": "だれか"}},
            {"certificate": b"nothing"},
            {"signature": b"nothing"},
        ],
    )
    def test_nothing_of_it_can_be_exchanged(self, verifier: Desk, change: dict[str, Any]) -> None:
        sign(verifier)
        proof = replace(proof_of(Evidence.objects.get()), **change)

        with pytest.raises(certificates.Unfit):
            certificates.verify(
                proof,
                verifier.provider.settings["roots"],
                purpose="sign",
                moment=machine_now(),
            )

    def test_without_a_word_on_revocation_it_is_not_verified(self, verifier: Desk) -> None:
        sign(verifier)
        proof = replace(proof_of(Evidence.objects.get()), ocsp=None)

        with pytest.raises(certificates.NotYetKnown):
            certificates.verify(
                proof,
                verifier.provider.settings["roots"],
                purpose="sign",
                moment=machine_now(),
            )

    def test_a_certificate_for_authenticating_signs_nothing(self, verifier: Desk) -> None:
        verifier.prove("hanako")
        proof = proof_of(Evidence.objects.get())

        with pytest.raises(certificates.Unfit):
            certificates.verify(
                proof,
                verifier.provider.settings["roots"],
                purpose="sign",
                moment=machine_now(),
            )


class TestTheProviderHolds:
    def test_even_if_the_operator_sends_it_the_certificate_is_not_kept(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.provider.settings = {
            **settings_of(desk.simulator, custody="we_hold"),
            "keeps": "provider_holds",
        }
        desk.provider.save()

        desk.prove("hanako")

        evidence = Evidence.objects.get()
        assert (evidence.certificate, evidence.ocsp, evidence.signature) == (None, None, None)
        assert "MII" not in evidence.raw

    def test_e41_letters_that_stand_for_others_are_marked(self, desk: Desk) -> None:
        wish = operations.Wish("who", "sign", "申請", ("name", "address"), DIGEST)
        check = operations.begin(desk.run, wish=wish, provider=desk.provider)

        desk.come_back(desk.cards.hold(check.handoff or "", "kawari"))

        evidence = Evidence.objects.get()
        assert evidence.substitutes["name"].startswith("1")

    @pytest.mark.parametrize(
        ("card", "reason"),
        [
            ("child", "no_signature_certificate"),
            ("moved", "moved"),
            ("renewed-old", "renewed"),
            ("expired", "certificate_expired"),
            ("testpolicy", "policy_refused"),
        ],
    )
    def test_a_card_that_cannot_sign_says_why(self, desk: Desk, card: str, reason: str) -> None:
        page = sign(desk, card)

        assert desk.check.reason == reason
        assert "窓口・郵送でも手続できます。" in page

    def test_e43_a_renewed_card_is_the_same_person(self, desk: Desk) -> None:
        sign(desk, "renewed")
        first = Evidence.objects.get()
        IdentityCheck.objects.update(question="earlier")
        sign(desk, "renewed")

        second = Evidence.objects.exclude(pk=first.pk).get()
        assert bytes(first.person_hash or b"") == bytes(second.person_hash or b"-")

    def test_what_is_signed_is_what_was_asked_for(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = OperatorConnection.complete
        monkeypatch.setattr(
            OperatorConnection,
            "complete",
            lambda self, held: real(self, held).replace(
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "A" * 43 + "="
            ),
        )

        sign(desk)

        assert (desk.check.state, desk.check.reason) == ("failed", "not_believed")
