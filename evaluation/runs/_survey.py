"""One pass over a run log: whether it is whole, what it comes to, and whether its texts are those that were judged.

Rules of this place: however much is asked of a log, every line of it is parsed once.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.answers import UNDETERMINED
from evaluation.runs._census import RowCensus
from evaluation.runs._completeness import Tally
from evaluation.runs._estimates import Estimators
from evaluation.runs._log import RunLog
from evaluation.runs._plausible import Doubt, Doubts
from evaluation.runs._spend import Spend, SpendTally
from evaluation.runs._types import Completeness
from evaluation.statistics import Estimate

__all__ = ["Survey", "survey_run"]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one pass found."""

    completeness: Completeness
    estimates: tuple[Estimate, ...]  # one per metric of the plan, in its order
    languages: Mapping[str, int]  # language → rows; `und` where it is not known
    spend: Spend
    doubts: Mapping[Doubt, str]  # why it cannot have come from a run, the first reason of each kind
    latest: str  # when the last row ended, "" where there is none
    models: frozenset[str]  # that the target said it used, as it said
    clusters: frozenset[str]  # what rows are about, as `content_id("c", document)`; "" where one names nothing


def survey_run(log: RunLog, *, with_texts: bool = False) -> Survey:
    """Read the whole log; raise where it cannot be read and, `with_texts`, where a text is not what was judged."""
    estimators, languages, spent = Estimators(log.plan), Counter[str](), SpendTally(log.plan)
    models, clusters = set[str](), set[str]()
    with RowCensus() as census, RowCensus() as seen:
        tally, doubts = Tally(log.plan, census), Doubts(log.plan, seen)
        for row in (row for row, _ in log.joined()) if with_texts else log.rows():
            tally.add(row)
            estimators.add(row)
            spent.add(row)
            doubts.add(row)
            languages[row.language or UNDETERMINED] += 1
            models.add(row.model)
            clusters.add(row.cluster or "")
        return Survey(
            completeness=tally.completeness(),
            estimates=estimators.estimates(),
            languages=languages,
            spend=spent.spend(),
            doubts=doubts.found(),
            latest=doubts.latest,
            models=frozenset(models - {""}),
            clusters=frozenset(clusters),
        )
