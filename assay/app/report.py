"""Building documents for people: the view, the bytes, the file, and the record of them.

Rules of this place: a document is rendered whole before a byte is written, replaced atomically, and recorded by its
digest through the door; what fails leaves neither half a file nor an entry.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.reading import readable_by
from assay.app.workspace import LATEST, Workspace
from assay.kernel import FOR_OTHERS, MissingError, UnavailableError, digest_bytes, replace_durably
from reports import EvaluationView, OverviewView, render_html, render_json, render_markdown
from reports.build import evaluation_view, overview_view

if TYPE_CHECKING:
    from governance import Actor, Record

__all__ = ["Built", "ReportFormat", "build_report", "build_report_with", "load_overview", "readable_systems"]


class ReportFormat(StrEnum):
    """How a document is written."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"


_RENDERERS: dict[ReportFormat, Callable[[EvaluationView], str]] = {
    ReportFormat.HTML: render_html,
    ReportFormat.MARKDOWN: render_markdown,
    ReportFormat.JSON: render_json,
}


@dataclass(frozen=True, kw_only=True)
class Built:
    """A document on the disk and in the ledger."""

    path: Path
    run: str
    id: str
    digest: str
    sequence: int
    view: EvaluationView


def build_report(
    workspace: Workspace,
    *,
    run: str | None = None,
    baseline: str | None = None,
    kind: ReportFormat = ReportFormat.HTML,
    out: Path | None = None,
    actor: "Actor | None" = None,
) -> Built:
    """Write and record the evaluation report of `run`, of the newest recorded one for `latest` or none.

    `actor`: who signed in; whoever is at this machine without. Raise `MissingError` where there is no such run,
    `UnavailableError` where the file cannot be written.
    """
    with closing(open_record(workspace)) as record:
        chosen = _newest(tuple(found.run for found in record.runs())) if run in {None, LATEST} else str(run)
        who = actor or current_actor(record)
        return build_report_with(workspace, record, who, run=chosen, baseline=baseline, kind=kind, place=_named(out))


def build_report_with(
    workspace: Workspace,
    record: "Record",
    actor: "Actor",
    *,
    run: str,
    baseline: str | None,
    kind: ReportFormat,
    place: Callable[[str], Path | None],
) -> Built:
    """Write and record the report of a run with an open record; `place` names the file by the digest, None: by run."""
    # Lazy: the record brings SQLAlchemy.
    from governance import BuiltReport  # noqa: PLC0415

    size = record.checkpoint().size
    view = evaluation_view(record, run, runs=workspace.runs, baseline=baseline)
    data = _RENDERERS[kind](view).encode("utf-8", "backslashreplace")
    record.exports.check_right(actor, view.header.system)  # before there is a file
    digest = digest_bytes(data)
    path = (place(digest) or workspace.reports_dir / f"evaluation-{run}.{kind.value}").absolute()
    _write(path, data)
    document = BuiltReport(
        kind="evaluation", format=kind.value, system=view.header.system, subject=run, digest=digest, as_of=size
    )
    recorded = record.record_report(document, actor)
    return Built(path=path, run=run, id=recorded.id, digest=digest, sequence=recorded.seq, view=view)


def _named(out: Path | None) -> Callable[[str], Path | None]:
    return lambda _digest: out


def load_overview(workspace: Workspace, *, system: str | None = None, actor: "Actor | None" = None) -> OverviewView:
    """Return the overview of what `actor` (without: whoever is at this machine) may read in the workspace's store."""
    with closing(open_record(workspace)) as record:
        return overview_view(record, readable_by(record, actor or current_actor(record)), system=system)


def readable_systems(workspace: Workspace, actor: "Actor") -> tuple[str, ...]:
    """Return the configured systems that somebody may read."""
    with closing(open_record(workspace)) as record:
        return tuple(filter(readable_by(record, actor), (system.id for system in workspace.settings.systems)))


def _newest(runs: tuple[str, ...]) -> str:
    if not runs:
        raise MissingError("no run is recorded yet", hint="assay run, then assay runs ingest DIR; or assay demo")
    return runs[0]


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(
            f"cannot make the folder {path.parent}: {error.strerror}", hint="choose another file with --out FILE"
        ) from error
    replace_durably(path, data, mode=FOR_OTHERS)
