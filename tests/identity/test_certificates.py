"""Certificates of the test CA, judged by the town alone: nothing that an operator says is taken on trust."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from simulators.cards import profile
from simulators.cards.ca import Flaw
from simulators.cards.people import BLANKS, Purpose
from simulators.cards.settings import Settings
from simulators.cards.telling import flags_of, texts
from simulators.cards.world import World
from yakuba.identity import certificates
from yakuba.identity.certificates import NotYetKnown, Unfit
from yakuba.identity.sockets import Proof

DIGEST = bytes(range(32))


@pytest.fixture(scope="module")
def world() -> World:
    return World(Settings())


@pytest.fixture(scope="module")
def roots(world: World) -> str:
    pems = [root.certificate.public_bytes(Encoding.PEM) for root in world.authority.trusted()]
    return b"".join(pems).decode()


def signed(world: World, card: str, *, flaw: Flaw = "", purpose: Purpose = "sign") -> Proof:
    """Return what an operator hands over after `card` has signed, with the truth about its owner."""
    held = world.cards[card]
    leaf = held.certificate(purpose)
    assert leaf is not None
    root = world.authority.roots[purpose, held.blank.generation]
    told = texts(held.person)
    return Proof(
        verification_id="ver_1",
        attributes={"name": told["name"], "address": told["address"], "born_on": told["birthdate"]},
        substitutes=dict(flags_of(held.person)),
        signed_digest=DIGEST,
        digest_alg="sha-256",
        certificate=leaf.public_bytes(Encoding.DER),
        chain=(root.certificate.public_bytes(Encoding.DER),),
        ocsp=world.authority.ocsp(leaf, root, flaw=flaw),
        signature=held.sign(purpose, DIGEST),
    )


def judge(proof: Proof, roots: str, *, moment: datetime | None = None) -> None:
    certificates.verify(proof, roots, purpose="sign", moment=moment or datetime.now(UTC))


class TestThePath:
    @pytest.mark.parametrize("card", ["hanako", "taro", "renewed", "phone", "kawari", "longname"])
    def test_a_good_card_of_either_generation_is_believed(
        self, card: str, world: World, roots: str
    ) -> None:
        judge(signed(world, card), roots)

    @pytest.mark.parametrize(
        ("card", "reason"),
        [
            ("moved", "moved"),
            ("renewed-old", "renewed"),
            ("expired", "certificate_expired"),
            ("testpolicy", "policy_refused"),
            ("rogue", "policy_refused"),
        ],
    )
    def test_a_bad_card_is_refused_with_its_reason(
        self, card: str, reason: str, world: World, roots: str
    ) -> None:
        with pytest.raises(Unfit) as no:
            judge(signed(world, card), roots)

        assert no.value.reason == reason

    @pytest.mark.parametrize("flaw", ["unknown", "stale", "forged", "down"])
    def test_without_a_word_to_be_believed_it_is_not_known_yet(
        self, flaw: Flaw, world: World, roots: str
    ) -> None:
        with pytest.raises(NotYetKnown):
            judge(signed(world, "hanako", flaw=flaw), roots)

    def test_the_word_about_another_card_says_nothing(self, world: World, roots: str) -> None:
        other = signed(world, "kawari")

        with pytest.raises(NotYetKnown):
            judge(replace(signed(world, "hanako"), ocsp=other.ocsp), roots)

    def test_a_root_that_the_operator_brings_along_is_no_root(
        self, world: World, roots: str
    ) -> None:
        rogue = world.authority.roots["sign", "rogue"].certificate.public_bytes(Encoding.DER)
        proof = signed(world, "rogue")

        assert rogue in proof.chain
        with pytest.raises(Unfit):
            judge(proof, roots)

    def test_a_generation_that_the_town_does_not_know_is_refused(self, world: World) -> None:
        older = world.authority.roots["sign", "1"].certificate.public_bytes(Encoding.PEM).decode()

        judge(signed(world, "taro"), older)
        with pytest.raises(Unfit):
            judge(signed(world, "hanako"), older)

    def test_tomorrow_today_s_word_is_too_old(self, world: World, roots: str) -> None:
        later = datetime.now(UTC) + timedelta(days=3)

        with pytest.raises(NotYetKnown):
            judge(signed(world, "hanako"), roots, moment=later)


class TestWhatTheCertificateSays:
    @pytest.mark.parametrize("card", [blank.key for blank in BLANKS if blank.signs])
    def test_every_person_is_read_from_their_card(self, card: str, world: World) -> None:
        proof = signed(world, card)
        assert proof.certificate is not None

        told = certificates.attributes_of(proof.certificate)

        assert {name: told[name] for name in proof.attributes} == proof.attributes

    def test_letters_that_stand_for_others_are_read_from_the_card(self, world: World) -> None:
        proof = signed(world, "kawari")
        assert proof.certificate is not None

        flags = certificates.substitutes_of(proof.certificate)

        assert flags == {"name": "100", "address": "0" * 14 + "1000"}

    def test_an_operator_cannot_say_that_no_letter_stands_for_another(
        self, world: World, roots: str
    ) -> None:
        with pytest.raises(Unfit):
            judge(replace(signed(world, "kawari"), substitutes={}), roots)

    def test_an_operator_that_marks_nothing_where_nothing_is_marked_is_right(
        self, world: World, roots: str
    ) -> None:
        judge(replace(signed(world, "hanako"), substitutes={}), roots)

    @pytest.mark.parametrize(
        "attributes",
        [{"name": "だれか"}, {"born_on": "1990-05-15"}, {"address": "富山県"}, {"sex": "male"}],
    )
    def test_an_operator_cannot_say_it_is_somebody_else(
        self, attributes: dict[str, str], world: World, roots: str
    ) -> None:
        with pytest.raises(Unfit):
            judge(replace(signed(world, "hanako"), attributes=attributes), roots)

    def test_what_the_certificate_does_not_say_nobody_may_add(
        self, world: World, roots: str
    ) -> None:
        proof = remade(world, {profile.NAME: "山田花子"})

        with pytest.raises(Unfit):
            judge(replace(proof, attributes={"name": "山田花子", "born_on": "1990-05-14"}), roots)

    def test_two_numbers_the_wrong_way_round_are_told_by_their_shape(self, world: World) -> None:
        proof = remade(
            world,
            {
                profile.NAME: "山田花子",
                profile.NAME_FLAGS: "0000",
                profile.ADDRESS: "00000",
                profile.ADDRESS_FLAGS: "富山県上市町"[:5],
            },
        )
        assert proof.certificate is not None

        told = certificates.attributes_of(proof.certificate)

        assert told["address"] == "富山県上市"
        assert certificates.substitutes_of(proof.certificate) == {}

    @pytest.mark.parametrize("born", ["419901332", "4199005", "x19900514", "４19900514"])
    def test_a_day_that_is_none_is_not_told(self, born: str, world: World) -> None:
        proof = remade(world, {profile.NAME: "山田花子", profile.BORN: born})
        assert proof.certificate is not None

        assert "born_on" not in certificates.attributes_of(proof.certificate)

    def test_flags_of_another_length_mark_every_letter(self, world: World) -> None:
        proof = remade(world, {profile.NAME: "山田花子", profile.NAME_FLAGS: "01"})
        assert proof.certificate is not None

        assert certificates.substitutes_of(proof.certificate) == {"name": "1111"}


def remade(world: World, names: dict[str, str]) -> Proof:
    """Return what Hanako has signed, with a certificate of the real root that has other names inside."""
    proof = signed(world, "hanako")
    root = world.authority.roots["sign", "2"]
    was = world.cards["hanako"].certificate("sign")
    assert was is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(was.subject)
        .issuer_name(was.issuer)
        .public_key(was.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(was.not_valid_before_utc)
        .not_valid_after(was.not_valid_after_utc)
    )
    others = [
        x509.OtherName(ObjectIdentifier(oid), profile.utf8(text)) for oid, text in names.items()
    ]
    for one in was.extensions:
        same = not isinstance(one.value, x509.SubjectAlternativeName)
        value = one.value if same else x509.SubjectAlternativeName(others)
        builder = builder.add_extension(value, one.critical)
    leaf = builder.sign(root.key, was.signature_hash_algorithm)  # type: ignore[arg-type]
    return replace(
        proof,
        certificate=leaf.public_bytes(Encoding.DER),
        ocsp=world.authority.ocsp(leaf, root),
    )
