"""What people approve when they approve a release: its manifest, the decision about it, and what was measured since.

Rules of this place: the digest covers the manifest, the newest decision about exactly this manifest, the standing of
its policy and of the evidence that it names, the versions and estimates of the runs and scans that the record holds
now, and every later attempt at the same work. So a new decision, a policy that was withdrawn, evidence that was
returned, labels that corrected a number, or a candidate that was tried again voids what was approved before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, or_, select

from assay.kernel import JsonValue, MissingError, digest_json, digest_text, parse_strict
from governance.access import ANY_SYSTEM
from governance.store import (
    ApprovalRequestRow,
    DecisionRow,
    EstimateRow,
    EvidenceReviewRow,
    GatePolicyRow,
    ReleaseEventRow,
    ReleaseRow,
    RunRow,
    ScanRow,
    table_of,
)

__all__ = ["evidence_of", "newest_decision", "release_row", "rests_on", "subject_digest"]

_RELEASES, _DECISIONS = table_of(ReleaseRow), table_of(DecisionRow)
_RUNS, _SCANS, _ESTIMATES = table_of(RunRow), table_of(ScanRow), table_of(EstimateRow)
_POLICIES, _REVIEWS = table_of(GatePolicyRow), table_of(EvidenceReviewRow)
_EVENTS, _REQUESTS = table_of(ReleaseEventRow), table_of(ApprovalRequestRow)
_COMPLETE: Final = "complete"
_SETTLED: Final = frozenset({"rejected", "released", "superseded", "recalled"})


def release_row(connection: Connection, release: str) -> RowMapping:
    """Return the row of a release; raise `MissingError`."""
    row = connection.execute(select(_RELEASES).where(_RELEASES.c.release == release)).mappings().first()
    if row is None:
        raise MissingError(f"there is no release {release[:80]!r}", hint="assay releases list")
    return row


def newest_decision(connection: Connection, system: str, manifest_digest: str) -> RowMapping | None:
    """Return the newest decision about exactly this manifest, whatever it says."""
    wanted = select(_DECISIONS).where(_DECISIONS.c.system == system, _DECISIONS.c.release_digest == manifest_digest)
    return connection.execute(wanted.order_by(_DECISIONS.c.seq.desc()).limit(1)).mappings().first()


def rests_on(row: RowMapping) -> tuple[str, ...]:
    """Return the ids of the runs and scans of a release."""
    manifest = _object(parse_strict(row["manifest"].encode("utf-8")))
    return tuple(str(_object(one)["id"]) for kind in ("runs", "scans") for one in _objects(manifest[kind]))


def subject_digest(connection: Connection, row: RowMapping) -> str:
    """Return the digest of what an approver is to see now; of what is settled, of what they saw then."""
    settled = _settled(connection, row["release"])
    if settled is not None:
        return settled
    ids = rests_on(row)
    versions = {**_digests(connection, _RUNS.c.run, ids), **_digests(connection, _SCANS.c.scan, ids)}
    return digest_json(
        {
            "format": "assay-release-subject/1",
            "release": row["release"],
            "manifest": digest_text(row["manifest"]),
            "decision": _decided(connection, row),
            "evidence": dict(versions),
            "estimates": dict(_stamps(connection, _ESTIMATES.c.run, ids)),
            "attempts": [*_attempts(connection, row, ids)],
        }
    )


def _settled(connection: Connection, release: str) -> str | None:
    """Return what the last request was about, where the release was rejected or is or was in use; else None."""
    last = select(_EVENTS.c.state, _EVENTS.c.request).where(_EVENTS.c.release == release)
    found = connection.execute(last.order_by(_EVENTS.c.position.desc()).limit(1)).one()
    if found.state not in _SETTLED:
        return None
    about = select(_REQUESTS.c.subject_digest).where(_REQUESTS.c.request == found.request)
    return str(connection.execute(about).scalar_one())


def evidence_of(decision: RowMapping) -> tuple[str, ...]:
    """Return the ids of the evidence that a decision names beside its runs."""
    named = _object(parse_strict(decision["document"].encode("utf-8"))).get("evidence", [])
    return tuple(str(_object(one).get("evidence")) for one in _objects(named))


def _decided(connection: Connection, row: RowMapping) -> JsonValue:
    """Return what stands for the decision, its policy and its evidence now; None where nothing was decided."""
    decision = newest_decision(connection, row["system"], row["digest"])
    if decision is None:
        return None
    places = (row["system"], ANY_SYSTEM)
    registered = select(_POLICIES.c.gate_policy).where(
        _POLICIES.c.digest == decision["policy"], _POLICIES.c.system.in_(places)
    )
    return {
        "id": decision["decision"],  # the same words later are another
        "policy": decision["policy"],
        "registrations": dict(
            _stamps(connection, _POLICIES.c.gate_policy, [*connection.execute(registered).scalars()])
        ),
        "reviews": dict(_stamps(connection, _REVIEWS.c.evidence, evidence_of(decision))),
    }


def _stamps(connection: Connection, column: Any, ids: Sequence[str]) -> dict[str, int]:  # noqa: ANN401  of any table
    """Return the newest entry about each, where there is one."""
    wanted = select(column, func.max(column.table.c.seq)).where(column.in_(ids)).group_by(column)
    return {str(one): int(seq) for one, seq in connection.execute(wanted)}


def _digests(connection: Connection, column: Any, ids: Sequence[str]) -> dict[str, str]:  # noqa: ANN401  of any table
    wanted = select(column, column.table.c.digest).where(column.in_(ids)).order_by(column.table.c.seq)
    return {str(one): str(digest) for one, digest in connection.execute(wanted)}


def _attempts(connection: Connection, row: RowMapping, ids: Sequence[str]) -> Iterable[str]:
    """Yield the digests of complete runs of the same work that came later and are no part of the release."""
    of_system = select(_RUNS.c.digest, _RUNS.c.plan).where(_RUNS.c.system == row["system"])
    own = [_Work.of(plan) for _, plan in connection.execute(of_system.where(_RUNS.c.run.in_(ids)))]
    later = of_system.where(_RUNS.c.seq > row["seq"], _RUNS.c.outcome == _COMPLETE, _RUNS.c.run.not_in(ids))
    asked = or_(*(_RUNS.c.plan.contains(one.asked) for one in own))  # few are parsed of many
    found = connection.execute(later.where(asked).order_by(_RUNS.c.seq))
    yield from (str(digest) for digest, plan in found if _Work.of(plan) in own)


@dataclass(frozen=True)
class _Work:
    """What makes two runs attempts at the same: questions, application, its version and commit."""

    asked: str  # digest of the ids of the questions
    rest: str

    @classmethod
    def of(cls, plan: str) -> "_Work":
        document = _object(parse_strict(plan.encode("utf-8")))
        target, questions = _object(document["target"]), _object(document["questions"])
        git, origin = _object(document["git"]), _object(document["origin"])
        version = {"target": target.get("name"), "version": target.get("version")}
        source = {"commit": git.get("commit"), "dirty": git.get("dirty"), "origin": origin.get("commit")}
        rest = digest_json({"questions": questions.get("digest"), **version, **source})
        return cls(asked=str(questions.get("ids_digest")), rest=rest)


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else []
