"""Doubts about a run log that take the installed judges, the record or the texts to find.

Rules of this place: a judge that goes by the name of one of ours is the one that this version builds, or one that has a
judge card; a log of another version is not held against this version's judges. A metric is computed where our code
computes it, whatever the log says. Texts are held against the verdicts where no record has done that before; a record
may take a log in without them.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from assay import __version__
from assay.app.judge_cards import known_cards
from assay.app.judges import seat_judges
from assay.app.paper_model import described_model
from assay.app.settings import Settings
from assay.kernel import AssayError, JsonValue, MissingError, digest_json
from evaluation.judges import BUILT_IN_JUDGES
from evaluation.runs import Doubt, RunLog, RunPlan, doubt_of_texts, rows_taken_out
from evaluation.suites import SuiteKind
from governance.gate import RunFacts

if TYPE_CHECKING:
    from governance import Record

__all__ = ["with_doubts"]


def with_doubts(facts: RunFacts, log: RunLog, record: "Record | None") -> RunFacts:
    """Add what cannot be about a log's judges and texts; raise where its texts cannot be read."""
    found = dict(facts.doubts)
    if problem := _of_texts(facts, log, is_recorded=_is_recorded(facts, record)):
        found[Doubt.TEXTS] = problem
    if problem := next(_of_judges(log.plan, record), ""):
        found[Doubt.JUDGES] = problem
    return dataclasses.replace(facts, doubts=found)


def _of_texts(facts: RunFacts, log: RunLog, *, is_recorded: bool) -> str:
    """Ask what the record did not ask when it took the log in: whether each text is there and belongs to its row."""
    problem = "" if is_recorded else doubt_of_texts(log)
    return problem or ("" if facts.incomplete else rows_taken_out(log, facts.found))


def _is_recorded(facts: RunFacts, record: "Record | None") -> bool:
    """Whether the record took in this very log, and so its texts."""
    if record is None:
        return False
    try:
        record.version(facts.run, facts.digest)
    except MissingError:
        return False
    return True


def _of_judges(plan: RunPlan, record: "Record | None") -> Iterator[str]:
    packages = plan.environment.get("packages")
    is_ours = isinstance(packages, Mapping) and packages.get("assay") == __version__
    for judge in plan.judges:
        name, metric = str(judge.get("name")), str(judge.get("metric"))
        if _says_computed(judge):
            if not _is_computed(metric):
                yield f"{metric} is said to be computed, and nothing that is installed here computes it"
        elif is_ours and name in BUILT_IN_JUDGES and not _is_known(judge, name, metric, record):
            yield f"the {metric} judge goes by the name of {name!r} and is not the one that Assay {__version__} has"


def _says_computed(judge: Mapping[str, JsonValue]) -> bool:
    options = judge.get("options")
    return isinstance(options, Mapping) and options.get("computed") is True


def _is_computed(metric: str) -> bool:
    if metric in {kind.metric for kind in SuiteKind}:
        return True
    # Lazy: libraries that compute metrics cost start-up time that most gates do not owe.
    from evaluation.judges import metrics  # noqa: PLC0415

    try:
        return metrics.get(metric).info.computed
    except MissingError:
        return False


def _is_known(judge: Mapping[str, JsonValue], name: str, metric: str, record: "Record | None") -> bool:
    digest = digest_json(dict(judge))
    if any((card.judge, card.metric) == (digest, metric) for card in known_cards(record)):
        return True
    settings = Settings()
    try:
        (built,) = seat_judges(settings, name, [metric], lambda one: described_model(settings, one))
    except AssayError:  # a metric of a package that is not installed here: nobody can tell
        return True
    return built.spec.digest == digest
