"""Documents that the server builds and hands out.

Rules of this place: a file is named after what is in it, so that a later document never takes an earlier one's place;
bytes leave only if they are those that were recorded, and that they leave is an entry before they do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.report import Built, ReportFormat, build_report_with
from assay.app.workspace import Workspace
from assay.kernel import IntegrityError, MissingError, digest_bytes
from governance.exports import ExportDraft

if TYPE_CHECKING:
    from governance import Actor, Record, RecordedReport

__all__ = ["Document", "build_document", "fetch_document"]

_MEDIA: Final = {"html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8", "json": "application/json"}
_SHORT: Final = slice(7, 19)  # of a tagged digest


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document on its way out."""

    name: str
    media_type: str
    digest: str
    data: bytes


def build_document(
    workspace: Workspace, record: "Record", actor: "Actor", *, run: str, baseline: str | None, kind: ReportFormat
) -> Built:
    """Build and record the evaluation report of a run."""
    return build_report_with(
        workspace,
        record,
        actor,
        run=run,
        baseline=baseline,
        kind=kind,
        place=lambda digest: workspace.reports_dir / f"evaluation-{run}-{digest[_SHORT]}.{kind.value}",
    )


def fetch_document(workspace: Workspace, record: "Record", actor: "Actor", report: "RecordedReport") -> Document:
    """Return a document and record that it left.

    Raise `ForbiddenError`, `MissingError` where its file is gone, `IntegrityError` where only other bytes are there.
    """
    record.exports.check_right(actor, report.report.system)
    path, data = _found(workspace, report)
    draft = ExportDraft(
        kind="document",
        format=report.report.format,
        system=report.report.system,
        subject=report.id,
        digest=report.report.digest,
        size=len(data),
    )
    record.exports.record(draft, actor)
    media_type = _MEDIA.get(report.report.format, "application/octet-stream")
    return Document(name=path.name, media_type=media_type, digest=report.report.digest, data=data)


def _found(workspace: Workspace, report: "RecordedReport") -> tuple[Path, bytes]:
    there = [(path, path.read_bytes()) for path in _places(workspace, report) if path.is_file()]
    for path, data in there:
        if digest_bytes(data) == report.report.digest:
            return path, data
    if there:
        raise IntegrityError(
            f"the file of the document {report.id} is not the one that was recorded", hint="build it again"
        )
    raise MissingError(f"the file of the document {report.id} is not on this server any more", hint="build it again")


def _places(workspace: Workspace, report: "RecordedReport") -> Iterator[Path]:
    built = report.report
    for name in (
        f"{built.kind}-{built.subject}-{built.digest[_SHORT]}.{built.format}",
        f"{built.kind}-{built.subject}.{built.format}",
    ):
        if Path(name).name == name:
            yield workspace.reports_dir / name
