"""A time-stamping authority for tests: tokens as RFC 3161 writes them, DER by hand, signed with `cryptography`."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SIGNED_DATA, TST_INFO = "2a864886f70d010702", "2a864886f70d0109100104"
CONTENT_TYPE, DIGEST, SHA256 = "2a864886f70d010903", "2a864886f70d010904", "608648016503040201"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def der(tag: int, *parts: bytes) -> bytes:
    """Return one value of DER."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + content


def oid(text: str) -> bytes:
    """Return an object identifier."""
    return der(0x06, bytes.fromhex(text))


def algorithm(text: str) -> bytes:
    """Return an AlgorithmIdentifier without parameters."""
    return der(0x30, oid(text))


@dataclass(frozen=True)
class Authority:
    """A key and its certificate."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, kind: str = "ec", *, days: int = 365, usage: x509.ObjectIdentifier | None = None) -> "Authority":
        """Make an authority whose certificate begins a day before NOW."""
        key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stamps.test")])
        begin = NOW - timedelta(days=1)
        builder = x509.CertificateBuilder(name, name, key.public_key(), 7, begin, begin + timedelta(days=days))
        extended = x509.ExtendedKeyUsage([usage or ExtendedKeyUsageOID.TIME_STAMPING])
        return cls(key, builder.add_extension(extended, critical=True).sign(key, hashes.SHA256()))

    @property
    def pem(self) -> bytes:
        """The certificate as it is published."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def token(self, message: bytes, *, at: datetime = NOW, other_info: bool = False) -> bytes:
        """Stamp a message."""
        info = self._info(message, at)
        digest = hashlib.sha256(b"other" if other_info else info).digest()
        attributes = der(0x30, oid(CONTENT_TYPE), der(0x31, oid(TST_INFO)))
        attributes += der(0x30, oid(DIGEST), der(0x31, der(0x04, digest)))
        signer = der(
            0x30,
            der(0x02, b"\x01"),
            der(0x30, der(0x30), der(0x02, b"\x07")),
            algorithm(SHA256),
            der(0xA0, attributes),
            algorithm("2a8648ce3d040302"),
            der(0x04, self._sign(der(0x31, attributes))),
        )
        content = der(0x30, oid(TST_INFO), der(0xA0, der(0x04, info)))
        signed = der(0x30, der(0x02, b"\x03"), der(0x31, algorithm(SHA256)), content, der(0x31, signer))
        return der(0x30, oid(SIGNED_DATA), der(0xA0, signed))

    def response(self, message: bytes) -> bytes:
        """Return the whole answer of an authority: its status, then the token."""
        return der(0x30, der(0x30, der(0x02, b"\x00")), self.token(message))

    def _info(self, message: bytes, at: datetime) -> bytes:
        imprint = der(0x30, algorithm(SHA256), der(0x04, hashlib.sha256(message).digest()))
        time = der(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())
        return der(0x30, der(0x02, b"\x01"), oid("2a0304"), imprint, der(0x02, b"\x2a"), time)

    def _sign(self, message: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
