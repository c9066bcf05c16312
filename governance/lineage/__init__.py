"""Lineage: what rests on what, from a document to a report, and what is stale where something changed."""

from governance.lineage._drawing import draw, rows_of
from governance.lineage._types import (
    ANY_SYSTEM,
    NAMED_BY_PEOPLE,
    REPLACED,
    REPORTED,
    Artefact,
    ArtefactKey,
    ArtefactKind,
    Link,
    Relation,
)

__all__ = [
    "ANY_SYSTEM",
    "NAMED_BY_PEOPLE",
    "REPLACED",
    "REPORTED",
    "Artefact",
    "ArtefactKey",
    "ArtefactKind",
    "Link",
    "Relation",
    "draw",
    "rows_of",
]
