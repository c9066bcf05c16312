"""Versions of models as a registry shows them, and as the record holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from assay.kernel import JsonValue, digest_json
from governance.registry._names import address_of, alias_address

__all__ = [
    "GONE",
    "ModelAlias",
    "ModelRegistry",
    "ModelVersion",
    "ReadVersion",
    "RegistryResult",
    "SeenModel",
    "SeenVersion",
    "TrainingData",
    "Wanted",
]

GONE: Final = "gone"  # of a version that the registry does not show any more


@dataclass(frozen=True, kw_only=True)
class SeenVersion:
    """A version as a registry shows it now."""

    name: str
    version: str
    run: str | None  # that made it, as the registry names it
    source: str  # where its files lie
    created_at: int  # milliseconds since 1970
    status: str
    stage: str | None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """What the record calls it."""
        return address_of(self.name, self.version)

    def digest(self, artefacts: str | None) -> str:
        """Digest of what never changes about it, its files where they could be read."""
        identity: Mapping[str, JsonValue] = {
            "format": "assay-model-version/1",
            "name": self.name,
            "version": self.version,
            "run": self.run,
            "source": self.source,
            "created_at": self.created_at,
            "artefacts": artefacts,
        }
        return digest_json(identity)


@dataclass(frozen=True, kw_only=True)
class SeenModel:
    """A registered model as a registry shows it now."""

    name: str
    versions: tuple[SeenVersion, ...]
    aliases: Mapping[str, str]  # alias → version

    def version(self, version: str) -> SeenVersion | None:
        """Return one of its versions."""
        return next((one for one in self.versions if one.version == version), None)

    def aliases_of(self, version: str) -> tuple[str, ...]:
        """Return the aliases that point at a version."""
        return tuple(sorted(alias for alias, at in self.aliases.items() if at == version))


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """A data set that the run which made a version says it used."""

    name: str
    digest: str  # as the registry has it: sha256 of the file, or a short one of its own


@dataclass(frozen=True, kw_only=True)
class ReadVersion:
    """What was read of a version beyond its listing."""

    artefacts: str | None  # digest of its files; None where they cannot be read from here
    data: tuple[TrainingData, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelVersion:
    """A version as the record holds it, newest row."""

    address: str
    seq: int
    model: str  # its name
    version: str
    system: str
    digest: str  # of what never changes about it
    artefacts: str | None  # digest of its files; None where they could not be read, or nobody asked
    run: str | None
    stage: str | None
    status: str
    aliases: tuple[str, ...]
    recorded_at: str


@dataclass(frozen=True, kw_only=True)
class ModelAlias:
    """What we told a registry about an alias, newest row."""

    model: str
    alias: str
    system: str
    version: str | None  # None: it was taken away
    release: str | None
    seq: int = -1
    recorded_at: str = ""

    @property
    def address(self) -> str:
        """What the record calls it."""
        return alias_address(self.model, self.alias)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Where an alias has to point."""

    model: str
    alias: str
    version: str
    release: str  # that says so


class ModelRegistry(Protocol):
    """A registry of models, which is asked and told; every method raises whatever goes wrong there."""

    def model(self, name: str) -> SeenModel | None:
        """Return a model; None where there is none of this name."""

    def artefacts(self, name: str, version: str) -> str | None:
        """Return the digest of a version's files; None where they cannot be read from here."""

    def training_data(self, run: str) -> tuple[TrainingData, ...]:
        """Return the data sets that a run says it used; none where there is no such run any more."""

    def tag(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        """Set tags of a version."""

    def point(self, name: str, alias: str, version: str | None) -> None:
        """Let an alias point at a version (None: take it away); the same again changes nothing."""


@dataclass(frozen=True, kw_only=True)
class RegistryResult:
    """What one synchronisation with a registry came to."""

    recorded: tuple[str, ...] = ()  # addresses of versions that are new to the record, or changed
    told: tuple[str, ...] = ()  # addresses of aliases that were set or taken away
    alerts: tuple[str, ...] = ()  # ids of alerts that stand
    failed: tuple[tuple[str, str], ...] = ()  # (what, why): the next synchronisation tries again
