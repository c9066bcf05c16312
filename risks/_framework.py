"""A catalogue with its relations and its rules of evidence, joined: what the rest of the product asks.

Rules of this place: one direction is stored, the other derived; the digest covers all that was said, so that a decision
that stores it can be held against exactly these words.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assay.kernel import MissingError
from risks._evidence import Rule
from risks._relations import Relation, Standard
from risks._types import Catalogue, Control, Risk

__all__ = ["Framework", "OwnFile"]


@dataclass(frozen=True, kw_only=True)
class OwnFile:
    """A file that does not come with the product."""

    file: str  # as it was named
    id: str
    version: str
    digest: str  # of what it says


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A catalogue and what is said about its risks and controls."""

    catalogue: Catalogue
    standards: tuple[Standard, ...]
    relations: tuple[Relation, ...]
    rules: tuple[Rule, ...]
    extensions: tuple[str, ...]
    own: tuple[OwnFile, ...]  # in the order in which they were named
    origins: Mapping[tuple[str, str], OwnFile]  # (risks | controls | components | rules, id) → the file that says it
    digest: str  # of catalogue, relations and rules, with those of the extensions and of one's own

    def risk(self, name: str) -> Risk:
        """Return the risk of an id; raise `MissingError`."""
        found = self._risks.get(name)
        if found is None:
            raise MissingError(f"there is no risk {name!r} in the catalogue", hint="`assay risks list` shows the ids")
        return found

    def control(self, name: str) -> Control:
        """Return the control of an id; raise `MissingError`."""
        found = self._controls.get(name)
        if found is None:
            hint = "ids are like 'DASF 54'; `assay risks show ID` names the controls of a risk"
            raise MissingError(f"there is no control {name!r} in the catalogue", hint=hint)
        return found

    def risk_named(self, typed: str) -> Risk:
        """Return the risk that somebody typed, in any case; raise `MissingError`."""
        return self.risk(_among(typed, self._risks))

    def control_named(self, typed: str) -> Control:
        """Return the control that somebody typed, in any case and spacing: dasf54; raise `MissingError`."""
        return self.control(_among(typed, self._controls))

    def rule(self, control: str) -> Rule:
        """Return what proves a control."""
        return self._rules[control]

    def own_file(self, kind: Literal["risks", "controls", "rules"], name: str) -> OwnFile | None:
        """Return the file of one's own that a risk, control or rule comes from; `None`: it comes with the product."""
        return self.origins.get((kind, name))

    def risks_of(self, control: str) -> tuple[Risk, ...]:
        """Return the risks that a control is mapped to."""
        return tuple(
            risk for risk in self.catalogue.risks if any(mapping.control == control for mapping in risk.controls)
        )

    def relations_of(self, subject: str) -> tuple[Relation, ...]:
        """Return the relations of a risk or control."""
        return tuple(row for row in self.relations if row.subject == subject)

    def related(self, entry: str) -> tuple[Relation, ...]:
        """Return the relations to an entry of another list, such as LLM01, LLM01:2025 or 15(5), in any case."""
        wanted = entry.casefold()
        return tuple(
            row for row in self.relations if wanted in (row.object.casefold(), f"{row.object}:{row.edition}".casefold())
        )

    def standard(self, row: Relation) -> Standard:
        """Return the edition that a relation is about."""
        return self._standards[row.standard, row.edition]

    @cached_property
    def _risks(self) -> Mapping[str, Risk]:
        return {risk.id: risk for risk in self.catalogue.risks}

    @cached_property
    def _controls(self) -> Mapping[str, Control]:
        return {control.id: control for control in self.catalogue.controls}

    @cached_property
    def _rules(self) -> Mapping[str, Rule]:
        return {rule.control: rule for rule in self.rules}

    @cached_property
    def _standards(self) -> Mapping[tuple[str, str], Standard]:
        return {(item.id, item.edition): item for item in self.standards}


def _among(typed: str, names: Collection[str]) -> str:
    """Return the one name that was meant, or what was typed where none or several could be."""
    meant = [name for name in names if _folded(name) == _folded(typed)]
    return meant[0] if len(meant) == 1 and typed not in names else typed


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()
