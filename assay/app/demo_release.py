"""The demo's release: the version in use, from a candidate to where its gate and a single user lead it.

Rules of this place: nothing is approved that the gate has not passed; what one person asks, approves and lets out alone
is said to be that; a release that is there goes on from where it stands.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from assay.app.demo_evidence import ALONE
from assay.app.gate import Asked, GateOutputs, gate_run
from assay.app.releases import (
    ReleaseOrder,
    answer_release,
    create_release,
    list_releases,
    request_release,
    ship_release,
    show_release,
)
from assay.app.workspace import Workspace
from assay.kernel import SystemClock
from evaluation.runs import RunLog
from governance.gate import DecisionOutcome

if TYPE_CHECKING:
    from governance.releases import Release

__all__ = ["release_version"]

_WORDS: Final = "part of the worked example"


def release_version(
    workspace: Workspace, logs: Sequence[RunLog], scan: str, on_message: Callable[[str], None]
) -> "Release":
    """Create, gate, request, approve and release what these runs and this scan measured, as far as its gate lets it."""
    # Lazy: releases bring SQLAlchemy, and help does not need it.
    from governance.releases import ReleaseState  # noqa: PLC0415

    release = _candidate(workspace, [log.plan.run for log in logs], scan)
    if release.state is ReleaseState.DRAFT:
        outcome = _decide(workspace, release)
        if outcome is not DecisionOutcome.PASS:
            on_message(f"{release.version} stays a draft: about it the gate says {outcome.value}")
            return release
        release = request_release(workspace, release.id, needed=1, days=14, comment=_WORDS)
    if release.state in {ReleaseState.REQUESTED, ReleaseState.IN_REVIEW}:
        seen = show_release(workspace, release.id).seen
        answer_release(workspace, release.id, approve=True, seen=seen, comment=_WORDS)
        release = show_release(workspace, release.id).release
    if release.state is ReleaseState.APPROVED:
        release = ship_release(workspace, release.id)
    on_message(f"{release.version} is {release.state.value}; who asked approved it ({ALONE})")
    return release


def _candidate(workspace: Workspace, runs: Sequence[str], scan: str) -> "Release":
    """Return the newest release of these runs that is not over, or a new one."""
    from governance.releases import FINAL_STATES  # noqa: PLC0415  lazy, as above

    known = list_releases(workspace, system=workspace.settings.default_system)
    for one in known:
        if one.state not in FINAL_STATES and {run.id for run in one.manifest.runs} == set(runs):
            return one
    return create_release(workspace, ReleaseOrder(version=f"1.0.{len(known)}", runs=runs, scans=(scan,)))


def _decide(workspace: Workspace, release: "Release") -> DecisionOutcome:
    asked, now = Asked(release=release.id), SystemClock().now()
    outputs = GateOutputs()
    return gate_run(asked, policy=workspace.gate_file, outputs=outputs, workspace=workspace, now=now).decision.outcome
