"""From a draft to its manifest: what it names is looked up in the record, and its digests are taken from there.

Rules of this place: a run of another system, a partial one and one that is not recorded are refused, and so are scans;
all runs of a candidate asked one target in one version at one commit; a registered model is a version that was seen; a
deployment is one that the system's profile names, where it names any.
"""

from sqlalchemy import Connection

from assay.kernel import InputError, MissingError
from evaluation.runs import RunOutcome, RunPlan
from evaluation.scans import ScanOutcome
from governance._readers import read_runs
from governance._scans import read_scans
from governance._types import RecordedRun
from governance.registry import resolve_models
from governance.releases._types import Manifest, Measured, ReleaseDraft, ReleaseTarget
from governance.systems import read_newest

__all__ = ["resolve", "target_of"]


def resolve(connection: Connection, draft: ReleaseDraft) -> Manifest:
    """Return the manifest; raise `MissingError` or `InputError` for what cannot be a part of it."""
    _refuse_unknown_place(connection, draft)
    runs = [_run(connection, one, draft.system) for one in sorted(draft.runs)]
    return Manifest(
        system=draft.system,
        version=draft.version,
        deployment=draft.deployment,
        target=_target(runs),
        runs=tuple(Measured(id=one.run, digest=one.digest) for one in runs),
        scans=_scans(connection, draft),
        components=tuple(sorted(draft.components, key=lambda one: (one.name, one.version))),
        models=tuple(sorted(resolve_models(connection, draft.models), key=lambda one: (one.name, one.version))),
        documents=tuple(sorted(draft.documents, key=lambda one: one.digest or "")),
    )


def _refuse_unknown_place(connection: Connection, draft: ReleaseDraft) -> None:
    """Refuse a deployment that the system's profile does not name: in a misspelt one nothing would be superseded."""
    for described in read_newest(connection, system=draft.system):
        known = [one.name for one in described.profile.deployments]
        if known and draft.deployment not in known:
            raise InputError(
                f"{draft.system!r} has no deployment {draft.deployment!r}, it has: {', '.join(known)}",
                hint=f"assay systems change {draft.system} --deployment NAME",
            )


def _run(connection: Connection, run: str, system: str) -> RecordedRun:
    found = read_runs(connection, run=run)
    if not found:
        raise MissingError(f"the run {run[:80]!r} is not in the record", hint="assay runs ingest DIR")
    if found[0].system != system:
        raise InputError(f"the run {run!r} is of the system {found[0].system!r}, the release of {system!r}")
    if found[0].outcome is not RunOutcome.COMPLETE:
        raise InputError(f"the run {run!r} is partial: {found[0].reason}", hint=f"assay run --resume {run}")
    return found[0]


def _target(runs: list[RecordedRun]) -> ReleaseTarget | None:
    targets = {target_of(one.plan) for one in runs}
    if len(targets) > 1:
        named = ", ".join(sorted("answers of elsewhere" if one is None else str(one.as_json()) for one in targets))
        raise InputError(f"the runs measured different things: {named}", hint="one release is one candidate")
    return targets.pop()


def target_of(plan: RunPlan) -> ReleaseTarget | None:
    """Return the application that a plan asks, in its version; `None` for answers of elsewhere."""
    if plan.target is None:
        return None
    commit = (plan.git or {}).get("commit") or plan.origin.commit
    name, version = (str(plan.target.get(key) or "") for key in ("name", "version"))
    return ReleaseTarget(name=name, version=version, commit=str(commit))


def _scans(connection: Connection, draft: ReleaseDraft) -> tuple[Measured, ...]:
    if not draft.scans:
        return ()
    known = {one.scan.scan: one for one in read_scans(connection, system=draft.system)}
    for scan in draft.scans:
        if scan not in known:
            raise MissingError(f"the record holds no scan {scan[:80]!r} of the system {draft.system!r}")
        if known[scan].scan.outcome is not ScanOutcome.COMPLETE:
            raise InputError(f"the scan {scan!r} is partial: {known[scan].scan.reason}", hint="scan it to its end")
    return tuple(Measured(id=scan, digest=known[scan].digest) for scan in sorted(draft.scans))
