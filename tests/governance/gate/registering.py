"""Registrations with and without their store."""

import json
from datetime import datetime
from pathlib import Path

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import FixedClock
from governance.gate import Policy, RegisteredPolicy
from governance.ledger import Actor
from governance.record import Record

__all__ = ["register", "registration"]


def register(workspace: Workspace, rules: str, *, system: str = "*") -> RegisteredPolicy:
    """Register a policy in a workspace's own store, now."""
    return open_record(workspace).policies.register(Policy.parse(rules), local_actor(), system=system)


def registration(folder: Path, rules: str, *, at: datetime, system: str = "*") -> tuple[str, ...]:
    """Register a policy in a store of its own; return the options that bring its receipt and key."""
    record = Record.open(f"sqlite:///{folder / 'store.sqlite'}", folder / "keys", FixedClock(at=at))
    made = record.policies.register(Policy.parse(rules), Actor(id="p-1"), system=system)
    (folder / "registration.json").write_text(json.dumps(record.prove(made.seq).document()), encoding="ascii")
    record.close()
    return ("--registration", str(folder / "registration.json"), "--vkey", str(folder / "keys" / "log.vkey"))
