"""Deciding about a recorded run or a release for somebody who asks over the network.

Rules of this place: the policy is one that the server holds, named by `gate:` and `server.policies:` of assay.yaml; who
asks may say which digest they expect and never what the policy is; whatever is decided is recorded.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from assay.app.gate_policy import recorded_facts
from assay.app.gate_subject import Asked, decide_about
from assay.app.workspace import Workspace
from assay.kernel import AssayError, ConfigurationError, IntegrityError, MissingError
from governance.gate import Policy

if TYPE_CHECKING:
    from governance import Actor, Record, RecordedDecision

__all__ = ["Asked", "decide_for", "held_policy", "policy_names"]


def policy_names(workspace: Workspace) -> tuple[str, ...]:
    """Return the policies that may be asked for; the first one is meant where none is named."""
    return tuple(dict.fromkeys([workspace.settings.gate, *workspace.settings.server.policies]))


def held_policy(workspace: Workspace, name: str | None, digest: str | None) -> Policy:
    """Return a policy that the server holds.

    Raise `MissingError` for another one, `IntegrityError` where its digest is not the one that is expected,
    `ConfigurationError` where its file cannot be read.
    """
    names = policy_names(workspace)
    wanted = name or names[0]
    if wanted not in names:
        raise MissingError(f"this server holds no policy {wanted!r}", hint=f"there are: {', '.join(names)}")
    try:
        policy = Policy.load(workspace.root / wanted)
    except AssayError as error:
        raise ConfigurationError(
            f"the policy {wanted!r} cannot be read", hint=f"its keeper runs: assay gate --policy {wanted}"
        ) from error
    if digest is not None and digest != policy.digest:
        raise IntegrityError(
            f"the policy {wanted!r} is {policy.digest}, you expect {digest}", hint="fetch the policy that holds now"
        )
    return policy


def decide_for(
    actor: "Actor", asked: Asked, policy: Policy, *, workspace: Workspace, record: "Record", now: datetime
) -> "RecordedDecision":
    """Decide about a recorded run or a release, and record it.

    Raise `IntegrityError` where a log is not what was recorded, `MissingError` for a release that is not there.
    """
    registration = recorded_facts(policy, record)
    decided = decide_about(asked, policy, registration, workspace=workspace, record=record, now=now)
    return record.record_decision(decided.decision, actor, system=decided.system)
