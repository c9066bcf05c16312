"""What a registered model was trained on, as lineage.

Rules of this place: a data set that carries the SHA-256 of its file is the one that scans know by the same digest; with
any other digest it is known by its name, and another version of that name makes what was trained before stale.
"""

import re
from collections.abc import Iterator
from typing import Final

from assay.kernel import content_id
from governance.lineage import ANY_SYSTEM, Artefact, ArtefactKind, Link, Relation
from governance.registry._types import ModelVersion, TrainingData

__all__ = ["training_links"]

_SHA256: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def training_links(version: ModelVersion, data: tuple[TrainingData, ...]) -> Iterator[Link]:
    """Yield that a version was trained on each of the data sets."""
    model = Artefact(kind=ArtefactKind.MODEL, name=version.address, digest=version.digest, system=ANY_SYSTEM)
    for one in data:
        yield Link(upstream=_data_set(one, version.system), downstream=model, relation=Relation.TRAINED)


def _data_set(one: TrainingData, system: str) -> Artefact:
    found = _SHA256.fullmatch(one.digest)
    digest = f"sha256:{found[1]}" if found else f"mlflow:{one.digest}"
    name = content_id("data", digest) if found else one.name
    return Artefact(kind=ArtefactKind.DATASET, name=name, digest=digest, system=system)
