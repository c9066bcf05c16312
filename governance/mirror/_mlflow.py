"""The mirror in MLflow: one MLflow run per recorded version of a run, found again by its digest.

Rules of this place: MLflow is imported by this package and nowhere else; a half-written MLflow run is completed, never
doubled.
"""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from assay.kernel import parse_time
from evaluation.statistics import Estimate
from governance.mirror._connecting import connected
from governance.mirror._types import MirroredRun, MirrorOptions

if TYPE_CHECKING:
    from mlflow.entities import Metric, Param

__all__ = ["MlflowMirror"]

_DIGEST_TAG: Final = "assay.run_digest"
_MOST_ROWS: Final = 100_000  # of the table; the run log holds all
_MOST_PARAM: Final = 500


class MlflowMirror:
    """A tracking store of MLflow."""

    def __init__(self, options: MirrorOptions) -> None:
        """Connect; a local file is made, in WAL mode, with its artifacts in a folder beside it."""
        self._client: Any = connected(options)
        self._experiment = self._experiment_id(options)

    def put(self, run: MirroredRun) -> str:
        """Log parameters, metrics, tags and the table of values; return the MLflow run id."""
        digest = run.recorded.digest
        found = self._client.search_runs([self._experiment], f"tags.`{_DIGEST_TAG}` = '{digest}'", max_results=1)
        if found and found[0].info.status == "FINISHED":
            return str(found[0].info.run_id)
        started = _milliseconds(run.recorded.created_at)
        name = run.recorded.run
        made = found[0] if found else self._client.create_run(self._experiment, started, {_DIGEST_TAG: digest}, name)
        identity = str(made.info.run_id)
        self._log(identity, run)
        self._client.set_terminated(identity, "FINISHED", _milliseconds(run.recorded.ingested_at))
        return identity

    def _log(self, identity: str, run: MirroredRun) -> None:
        from mlflow.entities import RunTag  # noqa: PLC0415  lazy, see above

        at = _milliseconds(run.recorded.ingested_at)
        metrics = [one for estimate in run.recorded.estimates for one in _metrics(estimate, at)]
        tags = [RunTag(key, value) for key, value in _tags(run).items()]
        self._client.log_batch(identity, metrics=metrics, params=_params(run), tags=tags)
        rows = list(itertools.islice(run.rows(), _MOST_ROWS))
        if rows:
            table = {column: [row[column] for row in rows] for column in rows[0]}
            self._client.log_table(identity, table, "verdicts.json")

    def _experiment_id(self, options: MirrorOptions) -> str:
        found = self._client.get_experiment_by_name(options.experiment)
        if found is not None:
            return str(found.experiment_id)
        place = None if options.artifacts is None else options.artifacts.resolve().as_uri()
        return str(self._client.create_experiment(options.experiment, artifact_location=place))


def _params(run: MirroredRun) -> "list[Param]":
    from mlflow.entities import Param  # noqa: PLC0415  lazy, see above

    plan = run.recorded.plan
    texts = {
        "system": plan.system,
        "target": "" if plan.target is None else str(plan.target.get("name", "")),
        "target_version": "" if plan.target is None else str(plan.target.get("version", "")),
        "metrics": ", ".join(plan.metrics),
        "repeats": str(plan.repeats),
        "questions": plan.questions.digest,
        "answers": plan.answers_digest or "",
        "corpus": "" if plan.corpus is None else str(plan.corpus.get("digest", "")),
        "policy": plan.policy or "",
        **{f"judge.{judge.get('metric', '')}": f"{judge.get('name')} {judge.get('version')}" for judge in plan.judges},
    }
    return [Param(key, value[:_MOST_PARAM]) for key, value in texts.items() if value]


def _metrics(estimate: Estimate, at: int) -> "Iterator[Metric]":
    from mlflow.entities import Metric  # noqa: PLC0415  lazy, see above

    numbers: dict[str, float | None] = {
        "mean": estimate.mean,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "worst": estimate.worst,
        "best": estimate.best,
        "asked": estimate.asked,
        "applicable": estimate.applicable,
        "scored": estimate.scored,
        **{f"failures.{kind}": count for kind, count in estimate.failures.items()},
    }
    for name, value in numbers.items():
        if value is not None:  # unknown is left out, never written as 0
            yield Metric(f"{estimate.metric}.{name}", float(value), at, 0)


def _tags(run: MirroredRun) -> dict[str, str]:
    recorded = run.recorded
    return {
        _DIGEST_TAG: recorded.digest,
        "assay.run": recorded.run,
        "assay.outcome": recorded.outcome.value,
        "assay.ledger_seq": str(recorded.seq),
        "assay.ledger_checkpoint": run.checkpoint,
    }


def _milliseconds(text: str) -> int:
    return int(parse_time(text).timestamp() * 1000)
