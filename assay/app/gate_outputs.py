"""The files that a gate writes: for people, for CI, and as an attestation.

Rules of this place: what is written never takes the place of what is read; a file of an earlier decision is removed
before anything else is looked at, so that neither a crash nor a broken policy leaves an old pass; an attestation that
cannot be signed is refused before anything is decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.gate_sheet import Seal, sealing_with
from assay.app.workspace import CONFIGURATION_NAME, Workspace
from assay.kernel import FOR_OTHERS, InputError, UnavailableError, replace_durably
from reports.gate import GateSheet, junit_document, markdown_document, sarif_document, statement_document

if TYPE_CHECKING:
    from governance import Record

__all__ = ["GateOutputs"]


@dataclass(frozen=True, kw_only=True)
class GateOutputs:
    """Files to write."""

    markdown: Path | None = None
    junit: Path | None = None
    sarif: Path | None = None
    attestation: Path | None = None
    attestation_key: str | None = None  # file, `env:NAME` or `file:PATH`; None: the key of the workspace's ledger

    def prepare(self, policy_file: Path | None, workspace: Workspace | None) -> None:
        """Remove what is left of an earlier decision; raise `InputError` for a file that is something else."""
        _refuse_to_overwrite(self._paths(), policy_file, workspace)
        _remove(self._paths())
        if self.attestation_key is not None and self.attestation is None:
            raise InputError(
                "--attestation-key signs an attestation, and none is wanted", hint="add --attestation FILE"
            )

    def seal(self, record: "Record | None") -> Seal | None:
        """Return what signs the attestation, None where none is wanted; raise for a key that is not there."""
        return None if self.attestation is None else sealing_with(self.attestation_key, record)

    def write(self, sheet: GateSheet, seal: Seal | None, *, system: str | None) -> None:
        """Write each file that is wanted."""
        for path, document in self._documents(sheet, seal, system):
            replace_durably(path, document, mode=FOR_OTHERS)

    def _documents(self, sheet: GateSheet, seal: Seal | None, system: str | None) -> Iterator[tuple[Path, bytes]]:
        if self.markdown is not None:
            yield self.markdown, markdown_document(sheet)
        if self.junit is not None:
            yield self.junit, junit_document(sheet)
        if self.sarif is not None:
            yield self.sarif, sarif_document(sheet)
        if self.attestation is not None and seal is not None:  # the last: where it cannot be made, the others are there
            yield self.attestation, seal(statement_document(sheet), system, sheet.recorded or sheet.decision.run)

    def _paths(self) -> list[Path]:
        named = (self.markdown, self.junit, self.sarif, self.attestation)
        return [path for path in named if path is not None]


def _refuse_to_overwrite(paths: list[Path], policy_file: Path | None, workspace: Workspace | None) -> None:
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError(f"{paths[0]} is named for two outputs", hint="name another file")
    for path in paths:
        if problem := _overwritten(path.resolve(), policy_file, workspace):
            raise InputError(f"{path} {problem}: a decision is not written there", hint="name another file")


def _overwritten(path: Path, policy_file: Path | None, workspace: Workspace | None) -> str:
    """Say what a decision written to the resolved `path` would take the place of, "" where it is nothing."""
    if policy_file is not None and path == policy_file.resolve():
        return "is the gate policy"
    if workspace is not None and path == (workspace.root / CONFIGURATION_NAME).resolve():
        return "is the workspace's configuration"
    if workspace is not None and path.is_relative_to(workspace.state.resolve()):
        return "lies in the workspace's state"
    if any((folder / "run.json").is_file() for folder in path.parents):
        return "lies in a run log"
    return "is not a regular file" if path.exists() and not path.is_file() else ""


def _remove(paths: list[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(f"cannot replace {path}: {error.strerror}", hint="name another file") from error
