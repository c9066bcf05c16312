"""Time stamps over checkpoints: a token is about this one, and signed by the authority whose certificate you hold."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from governance.verifier import BrokenError, LedgerVerdict, Verification, verify_store, witnessed_notes
from governance.verifier._stamps import Stamp
from tests.governance.samples import Place
from tests.governance.verifier.stamping import NOW, Authority
from tests.governance.verifier.stores import attacked, positions
from tests.governance.verifier.test_witness import witness_lines

POSITION = "witness 'stamps.test' of checkpoint 12"


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Make an authority, once."""
    return Authority.make()


def stamped(place: Place, token: bytes, *, size: int = 12, kind: str = "rfc3161") -> None:
    """Put a token beside a checkpoint."""
    cells = (size, kind, "stamps.test", token, "2026-01-02T03:04:05.000000Z")
    attacked(place, lambda database: database.execute("INSERT INTO ledger_witness VALUES (?, ?, ?, ?, ?)", cells))


def checked(place: Place, certificate: bytes | None = None) -> Verification:
    """Verify with the certificate of an authority, or without."""
    trusted = witnessed_notes(place.witness)
    return verify_store(place.store, vkey=place.vkey, trusted=trusted, stamp_certificate=certificate)


def note_of(place: Place, place_from_end: int = 1) -> bytes:
    """Return the bytes of a checkpoint."""
    return witness_lines(place)[-place_from_end].encode()


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_time_stamp_is_checked_under_the_certificate(filled: Place, kind: str) -> None:
    """A token, or the whole response with it, of either kind of key."""
    made = Authority.make(kind)
    stamped(filled, made.token(note_of(filled)))
    stamped(filled, made.response(note_of(filled, 2)), size=11)
    result = checked(filled, made.pem)
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())
    assert not any("not checked" in note for note in result.notes)


def test_without_a_certificate_the_signature_is_said_to_be_unchecked(filled: Place, authority: Authority) -> None:
    """What it is about is checked all the same."""
    stamped(filled, authority.token(note_of(filled)))
    result = checked(filled)
    assert result.verdict is LedgerVerdict.OK
    assert "1 signatures of witnesses were not checked" in result.notes


def test_a_time_stamp_of_another_checkpoint_is_found(filled: Place, authority: Authority) -> None:
    """No certificate is needed for this."""
    stamped(filled, authority.token(note_of(filled, 2)))
    assert positions(checked(filled)) == [POSITION]


@pytest.mark.parametrize("name", ["another authority", "another content", "after its end", "a changed signature"])
def test_a_forged_time_stamp_is_found(filled: Place, authority: Authority, name: str) -> None:
    """Signed by somebody else, over something else, or at a time when the certificate was no longer valid."""
    note = note_of(filled)
    token = {
        "another authority": Authority.make().token(note),
        "another content": authority.token(note, other_info=True),
        "after its end": authority.token(note, at=NOW + timedelta(days=400)),
        "a changed signature": authority.token(note)[:-1] + bytes([authority.token(note)[-1] ^ 1]),
    }[name]
    stamped(filled, token)
    assert positions(checked(filled, authority.pem)) == [POSITION]


@pytest.mark.parametrize("token", [b"", b"0", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01", b"0\x82\xff\xff", b"x" * 99])
def test_garbage_is_no_time_stamp(filled: Place, token: bytes) -> None:
    """DER that is cut off, endless or something else."""
    stamped(filled, token)
    assert positions(checked(filled)) == [POSITION]


def test_every_cut_of_a_token_is_refused(authority: Authority) -> None:
    """Reading stops with an error of ours, wherever the bytes end."""
    token = authority.token(b"note")
    for end in range(len(token)):
        with pytest.raises(BrokenError):
            Stamp(token[:end])


def test_a_witness_of_no_checkpoint_is_found(filled: Place, authority: Authority) -> None:
    """A checkpoint was removed from under it, or never was."""
    stamped(filled, authority.token(b"x"), size=77)
    assert positions(checked(filled)) == ["witness 'stamps.test' of checkpoint 77"]


def test_a_certificate_for_something_else_is_refused(filled: Place) -> None:
    """A certificate of a web server stamps nothing."""
    server = Authority.make(usage=ExtendedKeyUsageOID.SERVER_AUTH)
    for data in (server.pem, b"garbage"):
        with pytest.raises(BrokenError, match="no certificate for time stamping"):
            checked(filled, data)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is another writer of tokens")
def test_a_time_stamp_of_another_implementation_is_read(filled: Place, authority: Authority, tmp_path: Path) -> None:
    """A response that openssl made, with its own attributes, holds under the certificate."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  here alone

    private = authority.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for name, data in {"key.pem": private, "cert.pem": authority.pem, "note": note_of(filled), "serial": b"01"}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "tsa.conf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_cert = cert.pem\nsigner_key = key.pem\n"
        "signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\ness_cert_id_alg = sha256\n"
    )
    for command in (
        "-query -data note -sha256 -out query -no_nonce",
        "-reply -config tsa.conf -queryfile query -out out",
    ):
        subprocess.run(["openssl", "ts", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    stamped(filled, (tmp_path / "out").read_bytes())
    result = checked(filled, authority.pem)
    assert result.findings == ()
