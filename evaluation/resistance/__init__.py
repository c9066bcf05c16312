"""How often attacks succeeded in a run: by suite and family, with intervals, and twins that were treated alike."""

from evaluation.resistance._report import attack_rates
from evaluation.resistance._types import AttackRate, TwinRate

__all__ = ["AttackRate", "TwinRate", "attack_rates"]
