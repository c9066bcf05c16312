"""Whether a run log can have come from a run: what somebody who writes one by hand gets wrong.

Rules of this place: pure, from the log alone; the first doubt of each kind is told, with the row. No doubt is no proof:
a log that a program makes up with our own library has none, and only who handed it in and when, which a record knows,
tells it from a real one. What needs the record, the clock or the installed judges is asked elsewhere.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from assay.kernel import InputError, JsonValue, format_time, parse_time
from evaluation.answers import AnswerOutcome
from evaluation.runs._census import RowCensus
from evaluation.runs._soundness import SHARE_OF_UNITS, judges_by_metric, unsound
from evaluation.runs._types import Row, RunPlan
from evaluation.verdicts import Outcome, Verdict

__all__ = ["Doubt", "Doubts"]

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_VERSION: Final = re.compile(r"\d+(\.\d+)*[\w.+!-]*")  # PEP 440, nearly
_JUDGE_FIELDS: Final = {"name", "version", "metric", "model", "model_digest", "prompt_digest", "options"}
_TARGET_FIELDS: Final = {"name", "kind", "version", "options"}
_STARTERS: Final = {"person", "ci"}
_CLOCK_TOLERANCE: Final = timedelta(minutes=5)


class Doubt(StrEnum):
    """What of a run log cannot be."""

    PLAN = "plan"  # the plan is not one that we write
    VALUES = "values"  # a verdict is not what its sentences, judge or row lead to
    TIMES = "times"  # a row ended before the run began, or took longer than there was
    COPIES = "copies"  # a row is another one under a new id
    TEXTS = "texts"  # a text is not there, or is not what was judged
    JUDGES = "judges"  # a judge goes by the name of ours and is another


class Doubts:
    """Takes the rows of one log, one at a time."""

    def __init__(self, plan: RunPlan, seen: RowCensus) -> None:
        """Hold rows against `plan`; `seen` must be open until `found`."""
        self._judges = judges_by_metric(plan)
        self._begun = parse_time(plan.created_at)
        self._asked = plan.target is not None  # else the latencies are those of another day
        self._seen = seen
        self._found: dict[Doubt, str] = {}
        if problem := next(_of_plan(plan), ""):
            self._found[Doubt.PLAN] = problem
        self._latest = ""

    def add(self, row: Row) -> None:
        """Take one row."""
        if problem := unsound(row, self._judges) or next(_impossible(row), ""):
            self._found.setdefault(Doubt.VALUES, problem)
        if problem := self._time(row):
            self._found.setdefault(Doubt.TIMES, problem)
        self._seen.add(str(row.commitments.get("question")), 0)
        self._latest = max(self._latest, row.at)

    @property
    def latest(self) -> str:
        """When the last row ended, "" where there is none."""
        return self._latest

    def found(self) -> Mapping[Doubt, str]:
        """Return the first of each kind, in words."""
        copies = self._seen.total - self._seen.distinct()
        if copies:  # each row has a salt of its own: no two of them commit alike, whatever they say
            self._found.setdefault(
                Doubt.COPIES, f"{copies} rows carry the commitments of another row: they were copied"
            )
        return {doubt: self._found[doubt] for doubt in Doubt if doubt in self._found}

    def _time(self, row: Row) -> str:
        ended = _canonical_time(row.at)
        if ended is None:
            return f"the row {row.id!r} ended at {row.at!r}, which is no time as we write it"
        taken = timedelta(milliseconds=row.answer_latency_ms if self._asked else 0)
        if ended - self._begun < taken - _CLOCK_TOLERANCE:
            return f"the row {row.id!r} ended at {row.at}, and its answer took {taken.total_seconds():.0f} s: too early"
        return ""


def _of_plan(plan: RunPlan) -> Iterator[str]:
    named = [judge.get("metric") for judge in plan.judges]
    if sorted(map(str, named)) != sorted(plan.metrics):
        yield f"its judges are for {', '.join(map(str, named)) or 'nothing'}, its metrics are {', '.join(plan.metrics)}"
    if any(set(judge) != _JUDGE_FIELDS or not judge.get("name") for judge in plan.judges):
        yield "a judge in it lacks what shapes it"
    if plan.target is None and plan.answers_digest is None:
        yield "it names neither a target nor an answers file: nobody was asked"
    if plan.target is not None and set(plan.target) != _TARGET_FIELDS:
        yield "its target lacks what shapes it"
    for name, digest in _digests(plan).items():
        if not _DIGEST.fullmatch(digest):
            yield f"its digest of {name} is {digest!r}, which is none"
    if _canonical_time(plan.created_at) is None:
        yield f"it was made at {plan.created_at!r}, which is no time as we write it"
    if plan.origin.kind not in _STARTERS or not plan.origin.actor:
        yield f"it was started by {plan.origin.kind!r} {plan.origin.actor!r}, which nobody is"
    if not _is_environment(plan.environment):
        yield "it does not say with which Python and packages it was made"


def _digests(plan: RunPlan) -> dict[str, str]:
    found = {
        "the questions": plan.questions.digest,
        "their ids": plan.questions.ids_digest,
        "the answers file": plan.answers_digest,
        "the policy": plan.policy,
    }
    return {name: digest for name, digest in found.items() if digest is not None}


def _is_environment(environment: Mapping[str, JsonValue]) -> bool:
    packages = environment.get("packages")
    if not isinstance(packages, Mapping) or "assay" not in packages or not environment.get("platform"):
        return False
    return all(_VERSION.fullmatch(str(one)) for one in (environment.get("python"), *packages.values()))


def _impossible(row: Row) -> Iterator[str]:
    for verdict in row.verdicts:
        if verdict.outcome is Outcome.SCORED and (problem := _unearned(row, verdict)):
            yield f"the row {row.id!r} has a {verdict.metric} value, and {problem}"
        if problem := _misplaced(row, verdict):
            yield f"the row {row.id!r} has a {verdict.metric} verdict with {problem}"


def _unearned(row: Row, verdict: Verdict) -> str:
    """Say why nothing could be scored, "" where something could."""
    if row.answer_outcome is not AnswerOutcome.ANSWERED:
        return f"its answer was {row.answer_outcome}"
    if row.answer_empty:
        return "its answer is empty"
    if verdict.metric != SHARE_OF_UNITS:
        return ""
    if row.contexts is None:
        return "there were no contexts to hold it against"
    if row.contexts == 0 and verdict.value:
        return "nothing was retrieved that could support it"
    alone = verdict.disagreement is None  # a jury whose members split an answer differently shows no sentences
    return "it shows none of the sentences that it is the share of" if alone and not verdict.units else ""


def _misplaced(row: Row, verdict: Verdict) -> str:
    for unit in verdict.units:
        if unit.start >= unit.end:
            return f"a sentence from {unit.start} to {unit.end}"
        quote = unit.quote
        if quote is not None and (quote.start >= quote.end or quote.context >= (row.contexts or 0)):
            return f"a quote from {quote.start} to {quote.end} of context {quote.context}, of {row.contexts or 0}"
    return ""


def _canonical_time(text: str) -> datetime | None:
    try:
        moment = parse_time(text)
    except InputError:
        return None
    return moment if format_time(moment) == text else None
