"""The registry of models in MLflow: asked for versions, told about aliases and tags.

Rules of this place: what comes back is somebody else's text and is only passed on; files of a version are read one at a
time, into a folder that goes again, and never from a path of this machine that a server names; nothing is unpickled.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from assay.kernel import InputError, JsonValue, digest_json
from governance.mirror._connecting import connected
from governance.mirror._types import MirrorOptions
from governance.registry import SeenModel, SeenVersion, TrainingData

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.store.artifact.artifact_repo import ArtifactRepository

__all__ = ["MlflowRegistry"]

_ABSENT: Final = "RESOURCE_DOES_NOT_EXIST"
_NO_STAGE: Final = frozenset({None, "", "None"})
_MOST_FILES: Final = 10_000
_MOST_BYTES: Final = 64 * 2**30
_MOST_TAG: Final = 5000  # characters, of MLflow
_BLOCK: Final = 2**20


class MlflowRegistry:
    """The registry of a tracking server."""

    def __init__(self, options: MirrorOptions) -> None:
        """Connect."""
        self._client: Any = connected(options)
        self._uri = options.tracking_uri
        self._is_remote = urlsplit(options.tracking_uri).scheme in {"http", "https"}

    def model(self, name: str) -> SeenModel | None:
        """Return a model with all its versions; None where there is none of this name."""
        from mlflow.exceptions import MlflowException  # noqa: PLC0415  lazy, see _connecting

        try:
            found = self._client.get_registered_model(name)
        except MlflowException as error:
            if error.error_code == _ABSENT:
                return None
            raise
        versions = tuple(sorted(map(_seen, self._versions(name)), key=lambda one: (len(one.version), one.version)))
        aliases = {str(alias): str(version) for alias, version in found.aliases.items()}
        return SeenModel(name=name, versions=versions, aliases=aliases)

    def artefacts(self, name: str, version: str) -> str | None:
        """Return the digest of a version's files: of [path, bytes, sha256] of each, in order."""
        # Lazy, see _connecting.
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository  # noqa: PLC0415

        place = str(self._client.get_model_version_download_uri(name, version))
        if self._is_remote and urlsplit(place).scheme in {"", "file"}:
            return None  # a path of the server's machine, or of ours by its word
        repository = get_artifact_repository(place, tracking_uri=self._uri, registry_uri=self._uri)
        files: list[JsonValue] = [[path, size, digest] for path, size, digest in sorted(_digested(repository))]
        return digest_json({"format": "assay-artefacts/1", "files": files}) if files else None

    def training_data(self, run: str) -> tuple[TrainingData, ...]:
        """Return the data sets that a run logged as its inputs; none where there is no such run any more."""
        from mlflow.exceptions import MlflowException  # noqa: PLC0415  lazy, see _connecting

        try:
            inputs = self._client.get_run(run).inputs.dataset_inputs
        except MlflowException as error:
            if error.error_code == _ABSENT:
                return ()
            raise
        return tuple(TrainingData(name=one.dataset.name, digest=one.dataset.digest) for one in inputs)

    def tag(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        """Set tags of a version."""
        for key, value in tags.items():
            self._client.set_model_version_tag(name, version, key, value[:_MOST_TAG])

    def point(self, name: str, alias: str, version: str | None) -> None:
        """Let an alias point at a version (None: take it away)."""
        if version is None:
            self._client.delete_registered_model_alias(name, alias)
        else:
            self._client.set_registered_model_alias(name, alias, version)

    def _versions(self, name: str) -> "Iterator[ModelVersion]":
        quote = '"' if "'" in name else "'"
        if quote in name:
            raise InputError(f"MLflow cannot search for a model with both quotes in its name: {name[:80]!r}")
        token = None
        while True:
            page = self._client.search_model_versions(f"name = {quote}{name}{quote}", page_token=token)
            yield from (one for one in page if one.name == name)  # some databases compare without case
            token = page.token
            if not token:
                return


def _seen(version: "ModelVersion") -> SeenVersion:
    return SeenVersion(
        name=version.name,
        version=str(version.version),
        run=version.run_id or None,
        source=version.source or "",
        created_at=int(version.creation_timestamp or 0),
        status=str(version.status),
        stage=None if version.current_stage in _NO_STAGE else str(version.current_stage),
        tags=dict(version.tags),
    )


def _digested(repository: "ArtifactRepository") -> Iterator[tuple[str, int, str]]:
    spent = 0
    for count, path in enumerate(_paths(repository, None)):
        with tempfile.TemporaryDirectory(prefix="assay-") as folder:
            digest, size = _hashed(Path(repository.download_artifacts(path, dst_path=folder)))
        spent += size
        if count >= _MOST_FILES or spent > _MOST_BYTES:
            raise InputError(f"a version holds more than {_MOST_FILES} files or {_MOST_BYTES} bytes")
        yield path, size, digest


def _paths(repository: "ArtifactRepository", folder: str | None) -> Iterator[str]:
    for one in repository.list_artifacts(folder):
        path = PurePosixPath(one.path)
        if path.is_absolute() or ".." in path.parts:
            raise InputError(f"a version names a file outside of itself: {one.path[:80]!r}")
        if one.is_dir:
            yield from _paths(repository, one.path)
        else:
            yield str(path)


def _hashed(path: Path) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            hashed.update(block)
            size += len(block)
    return f"sha256:{hashed.hexdigest()}", size
