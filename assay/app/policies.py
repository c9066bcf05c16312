"""Registering gate policies and asking about them, for the command line.

Rules of this place: what is registered is read from a file as the gate reads it; who registers is who acts at this
machine; a policy that this workspace's own `assay init` wrote is registered by it, and no other file ever without a
word of its owner.
"""

import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.exports import export_proof
from assay.app.workspace import Workspace
from assay.kernel import AssayError, InputError, JsonValue, MissingError
from governance.gate import Policy, RegisteredPolicy, looser

if TYPE_CHECKING:
    from governance.record import Record

__all__ = [
    "PolicyCheck",
    "check_policy_file",
    "list_policies",
    "policy_schema",
    "register_policy",
    "registration_doubt",
    "show_policy",
    "withdraw_policy",
    "write_receipt",
]

_SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, kw_only=True)
class PolicyCheck:
    """A policy file, held against what is registered."""

    name: str
    digest: str
    registered: RegisteredPolicy | None  # this very policy, in force for the system
    former: RegisteredPolicy | None  # the newest other one of its name that is in force
    looser: tuple[str, ...]  # than that one


def register_policy(
    workspace: Workspace, file: Path, *, system: str | None, author: str | None = None, receipt: Path | None = None
) -> RegisteredPolicy:
    """Register a policy file; raise what reading it raises, and `ForbiddenError` for whoever may not."""
    policy = Policy.load(file)
    if receipt is not None and receipt.resolve() == file.resolve():
        raise InputError(f"{receipt} is the policy", hint="name another file for the receipt")
    with closing(open_record(workspace)) as record:
        made = record.policies.register(policy, current_actor(record), system=_system(workspace, system), author=author)
        if receipt is not None:
            _write_receipt(record, made, receipt)
    return made


def withdraw_policy(workspace: Workspace, named: str, *, reason: str) -> RegisteredPolicy:
    """End a registration, by its id or by the name of a policy that is registered once."""
    with closing(open_record(workspace)) as record:
        return record.policies.withdraw(_one(record, named).id, current_actor(record), reason=reason)


def list_policies(
    workspace: Workspace, *, system: str | None = None, withdrawn: bool = False
) -> tuple[RegisteredPolicy, ...]:
    """Return registrations, newest first."""
    with closing(open_record(workspace)) as record:
        found = record.policies.registered(system)
    return tuple(one for one in reversed(found) if withdrawn or one.withdrawn_at is None)


def show_policy(workspace: Workspace, named: str) -> RegisteredPolicy:
    """Return one registration, by its id or by the name of a policy; of several versions the newest in force."""
    with closing(open_record(workspace)) as record:
        return _one(record, named)


def write_receipt(workspace: Workspace, named: str, out: Path) -> RegisteredPolicy:
    """Write the proof of a registration, for machines without the store."""
    with closing(open_record(workspace)) as record:
        found = _one(record, named)
        _write_receipt(record, found, out)
    return found


def check_policy_file(workspace: Workspace | None, file: Path, *, system: str | None = None) -> PolicyCheck:
    """Say whether a file is a valid policy, registered, and looser than what is registered."""
    policy = Policy.load(file)
    registered: tuple[RegisteredPolicy, ...] = ()
    if workspace is not None and workspace.has_store:
        with closing(open_record(workspace)) as record:
            registered = record.policies.registered(_system(workspace, system))
    valid = [one for one in registered if one.withdrawn_at is None]
    same = next((one for one in valid if one.digest == policy.digest), None)
    former = [one for one in valid if one.name == policy.name and one.digest != policy.digest]
    last = former[-1] if former else None
    return PolicyCheck(
        name=policy.name,
        digest=policy.digest,
        registered=same,
        former=last,
        looser=() if last is None else looser(json.loads(last.document), policy.as_json()),
    )


def registration_doubt(workspace: Workspace, digest: str) -> str:
    """Say why a gate will not believe a run that begins now under this policy, "" where it will."""
    hint = "; without a receipt the gate will not decide about this run: assay policies register FILE, then run"
    if not workspace.has_store:
        return f"the gate policy is not registered: there is no store yet{hint}"
    try:
        with closing(open_record(workspace)) as record:
            found = record.policies.registered(workspace.settings.default_system)
    except AssayError as error:
        return f"whether the gate policy is registered cannot be told: {error.message}"
    same = [one for one in found if one.digest == digest]
    if any(one.withdrawn_at is None for one in same):
        return ""
    return f"the gate policy {digest} {'was withdrawn' if same else 'is not registered here'}{hint}"


def policy_schema() -> dict[str, JsonValue]:
    """Return the JSON Schema of policy files."""
    found = Policy.model_json_schema()
    return {
        "$schema": _SCHEMA_ID,
        "title": "Assay gate policy, version 1",
        **{k: found[k] for k in found if k != "title"},
    }


def _system(workspace: Workspace, named: str | None) -> str:
    return named or workspace.settings.default_system


def _one(record: "Record", named: str) -> RegisteredPolicy:
    found = [one for one in record.policies.registered(None) if named in {one.id, one.name, one.digest}]
    valid = [one for one in found if one.withdrawn_at is None] or found
    if not valid:
        raise MissingError(f"no policy {named[:80]!r} was registered", hint="assay policies list --all")
    if len({one.system for one in valid}) > 1:
        ids = ", ".join(f"{one.id} ({one.system})" for one in valid)
        raise InputError(f"{named!r} is registered for several systems", hint=f"name one by its id: {ids}")
    return valid[-1]


def _write_receipt(record: "Record", one: RegisteredPolicy, out: Path) -> None:
    """Write what `assay ledger prove` writes; it is an export, and logged as one."""
    # Lazy: the record brings SQLAlchemy.
    from governance.access import ANY_SYSTEM  # noqa: PLC0415

    system = None if one.system == ANY_SYSTEM else one.system
    export_proof(record, record.prove(one.seq).document(), one.seq, out, system=system)
