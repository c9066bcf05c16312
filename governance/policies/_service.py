"""Registering gate policies, and withdrawing them.

Rules of this place: what is registered is the digest of a policy's meaning, with the document that it covers; for one
system or for all; a registration is never changed, only withdrawn, and a policy that is registered again after that
counts from then on; a program registers nothing.
"""

from dataclasses import dataclass

from assay.kernel import InputError, JsonValue, MissingError, canonical_bytes, content_id
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance.access import ANY_SYSTEM, Permission
from governance.gate import Policy, RegisteredPolicy
from governance.ledger import Action, Actor, Subject
from governance.people import known_person
from governance.policies._rows import cells_of, read_registrations, versions_of
from governance.store import GatePolicyRow

__all__ = ["Policies"]


@dataclass(frozen=True)
class Policies:
    """Registered policies of an open store."""

    _door: Door

    def register(self, policy: Policy, actor: Actor, *, system: str, author: str | None = None) -> RegisteredPolicy:
        """Register a policy for a system, * for all; one that is registered there and in force stays as it is.

        `author` is who wrote it, a person of the record; without, whoever registers it. Raise `MissingError` for
        somebody unknown.
        """
        with self._door.change(actor, Permission.REGISTER_POLICY, _scope(system)) as change:
            if author is not None and author != change.actor.id:
                known_person(change.connection, author)
            return _in_force(change, policy, system) or _record(change, policy, system, author or change.actor.id)

    def withdraw(self, identity: str, actor: Actor, *, reason: str) -> RegisteredPolicy:
        """End a registration: from now on it decides nothing; raise `MissingError` for one that is not in force."""
        if not reason.strip():
            raise InputError("a withdrawal needs a reason", hint='--reason "what took its place"')
        held = self.registration(identity)
        with self._door.change(actor, Permission.REGISTER_POLICY, _scope(held.system)) as change:
            cells = cells_of(change.connection, identity)
            if cells is None or cells["withdrawn_at"] is not None:
                raise MissingError(f"{identity!r} was withdrawn before", hint="assay policies list --all")
            version = 1 + versions_of(change.connection, identity)
            ended: dict[str, Cell] = {**cells, "withdrawn_at": change.at, "withdrawn_by": change.actor.id}
            subject = Subject(type="gate_policy", id=identity, version=version, digest=held.digest)
            details: dict[str, JsonValue] = {"system": held.system}
            change.record(
                Action.POLICY_WITHDRAWN, subject, [StateRow(GatePolicyRow, ended)], details, payload={"reason": reason}
            )
        return self.registration(identity)

    def registered(
        self, system: str | None, *, name: str | None = None, as_of: int | None = None
    ) -> tuple[RegisteredPolicy, ...]:
        """Return registrations for a system and for all systems (None: everything), withdrawn ones included."""
        with self._door.reading() as connection:
            return read_registrations(connection, system=system, name=name, as_of=as_of)

    def registration(self, identity: str) -> RegisteredPolicy:
        """Return one registration by its id; raise `MissingError` for one that is not there."""
        with self._door.reading() as connection:
            found = [one for one in read_registrations(connection) if one.id == identity]
        if not found:
            raise MissingError(f"there is no registered policy {identity[:80]!r}", hint="assay policies list --all")
        return found[0]


def _scope(system: str) -> str | None:
    return None if system == ANY_SYSTEM else system


def _in_force(change: Change, policy: Policy, system: str) -> RegisteredPolicy | None:
    found = read_registrations(change.connection, name=policy.name)
    same = (one for one in found if one.digest == policy.digest and one.system == system and one.withdrawn_at is None)
    return next(same, None)


def _record(change: Change, policy: Policy, system: str, author: str) -> RegisteredPolicy:
    seq = change.next_seq
    made = RegisteredPolicy(
        id=content_id("policy", policy.digest, system, str(seq)),
        digest=policy.digest,
        name=policy.name,
        system=system,
        document=canonical_bytes(policy.as_json()).decode("utf-8"),
        registered_by=change.actor.id,
        role=change.actor.role,
        author=author,
        registered_at=change.at,
        seq=seq,
    )
    cells: dict[str, Cell] = {
        "gate_policy": made.id,
        "digest": made.digest,
        "name": made.name,
        "system": made.system,
        "document": made.document,
        "registered_by": made.registered_by,
        "role": made.role,
        "author": made.author,
        "registered_at": made.registered_at,
    }
    subject = Subject(type="gate_policy", id=made.id, version=1, digest=made.digest)
    details: dict[str, JsonValue] = {"system": system, "author": author}
    change.record(Action.POLICY_REGISTERED, subject, [StateRow(GatePolicyRow, cells)], details)
    return made
