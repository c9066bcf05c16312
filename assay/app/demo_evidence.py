"""The demo's evidence: attacks, a scan of answers and papers, by the services of the commands.

Rules of this place: all of it is of the version in use and none is made up: the application that answered the questions
is attacked, what it answered is scanned, and the papers say of the example what its files say; what a single user
accepts alone is said to be that; what was done is not done again.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from assay.app.compose import open_record
from assay.app.demo_runs import Runner
from assay.app.evidence import DocumentOrder, list_evidence, review_item, submit_document
from assay.app.run import RunRequest
from assay.app.scan import ScanRequest, scan
from assay.app.suites import read_attacks
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError, SystemClock, digest_bytes, replace_durably
from evaluation.runs import RunLog
from evaluation.scans import ScanOutcome

__all__ = ["ALONE", "PAPERS", "SUITES", "Paper", "attack", "hand_in", "scan_answers"]

SUITES: Final = ("injection", "leak")
_ANSWERS: Final = "answers.jsonl"
ALONE: Final = "single user: not four eyes"

OnMessage = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A file of the example that proves something which nothing can measure."""

    file: str  # in the workspace
    kind: str
    of: str  # as the rule asks for it
    days: int  # until it expires


PAPERS: Final = (
    Paper(
        file="evidence/filters.md",
        kind="document",
        of="filters in place at the endpoint, with thresholds and what each does",
        days=60,
    ),
    Paper(
        file="evidence/sources.md",
        kind="attestation",
        of="sources are labelled by sensitivity and purpose",
        days=120,
    ),
)


def attack(runner: Runner, target: str) -> RunLog:
    """Ask a target what tries to override or extract its instructions; most is declined before its model hears it."""
    asked = read_attacks(runner.workspace, SUITES, target=target, canaries=()).digest
    return runner.measure(RunRequest(target=target, suites=SUITES), asked)


def scan_answers(workspace: Workspace, logs: Iterable[RunLog], on_message: OnMessage) -> str:
    """Scan what a target answered with the default filters; return the scan's id.

    Raise `CannotDecideError` for a scan that stopped early.
    """
    data = _answers_of(logs)
    with closing(open_record(workspace)) as record:
        known = {one.scan.source_digest: one.scan for one in record.scans(system=workspace.settings.default_system)}
    earlier = known.get(digest_bytes(data))
    if earlier is not None and earlier.outcome is ScanOutcome.COMPLETE:
        on_message(f"was done before: {earlier.scan}")
        return earlier.scan
    source = workspace.state / _ANSWERS
    replace_durably(source, data, mode=0o600)
    try:
        request = ScanRequest(origin=str(source), text_field="answer")
        found = scan(workspace, request, on_message=on_message, on_progress=lambda _progress: None)
    finally:
        source.unlink(missing_ok=True)  # the texts stay where they can be erased: in the run logs
    if found.record.outcome is not ScanOutcome.COMPLETE:
        raise CannotDecideError(
            f"the scan is partial: {found.record.reason}", hint="the same command goes on where it stopped"
        )
    on_message(f"{found.record.rows} answers: " + ", ".join(f"{one.flagged} {one.filter}" for one in found.summaries))
    return found.record.scan


def _answers_of(logs: Iterable[RunLog]) -> bytes:
    rows = (
        {"id": f"{log.plan.run}/{row.id}", "answer": payload.answer}
        for log in logs
        for row, payload in log.joined()
        if payload is not None and payload.answer
    )
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def hand_in(workspace: Workspace, on_message: OnMessage) -> None:
    """Hand in the papers and accept them, which one person may where nobody else is."""
    # Lazy: evidence brings SQLAlchemy, and help does not need it.
    from governance.evidence import ItemState  # noqa: PLC0415

    there = {(one.digest, fact.of): one for one in list_evidence(workspace).items for fact in one.facts}
    for paper in PAPERS:
        known = there.get((digest_bytes((workspace.root / paper.file).read_bytes()), paper.of))
        if known is not None and known.state is not ItemState.SUBMITTED:
            on_message(f"was handed in before: {paper.file}")
            continue
        evidence = _submit(workspace, paper) if known is None else known.id
        item = review_item(workspace, evidence, accept=True, comment="part of the worked example")
        on_message(f"{paper.kind} {paper.of!r}: {paper.file}, until {str(item.expires_at)[:10]} ({ALONE})")


def _submit(workspace: Workspace, paper: Paper) -> str:
    ends = SystemClock().now().date() + timedelta(days=paper.days)
    file = workspace.root / paper.file
    order = DocumentOrder(file=file, kind=paper.kind, of=paper.of, expires=ends.isoformat())
    return submit_document(workspace, order).evidence
