"""The nouns of harm and law: catalogues of risks and controls. Pure: no store, no model, no page."""

from risks._load import built_in, load, parse
from risks._types import Catalogue, Component, Control, Mapping, Provenance, Risk, Sheet

__all__ = [
    "Catalogue",
    "Component",
    "Control",
    "Mapping",
    "Provenance",
    "Risk",
    "Sheet",
    "built_in",
    "load",
    "parse",
]
