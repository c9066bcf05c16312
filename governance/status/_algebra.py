"""How outcomes combine: the laws that every status obeys.

Rules of this place: order does not matter; what fails never improves what it joins; nothing at all is never satisfied;
what does not apply neither helps nor harms. Held as laws in the tests.
"""

from collections.abc import Iterable
from typing import Final

from governance.evidence import Conclusion

__all__ = ["WORST_FIRST", "all_of"]

WORST_FIRST: Final = (
    Conclusion.NOT_SATISFIED,
    Conclusion.ERROR,
    Conclusion.INCONCLUSIVE,
    Conclusion.SATISFIED,
    Conclusion.NOT_APPLICABLE,
)


def all_of(outcomes: Iterable[Conclusion]) -> Conclusion:
    """Return what holds where all of these are needed together; of nothing, inconclusive."""
    found = frozenset(outcomes)
    return next((outcome for outcome in WORST_FIRST if outcome in found), Conclusion.INCONCLUSIVE)
