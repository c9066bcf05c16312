"""What is where in the registry of models, as the record knows it: nothing is asked of MLflow."""

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.compose import open_record
from assay.app.workspace import Workspace

if TYPE_CHECKING:
    from governance.registry import ModelVersion

__all__ = ["KnownAlias", "KnownModels", "show_models"]


@dataclass(frozen=True, kw_only=True)
class KnownAlias:
    """An alias that is ours: where it belongs, where we left it, where it was seen last."""

    alias: str  # models:/NAME@ALIAS
    wanted: str | None  # version
    release: str | None  # that says so
    told: str | None
    seen: str | None


@dataclass(frozen=True, kw_only=True)
class KnownModels:
    """Versions and aliases that the record follows."""

    versions: "tuple[ModelVersion, ...]"
    aliases: tuple[KnownAlias, ...]


def show_models(workspace: Workspace, *, system: str | None = None) -> KnownModels:
    """Return what the record knows, of one system or of all."""
    # Lazy: the record costs most of a second.
    from governance.mirror import wanted_aliases  # noqa: PLC0415
    from governance.registry import alias_address  # noqa: PLC0415

    aliases = workspace.settings.mlflow.aliases
    with closing(open_record(workspace)) as record:
        versions = record.registry.versions(system=system)
        wanted = {
            alias_address(one.model, one.alias): one for one in wanted_aliases(record.releases.releases(), aliases)[0]
        }
        told = {one.address: one for one in record.registry.aliases()}
    models = {one.model for one in versions}
    ours = {alias_address(model, alias) for model in models for alias in aliases.values()}
    ours |= {address for address, one in told.items() if one.model in models}
    seen = {alias_address(one.model, alias): one.version for one in versions for alias in one.aliases}
    known = (
        KnownAlias(
            alias=address,
            wanted=wanted[address].version if address in wanted else None,
            release=wanted[address].release if address in wanted else None,
            told=told[address].version if address in told else None,
            seen=seen.get(address),
        )
        for address in sorted(ours)
    )
    return KnownModels(versions=versions, aliases=tuple(known))
