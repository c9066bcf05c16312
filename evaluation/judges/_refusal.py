"""`refusal`: whether the answer answers, by phrases in five languages.

Rules of this place: higher is better, so 1 means that the answer does not refuse, and a run's mean is the share of
answers that were given; 0 when every sentence declines. Whether refusing was right is not asked: an answer that
invents what it cannot know scores 1 here and fails `faithfulness`.
"""

from typing import Final

from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.metrics import ComputedMetric, Measured, MetricInfo

__all__ = ["REFUSAL"]


def _measure(item: Item) -> Measured:
    if abstains(item.answer.text):
        return Measured(value=0.0, reason="every sentence declines to answer")
    return Measured(value=1.0, reason="the answer says something")


REFUSAL: Final = ComputedMetric(
    info=MetricInfo(
        id="refusal",
        measures="1 if the answer answers, 0 if all it does is decline (en, de, fr, es, it)",
        judges=(),
        source="phrases of ours",
    ),
    measure=_measure,
    settings={"phrases": "en de fr es it"},
)
