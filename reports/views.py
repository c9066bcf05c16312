"""View models: what a reader is shown, ready to be laid out.

Rules of this place: every value is frozen and final (no arithmetic is left for a template or a page); numbers are the
stored estimates, in 0..1; `None` means unknown and is shown in words, never as 0. Texts are as recorded, cut to a
length; making them inert (controls, markup) is the work of whoever shows them.
"""

from dataclasses import dataclass

from reports.attacks import AttacksView

__all__ = [
    "ComparisonView",
    "CorpusView",
    "CorrectedView",
    "DecisionView",
    "Distribution",
    "EvaluationView",
    "Example",
    "ExampleSet",
    "Fact",
    "HeaderView",
    "JudgeView",
    "MetricView",
    "OverviewView",
    "ProofView",
    "RuleView",
    "RunLine",
    "Segment",
    "ShortText",
]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of a list of particulars."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ShortText:
    """A text of the run, cut: `more` counts the characters (code points) that are not shown."""

    text: str
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class JudgeView:
    """Who judged one metric, and with what."""

    metric: str
    name: str
    version: str
    model: str  # "" for a judge without a model
    model_digest: str  # of the weights; "" where only the vendor knows
    digest: str  # of the whole specification


@dataclass(frozen=True, kw_only=True)
class CorpusView:
    """The documents behind the questions, and those that could not be read."""

    digest: str
    documents: int
    skipped: tuple[tuple[str, int], ...]  # kind → count, by kind

    @property
    def skipped_total(self) -> int:
        """How many documents could not be used."""
        return sum(count for _, count in self.skipped)


@dataclass(frozen=True, kw_only=True)
class HeaderView:
    """What was measured, when, against what."""

    system: str
    run: str
    outcome: str  # complete | partial
    outcome_reason: str  # "" when complete
    created_at: str  # RFC 3339, UTC
    target: str
    target_version: str
    questions: int
    repeats: int
    questions_digest: str
    judges: tuple[JudgeView, ...]
    corpus: CorpusView | None
    policy: str  # digest of the gate policy that was fixed before the run; "" where none was
    origin: str
    particulars: tuple[Fact, ...]  # environment, git


@dataclass(frozen=True, kw_only=True)
class CorrectedView:
    """What people's labels made of a metric: the share of answers that people would call good."""

    mean: float
    lower: float  # 95 % interval
    upper: float
    labels: int
    judge: str  # sensitivity, specificity and Youden's J of the judge on these labels, in words


@dataclass(frozen=True, kw_only=True)
class MetricView:
    """One metric over the run."""

    metric: str
    name: str
    meaning: str  # what the number is, in one sentence
    asked: int
    applicable: int
    scored: int
    failures: tuple[tuple[str, int], ...]  # every outcome but `scored`, by name
    clusters: int
    mean: float | None
    lower: float | None  # 95 % interval
    upper: float | None
    worst: float | None  # the mean if every failed applicable row were 0
    best: float | None  # the mean if every failed applicable row were 1
    method: str
    threshold: float | None = None  # of the gate's floor, where the policy has one
    corrected: CorrectedView | None = None  # where people labelled enough rows
    kinds: str = ""  # of hallucination, in one sentence, where the rows show them

    @property
    def headline(self) -> tuple[float | None, float | None, float | None]:
        """Mean and 95 % interval that stand first: corrected by people where they can be."""
        if self.corrected is not None:
            return self.corrected.mean, self.corrected.lower, self.corrected.upper
        return self.mean, self.lower, self.upper


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """How one metric's values spread, and how its verdicts ended."""

    metric: str
    name: str
    bins: tuple[int, ...]  # ten bins of 0.1; the last one holds 1
    outcomes: tuple[tuple[str, int], ...]  # outcome → verdicts, `scored` first


@dataclass(frozen=True, kw_only=True)
class ComparisonView:
    """Candidate minus baseline on one metric, over the rows that both scored."""

    metric: str
    name: str
    pairs: int
    clusters: int
    difference: float | None
    lower: float | None
    upper: float | None
    wins: int
    ties: int
    losses: int
    unpaired: int
    method: str
    sentence: str
    margin: float | None = None  # of the gate's non-inferiority rule, > 0


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """One rule of the gate policy and how it ended."""

    rule: str
    metric: str  # "" for an expectation of the whole run
    outcome: str  # pass | fail | inconclusive
    reason: str
    measured: str  # value and interval that were held against it, "" where there is none
    needed: int | None  # more questions until the rule could be decided; None when decided or unknown


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """The gate's decision in plain words."""

    outcome: str  # pass | fail | inconclusive | none (no policy was applied)
    headline: str
    sentence: str
    rules: tuple[RuleView, ...]  # those on a number, and every one that was not met or cannot be decided
    held: tuple[str, ...]  # the other expectations, which were met, in words
    at: str
    policy: str  # digest of the policy, "" when none
    release: str = ""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of an answer; `support` is supported | contradicted | absent, "" where no judge marked it."""

    text: str
    support: str = ""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One of the worst-scoring rows of a metric."""

    id: str
    repeat: int
    outcome: str
    value: float | None
    erased: str  # time of erasure, "" while the texts are kept
    question: ShortText
    answer: tuple[Segment, ...]
    answer_more: int  # characters of the answer that are not shown
    reason: ShortText
    reference: ShortText | None
    contexts: int | None  # how many passages the target gave; None: not known


@dataclass(frozen=True, kw_only=True)
class ExampleSet:
    """The worst rows of one metric, worst first."""

    metric: str
    name: str
    examples: tuple[Example, ...]
    of: int  # how many rows scored below 1 or failed


@dataclass(frozen=True, kw_only=True)
class ProofView:
    """What an auditor needs to find this record again."""

    run_digest: str
    sequence: int | None  # of the ledger entry that recorded the run
    checkpoint: str  # the signed note's text, "" where there is none


@dataclass(frozen=True, kw_only=True)
class EvaluationView:
    """One run, with everything that the evaluation report says."""

    header: HeaderView
    decision: DecisionView
    metrics: tuple[MetricView, ...]
    distributions: tuple[Distribution, ...]
    baseline: str  # run id, "" where nothing was compared
    comparisons: tuple[ComparisonView, ...]
    examples: tuple[ExampleSet, ...]
    notes: tuple[str, ...]  # what the reader must know before trusting the numbers
    limits: tuple[str, ...]  # what this does not prove
    proof: ProofView
    attacks: AttacksView | None = None  # None for a run without attacks
    only_attacks: bool = False  # every metric is that of an attack suite: no documents, no passages

    @property
    def marked(self) -> bool:
        """Whether a judge marked stretches of an answer that is shown."""
        answers = (example.answer for shown in self.examples for example in shown.examples)
        return any(segment.support for answer in answers for segment in answer)


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """One run in a list."""

    run: str
    system: str
    created_at: str
    outcome: str
    target: str
    metrics: tuple[MetricView, ...]
    decision: str  # pass | fail | inconclusive | none


@dataclass(frozen=True, kw_only=True)
class OverviewView:
    """All runs of a store, newest first, and the last decision."""

    runs: tuple[RunLine, ...]
    decision: DecisionView
    decision_run: str  # the run that was decided, "" where none
    checkpoint: str
