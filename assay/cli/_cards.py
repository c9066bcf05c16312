"""A judge card as lines for people: every number with its interval, and what it says in a few words."""

from collections.abc import Sequence

from assay.app.judge_check import CheckResult
from evaluation.calibration import JudgeCard
from evaluation.statistics import Measured

__all__ = ["card_lines", "disagreement_rows"]

_Line = tuple[str, str, str, str]
_REASON = 100  # code points


def card_lines(card: JudgeCard) -> list[_Line]:
    """Return (name, value, interval, meaning) for everything on the card."""
    found = card.agreement
    lines = [
        _line("prevalence", found.prevalence, "share that people call good"),
        _line("sensitivity", found.sensitivity, "of the good ones, the judge calls good"),
        _line("specificity", found.specificity, "of the others, the judge calls not good"),
        _line("Youden's J", found.youden, "what is left of a true difference; 0 is chance"),
        _line("balanced accuracy", found.balanced_accuracy, "0.5 is chance"),
        _line("Cohen's kappa", found.kappa, "agreement beyond chance"),
        _line("Gwet's AC1", found.ac1, "the same, steady where nearly all are good"),
        _line("Krippendorff's alpha", found.alpha, "judge and people"),
        _line("… among people", card.people_alpha, "the ceiling for any judge"),
        _line("calibration error", found.ece, "how far its probabilities are off (ECE)"),
        _line("Brier score", found.brier, "squared error of its probabilities"),
        _line("flip rate", card.flip_rate, f"two of {card.repeats} draws of a row differ"),
    ]
    if card.latency_ms is not None:
        lines.append(_line("time a verdict", card.latency_ms.median, "median, ms", "{:,.1f}"))
        lines.append(_line("", card.latency_ms.p95, "95th percentile, ms", "{:,.1f}"))
    if card.cost is not None and card.cost.p95.value:
        lines.append(_line("cost a verdict", card.cost.median, "median", "{:.6f}"))
        lines.append(_line("", card.cost.p95, "95th percentile", "{:.6f}"))
    failures = ", ".join(f"{count} {kind}" for kind, count in card.failures.items())
    lines.append(("no verdict", failures or "none", "", "draws without a value, left out"))
    if card.tied:
        lines.append(("divided", str(card.tied), "", "rows on which people were split evenly, left out"))
    return lines


def disagreement_rows(result: CheckResult, most: int) -> list[Sequence[object]]:
    """Return the first rows on which judge and people differ."""
    words = {True: "good", False: "not good"}
    return [
        (one.id, words[one.people], words[one.judge], f"{one.value:.2f}", " ".join(one.reason.split())[:_REASON])
        for one in result.disagreements[:most]
    ]


def _line(name: str, number: Measured | None, meaning: str, form: str = "{:.3f}") -> _Line:
    if number is None:
        return name, "unknown", "", meaning
    return name, form.format(number.value), f"{form.format(number.lower)} to {form.format(number.upper)}", meaning
