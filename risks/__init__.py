"""The nouns of harm and law: catalogues of risks and controls. Pure: no store, no model, no page."""

from risks._evidence import MEASURED, Ask, Automation, EvidenceKind, Rule, RuleBook
from risks._framework import Framework, OwnFile
from risks._load import EXTENSIONS, built_in, framework, load, parse, validate
from risks._relations import Crosswalk, Relation, RelationKind, Standard
from risks._types import Catalogue, Component, Control, Mapping, Pairing, Provenance, Risk, Sheet

__all__ = [
    "EXTENSIONS",
    "MEASURED",
    "Ask",
    "Automation",
    "Catalogue",
    "Component",
    "Control",
    "Crosswalk",
    "EvidenceKind",
    "Framework",
    "Mapping",
    "OwnFile",
    "Pairing",
    "Provenance",
    "Relation",
    "RelationKind",
    "Risk",
    "Rule",
    "RuleBook",
    "Sheet",
    "Standard",
    "built_in",
    "framework",
    "load",
    "parse",
    "validate",
]
