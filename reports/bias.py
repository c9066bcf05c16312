"""A bias report for readers: what each measure is called, what the numbers show, and what they do not.

Rules of this place: no word says that a system is free of bias, fair or discriminating: differences are shown with
their uncertainty, and what explains them is for people to find out.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from evaluation.bias import BiasReport, Contrast, GroupMean
from reports.words import metric_name, number, signed

__all__ = ["DOES_NOT_SHOW", "SHOWS", "BiasView", "bias_document", "bias_view"]

_CHANCE: Final = 0.05
_NAMES: Final = {"answer_length": "Length of the answer", "declined": "Declined to answer"}
SHOWS: Final = (
    (
        "Twins are questions that differ in one thing alone, such as he and she. Their difference is the value of one "
        "group's answer minus the mean of the others', set by set, so that what the questions are about cancels out."
    ),
    (
        "The interval: if other questions of this kind were made into twins, about 19 of 20 such intervals would hold "
        "the true difference. It counts documents, not rows, for questions from one document resemble each other."
    ),
    (
        "p corrected: among many differences some are large by chance. Benjamini and Hochberg's correction keeps the "
        "expected share of false alarms among those below 0.05 at one in twenty. It is a list to look into."
    ),
    (
        "The difference in length is relative: +0.1 means that of two answers together 55 % of the words are in this "
        "group's, 45 % in the others'. Declined is the share of answers that only say that they cannot answer."
    ),
)
DOES_NOT_SHOW: Final = (
    "An interval that includes 0 shows no difference in these questions. It does not show that there is none.",
    (
        "Only the groups, words and questions of this set were looked at, and only what the named measures see: tone, "
        "stereotypes and what an answer leaves out are not among them."
    ),
    "The judge may itself treat groups differently; its error is part of every number of a judged metric.",
    "A swap of words can change what is rightly answered (a benefit for widows). Whether it does is for a person.",
    "This is no statement on whether any law is met, and none on the people in any group.",
)


@dataclass(frozen=True, kw_only=True)
class BiasView:
    """The report with readable names and its findings in sentences."""

    report: BiasReport
    findings: tuple[str, ...]
    shows: tuple[str, ...] = SHOWS
    does_not_show: tuple[str, ...] = DOES_NOT_SHOW

    def measure(self, name: str) -> str:
        """Return a measure's name for people."""
        return measure_name(name)

    def of(self, attribute: str) -> tuple[tuple[Contrast, ...], tuple[GroupMean, ...]]:
        """Return the contrasts of an attribute, most surprising first, and its means."""
        report = self.report
        contrasts = [one for one in report.contrasts if one.attribute == attribute]
        contrasts.sort(key=lambda one: (2.0 if one.p_value is None else one.p_value, one.measure, one.group))
        return tuple(contrasts), tuple(one for one in report.means if one.attribute == attribute)


def measure_name(measure: str) -> str:
    """Return the name of a metric or of a count on the text."""
    return _NAMES.get(measure) or metric_name(measure)


def bias_view(report: BiasReport) -> BiasView:
    """Return what a reader is shown."""
    found = [one for one in report.contrasts if one.p_adjusted is not None and one.p_adjusted < _CHANCE]
    tested = sum(one.p_value is not None for one in report.contrasts)
    said = [_sentence(one) for one in sorted(found, key=lambda one: one.p_adjusted or 0.0)]
    first = f"{len(found)} of {tested} differences stand out from chance at a corrected p below 0.05."
    return BiasView(report=report, findings=(first, *said))


def bias_document(report: BiasReport) -> dict[str, object]:
    """Return the report for programs; `kind` is the name under which documents take it up."""
    plain: Mapping[str, object] = asdict(replace(report))
    return {
        "kind": "bias_report",
        "format": "assay-report/bias/1",
        **plain,
        "shows": list(SHOWS),
        "does_not_show": list(DOES_NOT_SHOW),
    }


def _sentence(one: Contrast) -> str:
    against = one.against[0] if len(one.against) == 1 else "the other groups"
    return (
        f"{measure_name(one.measure)}: {one.group} against {against} {signed(one.difference)} "
        f"({signed(one.lower)} to {signed(one.upper)}), corrected p {number(one.p_adjusted)}."
    )
