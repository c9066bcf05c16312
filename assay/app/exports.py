"""What leaves the workspace as a file or on stdout, and the entry that says so.

Rules of this place: where the record holds what is exported, the export is recorded before a byte of it is handed over,
by its digest; what may not be exported is not written; a file is there whole or not at all.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final

from assay import __version__
from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import (
    FOR_OTHERS,
    MissingError,
    UnavailableError,
    digest_bytes,
    replace_durably,
    replace_stream_durably,
)
from evaluation.runs import ExportFormat, RunLog, export_rows

if TYPE_CHECKING:
    from governance.record import Record

__all__ = ["ExportedEvents", "export_openlineage", "export_proof", "export_run"]

_CHUNK: Final = 1 << 20


def export_run(workspace: Workspace, log: RunLog, kind: ExportFormat, out: Path | None, stdout: BinaryIO) -> int:
    """Write a run's rows to `stdout`, or to the file `out`; return the number of lines.

    Raise `ForbiddenError` where the record holds the run and the actor may not export it, `UnavailableError` where the
    disk refuses.
    """
    with tempfile.TemporaryFile() as stage:
        try:
            lines = export_rows(log, kind, stage)
            stage.flush()
        except OSError as error:
            raise UnavailableError(
                f"cannot write to {tempfile.gettempdir()}: {error.strerror}", hint="free space, or set TMPDIR"
            ) from error
        _record_rows(workspace, log, kind, stage)
        stage.seek(0)
        if out is None:
            shutil.copyfileobj(stage, stdout)
        else:
            replace_stream_durably(out, _chunks(stage), mode=FOR_OTHERS)
    return lines


@dataclass(frozen=True, kw_only=True)
class ExportedEvents:
    """Events that were handed over."""

    count: int
    digest: str  # of their bytes
    next_seq: int  # where the next export goes on


def export_openlineage(
    workspace: Workspace, out: Path | None, stdout: BinaryIO, *, since: int = 0, system: str | None = None
) -> ExportedEvents:
    """Write lineage as OpenLineage events to `stdout`, or to the file `out`; raise as `export_run` does."""
    # Lazy: the record brings SQLAlchemy.
    from governance.exports import ExportDraft  # noqa: PLC0415
    from reports.openlineage import openlineage_lines  # noqa: PLC0415

    if not workspace.has_store:
        raise MissingError("there is no store yet, so nothing has lineage", hint="assay run, or assay demo")
    named = system or workspace.settings.default_system
    with closing(open_record(workspace)) as record:
        next_seq = record.checkpoint().size
        lines = list(openlineage_lines(record, named, version=__version__, since=since))
        data = b"".join(lines)
        draft = ExportDraft(
            kind="lineage",
            format="openlineage",
            system=named,
            subject=named,
            digest=digest_bytes(data),
            size=len(data),
        )
        record.exports.record(draft, current_actor(record))
    if out is None:
        stdout.write(data)
        stdout.flush()
    else:
        replace_durably(out, data, mode=FOR_OTHERS)
    return ExportedEvents(count=len(lines), digest=draft.digest, next_seq=next_seq)


def export_proof(
    record: "Record", document: Mapping[str, object], seq: int | None, out: Path, *, system: str | None = None
) -> None:
    """Write a proof to a file, of a system's entry or of the whole store's (None); raise as `export_run` does."""
    from governance.exports import ExportDraft  # noqa: PLC0415  lazy: the record brings SQLAlchemy

    data = (json.dumps(document, indent=1) + "\n").encode("ascii")
    draft = ExportDraft(
        kind="proof",
        format="json",
        system=system,
        subject="ledger" if seq is None else str(seq),
        digest=digest_bytes(data),
        size=len(data),
    )
    record.exports.record(draft, current_actor(record))
    replace_durably(out, data)


def _record_rows(workspace: Workspace, log: RunLog, kind: ExportFormat, stage: IO[bytes]) -> None:
    if not workspace.has_store:
        return
    from governance.exports import ExportDraft  # noqa: PLC0415  lazy: the record brings SQLAlchemy

    with closing(open_record(workspace)) as record:
        try:
            record.run(log.plan.run)
        except MissingError:
            return
        stage.seek(0)
        digest = hashlib.file_digest(stage, "sha256").hexdigest()  # type: ignore[arg-type]  # a file of bytes it is
        draft = ExportDraft(
            kind="rows",
            format=kind.value,
            system=log.plan.system,
            subject=log.plan.run,
            digest=f"sha256:{digest}",
            size=stage.tell(),
        )
        record.exports.record(draft, current_actor(record))


def _chunks(stage: IO[bytes]) -> Iterator[bytes]:
    while chunk := stage.read(_CHUNK):
        yield chunk
