"""What is known of the policy itself: who registered it, for which system and since when.

Rules of this place: a policy counts only if an authorised person registered its digest before the run (Article 9(8) of
the AI Act asks for metrics that were defined before); nobody's word but a record's or a proved receipt's counts, and
where there is neither, nothing is decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from assay.kernel import parse_time
from governance.gate._policy import Policy
from governance.gate._types import DecisionOutcome, RuleResult, RunFacts

__all__ = ["BaseComparison", "PolicyFacts", "RegisteredPolicy", "check_policy"]

_ANY_SYSTEM = "*"
# Roles in which somebody else than the author reads: an owner alone is no second pair of eyes.
_REVIEWING = frozenset({"reviewer", "approver"})
_APART = "ease it in a change of its own, or let a reviewer register it before the run"
_REGISTER = "an authorised person registers it before the run: assay policies register FILE"


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisteredPolicy:
    """A registration, as a record or a receipt tells it."""

    id: str
    digest: str  # of the policy's meaning
    name: str  # "" where a receipt does not tell
    system: str  # * for all
    document: str  # canonical JSON of `Policy.as_json()`; "" where a receipt does not tell
    registered_by: str  # pseudonym
    role: str  # in which they registered it
    author: str  # pseudonym
    registered_at: str
    seq: int
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None

    def covers(self, system: str) -> bool:
        """Whether it is for the system."""
        return self.system in {system, _ANY_SYSTEM}


@dataclass(frozen=True, kw_only=True)
class PolicyFacts:
    """What is known of a policy beside its text; nothing is known by default, which blocks."""

    registered: tuple[RegisteredPolicy, ...] | None = None  # of the policy's system, all; None: nobody can tell
    source: str = ""  # why nobody can tell, or how far the word reaches
    history: str = ""  # what got looser since the former registered policy of its name; "" if nothing did
    base: "BaseComparison | None" = None  # None: not part of a change request


@dataclass(frozen=True, kw_only=True)
class BaseComparison:
    """The policy against what it was where the change begins."""

    at: str  # the commit, and how it was named
    unreadable: str = ""  # why what it was cannot be told
    looser: tuple[str, ...] = ()  # what got looser


def check_policy(policy: Policy, run: RunFacts, known: PolicyFacts) -> Iterator[RuleResult]:
    """Demand that somebody authorised registered the policy for the run's system before the run, and nobody eased it.

    What was eased in the same change is read by somebody else first: by whoever registered it in a reviewing role.
    """
    problem = _problem(policy, run, known)
    found = None if problem else _in_force(policy, run, known.registered or ())
    yield RuleResult(
        rule="policy.registered",
        words="an authorised person registered this policy before the run",
        outcome=DecisionOutcome.PASS if found is not None else DecisionOutcome.INCONCLUSIVE,
        reason=problem if found is None else _standing(found, known),
    )
    if known.base is not None:
        yield _not_eased(known.base, found)


def _not_eased(base: BaseComparison, found: RegisteredPolicy | None) -> RuleResult:
    looser = "; ".join(base.looser)
    reviewed = found is not None and found.role in _REVIEWING
    if base.unreadable:
        reason = f"{base.at}: {base.unreadable}"
    elif looser and not reviewed:
        reason = f"this change loosens its own policy, compared with {base.at}: {looser}; {_APART}"
    elif looser and found is not None:
        reason = f"looser than at {base.at}: {looser}; registered by {found.registered_by} ({found.role})"
    else:
        reason = f"nothing is looser than at {base.at}"
    blocks = bool(base.unreadable) or (bool(looser) and not reviewed)
    return RuleResult(
        rule="policy.loosened",
        words="the change under test does not loosen the policy that it is held against",
        outcome=DecisionOutcome.INCONCLUSIVE if blocks else DecisionOutcome.PASS,
        reason=reason,
    )


def _in_force(policy: Policy, run: RunFacts, registered: tuple[RegisteredPolicy, ...]) -> RegisteredPolicy | None:
    """Return the first registration that holds for the run, if there is one."""
    held = [
        one
        for one in registered
        if one.digest == policy.digest
        and one.covers(run.system)
        and one.withdrawn_at is None
        and not _came_late(policy, run, one)
    ]
    return min(held, key=lambda one: one.seq, default=None)


def _problem(policy: Policy, run: RunFacts, known: PolicyFacts) -> str:
    if known.registered is None:
        return f"{known.source or 'nothing says whether it was registered'}; {_REGISTER}"
    same = [one for one in known.registered if one.digest == policy.digest]
    if not same:
        return f"the policy {policy.digest} is not registered; {_REGISTER}"
    here = [one for one in same if one.covers(run.system)]
    if not here:
        others = ", ".join(sorted({one.system for one in same}))
        return f"it is registered for {others}, the run is of {run.system}; {_REGISTER} --system {run.system}"
    valid = [one for one in here if one.withdrawn_at is None]
    if not valid:
        last = max(here, key=lambda one: one.seq)
        return f"it was withdrawn at {last.withdrawn_at} by {last.withdrawn_by}; {_REGISTER}"
    if _in_force(policy, run, known.registered) is None:
        first = min(valid, key=lambda one: one.seq)
        began = f"{run.created_at:%Y-%m-%d %H:%M:%S} UTC"
        return f"it was registered at {first.registered_at}, after the run began at {began}; run again under it"
    return ""


def _came_late(policy: Policy, run: RunFacts, one: RegisteredPolicy) -> bool:
    """Say whether it came after the run: a policy that waives the order waives it for no run that named a policy."""
    ordered = policy.fixed_beforehand or run.policy is not None
    return ordered and _time(one) > run.created_at


def _time(one: RegisteredPolicy) -> datetime:
    return parse_time(one.registered_at)


def _standing(found: RegisteredPolicy, known: PolicyFacts) -> str:
    author = "" if found.author == found.registered_by else f", written by {found.author}"
    told = f"registered at {found.registered_at} by {found.registered_by} ({found.role}){author}, entry {found.seq}"
    return "; ".join(part for part in (told, known.source, known.history) if part)
