"""Witnesses beside the key folder's own: copies of checkpoints in other files, and time stamps by an authority.

Rules of this place: witnesses are asked by a command, never while something is recorded, and what goes wrong with one
fails nothing that was; a file gets a checkpoint once; a token is kept only when it is about the checkpoint, answers our
request, and, where the authority's certificate is known, is signed by it.
"""

import hashlib
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from assay.kernel import CannotDecideError, ConfigurationError, IntegrityError, UnavailableError, format_time
from governance._door import Door
from governance.ledger import Checkpoint, append_note, last_note
from governance.store import LedgerWitness, table_of

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest, TimeStampResponse

__all__ = ["WitnessedCheckpoint", "Witnesses"]

_WITNESSES = table_of(LedgerWitness)
_STAMP: Final = "rfc3161"
_TIMEOUT_S: Final = 30
_LARGEST_REPLY: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class WitnessedCheckpoint:
    """What a witness holds."""

    size: int  # entries of the checkpoint
    witness: str  # path of the file, or address of the authority
    is_new: bool
    time: str | None = None  # that the authority states


@dataclass(frozen=True)
class Witnesses:
    """Other parties that hold checkpoints of one store."""

    door: Door

    def copy_to(self, path: Path) -> WitnessedCheckpoint:
        """Append the newest checkpoint to a witness file; raise `UnavailableError` where that cannot be written."""
        newest = self._newest()
        is_new = last_note(path) != newest.note
        if is_new:
            append_note(path, newest.note)
        return WitnessedCheckpoint(size=newest.size, witness=str(path), is_new=is_new)

    def stamp(self, address: str, certificate: Path | None = None) -> WitnessedCheckpoint:
        """Have an RFC 3161 authority stamp the newest checkpoint, and keep its token in the store.

        Raise `UnavailableError` where it does not answer, `IntegrityError` for an answer that is no stamp of it,
        `ConfigurationError` without the extra package.
        """
        newest = self._newest()
        place = (_WITNESSES.c.size == newest.size, _WITNESSES.c.kind == _STAMP, _WITNESSES.c.witness == address)
        with self.door.reading() as connection:
            if connection.execute(select(_WITNESSES.c.size).where(*place)).first() is not None:
                return WitnessedCheckpoint(size=newest.size, witness=address, is_new=False)
        reply = _asked(address, newest.note.encode("utf-8"), certificate)
        row = {"size": newest.size, "kind": _STAMP, "witness": address, "data": reply.time_stamp_token()}
        with self.door.passing() as connection:
            if connection.execute(select(_WITNESSES.c.size).where(*place)).first() is None:
                obtained = format_time(self.door.clock.now())
                connection.execute(insert(_WITNESSES), {**row, "obtained_at": obtained})
        time = format_time(reply.tst_info.gen_time)
        return WitnessedCheckpoint(size=newest.size, witness=address, is_new=True, time=time)

    def _newest(self) -> Checkpoint:
        with self.door.reading() as connection:
            newest = self.door.last_checkpoint(connection)
        if newest is None:
            raise CannotDecideError("the ledger has no checkpoint", hint="assay ledger verify")
        return newest


def _asked(address: str, note: bytes, certificate: Path | None) -> "TimeStampResponse":
    try:
        # Lazy: an optional package.
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(
            "time stamps need the package rfc3161-client", hint="pip install 'assay[timestamp]'"
        ) from error
    request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        reply = decode_timestamp_response(_posted(address, request.as_bytes()))
    except ValueError as error:
        raise IntegrityError(f"{address} did not answer with a time stamp: {error}") from error
    _check(reply, request, note, address)
    if certificate is not None:
        _check_signature(reply, request, note, certificate)
    return reply


def _posted(address: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(address, data=body, headers=headers, method="POST")  # noqa: S310  http(s) alone
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as reply:  # noqa: S310  as above: the settings see to it
            return bytes(reply.read(_LARGEST_REPLY))
    except (urllib.error.URLError, OSError) as error:
        raise UnavailableError(
            f"the time-stamping authority {address} does not answer: {error}", hint="try again later; nothing is lost"
        ) from error


def _check(reply: "TimeStampResponse", request: "TimeStampRequest", note: bytes, address: str) -> None:
    if reply.status != 0:
        raise UnavailableError(f"{address} refused to stamp: status {reply.status}")
    stamped = reply.tst_info
    if stamped.message_imprint.message != hashlib.sha256(note).digest() or stamped.nonce != request.nonce:
        raise IntegrityError(f"{address} answered with a time stamp of something else")


def _check_signature(reply: "TimeStampResponse", request: "TimeStampRequest", note: bytes, path: Path) -> None:
    # Lazy: as above.
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    try:
        roots = load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot read certificates of {path}: {error}", hint="name a PEM file") from error
    builder = VerifierBuilder.from_request(request)
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(reply, note)
    except VerificationError as error:
        raise IntegrityError(f"the time stamp is not signed under the certificates of {path}: {error}") from error
