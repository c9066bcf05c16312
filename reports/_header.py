"""From a run's plan to what a reader is told about it."""

from collections.abc import Mapping

from assay.kernel import JsonValue
from evaluation.runs import Completeness, Origin, RunPlan
from evaluation.verdicts import JudgeSpec
from reports.views import CorpusView, Fact, HeaderView, JudgeView

__all__ = ["header_view", "skipped_sentence", "target_name"]

_COLLECTED = "answers collected elsewhere"


def header_view(plan: RunPlan, completeness: Completeness) -> HeaderView:
    """Return the header of a run."""
    target = plan.target or {}
    return HeaderView(
        system=plan.system,
        run=plan.run,
        outcome=completeness.outcome.value,
        outcome_reason=completeness.reason,
        created_at=plan.created_at,
        target=target_name(plan),
        target_version=_text(target.get("version")) or plan.answers_digest or "",
        questions=plan.questions.count,
        repeats=plan.repeats,
        questions_digest=plan.questions.digest,
        judges=tuple(_judge(judge) for judge in plan.judges),
        corpus=None if plan.corpus is None else _corpus(plan.corpus),
        policy=plan.policy or "",
        origin=_origin(plan.origin),
        particulars=tuple(_particulars(plan)),
    )


def target_name(plan: RunPlan) -> str:
    """Return the target's name and kind; answers from a file have no target."""
    if plan.target is None:
        return _COLLECTED
    return f"{_text(plan.target.get('name'))} ({_text(plan.target.get('kind'))})"


def skipped_sentence(corpus: CorpusView) -> str:
    """Say which documents the questions could not draw on."""
    kinds = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in corpus.skipped)
    were = (
        "1 document could not be read and was"
        if corpus.skipped_total == 1
        else (f"{corpus.skipped_total} documents could not be read and were")
    )
    return f"{were} skipped: {kinds}. The numbers say nothing about them."


def _judge(spec: Mapping[str, JsonValue]) -> JudgeView:
    named = {
        key: _text(spec.get(key)) for key in ("name", "version", "metric", "model", "model_digest", "prompt_digest")
    }
    options = spec.get("options")
    digest = JudgeSpec(**named, options=options if isinstance(options, Mapping) else {}).digest
    return JudgeView(
        metric=named["metric"],
        name=named["name"],
        version=named["version"],
        model=named["model"],
        model_digest=named["model_digest"],
        digest=digest,
    )


def _corpus(corpus: Mapping[str, JsonValue]) -> CorpusView:
    documents, skipped = corpus.get("documents"), corpus.get("skipped")
    if isinstance(skipped, Mapping):
        kinds = tuple(sorted((kind, count) for kind, count in skipped.items() if isinstance(count, int) and count))
    else:
        kinds = (("unreadable", skipped),) if isinstance(skipped, int) and skipped else ()
    return CorpusView(
        digest=_text(corpus.get("digest")), documents=documents if isinstance(documents, int) else 0, skipped=kinds
    )


def _origin(origin: Origin) -> str:
    return " ".join(part for part in (origin.kind, origin.actor, origin.job, origin.commit) if part)


def _particulars(plan: RunPlan) -> list[Fact]:
    facts = [Fact(label=key.capitalize(), value=_text(plan.environment.get(key))) for key in ("python", "platform")]
    if plan.git is not None:
        dirty = " (with uncommitted changes)" if plan.git.get("dirty") else ""
        facts.append(Fact(label="Git commit", value=_text(plan.git.get("commit")) + dirty))
    return [fact for fact in facts if fact.value]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
