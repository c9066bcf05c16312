"""A catalogue of risks: components, risks, controls, and which controls are mapped to which risk."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Catalogue", "Component", "Control", "Mapping", "Pairing", "Provenance", "Risk", "Sheet"]


class Provenance(StrEnum):
    """How a pair of risk and control is known."""

    PUBLISHED = "published"  # stated by the source
    REASONED = "reasoned"  # our own judgement


class Sheet(StrEnum):
    """Which part of the source states a pair; a reasoned pair stands in none."""

    BOTH = "both"
    RISKS = "risks"
    CONTROLS = "controls"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of an AI system, in the order of its life cycle."""

    id: str
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Control:
    """A measure against risks."""

    id: str
    name: str
    since: str  # edition of the framework that introduced it


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A control that the source pairs with a risk: mapped to, which is not to say sufficient."""

    control: str  # Control.id
    provenance: Provenance
    sheet: Sheet


@dataclass(frozen=True, kw_only=True)
class Risk:
    """One risk. Names repeat within a catalogue, ids do not."""

    id: str
    name: str
    component: str  # Component.id
    definition: str  # one sentence, in our words
    why: str  # why it matters to an application of a language model
    test: str  # how to find out whether one has it
    controls: tuple[Mapping, ...]


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Controls that an extension maps to a risk of the catalogue that it extends."""

    risk: str  # Risk.id
    controls: tuple[Mapping, ...]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """One catalogue file, whole and checked."""

    id: str
    title: str
    version: str
    edition: str
    date: str  # ISO 8601
    source: str
    licence: str
    components: tuple[Component, ...]
    risks: tuple[Risk, ...]
    controls: tuple[Control, ...]
    extends: str  # Catalogue.id of the catalogue that this one adds to; empty: it stands alone
    pairings: tuple[Pairing, ...]
    digest: str  # of the canonical form of what the file says; comments and layout do not count
