"""Agreement beyond chance between one judge and people, for verdicts of two kinds.

Every coefficient here has the form 1 − q/D: the share of unequal verdicts over the share that chance would give. They
differ in D alone: Cohen's kappa takes each side's own rate of true, Krippendorff's alpha the common rate, and Gwet's
AC1 the chance that a doubtful row is guessed alike (so that it stays put where nearly all rows are true).
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from enum import StrEnum

from evaluation.statistics._clusters import weighted_mean
from evaluation.statistics._types import LabelledPair, Measured

__all__ = ["Chance", "coefficient"]

_NEGLIGIBLE = 1e-12


class Chance(StrEnum):
    """What two verdicts would share by chance."""

    KAPPA = "kappa"  # Cohen 1960, Educational and Psychological Measurement 20:37
    AC1 = "ac1"  # Gwet 2008, British Journal of Mathematical and Statistical Psychology 61:29
    ALPHA = "alpha"  # Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; nominal, two coders


def coefficient(pairs: Sequence[LabelledPair], chance: Chance) -> Measured | None:
    """Estimate a coefficient, at most 1, with its 95 % interval; `None` where chance explains all (D = 0).

    The interval is that of q (Wilson, clustered) with its variance multiplied by how much the delta method says that
    the estimated D adds or takes away (for kappa: Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72:323, with
    whole clusters in place of rows). Unlike a bootstrap it has a width where all verdicts agree, and needs no seed.
    """
    if not pairs:
        return None
    weights = [p.weight for p in pairs]
    mass = math.fsum(weights)
    judge = math.fsum(p.weight for p in pairs if p.judge) / mass
    human = math.fsum(p.weight for p in pairs if p.human) / mass
    expected, by_judge, by_human = _expected(chance, judge, human, len(pairs))
    if expected < _NEGLIGIBLE:
        return None
    unequal = [float(p.judge != p.human) for p in pairs]
    share = math.fsum(w * x for w, x in zip(weights, unequal, strict=True)) / mass
    names: list[Hashable] = [("row", i) if p.cluster is None else p.cluster for i, p in enumerate(pairs)]
    plain: defaultdict[Hashable, float] = defaultdict(float)
    whole: defaultdict[Hashable, float] = defaultdict(float)
    for pair, name, x in zip(pairs, names, unequal, strict=True):
        own = by_judge * (pair.judge - judge) + by_human * (pair.human - human)
        plain[name] += pair.weight * (x - share)
        whole[name] += pair.weight * (x - share - share / expected * own)
    found = weighted_mean(unequal, weights, names, inflation=_ratio(whole, plain))
    if found is None:
        return None
    return Measured(1 - share / expected, max(-1.0, 1 - found.upper / expected), 1 - found.lower / expected)


def _expected(chance: Chance, judge: float, human: float, n: int) -> tuple[float, float, float]:
    """Return D and its derivatives by the judge's and by the people's rate of true."""
    if chance is Chance.KAPPA:
        return judge * (1 - human) + human * (1 - judge), 1 - 2 * human, 1 - 2 * judge
    both = (judge + human) / 2
    if chance is Chance.AC1:
        return 1 - 2 * both * (1 - both), 2 * both - 1, 2 * both - 1
    pairable = 2 * n / (2 * n - 1)
    return 2 * both * (1 - both) * pairable, (1 - 2 * both) * pairable, (1 - 2 * both) * pairable


def _ratio(whole: dict[Hashable, float], plain: dict[Hashable, float]) -> float:
    below = math.fsum(x * x for x in plain.values())
    above = math.fsum(x * x for x in whole.values())
    return above / below if min(above, below) > _NEGLIGIBLE else 1.0
