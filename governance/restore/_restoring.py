"""Restoring a store from a backup.

Rules of this place: what is put back was checked before anything is touched; entries that would be lost are named, and
without `accept_loss` nothing happens; a team's store asks for the approval of two other people; everything from the
first look to the switch holds the writers' lock; each step can be repeated, so that after a crash the same command, or
merely opening the store, goes on; nothing that was there is deleted.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from assay.kernel import Clock, ForbiddenError, IntegrityError, UnavailableError, format_time
from governance.backup import (
    Archive,
    CheckedBackup,
    CopyThatExists,
    Declaration,
    Manifest,
    RestoreApprovals,
    check_backup,
    open_archive,
)
from governance.ledger import Actor, KeyFolder, Verifier
from governance.record import Record
from governance.restore._present import earlier_losses, look, newest_known
from governance.restore._staging import Staged, put_files_back, stage
from governance.restore._switching import put_in_place
from governance.restore._types import Present, Restored, RestorePlan
from governance.store import fair_lock

__all__ = ["restore_store"]

_NEEDED: Final = 2  # people
_PREPARED: Final = ".restore-"  # begins the name of a folder


@dataclass(frozen=True, kw_only=True)
class _Loss:
    until: int
    note: str | None


def restore_store(plan: RestorePlan, actor: Actor, clock: Clock, approvals: RestoreApprovals | None = None) -> Restored:
    """Put a backup back and declare it.

    Raise `IntegrityError` for a broken backup, `ForbiddenError` where the loss was not accepted or two people did not
    approve, `UnavailableError` while somebody has the store open or where the key is not at hand.
    """
    checked, keys = check_backup(plan.backup, plan.passphrase), KeyFolder(plan.keys)
    keys.prepare()
    with fair_lock(keys.lock_file), open_archive(plan.backup) as archive, _without_leftovers(plan):
        if archive.manifest != checked.manifest:
            raise IntegrityError(f"{plan.backup} was changed while it was read", hint="type the same command again")
        present = look(plan.url, restored_size=checked.manifest.size, actor=actor, at=format_time(clock.now()))
        aside, is_done = "", present.restored_from == checked.digest  # a crash came after the switch
        ready = None if is_done else _prepare(plan, archive, checked, present, actor, clock, approvals)
        written, kept = put_files_back(archive, plan)
        if ready is not None:
            aside = _switch(ready, plan, present, clock)
    with closing(Record.open(plan.url, plan.keys, clock)) as record:  # takes the key, goes on with the witness file
        declared = record.backups.restores()[0]
    return Restored(
        origin=checked.manifest.origin,
        restored_size=declared.restored_size,
        lost_until=declared.lost_until,
        seq=declared.seq,
        approvers=declared.approvers,
        four_eyes=declared.four_eyes,
        aside=aside,
        files=written,
        kept=kept,
        erasures=() if is_done else present.erasures,
    )


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A prepared store, and what its switch needs to know."""

    staged: Staged
    identity: Verifier
    loss: _Loss


def _prepare(
    plan: RestorePlan,
    archive: Archive,
    checked: CheckedBackup,
    present: Present,
    actor: Actor,
    clock: Clock,
    approvals: RestoreApprovals | None,
) -> _Ready:
    keys, manifest = KeyFolder(plan.keys), checked.manifest
    verifiers = _verifiers(archive, plan)
    loss = _loss(plan, present, keys, verifiers, manifest.size)
    approvers = _approved(plan, present, approvals, checked.digest, actor)
    staged = stage(
        archive,
        plan.state / f"{_PREPARED}{checked.digest.removeprefix('sha256:')[:12]}",
        plan,
        verifiers[0],
        [*_earlier(keys, manifest, loss), _declaration(plan, checked, loss, approvers)],
        _copies(checked, present),
        present.actor or actor,
        clock,
        allowed=present.actor is not None,
    )
    return _Ready(staged=staged, identity=verifiers[0], loss=loss)


def _switch(ready: _Ready, plan: RestorePlan, present: Present, clock: Clock) -> str:
    """Put the key, then the store into place; return where the old store is now."""
    name = ready.staged.folder.name.removeprefix(".")
    _place_keys(ready.staged, KeyFolder(plan.keys), ready.identity, ready.loss, name)
    moment = format_time(clock.now()).replace(":", "").replace(".", "").replace("-", "").lower()
    return put_in_place(ready.staged.store, plan.url, f"replaced-{moment}", plan.state, present_size=present.size)


