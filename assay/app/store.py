"""The store of a workspace: its schema, its copies, its move to another database.

Rules of this place: a passphrase is a reference, resolved here and handed to what seals; what a backup takes beside the
store is what the record refers to and this workspace's own files; caches and the mirror are not kept: they can be made
again.
"""

import os
import re
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.actor import current_actor, local_actor
from assay.app.compose import open_record
from assay.app.settings import resolve_secret
from assay.app.workspace import CONFIGURATION_NAME, Workspace
from assay.kernel import (
    CannotDecideError,
    ConfigurationError,
    ForbiddenError,
    IntegrityError,
    SystemClock,
    UnavailableError,
    format_time,
)

if TYPE_CHECKING:
    from governance.approvals import ApprovalRequest
    from governance.backup import CheckedBackup, MadeBackup, Manifest
    from governance.ledger import Actor
    from governance.record import Record
    from governance.restore import Restored
    from governance.schema import MovedStore, SchemaChange

__all__ = [
    "DEFAULT_PASSPHRASE",
    "RestoreOptions",
    "ask",
    "back_up",
    "check",
    "migrate",
    "move",
    "restore",
]

DEFAULT_PASSPHRASE: Final = "env:ASSAY_BACKUP_PASSPHRASE"  # noqa: S105  where it is, not what it is
_SQLITE: Final = "sqlite:///"
_REFERENCE: Final = re.compile(r"(env|file):.+")


@dataclass(frozen=True, kw_only=True)
class RestoreOptions:
    """What a person says of a restore."""

    accept_loss: bool = False
    reason: str = ""
    approval: str | None = None
    checkpoint: Path | None = None
    passphrase: str = DEFAULT_PASSPHRASE


def migrate(workspace: Workspace) -> "SchemaChange":
    """Bring the store to the schema of this version."""
    # Lazy: SQLAlchemy costs most of a second.
    from governance.schema import migrate_store  # noqa: PLC0415

    workspace.prepare_state()
    return migrate_store(workspace.store_url, workspace.key_dir)


def move(workspace: Workspace, url: str) -> "MovedStore":
    """Copy the store and its key folder to another database."""
    from governance.schema import move_store  # noqa: PLC0415  lazy, as in migrate

    return move_store(workspace.store_url, workspace.key_dir, to_url=url, to_key_dir=workspace.key_dir_of(url))


def back_up(
    workspace: Workspace, out: Path, *, keep_days: int, with_keys: bool, passphrase: str
) -> "tuple[MadeBackup, Manifest]":
    """Write a backup to a file that is not there yet, and record it."""
    from governance.backup import BackupPlan  # noqa: PLC0415  lazy, as in migrate

    secret = _secret(passphrase) if with_keys else None
    expires_at = format_time(SystemClock().now() + timedelta(days=keep_days))
    plan = BackupPlan(folders=_folders(workspace), files=_files(workspace), passphrase=secret, expires_at=expires_at)
    record = open_record(workspace)
    try:
        return record.backups.make(out.resolve(), plan, current_actor(record))
    finally:
        record.close()


def check(backup: Path, passphrase: str) -> "CheckedBackup":
    """Read every file of a backup and verify its ledger; open its keys where the passphrase is at hand."""
    from governance.backup import check_backup  # noqa: PLC0415  lazy, as in migrate

    return check_backup(backup, _secret_if_there(passphrase))


def restore(workspace: Workspace, backup: Path, options: RestoreOptions) -> "Restored":
    """Put a backup back into this workspace."""
    from governance.restore import RestorePlan, restore_store  # noqa: PLC0415  lazy, as in migrate

    workspace.prepare_state()
    plan = RestorePlan(
        backup=backup,
        url=workspace.store_url,
        keys=workspace.key_dir,
        state=_beside_the_store(workspace),
        folders=_folders(workspace),
        files=_files(workspace),
        passphrase=_secret_if_there(options.passphrase),
        accept_loss=options.accept_loss,
        known=None if options.checkpoint is None else _text(options.checkpoint),
        reason=options.reason,
        approval=options.approval,
    )
    actor, agreed = _known_here(workspace, options.approval)
    return restore_store(plan, actor, SystemClock(), agreed)


