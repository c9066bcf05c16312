"""Serious incidents whose report is still to be made, as what contradicts the duties of Article 73. Pure.

Rules of this place: the deadline is the incident's own, which runs from the awareness that a person stated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from governance.incidents import Incident, IncidentState

__all__ = ["unreported"]

_REPORT: Final = "Article 73(1)"  # that a report is made at all


def unreported(incidents: Iterable[Incident]) -> Mapping[str, tuple[str, ...]]:
    """Return by provision what is to be reported, and until when."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in incidents:
        if one.state is IncidentState.DECLARED and one.due_at is not None:
            told = f"{one.id} is to be reported before {one.due_at[:16]}Z: assay incidents report {one.id}"
            for duty in {_REPORT, one.duty or _REPORT}:
                found[duty].append(told)
    return {duty: tuple(told) for duty, told in found.items()}
