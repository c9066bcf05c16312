"""What a filter is: one method over an Arrow batch. Built-ins and plug-ins come through one registry, `filters`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from evaluation.filters._types import FilterResult, FilterSpec

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Filter"]


class Filter(Protocol):
    """Reads texts. Never raises for what a text is: that is a result with the outcome `error` or `timed_out`."""

    @property
    def spec(self) -> FilterSpec:
        """What shapes its results."""

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return one result for each text, in their order.

        No text is null; a text's result does not depend on its neighbours in the batch; the time for a text is bounded
        by its length and by the spec's options, whatever it says.
        """
