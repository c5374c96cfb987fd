"""The test CA has the public profile of JPKI, and a validator must be told to be strict with it.

These are the probes by which the product's way of validating was chosen: a validator that is left at
its defaults, or a path that is judged by names, lets through what is refused here.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

from simulators.cards import profile
from simulators.cards.ca import Authority, Flaw, Root
from simulators.cards.cards import Card
from simulators.cards.people import Purpose
from simulators.cards.settings import Settings
from simulators.cards.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(Settings())


@dataclass(frozen=True)
class Judge:
    """pyHanko's validator over the test CA, with what it is given."""

    world: World
    ocsp: bytes = b""
    crl: bytes = b""
    is_strict: bool = True
    policy: str = profile.SIGN_POLICY

    @property
    def authority(self) -> Authority:
        return self.world.authority

    def passes(self, certificate: x509.Certificate) -> None:
        build = (
            partial(ValidationContext, revocation_mode="require")
            if self.is_strict
            else ValidationContext
        )
        context = build(
            trust_roots=[_asn1(root.certificate) for root in self.authority.trusted()],
            ocsps=[asn1_ocsp.OCSPResponse.load(self.ocsp)] if self.ocsp else [],
            crls=[asn1_crl.CertificateList.load(self.crl)] if self.crl else [],
            moment=datetime.now(UTC),
            allow_fetching=False,
        )
        params = PKIXValidationParams(
            user_initial_policy_set=frozenset({self.policy}), initial_explicit_policy=True
        )
        validator = CertificateValidator(_asn1(certificate), [], context, params)
        asyncio.run(validator.async_validate_usage({"digital_signature"}))  # type: ignore[no-untyped-call]


class TestWhatAValidatorMustBeTold:
    def test_left_at_its_defaults_it_passes_without_any_word_on_revocation(
        self, world: World
    ) -> None:
        Judge(world, is_strict=False).passes(leaf_of(world, "moved"))

    def test_told_to_require_it_refuses_without(self, world: World) -> None:
        with pytest.raises((InsufficientRevinfoError, ValidationError)):
            Judge(world).passes(leaf_of(world, "hanako"))

    def test_a_good_answer_passes(self, world: World) -> None:
        judged(world, "hanako")

    def test_an_answer_of_revoked_refuses_with_the_reason(self, world: World) -> None:
        with pytest.raises(RevokedError) as refused:
            judged(world, "moved")

        assert refused.value.reason is not None
        assert refused.value.reason.native == "affiliation_changed"

    @pytest.mark.parametrize("flaw", ["stale", "forged", "unknown"])
    def test_an_answer_that_cannot_be_believed_refuses(self, flaw: Flaw, world: World) -> None:
        with pytest.raises(ValidationError):
            judged(world, "hanako", flaw=flaw)

    def test_an_answer_about_somebody_else_refuses(self, world: World) -> None:
        others = said_of(world, "kawari")

        with pytest.raises(ValidationError):
            Judge(world, ocsp=others).passes(leaf_of(world, "hanako"))

    def test_the_policy_must_be_that_of_signing(self, world: World) -> None:
        with pytest.raises(PathValidationError):
            judged(world, "testpolicy")
        with pytest.raises(PathValidationError):
            judged(world, "hanako", policy=profile.AUTHENTICATE_POLICY)

    def test_a_rogue_authority_of_the_same_name_refuses(self, world: World) -> None:
        rogue = world.authority.roots["sign", "rogue"]
        leaf = leaf_of(world, "rogue")
        said = world.authority.ocsp(leaf, rogue)

        assert rogue.certificate.subject == root_of(world, "hanako").certificate.subject
        with pytest.raises((PathBuildingError, ValidationError)):
            Judge(world, ocsp=said).passes(leaf)

    def test_what_has_run_out_refuses(self, world: World) -> None:
        with pytest.raises(PathValidationError):
            judged(world, "expired")

    def test_both_generations_pass_though_their_roots_have_one_name(self, world: World) -> None:
        roots = {root_of(world, card).generation for card in ("taro", "hanako")}

        judged(world, "taro")
        judged(world, "hanako")

        assert roots == {"1", "2"}

    def test_a_list_with_a_directory_name_is_as_good_as_an_answer(self, world: World) -> None:
        root = root_of(world, "hanako")
        listed = Judge(world, crl=world.authority.crl(root))

        listed.passes(leaf_of(world, "hanako"))
        with pytest.raises(RevokedError):
            listed.passes(leaf_of(world, "moved"))

    def test_cryptography_s_own_verifier_does_not_know_the_critical_policy(
        self, world: World
    ) -> None:
        store = Store([root.certificate for root in world.authority.trusted()])
        verifier = PolicyBuilder().store(store).build_client_verifier()

        with pytest.raises(VerificationError):
            verifier.verify(leaf_of(world, "hanako", "authenticate"), [])


