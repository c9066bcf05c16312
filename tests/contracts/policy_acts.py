"""Registering gate policies: its lines in the tables of rights."""

from typing import Final

from governance.access import Role
from governance.gate import Policy
from tests.contracts.scene import SYSTEM, Act, Attempt, Scene, fresh, may

REGISTRARS: Final = may("reviewer", "approver")
_TEXT: Final = """
version: 1
name: {name}
expect: {{metrics: [faithfulness], questions: {{at_least: 20}}}}
rules: [{{metric: faithfulness, at_least: 0.7}}]
"""


def policy_text() -> str:
    """Return a policy that nobody has registered."""
    return _TEXT.format(name=fresh("policy"))


def register(here: Scene) -> Attempt:
    """Register a policy for the system."""
    policy = Policy.parse(policy_text())
    return lambda actor: here.record.policies.register(policy, actor, system=SYSTEM)


def withdraw(here: Scene) -> Attempt:
    """End a registration."""
    reviewer = here.team.add(fresh("reviewer"), Role.REVIEWER)
    made = here.record.policies.register(Policy.parse(policy_text()), reviewer, system=SYSTEM)
    return lambda actor: here.record.policies.withdraw(made.id, actor, reason="another took its place")


ACTS: Final = {
    "policies.register": Act(roles=REGISTRARS, prepare=register, by_token=False),
    "policies.withdraw": Act(roles=REGISTRARS, prepare=withdraw, by_token=False),
}
READING: Final = frozenset({"policies.registered", "policies.registration"})
COMMANDS: Final = {
    "policies register": "policies.register",
    "policies withdraw": "policies.withdraw",
    "policies receipt": "exports.record",
}
OTHER_COMMANDS: Final = frozenset({"policies list", "policies show", "policies check", "policies schema"})
