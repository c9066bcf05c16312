"""What is done with systems and releases, and who may: rows of the table of entry points."""

import contextlib
import dataclasses
from typing import Final

from assay.kernel import InputError, format_time
from evaluation.runs import RunLog
from governance.access import Role
from governance.releases import Release, ReleaseDraft
from governance.systems import SystemProfile
from tests.contracts.scene import SYSTEM, Act, Attempt, Scene, fresh, may
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.test_record import decision

_PREPARERS = may("engineer", "service")
_MANAGERS = may("engineer", "reviewer")
_APPROVERS = may("reviewer", "approver")


def _recorded_run(here: Scene) -> RunLog:
    plan = dataclasses.replace(plan_for(["a"]), run=fresh("run"))
    # Questions of its own: another run of the same work would void what was approved.
    plan = dataclasses.replace(plan, questions=dataclasses.replace(plan.questions, digest=f"sha256:{plan.run}"))
    log = write_log(here.folder / "runs" / plan.run, plan, [row("a")])
    here.record.ingest_run(log.directory, here.team.add(fresh("engineer"), Role.ENGINEER), mirror=False)
    return log


def _profile(here: Scene) -> SystemProfile:
    return SystemProfile(name=fresh("name"), purpose="", owner=here.team.admin.id)


def describe(here: Scene) -> Attempt:
    """Describe a system that nobody knows yet: a role on another one is none on it."""
    system = fresh("system")
    return lambda actor: here.record.inventory.add(actor, system, _profile(here))


def describe_anew(here: Scene) -> Attempt:
    """Describe a system once more."""
    manager = here.team.add(fresh("manager"), Role.ENGINEER)
    with contextlib.suppress(InputError):  # it is described from the second time on
        here.record.inventory.add(manager, SYSTEM, _profile(here))
    return lambda actor: here.record.inventory.change(actor, SYSTEM, _profile(here))


def _candidate(here: Scene) -> Release:
    """Put a candidate together that a gate let pass."""
    run = _recorded_run(here)
    engineer = here.team.add(fresh("engineer"), Role.ENGINEER)
    draft = ReleaseDraft(system=SYSTEM, version=fresh("v"), runs=(run.plan.run,), deployment=fresh("place"))
    made = here.record.releases.create(engineer, draft)
    passed = dataclasses.replace(
        decision(run.plan.run, run.digest()),
        release=made.id,
        release_digest=made.digest,
        decided_at=here.team.clock.at,
    )
    here.record.record_decision(passed, engineer)
    return made


def _requested(here: Scene) -> Release:
    engineer = here.team.add(fresh("engineer"), Role.ENGINEER)
    return here.record.releases.request(engineer, _candidate(here).id)


def _approved(here: Scene) -> Release:
    made = _requested(here)
    at = format_time(here.team.clock.at)
    reviewer = here.team.add(fresh("reviewer"), Role.REVIEWER)
    reviewer = dataclasses.replace(reviewer, method="oidc", authenticated_at=at)
    here.record.releases.approve(reviewer, made.id, seen=_seen(here, made))
    return made


def _seen(here: Scene, made: Release) -> str:
    return here.record.approvals.digest_of("release", made.id)


def create_release(here: Scene) -> Attempt:
    """Put a candidate together."""
    run = _recorded_run(here).plan.run
    draft = ReleaseDraft(system=SYSTEM, version=fresh("v"), runs=(run,))
    return lambda actor: here.record.releases.create(actor, draft)


def request_release(here: Scene) -> Attempt:
    """Ask for a release."""
    made = _candidate(here)
    return lambda actor: here.record.releases.request(actor, made.id)


def take_up(here: Scene) -> Attempt:
    """Begin a review."""
    made = _requested(here)
    return lambda actor: here.record.releases.take_up(actor, made.id)


def approve_release(here: Scene) -> Attempt:
    """Approve a release that somebody else asked for."""
    made = _requested(here)
    return lambda actor: here.record.releases.approve(actor, made.id, seen=_seen(here, made))


def reject_release(here: Scene) -> Attempt:
    """Reject a release that somebody else asked for."""
    made = _requested(here)
    return lambda actor: here.record.releases.reject(actor, made.id, seen=_seen(here, made), comment="no")


def ship(here: Scene) -> Attempt:
    """Let an approved release out."""
    made = _approved(here)
    return lambda actor: here.record.releases.ship(actor, made.id)


def recall(here: Scene) -> Attempt:
    """Take a release out of use."""
    made = _approved(here)
    here.record.releases.ship(here.team.add(fresh("engineer"), Role.ENGINEER), made.id)
    return lambda actor: here.record.releases.recall(actor, made.id, reason="it lies")


ACTS: Final = {
    "inventory.add": Act(roles=_MANAGERS, prepare=describe, on=None),
    "inventory.change": Act(roles=_MANAGERS, prepare=describe_anew),
    "releases.create": Act(roles=_PREPARERS, prepare=create_release),
    "releases.request": Act(roles=_PREPARERS, prepare=request_release),
    "releases.take_up": Act(roles=_APPROVERS, prepare=take_up, by_token=False, signed_in=True),
    "releases.approve": Act(roles=_APPROVERS, prepare=approve_release, by_token=False, signed_in=True),
    "releases.reject": Act(roles=_APPROVERS, prepare=reject_release, by_token=False, signed_in=True),
    "releases.ship": Act(roles=_PREPARERS, prepare=ship),
    "releases.recall": Act(roles=may("engineer", "reviewer", "approver"), prepare=recall),
}
READING: Final = frozenset(
    {
        *("inventory.profile", "inventory.profiles", "inventory.history"),
        *("releases.release", "releases.releases", "releases.history"),
    }
)
COMMANDS: Final = {
    "systems add": "inventory.add",
    "systems import": "inventory.add",
    "systems change": "inventory.change",
    "releases create": "releases.create",
    "releases request": "releases.request",
    "releases review": "releases.take_up",
    "releases approve": "releases.approve",
    "releases reject": "releases.reject",
    "releases release": "releases.ship",
    "releases recall": "releases.recall",
}
OTHER_COMMANDS: Final = frozenset({"systems list", "systems show", "releases list", "releases show"})
