"""Kinds of hallucination and who is at fault, as lines for people and as documents for machines."""

import dataclasses
from collections.abc import Iterable

from assay.app.findings import RunFindings
from assay.cli._output import say, show, show_table
from evaluation.runs import Diagnosis
from evaluation.statistics import MeanInterval

__all__ = ["findings_document", "show_diagnosis", "show_hallucinations"]


def findings_document(
    findings: RunFindings, rows: Iterable[tuple[str, int, Diagnosis]] | None = None
) -> dict[str, object]:
    """Return both findings by their fields, `None` where there is none; every row's diagnosis where rows are given."""
    split, diagnosis = findings.hallucinations, findings.diagnosis
    return {
        "hallucinations": None if split is None else dataclasses.asdict(split),
        "diagnosis": None if diagnosis is None else dataclasses.asdict(diagnosis),
    } | ({} if rows is None else {"rows": [_row(*row) for row in rows]})


def show_hallucinations(findings: RunFindings) -> None:
    """Print one line for each kind, nothing where there is no split."""
    if findings.hallucinations is None:
        return
    kinds = (("contradicted by the contexts", "intrinsic"), ("not found in the contexts", "extrinsic"))
    for words, name in kinds:
        rates = getattr(findings.hallucinations, name)
        show(
            f"{name} hallucinations ({words}): {_told(rates.sentences)} of sentences, {_told(rates.answers)} of answers"
        )


def show_diagnosis(findings: RunFindings, rows: Iterable[tuple[str, int, Diagnosis]]) -> None:
    """Print who is at fault how often, then every row."""
    if findings.diagnosis is None:
        say("the run has no rows to diagnose")
        return
    shares = [(one.fault, one.rows, _told(one.share)) for one in findings.diagnosis.shares]
    show_table(("fault", "rows>", "share, 95 % interval"), shares)
    if findings.diagnosis.add:
        show(f"to tell more, add --metrics {','.join(findings.diagnosis.add)}")
    show_table(("id", "repeat>", "fault", "why"), [(name, repeat, one.fault, one.reason) for name, repeat, one in rows])


def _told(rate: MeanInterval) -> str:
    return f"{rate.mean:.1%} ({rate.lower:.1%} to {rate.upper:.1%})"


def _row(name: str, repeat: int, found: Diagnosis) -> dict[str, object]:
    return {"id": name, "repeat": repeat} | dataclasses.asdict(found)
