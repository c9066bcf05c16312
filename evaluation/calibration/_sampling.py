"""Which rows people are shown, with the probability of each row to be shown.

Rules of this place: the draw follows from the run log, the metric, the strategy, the number and the seed alone, so that
whoever holds the log can draw again and believes no file; every row that could be labelled has a probability above 0.

Method: rows in the order of a seeded digest, then systematic sampling with probability proportional to a size (Madow
1949, Annals of Mathematical Statistics 20:333), which gives exactly `rows` rows and exactly these probabilities. Sizes
are equal for `uniform`; for `uncertain` half of the size is equal and half is the judge's doubt, 1 − |2p − 1| of its
probability (or of its value), 1 where it gave none.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from assay.kernel import InputError
from evaluation.answers import AnswerOutcome
from evaluation.calibration._types import Sampling, SamplingStrategy
from evaluation.runs import Row
from evaluation.verdicts import Outcome, Verdict

__all__ = ["RowKey", "draw_rows", "frame", "inclusion", "score_of"]

RowKey: TypeAlias = tuple[str, int]  # id and repeat
_Frame: TypeAlias = Sequence[tuple[RowKey, float | None]]


def frame(rows: Iterable[Row], metric: str) -> list[tuple[RowKey, float | None]]:
    """Return the rows that people could label on a metric, each with what the judge thinks of it, in order of keys.

    A row is in if it was answered and the metric applies to it; a row whose judge failed is in, with `None`.
    """
    found = []
    for row in rows:
        verdict = next((one for one in row.verdicts if one.metric == metric), None)
        answered = row.answer_outcome is AnswerOutcome.ANSWERED and not row.answer_empty
        if verdict is not None and answered and verdict.outcome is not Outcome.NOT_APPLICABLE:
            found.append(((row.id, row.repeat), score_of(verdict)))
    return sorted(found, key=lambda one: one[0])


def score_of(verdict: Verdict) -> float | None:
    """Return the judge's probability that the answer is good, its value where it gives none, `None` for a failure."""
    return verdict.probability if verdict.probability is not None else verdict.value


def inclusion(rows: _Frame, sampling: Sampling) -> dict[RowKey, float]:
    """Return each row's probability to be drawn, in (0, 1]; raise `InputError` where there is no row to draw."""
    if not rows:
        raise InputError(
            f"no row of this run has a {sampling.metric} verdict that people could label", hint="assay runs show RUN"
        )
    sizes = _sizes(rows, sampling.strategy)
    wanted = float(min(sampling.rows, len(rows)))
    sure: set[int] = set()
    while True:  # what would be drawn more than once is sure, and the rest shares what is left
        left = sum(size for at, size in enumerate(sizes) if at not in sure)
        more = {at for at, size in enumerate(sizes) if at not in sure and (wanted - len(sure)) * size >= left}
        if not more:
            break
        sure |= more
    return {key: 1.0 if at in sure else (wanted - len(sure)) * sizes[at] / left for at, (key, _) in enumerate(rows)}


def draw_rows(rows: _Frame, sampling: Sampling) -> dict[RowKey, float]:
    """Draw; return the rows that people shall label with their probabilities, in the order of the draw."""
    chances = inclusion(rows, sampling)
    order = sorted(chances, key=lambda key: _digest(sampling, *key))
    point = int.from_bytes(_digest(sampling, "", -1)[:8], "big") / 2**64
    drawn: dict[RowKey, float] = {}
    passed = 0.0
    for key in order:
        passed += chances[key]
        if passed > point + len(drawn):
            drawn[key] = chances[key]
    return drawn


def _sizes(rows: _Frame, strategy: SamplingStrategy) -> list[float]:
    equal = 1 / len(rows)
    if strategy is SamplingStrategy.UNIFORM:
        return [equal] * len(rows)
    doubts = [1.0 if score is None else 1 - abs(2 * score - 1) for _, score in rows]
    total = sum(doubts)
    return [(equal + doubt / total) / 2 if total else equal for doubt in doubts]


def _digest(sampling: Sampling, name: str, repeat: int) -> bytes:
    """Tell samples of another design apart, so that two samples of a run are independent of each other."""
    design = f"{sampling.seed}\0{sampling.strategy}\0{sampling.metric}\0{sampling.rows}"
    return hashlib.sha256(f"{design}\0{repeat}\0{name}".encode("utf-8", "surrogatepass")).digest()
