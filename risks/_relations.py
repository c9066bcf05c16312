"""Relations of risks and controls to entries of other lists: related, which never says that one fulfils the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risks._types import Provenance

__all__ = ["Crosswalk", "Relation", "RelationKind", "Standard"]


class RelationKind(StrEnum):
    """What a relation states. There is one word for it, on purpose."""

    RELATED = "related"


@dataclass(frozen=True, kw_only=True)
class Standard:
    """One edition of a list that others publish. Ids change their meaning between editions."""

    id: str
    edition: str
    title: str
    source: str
    licence: str
    names: Mapping[str, str]  # id of an entry → its name; an empty name where only the id may be shown


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One row: a risk or control of ours, and an entry of a standard's edition."""

    subject: str  # Risk.id or Control.id
    kind: RelationKind
    object: str  # key of Standard.names
    standard: str  # Standard.id
    edition: str  # Standard.edition
    provenance: Provenance
    source: str
    note: str = ""  # what a reader must know before relying on the row


@dataclass(frozen=True, kw_only=True)
class Crosswalk:
    """One file of relations, whole and checked."""

    id: str
    title: str
    version: str
    date: str  # ISO 8601
    source: str
    licence: str
    catalogue: str  # Catalogue.id
    standards: tuple[Standard, ...]
    relations: tuple[Relation, ...]
    digest: str