class TestTheProfile:
    def test_nothing_made_here_has_the_name_of_jpki(self, world: World) -> None:
        made = [root.certificate for root in world.authority.roots.values()]
        made += [root.responder for root in world.authority.roots.values()]
        made += [leaf_of(world, card, "authenticate") for card in world.cards]

        for certificate in made:
            for name in (certificate.subject, certificate.issuer):
                assert "Test only" in name.rfc4514_string()
                assert "O=JPKI" not in name.rfc4514_string()

    def test_a_signing_certificate_carries_the_attributes_in_the_order_of_the_card(
        self, world: World
    ) -> None:
        leaf = leaf_of(world, "kawari")

        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        others = [name for name in names if isinstance(name, x509.OtherName)]
        assert [one.type_id.dotted_string.rpartition(".")[2] for one in others] == [*"143526"]
        assert [one.value[2:].decode() for one in others[:3]] == ["辻本葵", "319680707", "2"]

    def test_an_authenticating_one_carries_none_and_is_for_logging_in(self, world: World) -> None:
        leaf = leaf_of(world, "hanako", "authenticate")

        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
        assert usage.critical
        assert usage.value.digital_signature
        assert not usage.value.content_commitment
        assert not leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).critical
        with pytest.raises(x509.ExtensionNotFound):
            leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)

    def test_policies_are_critical_and_lists_are_named_not_addressed(self, world: World) -> None:
        leaf = leaf_of(world, "hanako")

        policies = leaf.extensions.get_extension_for_class(x509.CertificatePolicies)
        points = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        names = [name for point in points for name in point.full_name or ()]
        assert policies.critical
        assert [type(name) for name in names] == [x509.DirectoryName]

    def test_a_certificate_ends_with_a_day_in_japan(self, world: World) -> None:
        assert f"{leaf_of(world, 'hanako').not_valid_after_utc:%H:%M:%S}" == "14:59:59"

    def test_a_child_has_no_signing_certificate(self, world: World) -> None:
        assert world.cards["child"].certificate("sign") is None
        assert world.cards["child"].certificate("authenticate") is not None

    def test_a_renewed_card_is_another_certificate_of_the_same_person(self, world: World) -> None:
        old, new = leaf_of(world, "renewed-old"), leaf_of(world, "renewed")

        assert old.serial_number != new.serial_number
        assert old.public_key() != new.public_key()

    def test_an_answer_may_be_asked_for_over_ocsp(self, world: World) -> None:
        answer = x509_ocsp.load_der_ocsp_response(said_of(world, "moved"))

        assert answer.certificate_status is x509_ocsp.OCSPCertStatus.REVOKED
        assert answer.next_update_utc is not None
        assert answer.next_update_utc > datetime.now(UTC) + timedelta(hours=1)


def card_of(world: World, key: str) -> Card:
    return world.cards[key]


def leaf_of(world: World, card: str, purpose: Purpose = "sign") -> x509.Certificate:
    leaf = card_of(world, card).certificate(purpose)
    assert leaf is not None
    return leaf


def root_of(world: World, card: str) -> Root:
    root = world.authority.root_of(leaf_of(world, card))
    assert root is not None
    return root


def said_of(world: World, card: str, *, flaw: Flaw = "") -> bytes:
    return world.authority.ocsp(leaf_of(world, card), root_of(world, card), flaw=flaw)


def judged(world: World, card: str, *, flaw: Flaw = "", policy: str = profile.SIGN_POLICY) -> None:
    judge = Judge(world, ocsp=said_of(world, card, flaw=flaw))
    replace(judge, policy=policy).passes(leaf_of(world, card))


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
