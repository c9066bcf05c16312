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
from assay.kernel import SystemClock, digest_bytes, replace_durably
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
        days=90,
    ),
    Paper(
        file="evidence/sources.md",
        kind="attestation",
        of="sources are labelled by sensitivity and purpose",
        days=180,
    ),
)


def attack(runner: Runner, target: str) -> RunLog:
    """Ask a target what tries to override or extract its instructions; most is declined before its model hears it."""
    asked = read_attacks(runner.workspace, SUITES, target=target, canaries=()).digest
    return runner.measure(RunRequest(target=target, suites=SUITES), asked)


def scan_answers(workspace: Workspace, logs: Iterable[RunLog], on_message: OnMessage) -> str:
    """Scan what a target answered with the default filters; return the scan's id."""
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
        source.unlink()  # the texts stay where they can be erased: in the run logs
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
    there = {(one.digest, fact.of) for one in list_evidence(workspace).items for fact in one.facts}
    for paper in PAPERS:
        file = workspace.root / paper.file
        if (digest_bytes(file.read_bytes()), paper.of) in there:
            on_message(f"was handed in before: {paper.file}")
            continue
        ends = SystemClock().now().date() + timedelta(days=paper.days)
        order = DocumentOrder(file=file, kind=paper.kind, of=paper.of, expires=ends.isoformat())
        made = submit_document(workspace, order)
        review_item(workspace, made.evidence, accept=True, comment="part of the worked example")
        on_message(f"{paper.kind} {paper.of!r}: {paper.file}, until {ends} ({ALONE})")
