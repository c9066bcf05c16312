"""What a gate's documents are written from: the decision, its place in the policy file, and what the run took.

Rules of this place: the policy file is named as the repository names it, so that a code-scanning service finds the
line; a file outside of any repository is named by its path from here, or by its name alone, never by a path of this
machine.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from assay import __version__
from assay.app.actor import current_actor
from assay.app.settings import resolve_secret
from assay.kernel import CannotDecideError
from evaluation.runs import RunLog
from governance.gate import Decision, Policy, RunFacts, UnreadableRun, places_of
from reports.gate import Artifact, GateSheet, artifacts_of

if TYPE_CHECKING:
    from governance import Record, RecordedDecision

__all__ = ["Seal", "parts_of", "sealing_with", "sheet_of"]

Seal: TypeAlias = Callable[[bytes, str | None, str], bytes]  # of a statement, for a system, about a run or decision


def sheet_of(
    decision: Decision,
    candidate: RunFacts | UnreadableRun,
    *,
    policy: Policy,
    policy_file: Path,
    logs: Sequence[RunLog],
    recorded: "RecordedDecision | None",
    parts: Sequence[Artifact] = (),
) -> GateSheet:
    """Return the sheet; `logs` are of the runs that were decided about, `parts` what a release is made of."""
    subjects, configuration = artifacts_of(decision, [log.plan for log in logs], parts)
    return GateSheet(
        decision=decision,
        version=__version__,
        policy_file=_name_in_repository(policy_file),
        places=places_of(policy_file.read_text(encoding="utf-8-sig"), policy),
        spend=candidate.spend if isinstance(candidate, RunFacts) else None,
        subjects=subjects,
        configuration=configuration,
        recorded=None if recorded is None else recorded.id,
        entry=None if recorded is None else recorded.seq,
    )


def parts_of(decision: Decision, record: "Record | None") -> tuple[Artifact, ...]:
    """Return the components and models of the release that was decided about, none where it was a run."""
    if record is None or decision.release is None:
        return ()
    manifest = record.releases.release(decision.release).manifest
    named = (("component", manifest.components), ("model", manifest.models))
    return tuple(
        Artifact(
            name=f"{kind}/{part.name}", digest=part.digest, notes={"version": part.version} if part.version else {}
        )
        for kind, found in named
        for part in found
        if part.digest is not None
    )


def sealing_with(key: str | None, record: "Record | None") -> Seal:
    """Return what seals a statement: the key that is named (`env:NAME`, `file:PATH` or a path), else the ledger's.

    Raise `ConfigurationError` or `InputError` for a key that cannot be read; the ledger's is asked for when it signs.
    """
    # Lazy: signatures cost start-up time that a gate without an attestation does not owe.
    from governance.exports import PemKey, envelope  # noqa: PLC0415

    if key is not None:
        pem = PemKey(resolve_secret(key if key.startswith(("env:", "file:")) else f"file:{key}").encode())
        return lambda statement, _system, _subject: envelope(statement, pem)
    if record is None:
        raise CannotDecideError("there is no key to sign an attestation", hint="name one with --attestation-key FILE")
    return lambda statement, system, subject: record.exports.attest(
        statement, current_actor(record), system=system, subject=subject
    )


def _name_in_repository(path: Path) -> str:
    found = path.resolve()
    root = next((folder for folder in found.parents if (folder / ".git").exists()), None)
    if root is not None:
        return found.relative_to(root).as_posix()
    relative = Path(os.path.relpath(found)).as_posix()
    return found.name if relative.startswith("../") else relative
