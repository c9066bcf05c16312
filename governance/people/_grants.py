"""One version of a grant, with its entry: given or lent, ended anew, or revoked."""

from assay.kernel import JsonValue, content_id
from governance._change import Change, StateRow
from governance.access import Role
from governance.ledger import Action, Subject
from governance.people._rows import read_grants, versions
from governance.people._types import Grant
from governance.store import RoleGrantRow, table_of

__all__ = ["record_grant", "record_revocation"]

_GRANTS = table_of(RoleGrantRow)


def record_grant(
    change: Change,
    person: str,
    role: Role,
    system: str,
    until: str,
    *,
    begin: str | None = None,
    lent_by: str | None = None,
) -> Grant:
    """Write that a role is given, or lent by somebody, from now or a later moment; once more is a newer version."""
    cells: dict[str, str | None] = {
        "role_grant": content_id("grant", person, role.value, system, *([lent_by] if lent_by else [])),
        "person": person,
        "role": role.value,
        "system": system,
        "valid_from": begin or change.at,
        "valid_until": until,
        "delegated_by": lent_by,
    }
    return _record(change, Action.ROLE_DELEGATED if lent_by else Action.ROLE_GRANTED, cells)


def record_revocation(change: Change, held: Grant) -> Grant:
    """Write that a role counts no more."""
    cells: dict[str, str | None] = {
        "role_grant": held.id,
        "person": held.person,
        "role": held.role.value,
        "system": held.system,
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "delegated_by": held.delegated_by,
        "revoked_at": change.at,
    }
    return _record(change, Action.ROLE_REVOKED, cells)


def _record(change: Change, action: Action, cells: dict[str, str | None]) -> Grant:
    grant, person = str(cells["role_grant"]), str(cells["person"])
    version = 1 + versions(change.connection, _GRANTS, "role_grant", grant)
    told: dict[str, JsonValue] = {
        name: cells[name] for name in ("person", "role", "system", "valid_from", "valid_until")
    }
    if cells["delegated_by"] is not None:
        told["delegated_by"] = cells["delegated_by"]
    subject = Subject(type="role_grant", id=grant, version=version, digest=None)
    change.record(action, subject, [StateRow(RoleGrantRow, cells)], told)
    return next(one for one in read_grants(change.connection, person) if one.id == grant)
