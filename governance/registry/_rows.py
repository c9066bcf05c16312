"""Versions of models and aliases from their rows, and back."""

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import canonical_bytes, parse_strict
from governance._estimate_rows import Cell
from governance.registry._names import parse_address, unescaped
from governance.registry._types import ModelAlias, ModelVersion
from governance.store import ModelAliasRow, ModelVersionRow, table_of

__all__ = ["alias_cells", "read_aliases", "read_versions", "version_cells"]

_VERSIONS, _ALIASES = table_of(ModelVersionRow), table_of(ModelAliasRow)


def read_versions(
    connection: Connection, *, system: str | None = None, model: str | None = None, address: str | None = None
) -> tuple[ModelVersion, ...]:
    """Return the newest row of each version, in the order in which they came."""
    wanted = select(_VERSIONS).order_by(_VERSIONS.c.seq)
    for column, value in ((_VERSIONS.c.model, model), (_VERSIONS.c.model_version, address)):
        if value is not None:
            wanted = wanted.where(column == value)
    newest = {row["model_version"]: row for row in connection.execute(wanted).mappings().all()}
    return tuple(_version_of(row) for row in newest.values() if system is None or row["system"] == system)


def read_aliases(connection: Connection) -> tuple[ModelAlias, ...]:
    """Return the newest row of each alias."""
    rows = connection.execute(select(_ALIASES).order_by(_ALIASES.c.seq)).mappings().all()
    return tuple(_alias_of(row) for row in {row["model_alias"]: row for row in rows}.values())


def version_cells(version: ModelVersion) -> dict[str, Cell]:
    """Return the cells of a row; the model stands there by its address: nothing in it that nobody can see."""
    return {
        "model_version": version.address,
        "model": version.address.rpartition("/")[0],
        "version": version.version,
        "system": version.system,
        "digest": version.digest,
        "artefacts": version.artefacts,
        "run": version.run,
        "stage": version.stage,
        "status": version.status,
        "aliases": canonical_bytes(list(version.aliases)).decode("utf-8"),
        "recorded_at": version.recorded_at,
    }


def alias_cells(alias: ModelAlias) -> dict[str, Cell]:
    """Return the cells of a row."""
    return {
        "model_alias": alias.address,
        "model": alias.address.rpartition("@")[0],
        "system": alias.system,
        "version": alias.version,
        "release": alias.release,
        "recorded_at": alias.recorded_at,
    }


def _version_of(row: RowMapping) -> ModelVersion:
    aliases = parse_strict(row["aliases"].encode("utf-8"))
    name, _ = parse_address(row["model"])
    return ModelVersion(
        address=row["model_version"],
        seq=row["seq"],
        model=name,
        version=row["version"],
        system=row["system"],
        digest=row["digest"],
        artefacts=row["artefacts"],
        run=row["run"],
        stage=row["stage"],
        status=row["status"],
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
        recorded_at=row["recorded_at"],
    )


def _alias_of(row: RowMapping) -> ModelAlias:
    name, _ = parse_address(row["model"])
    alias = unescaped(row["model_alias"].rpartition("@")[2])
    return ModelAlias(
        model=name,
        alias=alias,
        system=row["system"],
        version=row["version"],
        release=row["release"],
        seq=row["seq"],
        recorded_at=row["recorded_at"],
    )
