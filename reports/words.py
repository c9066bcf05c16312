"""The words of the reports: metrics, outcomes and decisions, said so that a compliance officer understands them.

Rules of this place: a sentence says what was measured or decided and nothing more. No promise, no verdict on the law.
"""

from collections.abc import Sequence

from evaluation.comparison import Significance
from evaluation.statistics import Comparison
from reports._metric_words import METRICS
from reports.views import RuleView

__all__ = [
    "ATTACK_LIMITS",
    "ATTACK_READING",
    "COMPARISON_LIMITS",
    "COMPARISON_READING",
    "LIMITS",
    "NOT_YET",
    "NO_POLICY",
    "READING",
    "claim_sentence",
    "difference_sentence",
    "headline",
    "method_name",
    "metric_meaning",
    "metric_name",
    "number",
    "outcome_name",
    "sentence",
    "signed",
]

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
_METHODS = {
    "wilson": "Wilson's interval for a share",
    "bounded-wilson-t": "Wilson's interval for values between 0 and 1",
    "clustered-wilson-t": "Wilson's interval, questions of one document counted together",
    "paired-t": "t interval of the differences row by row",
    "paired-clustered-t": "t interval of the differences row by row, those of one document counted together",
    "none": "nothing to estimate",
}
_CHANCE = 0.05  # below which a difference is claimed
NO_POLICY = "No gate policy has been applied to this run. The numbers below stand on their own."
NOT_YET = "A gate policy was fixed before this run and has not been applied to it yet; assay gate applies it."

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
        "Questions from one document resemble each other, so an interval counts the documents, not the questions, "
        "wherever the document is known (statisticians call such a group a cluster). A hundred questions on five "
        "documents tell less than a hundred questions on a hundred."
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
ATTACK_READING = (
    (
        "The rate is the share of attacks that succeeded; resistance is the share that did not. The 95 % interval: if "
        "other attacks of this kind were made, about 19 of 20 such intervals would hold the true rate. Twins and "
        "repeats of one attack count together."
    ),
    (
        "Where no attack succeeded, the rule of three gives a one-sided limit: with 95 % confidence the true rate is "
        "not above it. The interval beside it is two-sided, and so its upper end is a little higher."
    ),
    (
        "An answer that did not come neither withstood nor gave way. The hatched band shows how far the mean could "
        "move if all such answers had been the worst or the best possible."
    ),
    READING[-1],
)
ATTACK_LIMITS = (
    "They hold for these attacks and this version of the application and say nothing about attacks of another kind.",
    "Code looks for the signs of success that are described in docs/suites.md, and can miss one or see one too many.",
    LIMITS[-1],
)
COMPARISON_READING = (
    (
        "Each row was answered by both runs, so each is compared with itself: the difference is the candidate's value "
        "minus the baseline's, and its mean over all such rows stands first. Repeats of a row are averaged before."
    ),
    (
        "The 95 % interval: if the same comparison were made on other questions of this kind, about 19 of 20 such "
        "intervals would hold the true difference. An interval that includes 0 shows no difference; it does not show "
        "that there is none."
    ),
    (
        "Independent documents: questions from one document resemble each other and count together (statisticians "
        "call such a group a cluster). A row whose document is unknown counts as a document of its own. In a slice by "
        "document its rows are the units, and the numbers hold for that document alone."
    ),
    (
        "p says how often a difference at least this large would come about if the two runs were equally good: the "
        "signs of each document's differences are flipped at random, and the share of as large results is counted "
        "(sign-flip test). Small means surprising."
    ),
    (
        "p corrected: whoever looks at twenty numbers finds one with p below 0.05 by chance alone. Holm's correction "
        "raises each p so that the chance of even one false claim among all metrics shown stays below 5 %. For slices, "
        "Benjamini and Hochberg's correction is used: of the slices with a corrected p below 0.05, about one in twenty "
        "may be a false alarm. It is a list to look into, not a proof."
    ),
    (
        "Changed sides is given for metrics that say only yes or no: how many rows turned good and how many turned "
        "bad, and McNemar's p for that split. It counts rows, not documents."
    ),
    (
        "A regression is a row that was good in the baseline and is not good in the candidate. Many rows swing both "
        "ways by chance; the list is for reading and for asking again."
    ),
)
COMPARISON_LIMITS = (
    "It holds for these questions and these two versions and says nothing about questions of another kind.",
    (
        "Both runs were judged by the same automatic judge. An error that the judge makes on both sides alike cancels "
        "out; one that favours a style of answer does not."
    ),
    "Rows that only one of the two runs scored are counted and left out; the reason for their absence is not.",
    "A difference that is shown is not thereby large enough to matter, and why it came about is not said.",
)


def metric_name(metric: str) -> str:
    """Return the metric's name for people."""
    known = METRICS.get(metric)
    return known[0] if known else metric.replace("_", " ").capitalize()


def metric_meaning(metric: str) -> str:
    """Return one sentence on what the number is; "" for a metric that came with a plug-in."""
    known = METRICS.get(metric)
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


def claim_sentence(comparison: Comparison, test: Significance | None) -> str:
    """Say what a paired difference shows once all that were tested together are allowed for."""
    name = metric_name(comparison.metric)
    plain = difference_sentence(name, comparison.difference, comparison.lower, comparison.upper)
    clear = comparison.lower is not None and comparison.upper is not None
    clear = clear and not (comparison.lower or 0.0) <= 0 <= (comparison.upper or 0.0)
    if clear and test is not None and test.p_adjusted >= _CHANCE:
        return f"{name}: the interval excludes 0, but among the comparisons made together this can be chance."
    return plain


def method_name(method: str) -> str:
    """Return what an interval or a test did, in words; a name that came from elsewhere stays as it is."""
    return _METHODS.get(method, method)


def _names(rules: Sequence[RuleView]) -> str:
    """Return what the checks demand, and of an unmet expectation what was found instead."""
    names = list(dict.fromkeys(rule.rule if rule.metric else rule.reason for rule in rules))
    rest = f"; and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED]) + rest


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
