"""The words of the reports: metrics, outcomes and decisions, said so that a compliance officer understands them.

Rules of this place: a sentence says what was measured or decided and nothing more. No promise, no verdict on the law.
"""

from collections.abc import Sequence

from reports.views import RuleView

__all__ = [
    "LIMITS",
    "NO_POLICY",
    "READING",
    "difference_sentence",
    "headline",
    "metric_meaning",
    "metric_name",
    "number",
    "outcome_name",
    "sentence",
    "signed",
]

_METRICS = {
    "faithfulness": (
        "Faithfulness",
        "Share of the sentences of an answer that the retrieved passages support. 1 means every sentence.",
    ),
    "relevancy": (
        "Relevancy",
        "How well an answer meets the question's subject, focus and perspective: 0 not at all, 1 fully.",
    ),
}
_OUTCOMES = {
    "scored": "scored",
    "not_applicable": "not applicable",
    "refused": "refused",
    "unparsable": "unreadable reply",
    "timed_out": "timed out",
    "error": "error",
    "missing": "missing",
    "complete": "complete",
    "partial": "partial",
    "pass": "pass",
    "fail": "fail",
    "inconclusive": "cannot decide",
    "none": "not decided",
    "supported": "supported by the passages",
    "contradicted": "contradicted by the passages",
    "absent": "not found in the passages",
}
_HEADLINES = {"pass": "Pass", "fail": "Fail", "inconclusive": "Cannot decide", "none": "Not decided"}
_NAMED = 3  # checks that a sentence lists
NO_POLICY = "No gate policy has been applied to this run. The numbers below stand on their own."

READING = (
    (
        "The dot is the mean over the scored answers. The thick bar is its 95 % interval: if the same measurement were "
        "repeated on other questions from the same documents, about 19 of 20 such bars would hold the true mean."
    ),
    (
        "The hatched band shows how far the mean could move if every answer that was not scored had been the worst "
        "or the best possible. A judge that fails is counted; it is never a zero and never left out silently."
    ),
    (
        "Questions from one document resemble each other, so intervals treat a document as one draw (cluster) wherever "
        "the document is known."
    ),
    (
        "A vertical mark is the threshold of the gate. A check is met when the whole interval lies on its good side "
        "and would still lie there if every unscored answer had been the worst; it is not met when the whole interval "
        "lies on the other side; in between it cannot be decided with these questions."
    ),
)
LIMITS = (
    (
        "They hold for these questions, these documents and this version of the application and say nothing "
        "about questions of another kind."
    ),
    (
        "The verdicts come from an automatic judge. Judges err; where no human labels are given, the size of that "
        "error is not known and is not part of the interval."
    ),
    (
        "A supported sentence follows from the retrieved passages. Whether the passages themselves are true was not "
        "examined."
    ),
    "This report records a measurement. It is no statement on whether any law is met.",
)


def metric_name(metric: str) -> str:
    """Return the metric's name for people."""
    known = _METRICS.get(metric)
    return known[0] if known else metric.replace("_", " ").capitalize()


def metric_meaning(metric: str) -> str:
    """Return one sentence on what the number is; "" for a metric that came with a plug-in."""
    known = _METRICS.get(metric)
    return known[1] if known else "A value from 0 to 1; higher is better."


def outcome_name(outcome: str) -> str:
    """Return an outcome's name for people."""
    return _OUTCOMES.get(outcome, outcome.replace("_", " "))


def number(value: float | None) -> str:
    """Write a value of 0..1 with three decimals, rounded to even; unknown is a word."""
    return "not known" if value is None else f"{value:.3f}"


def signed(value: float | None) -> str:
    """Write a difference with its sign (a true minus)."""
    return "not known" if value is None else f"{value:+.3f}".replace("-", "−")


def headline(outcome: str) -> str:
    """Return the decision in two words."""
    return _HEADLINES[outcome]


def sentence(outcome: str, rules: Sequence[RuleView]) -> str:
    """Return the decision in one sentence, from how its rules ended."""
    if outcome == "none":
        return NO_POLICY
    if outcome == "pass":
        return "The one check was met." if len(rules) == 1 else f"All {len(rules)} checks of the gate policy were met."
    concerned = [rule for rule in rules if rule.outcome == outcome]
    names = _names(concerned)
    if outcome == "fail":
        return f"{len(concerned)} of {_count(len(rules), 'check')} not met: {names}."
    needed = [rule.needed for rule in concerned if rule.needed]
    if needed and len(needed) == len(concerned):
        return f"About {_count(max(needed), 'more question')} needed to decide: {names}."
    return f"{len(concerned)} of {_count(len(rules), 'check')} cannot be decided: {names}."


def difference_sentence(name: str, difference: float | None, lower: float | None, upper: float | None) -> str:
    """Say what a paired difference shows; an interval around 0 shows nothing."""
    if difference is None or lower is None or upper is None:
        return f"{name}: nothing to compare; no row was scored in both runs."
    if lower > 0:
        return f"{name} is higher than in the baseline."
    if upper < 0:
        return f"{name} is lower than in the baseline."
    return f"{name}: no difference shown; the interval includes 0."


def _names(rules: Sequence[RuleView]) -> str:
    """Return what the checks demand, and of an unmet expectation what was found instead."""
    names = list(dict.fromkeys(rule.rule if rule.metric else rule.reason for rule in rules))
    rest = f"; and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED]) + rest


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
