"""What a judge is: one method. Built-ins and plug-ins come through the same registry, `metrics`."""

from typing import Protocol

from evaluation.answers import Item
from evaluation.verdicts import JudgeSpec, Verdict

__all__ = ["Judge"]


class Judge(Protocol):
    """Scores one metric of one item. Never raises for what an item, a model or an endpoint does: that is a verdict."""

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat` (0-based); each repeat is a draw of its own."""
