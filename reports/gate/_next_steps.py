"""What to type next where a rule blocks: one command for each kind of absence.

Rules of this place: each is a command that exists, which a test checks; a rule that failed on its number has no command
but a better application; words in capitals are for the reader to fill in.
"""

from collections.abc import Mapping
from typing import Final

from governance.gate import DecisionOutcome, RuleResult

__all__ = ["NEXT_STEPS", "next_step"]

# By the whole rule id, or by what follows its last dot.
NEXT_STEPS: Final[Mapping[str, str]] = {
    "run": "assay run --policy FILE",
    "baseline": "assay gate --run RUN --baseline BASELINE --policy FILE",
    "metrics": "assay run --metrics METRICS --policy FILE",
    "questions": "assay questions generate --count N",
    "complete": "assay run --resume RUN",
    "date": "assay run --policy FILE --new",
    "recorded": "assay runs ingest DIR",
    "judge": "assay run --judge JUDGE --policy FILE",
    "card": "assay judges check --labels FILE",
    "policy": "assay run --policy FILE --new",
    "registered": "assay policies register FILE",
    "failures": "assay runs show RUN --diagnosis",
    "not-applicable": "assay runs show RUN --diagnosis",
    "plausible": "assay run --policy FILE --new",
}
_MORE_QUESTIONS: Final = "assay questions generate --count {rows}"


def next_step(result: RuleResult) -> str:
    """Return the command, or nothing where the rule holds or no command would settle it."""
    if result.outcome is DecisionOutcome.PASS:
        return ""
    if result.rows_still_needed is not None:
        return _MORE_QUESTIONS.format(rows=result.rows_still_needed)
    if result.threshold is not None:
        return ""
    return NEXT_STEPS.get(result.rule) or NEXT_STEPS.get(result.rule.rpartition(".")[2], "")
