"""The public part of JPKI's certificate profile, under names that say "Test only".

Object identifiers and extensions are those that anybody can see in a certificate; the names are
ours on purpose, so that nothing made here can be taken for a certificate of a real person.
"""

from datetime import date

from cryptography import x509
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from simulators.cards.people import Person, Purpose

SIGN_POLICY = "1.2.392.200149.8.5.1.1.20"
AUTHENTICATE_POLICY = "1.2.392.200149.8.5.1.3.30"
TEST_POLICY = "1.2.392.200149.8.5.1.0.20"
ARC = "1.2.392.200149.8.5.5"
NAME, NAME_FLAGS, SEX, BORN, ADDRESS, ADDRESS_FLAGS = (f"{ARC}.{n}" for n in range(1, 7))
_CPS = "http://cps.test-only.example/cps.html"
_USED_FOR: dict[Purpose, str] = {
    "sign": "Test only for digital signature",
    "authenticate": "Test only for user authentication",
}


def policy_of(purpose: Purpose, *, test: bool) -> str:
    if test:
        return TEST_POLICY
    return SIGN_POLICY if purpose == "sign" else AUTHENTICATE_POLICY


def issuer_name(purpose: Purpose) -> x509.Name:
    """Return the one name that all generations of this CA bear."""
    return _name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, "Test only, not JPKI"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, _USED_FOR[purpose]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Test only CA of a simulator"),
    )


def subject_name(serial: str) -> x509.Name:
    """Return a subject as a card has it: an identifier, not the person's name."""
    return _name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.LOCALITY_NAME, "Toyama-ken"),
        (NameOID.LOCALITY_NAME, "Kamiichi-machi"),
        (NameOID.COMMON_NAME, f"Test only {serial}"),
    )


def responder_name(purpose: Purpose) -> x509.Name:
    return x509.Name(
        [*issuer_name(purpose), x509.NameAttribute(NameOID.COMMON_NAME, "Test only OCSP")]
    )


def japanese_name() -> x509.GeneralName:
    return x509.DirectoryName(
        _name(
            (NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, "試験用の認証局（Test only）")
        )
    )


def list_name(purpose: Purpose) -> x509.DirectoryName:
    """Return where the revocation list is: a directory name, as JPKI gives, and no address."""
    return x509.DirectoryName(
        x509.Name(
            [
                *list(issuer_name(purpose))[:3],
                x509.NameAttribute(
                    NameOID.ORGANIZATIONAL_UNIT_NAME, "Test only CRL Distribution Points"
                ),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Toyama-ken"),
                x509.NameAttribute(NameOID.COMMON_NAME, "Kamiichi-machi CRLDP"),
            ]
        )
    )


def usage(**uses: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    more = ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: uses.get(name, False) for name in names + more})


def root_extensions(
    purpose: Purpose, key: x509.SubjectKeyIdentifier
) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (usage(key_cert_sign=True, crl_sign=True), True),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (x509.SubjectAlternativeName([japanese_name()]), False),
        (_distribution(purpose), False),
        (key, False),
    ]


def leaf_extensions(
    purpose: Purpose,
    person: Person,
    *,
    policy: str,
    ocsp: str,
    authority: x509.AuthorityKeyIdentifier,
) -> list[tuple[x509.ExtensionType, bool]]:
    """Return the extensions of a certificate, each with whether it is critical."""
    signs = purpose == "sign"
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (usage(digital_signature=True, content_commitment=signs), True),
        (
            x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(policy), [_CPS])]),
            True,
        ),
        (x509.IssuerAlternativeName([japanese_name()]), False),
        (_distribution(purpose), False),
        (
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(
                        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp)
                    )
                ]
            ),
            False,
        ),
        (authority, False),
    ]
    if signs:
        extensions.append((x509.SubjectAlternativeName(_attributes(person)), False))
    else:
        extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False))
    return extensions


def born_text(born: date) -> str:
    """Write a day as the certificate does: the era's digit, then the Gregorian date."""
    eras = ((date(2019, 5, 1), 5), (date(1989, 1, 8), 4), (date(1926, 12, 25), 3))
    era = next((digit for since, digit in eras if born >= since), 2)
    return f"{era}{born:%Y%m%d}"


def utf8(text: str) -> bytes:
    """Return the DER of a UTF8String."""
    raw = text.encode()
    if len(raw) < 128:
        return b"\x0c" + bytes([len(raw)]) + raw
    length = len(raw).to_bytes((len(raw).bit_length() + 7) // 8)
    return b"\x0c" + bytes([0x80 | len(length)]) + length + raw


def _attributes(person: Person) -> list[x509.GeneralName]:
    in_the_order_of_the_card = (
        (NAME, person.name),
        (BORN, born_text(person.born)),
        (SEX, person.sex),
        (ADDRESS, person.address),
        (NAME_FLAGS, person.name_flags or "0" * len(person.name)),
        (ADDRESS_FLAGS, person.address_flags or "0" * len(person.address)),
    )
    return [x509.OtherName(ObjectIdentifier(oid), utf8(to)) for oid, to in in_the_order_of_the_card]


def _distribution(purpose: Purpose) -> x509.CRLDistributionPoints:
    place = x509.DistributionPoint([list_name(purpose)], None, None, None)
    return x509.CRLDistributionPoints([place])


def _name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])