@contextmanager
def _without_leftovers(plan: RestorePlan) -> Iterator[None]:
    """Remove what was prepared, before and after: it holds a key."""
    try:
        _forget_prepared(plan)
        yield
    finally:
        _forget_prepared(plan)


def _forget_prepared(plan: RestorePlan) -> None:
    for folder in plan.state.glob(f"{_PREPARED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _declaration(plan: RestorePlan, checked: CheckedBackup, loss: _Loss, approvers: tuple[str, ...]) -> Declaration:
    return Declaration(
        backup_digest=checked.digest,
        restored_size=checked.manifest.size,
        lost_until=loss.until,
        lost_checkpoint=loss.note,
        approvers=approvers,
        four_eyes=len(approvers) >= _NEEDED,
        reason=plan.reason,
    )


def _earlier(keys: KeyFolder, manifest: Manifest, loss: _Loss) -> list[Declaration]:
    """Say again what earlier restores lost, where their declarations are lost with this one."""
    return [
        Declaration(
            backup_digest="",
            restored_size=manifest.size,
            lost_until=size,
            lost_checkpoint=note,
            approvers=(),
            four_eyes=False,
        )
        for size, note in earlier_losses(keys, manifest.origin, manifest.size)
        if note != loss.note
    ]


def _copies(checked: CheckedBackup, present: Present) -> tuple[CopyThatExists, ...]:
    """Return the backup itself and those that were made later, each once."""
    manifest = checked.manifest
    itself = CopyThatExists(
        digest=checked.digest,
        size=manifest.size,
        expires_at=manifest.expires_at,
        recorded_at=manifest.made_at,
        has_keys=manifest.has_keys,
    )
    return (itself, *(one for one in present.copies if one.digest != checked.digest))


def _verifiers(archive: Archive, plan: RestorePlan) -> list[Verifier]:
    """Return the backup's key, then the one that signs the present store where it is of the same log."""
    found = [Verifier.parse(archive.read("log.vkey").decode("utf-8"))]
    public = KeyFolder(plan.keys).public_file
    if public.exists():
        current = Verifier.parse(public.read_text(encoding="utf-8"))
        if current.name == found[0].name and current != found[0]:
            found.append(current)
    return found


def _loss(plan: RestorePlan, present: Present, keys: KeyFolder, verifiers: list[Verifier], size: int) -> _Loss:
    until, note = newest_known(present, keys, verifiers, plan.known)
    foreign = present.origin not in {"", verifiers[0].name}
    if plan.accept_loss or (until <= size and not foreign and not present.problem):
        return _Loss(until=max(until, size), note=note if until > size else None)
    if until > size:
        words = f"the store in place is newer: its entries {size}..{until - 1} would be lost"
    elif foreign:
        words = f"the store in place is another log, {present.origin} with {present.size} entries"
    else:
        words = f"the store in place cannot be read ({present.problem}), so nobody can say what would be lost"
    raise ForbiddenError(f"{words}, and nobody declared that", hint="add --accept-loss, with --reason, to declare it")


def _approved(
    plan: RestorePlan, present: Present, approvals: RestoreApprovals | None, digest: str, actor: Actor
) -> tuple[str, ...]:
    if not present.has_team:
        return ()
    if approvals is None or plan.approval is None:
        raise ForbiddenError(
            "this store has a team: two people approve a restore",
            hint=f"ask for the approval of {digest}, then name it",
        )
    agreed = tuple(sorted({*approvals.approvers_of(plan.approval, digest)} - {actor.id}))
    if len(agreed) < _NEEDED:
        raise ForbiddenError(
            f"{len(agreed)} other people approved this restore, expected {_NEEDED}", hint="ask for more approvals"
        )
    return agreed


def _place_keys(staged: Staged, keys: KeyFolder, identity: Verifier, loss: _Loss, name: str) -> None:
    """Have the key of the log where the next opening finds it, and what is lost witnessed."""
    witnessed = keys.last_witnessed()
    is_same_log = witnessed is None or witnessed.startswith(f"{identity.name}\n")
    if keys.is_in_use and is_same_log and loss.note is not None and loss.note != witnessed:
        keys.witness(loss.note)
    if any(KeyFolder(folder).holds(identity) for folder in (keys.path, *keys.path.glob("former-*"))):
        return
    try:
        if keys.is_in_use and is_same_log:  # the key was rotated since: what was witnessed stays in use
            shutil.copy2(keys.witness_file, staged.keys / keys.witness_file.name)
        staged.keys.rename(keys.path / f"former-{name}")
    except OSError as error:
        raise UnavailableError(f"cannot put the key into {keys.path}: {error}", hint="mend the folder") from error
