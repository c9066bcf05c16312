"""Time stamps of RFC 3161 over checkpoints: whether a token is about this checkpoint, and who signed it.

Rules of this place: a token is DER and is read as far as needed, strictly; that it names the checkpoint's hash needs
the standard library alone; its signature is checked under the certificate that the reader holds, or is said to be
unchecked.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from governance.verifier._signatures import Signed
from governance.verifier._types import BrokenError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["Stamp", "read_certificate"]

_SIGNED_DATA, _TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
_CONTENT_TYPE, _DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
_HASHES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_SEQUENCE, _SET, _OID, _OCTETS, _GENERALIZED_TIME, _FIRST = 0x30, 0x31, 0x06, 0x04, 0x18, 0xA0
_LONG = 0x80
_MOST_LENGTH_BYTES = 4

Node = tuple[int, bytes, bytes]  # tag, content, all bytes


class Stamp:
    """One time-stamp token, or the whole response that carries it."""

    def __init__(self, data: bytes) -> None:
        """Read the token; raise `BrokenError` for anything else."""
        outer = _parts(_one(data), _SEQUENCE)
        if outer and outer[0][0] == _SEQUENCE:  # a response: status first, then the token
            outer = _parts(_at(outer, 1), _SEQUENCE)
        if _content(outer, 0, _OID) != _SIGNED_DATA:
            raise BrokenError("it is no signed time stamp")
        signed = _parts(_one(_content(outer, 1, _FIRST)), _SEQUENCE)
        wrapped = _parts(_at(signed, 2), _SEQUENCE)
        if _content(wrapped, 0, _OID) != _TST_INFO:
            raise BrokenError("it holds something else than a time stamp")
        octets = _one(_content(wrapped, 1, _FIRST))
        self._info = octets[1]
        self._signers = [_parts(one, _SEQUENCE) for one in _parts(_at(signed, -1), _SET)]
        info = _parts(_one(self._info), _SEQUENCE)
        imprint = _parts(_at(info, 2), _SEQUENCE)
        self._hash = _hash_named(_at(imprint, 0))
        self._imprint = _content(imprint, 1, _OCTETS)
        self.time = _time(_content(info, 4, _GENERALIZED_TIME))

    def is_about(self, note: str) -> bool:
        """Whether it stamps this checkpoint."""
        return hashlib.new(self._hash, note.encode()).digest() == self._imprint

    def signed_by(self, certificate: "Certificate") -> Signed:
        """Check the signature under a certificate that was for time stamping when it was made."""
        return max((self._checked(one, certificate) for one in self._signers), key=_ORDER.index, default=Signed.WRONG)

    def _checked(self, signer: list[Node], certificate: "Certificate") -> Signed:
        name = _hash_named(_at(signer, 2))
        attributes = _at(signer, 3)
        if attributes[0] != _FIRST:
            return Signed.WRONG
        told = {_content(pair, 0, _OID): _one(_content(pair, 1, _SET)) for pair in _pairs(attributes)}
        digest = hashlib.new(name, self._info).digest()
        content = told.get(_CONTENT_TYPE, (0, b"", b""))
        if content[1] != _TST_INFO or told.get(_DIGEST, content)[1] != digest:
            return Signed.WRONG
        message = bytes([_SET]) + attributes[2][1:]  # RFC 5652 §5.4: signed with the tag of a set
        signature = next((one[1] for one in signer[4:] if one[0] == _OCTETS), b"")
        is_current = certificate.not_valid_before_utc <= self.time <= certificate.not_valid_after_utc
        return _verified(certificate, name, signature, message) if is_current else Signed.WRONG


_ORDER = [Signed.WRONG, Signed.UNCHECKED, Signed.VALID]


def read_certificate(data: bytes) -> "Certificate":
    """Read a certificate (PEM or DER) that is for time stamping; raise `BrokenError` for any other."""
    # Lazy: hashes are checked where `cryptography` is not installed, too.
    try:
        from cryptography import x509  # noqa: PLC0415
    except ImportError:
        raise BrokenError("it cannot be read here: the package `cryptography` is missing") from None
    try:
        is_text = data.lstrip().startswith(b"-----")
        certificate = x509.load_pem_x509_certificate(data) if is_text else x509.load_der_x509_certificate(data)
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, x509.ExtensionNotFound) as error:
        raise BrokenError(f"it is no certificate for time stamping: {error}") from None
    if x509.oid.ExtendedKeyUsageOID.TIME_STAMPING not in uses:
        raise BrokenError("it is no certificate for time stamping")
    return certificate


def _verified(certificate: "Certificate", name: str, signature: bytes, message: bytes) -> Signed:
    # Lazy: as above.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415

    key, chosen = certificate.public_key(), getattr(hashes, name.upper())()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(chosen))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            return Signed.UNCHECKED
    except UnsupportedAlgorithm:
        return Signed.UNCHECKED
    except InvalidSignature:
        return Signed.WRONG
    return Signed.VALID


def _hash_named(algorithm: Node) -> str:
    oid = _content(_parts(algorithm, _SEQUENCE), 0, _OID)
    if oid not in _HASHES:
        raise BrokenError("it uses a hash that is not read here")
    return _HASHES[oid]


def _time(content: bytes) -> datetime:
    text = content.decode("ascii", errors="replace")
    try:
        return datetime.strptime(text.partition(".")[0].removesuffix("Z"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise BrokenError(f"its time has the wrong form: {text!r}") from None


def _nodes(data: bytes) -> Iterator[Node]:
    place = 0
    while place < len(data):
        start, tag = place, data[place]
        length, place = _length(data, place + 1)
        end = place + length
        if end > len(data):
            raise BrokenError("its DER is cut off")
        yield tag, data[place:end], data[start:end]
        place = end


def _length(data: bytes, place: int) -> tuple[int, int]:
    first = data[place] if place < len(data) else _LONG
    if first < _LONG:
        return first, place + 1
    count = first - _LONG
    if not 0 < count <= _MOST_LENGTH_BYTES or place + count >= len(data):
        raise BrokenError("its DER has a length that is none")
    return int.from_bytes(data[place + 1 : place + 1 + count], "big"), place + 1 + count


def _one(data: bytes) -> Node:
    found = list(_nodes(data))
    if len(found) != 1:
        raise BrokenError("its DER does not hold one value where one is due")
    return found[0]


def _parts(node: Node, tag: int) -> list[Node]:
    if node[0] != tag:
        raise BrokenError(f"its DER holds tag {node[0]:#x}, expected {tag:#x}")
    return list(_nodes(node[1]))


def _pairs(attributes: Node) -> Iterator[list[Node]]:
    return (_parts(one, _SEQUENCE) for one in _nodes(attributes[1]))


def _at(nodes: list[Node], place: int) -> Node:
    try:
        return nodes[place]
    except IndexError:
        raise BrokenError("its DER lacks a part") from None


def _content(nodes: list[Node], place: int, tag: int) -> bytes:
    found = _at(nodes, place)
    if found[0] != tag:
        raise BrokenError(f"its DER holds tag {found[0]:#x}, expected {tag:#x}")
    return found[1]
