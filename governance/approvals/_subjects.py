"""What an approval is about: its digest now, its system, and who submitted what it rests on.

Rules of this place: for what the record holds, the record's word counts, not the caller's; whoever recorded a run, or
is named as its origin, submitted evidence, and so did whoever recorded the decision or the page that rests on it. Of a
release it is whoever put it together, all of those for each of its runs and scans and for the decision about it, and
whoever handed in the evidence of that decision; who wrote or registered its policy is barred as an author.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import MissingError, digest_text, parse_strict
from governance.approvals._release_subject import evidence_of, newest_decision, release_row, rests_on, subject_digest
from governance.store import (
    DecisionRow,
    EvidenceRow,
    EvidenceSubmissionRow,
    GatePolicyRow,
    LedgerEntry,
    ReportRow,
    RunRow,
    ScanRow,
    WaiverRow,
    table_of,
)

__all__ = ["RELEASE", "RecordedSubject", "current_digest", "recorded_subject"]

_RUNS, _DECISIONS, _REPORTS = table_of(RunRow), table_of(DecisionRow), table_of(ReportRow)
_POLICIES, _SUBMISSIONS = table_of(GatePolicyRow), table_of(EvidenceSubmissionRow)
_SCANS, _EVIDENCE, _ENTRIES = table_of(ScanRow), table_of(EvidenceRow), table_of(LedgerEntry)
RELEASE: Final = "release"
_IDENTITY: Final = {
    "run": _RUNS.c.run,
    "scan": _SCANS.c.scan,
    "decision": _DECISIONS.c.decision,
    "report": _REPORTS.c.report,
    "waiver": table_of(WaiverRow).c.waiver,
}


@dataclass(frozen=True, kw_only=True)
class RecordedSubject:
    """Something that the record holds."""

    digest: str
    system: str
    submitters: frozenset[str]
    authors: frozenset[str] = frozenset()  # of the policy that it was held against


def current_digest(connection: Connection, kind: str, identity: str) -> str | None:
    """Return the digest of something now, as `recorded_subject` does, without asking who is behind it."""
    if kind == RELEASE:
        return subject_digest(connection, release_row(connection, identity))
    rows = _rows(connection, kind, identity)
    return None if rows is None else _digest(rows[-1])


def recorded_subject(connection: Connection, kind: str, identity: str) -> RecordedSubject | None:
    """Return what the record knows; `None` for kinds that it does not hold; raise `MissingError` for a stranger."""
    if kind == RELEASE:
        return _release(connection, identity)
    rows = _rows(connection, kind, identity)
    if rows is None:
        return None
    newest = rows[-1]
    submitters = _actors(connection, [row["seq"] for row in rows])
    rests_on = newest["run"] if kind == "decision" else newest["subject"] if kind == "report" else ""
    if rests_on:
        runs = connection.execute(select(_RUNS.c.seq).where(_RUNS.c.run == rests_on))
        submitters |= _actors(connection, [seq for (seq,) in runs])
    submitters |= _origins(connection, rests_on or identity)
    authors = frozenset[str]()
    if kind == "decision":
        submitters |= _submitters(connection, newest)
        authors = _authors(connection, newest["policy"])
    return RecordedSubject(
        digest=_digest(newest), system=str(newest["system"]), submitters=frozenset(submitters), authors=authors
    )


def _rows(connection: Connection, kind: str, identity: str) -> Sequence[RowMapping] | None:
    """Return the versions of something; `None` for a kind that the record does not hold."""
    column = _IDENTITY.get(kind)
    if column is None:
        return None
    wanted = select(column.table).where(column == identity).order_by(column.table.c.seq)
    rows = connection.execute(wanted).mappings().all()
    if not rows:
        raise MissingError(f"there is no {kind} {identity!r} in the record", hint="assay ledger log")
    return rows


def _digest(row: RowMapping) -> str:
    # A decision's row holds no digest of itself, but its document word for word.
    return str(row["digest"] if "digest" in row else digest_text(row["document"]))


def _release(connection: Connection, identity: str) -> RecordedSubject:
    row = release_row(connection, identity)
    decision = newest_decision(connection, row["system"], row["digest"])
    measured = rests_on(row)
    seqs = [row["seq"], *([] if decision is None else [decision["seq"]])]
    for column in (_RUNS.c.run, _SCANS.c.scan):
        seqs += connection.execute(select(column.table.c.seq).where(column.in_(measured))).scalars()
    submitters = _actors(connection, seqs)
    for one in measured:
        submitters |= _origins(connection, one)
    if decision is not None:
        submitters |= _submitters(connection, decision)
    return RecordedSubject(
        digest=subject_digest(connection, row),
        system=str(row["system"]),
        submitters=frozenset(submitters),
        authors=frozenset() if decision is None else _authors(connection, decision["policy"]),
    )


def _actors(connection: Connection, seqs: list[int]) -> set[str]:
    bodies = connection.execute(select(_ENTRIES.c.body).where(_ENTRIES.c.seq.in_(seqs)))
    return {_actor_in(bytes(body)) for (body,) in bodies}


def _actor_in(body: bytes) -> str:
    entry = parse_strict(body)
    actor = entry.get("actor") if isinstance(entry, dict) else None
    return str(actor.get("id")) if isinstance(actor, dict) else ""


def _submitters(connection: Connection, decision: RowMapping) -> set[str]:
    """Return who handed in the evidence that a decision names."""
    named = _SUBMISSIONS.c.evidence.in_(evidence_of(decision))
    return {str(person) for (person,) in connection.execute(select(_SUBMISSIONS.c.submitter).where(named))}


def _authors(connection: Connection, policy: str) -> frozenset[str]:
    """Return who wrote or registered a policy, wherever it was registered."""
    found = connection.execute(
        select(_POLICIES.c.author, _POLICIES.c.registered_by).where(_POLICIES.c.digest == policy)
    )
    return frozenset(str(person) for both in found for person in both)


def _origins(connection: Connection, subject: str) -> set[str]:
    found = connection.execute(select(_EVIDENCE.c.origin_actor).where(_EVIDENCE.c.subject == subject))
    return {str(actor) for (actor,) in found if actor}
