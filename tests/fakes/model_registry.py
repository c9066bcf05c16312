"""A registry of models with memory, that can be down, and in which a process can die between two calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.kernel import digest_text
from governance.registry import SeenModel, SeenVersion, TrainingData

__all__ = ["FakeModelRegistry", "SuddenDeathError"]


class SuddenDeathError(BaseException):
    """The process is gone: nothing of ours catches it."""


@dataclass
class FakeModelRegistry:
    """Models by name: versions with their files and tags, and aliases."""

    files: dict[tuple[str, str], str | None] = field(default_factory=dict)
    tags: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    data: dict[str, tuple[TrainingData, ...]] = field(default_factory=dict)  # by run
    calls: list[str] = field(default_factory=list)  # those that change something
    is_down: bool = False
    dies_before: int | None = None  # this call, counted from 0

    def add(self, name: str, version: str, content: str | None = "weights") -> None:
        """Register a version."""
        self.files[name, version] = content
        self.tags.setdefault((name, version), {})
        self.aliases.setdefault(name, {})

    def model(self, name: str) -> SeenModel | None:
        """Show a model."""
        self._answer()
        versions = tuple(self._seen(*key) for key in sorted(self.files) if key[0] == name)
        return SeenModel(name=name, versions=versions, aliases=dict(self.aliases[name])) if versions else None

    def artefacts(self, name: str, version: str) -> str | None:
        """Return a digest of the files."""
        self._answer()
        content = self.files[name, version]
        return None if content is None else digest_text(content)

    def training_data(self, run: str) -> tuple[TrainingData, ...]:
        """Return what runs say that they used."""
        self._answer()
        return self.data.get(run, ())

    def tag(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        """Set tags."""
        self._change(f"tag {name}/{version}")
        self.tags[name, version].update(tags)

    def point(self, name: str, alias: str, version: str | None) -> None:
        """Set an alias, or take it away."""
        self._change(f"point {name}@{alias} {version}")
        if version is None:
            self.aliases[name].pop(alias, None)
        else:
            self.aliases[name][alias] = version

    def _seen(self, name: str, version: str) -> SeenVersion:
        return SeenVersion(
            name=name,
            version=version,
            run="0a1b",
            source=f"s3://models/{name}/{version}",
            created_at=int(version),
            status="READY",
            stage=None,
            tags=dict(self.tags[name, version]),
        )

    def _answer(self) -> None:
        if self.is_down:
            raise ConnectionError("nobody answers at https://ci:hunter2@models.example.org")

    def _change(self, what: str) -> None:
        self._answer()
        if self.dies_before == len(self.calls):
            raise SuddenDeathError
        self.calls.append(what)
