"""Attestations: DSSE envelopes that other tools verify, each by the log's key an entry of the log."""

import base64
import copy
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # exported without __all__

from assay.kernel import InputError, digest_bytes
from governance.exports import PAYLOAD_TYPE, PemKey, envelope, pre_authentication
from governance.ledger import Signer, Verifier
from tests.governance.samples import ME, Place

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key(private: Ed25519PrivateKey = PRIVATE) -> SSlibKey:
    """Return the public key as securesystemslib knows it, with the id that it derives itself."""
    return SSlibKey.from_crypto(private.public_key())


@settings(deadline=None)
@given(statement=st.binary(max_size=200))
def test_other_tools_verify_what_was_signed(statement: bytes) -> None:
    """Securesystemslib accepts the signature and finds the key by its id, whatever the bytes are."""
    read = Envelope.from_dict(json.loads(envelope(statement, PemKey(PEM))))

    assert (read.payload, read.payload_type) == (statement, PAYLOAD_TYPE)
    assert list(read.verify([key()], 1)) == [key().keyid]
    assert read.pae() == pre_authentication(statement)


def test_a_changed_statement_or_another_key_is_refused() -> None:
    """Nothing but what was signed verifies, and nothing but the key's own public key verifies it."""
    document = json.loads(envelope(b"{}", PemKey(PEM)))
    changed = {**document, "payload": base64.b64encode(b"{ }").decode()}
    stranger = key(Ed25519PrivateKey.from_private_bytes(b"\2" * 32))

    for one, by in ((changed, key()), (document, stranger)):
        with pytest.raises(VerificationError):
            Envelope.from_dict(copy.deepcopy(one)).verify([by], 1)


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"secret words",
        PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret words")),
        generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ],
    ids=["empty", "no key", "encrypted", "another algorithm"],
)
def test_what_is_no_key_is_refused_and_not_shown(pem: bytes) -> None:
    """The message says what is expected and how to make it; it never holds what was read."""
    with pytest.raises(InputError, match="Ed25519") as refused:
        PemKey(pem)

    assert "secret" not in refused.value.message + refused.value.hint
    assert refused.value.__cause__ is None


def test_the_logs_key_signs_nothing_that_could_be_a_checkpoint() -> None:
    """A signature over an envelope can never be put under a checkpoint."""
    signer = Signer("assay.local/test", b"\1" * 32)

    with pytest.raises(ValueError, match="DSSE"):
        signer.sign_envelope(b"assay.local/test\n3\nroot\n")


def test_an_attestation_by_the_logs_key_is_an_entry(place: Place) -> None:
    """The entry holds the digest of the envelope; the key is the log's own."""
    record = place.open()
    sealed = record.exports.attest(b"{}", ME, system="default", subject="run-1")

    public = Ed25519PublicKey.from_public_bytes(Verifier.parse(record.vkey).public)
    assert Envelope.from_dict(json.loads(sealed)).verify([SSlibKey.from_crypto(public)], 1)
    (entry,) = [one for one in record.entries() if one.action == "export.made"]
    assert entry.subject.digest == digest_bytes(sealed)


def test_the_key_is_read_from_a_file(tmp_path: Path) -> None:
    """What openssl writes is taken."""
    (tmp_path / "key.pem").write_bytes(PEM)

    assert PemKey((tmp_path / "key.pem").read_bytes()).public == PRIVATE.public_key().public_bytes_raw()
