"""Labels and judge cards: what people said of answers, and what that says of a judge.

Rules of this place: a label is about a whole answer on one metric, good or not; a card belongs to one digest of a
judge, one metric and one language, and to nothing else; a person appears under a pseudonym.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assay.kernel import content_id, digest_json
from evaluation.statistics import Agreement, Measured

__all__ = ["FEWEST_LABELS", "JudgeCard", "Label", "LabelSet", "Quantiles", "Sampling", "SamplingStrategy"]

FEWEST_LABELS: Final = 50  # on which a card or a corrected headline may rest


class SamplingStrategy(StrEnum):
    """How rows are picked for people."""

    UNIFORM = "uniform"  # every row alike
    UNCERTAIN = "uncertain"  # half of the chance goes to rows by the judge's doubt


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Everything that decides which rows of a run log are drawn, and with what probability."""

    strategy: SamplingStrategy
    metric: str
    rows: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Label:
    """What one person said of one answer on one metric."""

    row: str  # id, as the answers file or the run log has it
    good: bool
    annotator: str  # pseudonym, "" where nobody was named
    repeat: int = 0
    language: str | None = None
    probability: float | None = None  # that the row was drawn; None where rows were not drawn by us
    commitment: str | None = None  # of question and answer under the label set's salt


@dataclass(frozen=True, kw_only=True)
class LabelSet:
    """One file of labels, with the rubric that people followed."""

    metric: str
    digest: str  # of the file
    rubric: str  # "" where none was given
    labels: tuple[Label, ...]
    skipped: int  # rows of the file without a label
    run_digest: str | None = None  # of the run log whose rows were labelled; None for an answers file
    sampling: Sampling | None = None

    @property
    def id(self) -> str:
        """Content id: the same labels of the same people under the same rubric are the same set."""
        labels = sorted((one.row, one.repeat, one.annotator, one.good) for one in self.labels)
        whole = digest_json([self.metric, self.digest, self.rubric, self.run_digest, labels])
        return content_id("labels", whole)


@dataclass(frozen=True, kw_only=True)
class Quantiles:
    """The middle and the slow end of what one verdict took."""

    median: Measured
    p95: Measured


@dataclass(frozen=True, kw_only=True)
class JudgeCard:
    """What labels say of one judge on one metric in one language."""

    judge: str  # JudgeSpec.digest
    name: str
    model: str  # "" for a judge without a model
    metric: str
    language: str  # ISO 639-1, or `und`
    labelled: int  # rows with a label
    tied: int  # of them those on which people were divided evenly, which are left out
    agreement: Agreement  # over the rows that the judge scored
    people_alpha: Measured | None  # Krippendorff's alpha of people among themselves
    repeats: int
    flip_rate: Measured | None  # that two draws of one row differ; None without repeats
    failures: Mapping[str, int]  # outcome → draws without a score
    latency_ms: Quantiles | None  # per verdict; None where every reply came from the cache
    cost: Quantiles | None  # per verdict, in the currency of assay.yaml
    labels_digest: str
    rubric_digest: str  # "" where people had no rubric
    source: str  # file name, or the open sets behind a shipped card
    made_at: str  # RFC 3339, UTC

    @property
    def shortcoming(self) -> str:
        """Say why the card is not enough to believe the judge, "" where it is."""
        found = self.agreement
        if found.n < FEWEST_LABELS:
            return f"its card rests on {found.n} labels, at least {FEWEST_LABELS} are needed"
        if found.youden is None:
            return "its card knows labels of one kind only, so half of its errors cannot be seen"
        if found.youden.lower <= 0:
            return f"its card is at chance: Youden's J {found.youden.value:.2f}, from {found.youden.lower:.2f}"
        return ""
