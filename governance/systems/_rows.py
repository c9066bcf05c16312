"""Profiles from their rows."""

from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, func, select

from assay.kernel import InputError, JsonValue, parse_strict
from governance._payloads import payload_text, payload_texts
from governance.store import SystemProfileRow, table_of
from governance.systems._types import ERASED, ActRole, Deployment, DescribedSystem, Hosting, Part, SystemProfile

__all__ = ["read_newest", "read_versions"]

_PROFILES = table_of(SystemProfileRow)


def read_newest(
    connection: Connection, *, system: str | None = None, as_of: int | None = None
) -> tuple[DescribedSystem, ...]:
    """Return the newest profile of each system, or of one, below a ledger size; by their ids."""
    newest = select(_PROFILES.c.system, func.max(_PROFILES.c.seq).label("seq")).group_by(_PROFILES.c.system)
    if as_of is not None:
        newest = newest.where(_PROFILES.c.seq < as_of)
    last = newest.subquery()
    wanted = select(_PROFILES).join(last, (_PROFILES.c.system == last.c.system) & (_PROFILES.c.seq == last.c.seq))
    if system is not None:
        wanted = wanted.where(_PROFILES.c.system == system)
    return _described(connection, connection.execute(wanted.order_by(_PROFILES.c.system)).mappings().all())


def read_versions(connection: Connection, system: str) -> tuple[DescribedSystem, ...]:
    """Return all profiles of a system, newest first."""
    wanted = select(_PROFILES).where(_PROFILES.c.system == system).order_by(_PROFILES.c.seq.desc())
    return _described(connection, connection.execute(wanted).mappings().all())


def _described(connection: Connection, rows: Iterable[RowMapping]) -> tuple[DescribedSystem, ...]:
    return tuple(
        DescribedSystem(
            system=row["system"],
            version=row["version"],
            profile=_profile(connection, row),
            seq=row["seq"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    )


def _profile(connection: Connection, row: RowMapping) -> SystemProfile:
    facts = parse_strict(row["profile"].encode("utf-8"))
    if not isinstance(facts, dict):
        raise InputError(f"the profile of {row['system']!r} is no object")
    return SystemProfile(
        name=payload_text(connection, row["seq"], "name"),
        purpose=payload_text(connection, row["seq"], "purpose"),
        owner=row["owner"],
        roles=tuple(ActRole(str(one)) for one in _list(facts["roles"])),
        markets=tuple(str(one) for one in _list(facts["markets"])),
        deployments=tuple(_deployment(one) for one in _list(facts["deployments"])),
        components=tuple(Part.from_json(one) for one in _list(facts["components"])),
        data=_data(_list(facts["data"]), payload_texts(connection, row["seq"], "data")),
        models=tuple(Part.from_json(one) for one in _list(facts["models"])),
    )


def _deployment(document: JsonValue) -> Deployment:
    if not isinstance(document, dict):
        raise InputError(f"a deployment is {document!r}, expected an object")
    return Deployment(name=str(document["name"]), hosting=Hosting(str(document["hosting"])))


def _data(documents: list[JsonValue], names: tuple[str, ...]) -> tuple[Part, ...]:
    known = names or (ERASED,) * len(documents)
    parts = (one for one in documents if isinstance(one, dict))
    return tuple(Part.from_json({**one, "name": name}) for one, name in zip(parts, known, strict=True))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
