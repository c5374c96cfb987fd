"""RSA keys, made when they are first needed, and kept in a folder if there is one."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

# Making a key takes a tenth of a second, and a test run starts this simulator many times. Whose key
# it is matters to nobody there, so a process makes each key once.
_made: dict[str, rsa.RSAPrivateKey] = {}


class Keyring:
    """The private keys of authorities and cards, by name."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def rsa_key(self, name: str) -> rsa.RSAPrivateKey:
        if self.folder is None:
            if name not in _made:
                _made[name] = _new()
            return _made[name]
        path = self.folder / f"{name}.pem"
        if path.exists():
            key = serialization.load_pem_private_key(path.read_bytes(), None)
            assert isinstance(key, rsa.RSAPrivateKey)
            return key
        key = _new()
        self._keep(path, key)
        return key

    def ec_key(self, name: str) -> ec.EllipticCurvePrivateKey:
        path = self.folder / f"{name}.pem" if self.folder else None
        if path and path.exists():
            key = serialization.load_pem_private_key(path.read_bytes(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            return key
        key = ec.generate_private_key(ec.SECP256R1())
        if path:
            self._keep(path, key)
        return key

    def certificate(self, name: str) -> x509.Certificate | None:
        """Return the certificate that an earlier start has made, if it was kept."""
        path = self.folder / f"{name}.crt" if self.folder else None
        if path is None or not path.exists():
            return None
        return x509.load_pem_x509_certificate(path.read_bytes())

    def keep_certificate(self, name: str, certificate: x509.Certificate) -> x509.Certificate:
        if self.folder:
            path = self.folder / f"{name}.crt"
            path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return certificate

    def _keep(self, path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def _new() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