def _beside_the_store(workspace: Workspace) -> Path:
    """Return a folder on the store's disk, where it is a file: the old one is kept there, and the new one prepared."""
    url = workspace.store_url
    return Path(url.removeprefix(_SQLITE).partition("?")[0]).parent if url.startswith(_SQLITE) else workspace.state


def ask(workspace: Workspace, backup: Path, comment: str) -> "ApprovalRequest":
    """Ask two people to approve the restore of exactly this file."""
    from governance.approvals import ApprovalDraft, ApprovalPurpose  # noqa: PLC0415  lazy, as in migrate
    from governance.backup import check_backup  # noqa: PLC0415  lazy, as in migrate

    checked = check_backup(backup)
    draft = ApprovalDraft(
        purpose=ApprovalPurpose.RESTORE,
        system=None,
        subject_type="backup",
        subject=f"{checked.manifest.origin} as of {checked.manifest.size}",
        subject_digest=checked.digest,
        needed=2,
        comment=comment,
    )
    with closing(open_record(workspace)) as record:
        return record.approvals.request(current_actor(record), draft)


@dataclass(frozen=True)
class _Agreed:
    """Who approved, as the store told before it was locked for the restore."""

    digest: str
    people: tuple[str, ...]

    def approvers_of(self, request: str, digest: str) -> tuple[str, ...]:
        if digest != self.digest:
            raise ForbiddenError(f"{request} is about {self.digest}, the file is {digest}", hint="ask about this file")
        return self.people


def _known_here(workspace: Workspace, request: str | None) -> "tuple[Actor, _Agreed | None]":
    """Return who acts and who approved, as the present store knows it; where it has no log, whoever is here."""
    from governance.inspection import inspect_store  # noqa: PLC0415  lazy, as in migrate

    try:
        seen = inspect_store(workspace.store_url, workspace.key_dir, at=format_time(SystemClock().now()))
        if seen.entries is None:
            return local_actor(), None
        with closing(open_record(workspace)) as record:
            return current_actor(record), None if request is None else _agreed(record, request)
    except (UnavailableError, IntegrityError, CannotDecideError):  # in ruins: the restore says what that means
        return local_actor(), None


def _agreed(record: "Record", identity: str) -> _Agreed:
    standing = record.approvals.standing(identity)
    request = standing.request
    is_restore = request.purpose.value == "restore" and request.system is None  # it concerns every system
    if not is_restore or standing.state.value != "approved" or not standing.four_eyes:
        raise ForbiddenError(
            f"the request {identity} is for {request.purpose.value} and is {standing.state.value}, expected an"
            " approved restore of the whole store",
            hint="assay approvals list",
        )
    people = {one.approver for one in standing.answers if one.verdict.value == "approved"}
    return _Agreed(request.subject_digest, tuple(sorted(people)))


def _folders(workspace: Workspace) -> dict[str, Path]:
    return {"runs": workspace.runs, "corpus": workspace.corpus_dir, "questions": workspace.questions_dir}


def _files(workspace: Workspace) -> dict[str, Path]:
    return {
        f"workspace/{CONFIGURATION_NAME}": workspace.root / CONFIGURATION_NAME,
        "workspace/gate.yaml": workspace.gate_file,
    }


def _secret(reference: str) -> str:
    if not _REFERENCE.fullmatch(reference):  # and may be the passphrase itself: not repeated
        raise ConfigurationError(
            "--passphrase takes a reference, never the passphrase itself", hint="write env:NAME or file:PATH"
        )
    try:
        return resolve_secret(reference)
    except ConfigurationError as error:
        raise ConfigurationError(error.message, hint=f"{error.hint}, or back up with --without-keys") from error


def _secret_if_there(reference: str) -> str | None:
    if reference == DEFAULT_PASSPHRASE and not os.environ.get(reference.removeprefix("env:")):
        return None
    return _secret(reference)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError(f"cannot read the checkpoint {path}: {error}", hint="name another file") from error
