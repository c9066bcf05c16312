"""Documents: build one, list them, hand out the bytes that were recorded."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from assay.app.report import ReportFormat
from assay.app.server_documents import build_document, fetch_document
from assay.server._answers import Report, ReportList
from assay.server._asking import Caller, Identity, Limit, Served, System
from governance.access import Permission

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1")
_BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The bytes; `Digest-Recorded` is what they were checked against.",
        "content": {kind: {} for kind in ("text/html", "text/markdown", "application/json")},
    }
}


class ReportAsked(BaseModel):
    """Which run is to be reported on, and how."""

    model_config = ConfigDict(extra="forbid")

    run: str = Field(max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    baseline: str | None = Field(default=None, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    format: ReportFormat = ReportFormat.HTML


@router.post("/reports", status_code=201)
def build_report(asked: Annotated[ReportAsked, Body()], served: Served, caller: Caller) -> Report:
    """Build the evaluation report of a recorded run; fetch it at /v1/documents."""
    for run in filter(None, (asked.run, asked.baseline)):
        system = served.run(run).system
        served.access.see(caller, system, f"run {run!r}", Permission.MAKE_EXPORT)
        served.record.people.allowed(caller, Permission.MAKE_EXPORT, system)
    built = build_document(
        served.workspace, served.record, caller, run=asked.run, baseline=asked.baseline, kind=asked.format
    )
    return Report.of(served.report(built.id))


@router.get("/reports")
def list_reports(served: Served, caller: Caller, system: System = None, limit: Limit = 100) -> ReportList:
    """List what is recorded of documents, newest first."""
    kept = served.access.readable(caller, served.record.reports(system=system), lambda one: one.report.system)
    return ReportList(reports=[Report.of(one) for one in kept[:limit]])


@router.get("/reports/{report}")
def show_report(report: Identity, served: Served, caller: Caller) -> Report:
    """Show what is recorded of a document."""
    found = served.report(report)
    served.access.see(caller, found.report.system, f"report {report!r}")
    return Report.of(found)


@router.get("/documents/{report}", responses=_BYTES, response_class=Response)
def fetch(report: Identity, served: Served, caller: Caller) -> Response:
    """Hand out a document, its bytes checked against the recorded digest; that it left is an entry of the ledger."""
    found = served.report(report)
    served.access.see(caller, found.report.system, f"report {report!r}")
    document = fetch_document(served.workspace, served.record, caller, found)
    headers = {
        "Content-Disposition": f'attachment; filename="{document.name}"',
        "Digest-Recorded": document.digest,
    }
    return Response(document.data, media_type=document.media_type, headers=headers)
