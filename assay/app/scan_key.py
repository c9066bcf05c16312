"""The key of text digests: the same text has the same digest in every scan of a workspace, and nobody else can test it.

Rules of this place: made once, 32 random bytes, for its owner alone, beside the signing key and so outside the
workspace; never replaced: digests of earlier scans would no longer compare.
"""

import os
import secrets
from pathlib import Path

from assay.app.workspace import Workspace
from assay.kernel import IntegrityError, UnavailableError, private_folder

__all__ = ["text_key"]

_NAME = "text-digest.key"
_BYTES = 32


def text_key(workspace: Workspace) -> bytes:
    """Return the key, making it where there is none; raise `UnavailableError` or `IntegrityError`."""
    workspace.prepare_state()
    path = workspace.key_dir / _NAME
    try:
        if not path.exists():
            private_folder(path.parent)
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise UnavailableError(
            f"cannot read or make {path}: {error.strerror}", hint="set ASSAY_KEYS to another folder"
        ) from error
    if len(key) != _BYTES:
        raise IntegrityError(f"{path} holds {len(key)} bytes, expected {_BYTES}", hint="restore it from a backup")
    return key


def _make(path: Path) -> None:
    """Write the whole file under another name, then link it: of two processes that make it, one wins."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(_BYTES))
        os.fsync(descriptor)
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.close(descriptor)
        temporary.unlink()
