"""The decision that a request for approval rests on.

Rules of this place: it is the newest one about exactly this manifest, it passed, and it is not older than its policy
lets evidence be; how many people have to approve, and in which roles, is the policy's to say where it says so. A
decision that lacks nothing but these very approvals is one that people may be asked about. A fail under another policy
that is registered stands, whichever policy was asked last.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import InputError, JsonValue, parse_strict, parse_time
from governance.access import Role
from governance.approvals import ApprovalDraft, newest_decision
from governance.gate import Decision, DecisionOutcome
from governance.releases._types import Release
from governance.store import DecisionRow, GatePolicyRow, table_of

__all__ = ["Decided", "decision_to_ask_about"]

_POLICIES, _DECISIONS = table_of(GatePolicyRow), table_of(DecisionRow)
_SIGN_OFFS: Final = "sign_offs"  # the rule of a gate that counts approvals
OLDEST: Final = 30  # days, where the policy says nothing


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision that people may be asked about, and what its policy demands of the asking."""

    id: str
    needed: int
    roles: tuple[Role, ...]


def decision_to_ask_about(connection: Connection, release: Release, *, now: str) -> Decided:
    """Return it; raise `InputError` where there is none, it did not pass, or it is too old."""
    hint = f"assay gate --release {release.id}"
    row = newest_decision(connection, release.system, release.digest)
    if row is None:
        raise InputError(f"no gate has decided about the manifest {release.digest} of {release.id}", hint=hint)
    if row["outcome"] != DecisionOutcome.PASS and not _lacks_approvals_alone(row["document"]):
        raise InputError(f"the newest decision about {release.id}, {row['decision']}, is {row['outcome']}", hint=hint)
    _refuse_other_fail(connection, release, row["policy"])
    policy = _policy(connection, row["policy"])
    expected = policy.get("expect")
    allowed = expected.get("max_age_days") if isinstance(expected, Mapping) else None
    days = allowed if isinstance(allowed, int) else OLDEST
    if parse_time(now) - parse_time(row["decided_at"]) > timedelta(days=days):
        raise InputError(
            f"the decision {row['decision']} is of {row['decided_at']}, older than the {days} days that count",
            hint=hint,
        )
    needed, roles = _sign_offs(policy.get("sign_offs"))
    return Decided(id=row["decision"], needed=needed, roles=roles)


def _refuse_other_fail(connection: Connection, release: Release, policy: str) -> None:
    """Refuse where the newest decision under another policy that stands is a fail: a laxer one does not undo it."""
    wanted = select(_DECISIONS).where(
        _DECISIONS.c.system == release.system,
        _DECISIONS.c.release_digest == release.digest,
        _DECISIONS.c.policy != policy,
    )
    newest = {row["policy"]: row for row in connection.execute(wanted.order_by(_DECISIONS.c.seq)).mappings()}
    for row in newest.values():
        if row["outcome"] == DecisionOutcome.FAIL and _stands(connection, row["policy"]):
            raise InputError(
                f"under another policy that is registered, {release.id} failed: {row['decision']}",
                hint="mend the candidate; a policy that no longer counts is withdrawn: assay policies withdraw",
            )


def _stands(connection: Connection, policy: str) -> bool:
    """Whether a policy is registered and not withdrawn."""
    wanted = select(_POLICIES).where(_POLICIES.c.digest == policy).order_by(_POLICIES.c.seq)
    newest = {row["gate_policy"]: row for row in connection.execute(wanted).mappings()}
    return any(row["withdrawn_at"] is None for row in newest.values())


def _lacks_approvals_alone(document: str) -> bool:
    """Whether every rule passed but the one that counts approvals, which is open."""
    decision = Decision.from_json(json.loads(document))
    open_rules = {(one.rule, one.outcome) for one in decision.results if one.outcome is not DecisionOutcome.PASS}
    return open_rules == {(_SIGN_OFFS, DecisionOutcome.INCONCLUSIVE)}


def _policy(connection: Connection, digest: str) -> Mapping[str, JsonValue]:
    """Return what was registered under a digest; nothing where nobody registered it."""
    wanted = select(_POLICIES.c.document).where(_POLICIES.c.digest == digest).order_by(_POLICIES.c.seq.desc()).limit(1)
    text = connection.execute(wanted).scalar()
    document = None if text is None else parse_strict(text.encode("utf-8"))
    return document if isinstance(document, Mapping) else {}


def _sign_offs(demand: JsonValue) -> tuple[int, tuple[Role, ...]]:
    if not isinstance(demand, Mapping):
        return 1, ApprovalDraft.roles
    needed, roles = demand.get("needed"), demand.get("roles")
    return (
        needed if isinstance(needed, int) else 1,
        tuple(Role(str(one)) for one in roles) if isinstance(roles, list) else ApprovalDraft.roles,
    )
