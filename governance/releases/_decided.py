"""The decision that a request for approval rests on.

Rules of this place: it is the newest one about exactly this manifest, it passed, and it is not older than its policy
lets evidence be; how many people have to approve, and in which roles, is the policy's to say where it says so. A
decision that lacks nothing but these very approvals is one that people may be asked about.
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
from governance.store import GatePolicyRow, table_of

__all__ = ["Decided", "decision_to_ask_about"]

_POLICIES = table_of(GatePolicyRow)
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
