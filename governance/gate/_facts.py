"""From a run log to what the gate may know of it."""

from collections.abc import Mapping

from assay.kernel import JsonValue, digest_json, parse_time
from evaluation.runs import RunLog, RunOutcome, survey_run
from governance.gate._types import RunFacts

__all__ = ["facts_of"]


def facts_of(log: RunLog) -> RunFacts:
    """Read a run log once; raise `InputError` or `IntegrityError` for one that is broken."""
    plan, survey = log.plan, survey_run(log)
    there = survey.completeness
    incomplete = "" if there.outcome is RunOutcome.COMPLETE else there.reason or "rows are missing"
    judges = [dict(judge) for judge in plan.judges]
    return RunFacts(
        run=plan.run,
        system=plan.system,
        digest=log.digest(),
        created_at=parse_time(plan.created_at),
        metrics=plan.metrics,
        repeats=plan.repeats,
        questions=plan.questions.count,
        found=there.found,
        incomplete=incomplete,
        policy=plan.policy,
        judges={str(judge.get("metric")): _names(judge) for judge in judges},
        judge_digests={str(judge.get("metric")): digest_json(judge) for judge in judges},
        computed=frozenset(str(judge.get("metric")) for judge in judges if _is_computed(judge)),
        languages=survey.languages,
        spend=survey.spend,
        doubts=survey.doubts,
        latest=survey.latest,
        ids_digest=plan.questions.ids_digest,
        questions_digest="" if plan.target is None else plan.questions.digest,
        estimates={estimate.metric: estimate for estimate in survey.estimates},
    )


def _is_computed(judge: Mapping[str, JsonValue]) -> bool:
    options = judge.get("options")
    return isinstance(options, Mapping) and options.get("computed") is True


def _names(judge: dict[str, JsonValue]) -> frozenset[str]:
    return frozenset(str(judge[key]) for key in ("name", "model") if judge.get(key))
