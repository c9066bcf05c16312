"""What a metric is, before anybody judges with it: one line for people, and what it needs of a row.

Rules of this place: every metric yields 0..1, higher is better; a row without a field that the metric needs is
`not_applicable` with a reason, never 0.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["JudgeKind", "MetricInfo", "Need"]


class Need(StrEnum):
    """A field of the row without which the metric says nothing; question and answer every row has."""

    REFERENCE = "reference"
    CONTEXTS = "contexts"
    RELEVANT = "relevant"
    ATTACK = "attack"  # the row's id is that of an attack of a suite


class JudgeKind(StrEnum):
    """The kinds of judge that `--judge` may name."""

    CHECKS = "checks"
    LOCAL = "local"
    EMBEDDED = "embedded"
    ENDPOINT = "endpoint"  # any name under `judges:` in assay.yaml


@dataclass(frozen=True, kw_only=True)
class MetricInfo:
    """How a metric is shown in `assay metrics list`, and what a plan must know of it."""

    id: str  # closed, DESIGN §3; stands in run logs and gate policies
    measures: str  # one line for people
    needs: frozenset[Need] = frozenset()
    judges: tuple[JudgeKind, ...] = tuple(JudgeKind)  # (): computed, whatever `--judge` says
    source: str = ""  # paper, protocol or library

    @property
    def computed(self) -> bool:
        """Whether code alone computes it: no judge is asked, and no judge card is needed."""
        return not self.judges
