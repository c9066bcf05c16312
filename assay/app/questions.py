"""Question commands: drawn from the corpus, taken from files, kept in named sets.

Rules of this place: a question that was accepted is in the set's file before the next passage is tried; the model that
writes a question is the judge's, and the judge must find its answer in the passage.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.app.compose import build_judges, judge_name, open_engine
from assay.app.corpus import open_corpus
from assay.app.workspace import Workspace
from assay.kernel import FOR_OTHERS, CannotDecideError, ConfigurationError, InputError, replace_durably
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.documents import Passage
from evaluation.judges import WITHOUT_LANGUAGE_MODEL, Judge
from evaluation.questions import (
    Attribute,
    ExportFormat,
    GeneratedQuestion,
    GenerationOptions,
    Question,
    QuestionSet,
    Rejection,
    SetChange,
    SupportFinding,
    Twins,
    counterfactual,
    generate,
    import_questions,
)
from evaluation.verdicts import Outcome

__all__ = [
    "DEFAULT_SET",
    "GenerationReport",
    "export_set",
    "generate_questions",
    "import_into",
    "list_sets",
    "load_set",
    "make_twins",
]

DEFAULT_SET = "default"
_MOST_AT_ONCE = 8

OnResult = Callable[[GeneratedQuestion | Rejection], None]


@dataclass(frozen=True, kw_only=True)
class GenerationReport:
    """What one generation gave."""

    name: str  # of the set
    accepted: tuple[Question, ...]
    rejected: Mapping[str, int]  # kind → passages
    questions: QuestionSet  # the set as it is now


async def generate_questions(
    workspace: Workspace,
    *,
    count: int,
    into: str = DEFAULT_SET,
    judge: str | None = None,
    seed: int = 0,
    on_result: OnResult = lambda _result: None,
    on_message: Callable[[str], None] | None = None,
) -> GenerationReport:
    """Write `count` questions about passages that have none yet; raise `CannotDecideError` when none was accepted."""
    passages = open_corpus(workspace).passages()  # raises for an empty corpus, before a model is started
    known = load_set(workspace, into, create=True)
    name = _judge_with_a_model(workspace, judge)
    options = GenerationOptions(count=count, seed=seed, concurrency=_concurrency(workspace, name))
    async with open_engine(workspace, name, alone=True, on_message=on_message) as engine:
        if engine.model is None:
            raise ConfigurationError(f"the judge {name!r} has no model that could write questions")
        supports = _SupportJudge(build_judges(engine, ("faithfulness",))[0])
        results = generate(passages, engine.model, supports, options, known.questions)
        report = await _keep(workspace, known, results, on_result)
    if not report.accepted:
        reasons = ", ".join(f"{number} {kind}" for kind, number in report.rejected.items())
        raise CannotDecideError(
            f"none of {sum(report.rejected.values())} passages gave a question ({reasons})",
            hint="try another --seed or --judge, or larger passages: assay corpus add PATH --size 1200",
        )
    return report


def import_into(workspace: Workspace, file: Path, name: str = DEFAULT_SET) -> tuple[QuestionSet, SetChange]:
    """Merge a question file into a set, which is made if missing; raise `InputError` before anything is written."""
    questions = import_questions(file)
    return QuestionSet.add(workspace.questions_dir, name, questions)


def load_set(workspace: Workspace, name: str, *, create: bool = False) -> QuestionSet:
    """Return a set; with `create`, an empty one where there is none, else raise `MissingError`."""
    if create and name not in QuestionSet.names(workspace.questions_dir):
        return QuestionSet(name=name)
    return QuestionSet.load(workspace.questions_dir, name)


def list_sets(workspace: Workspace) -> tuple[QuestionSet, ...]:
    """Return all sets by name."""
    return tuple(load_set(workspace, name) for name in QuestionSet.names(workspace.questions_dir))


def export_set(workspace: Workspace, name: str, form: ExportFormat, out: Path) -> QuestionSet:
    """Write a set to a file, whole or not at all."""
    questions = load_set(workspace, name)
    replace_durably(out, "".join(questions.export(form)).encode("utf-8"), mode=FOR_OTHERS)
    return questions


def make_twins(
    workspace: Workspace,
    name: str,
    attribute: Attribute,
    *,
    into: str,
    groups: tuple[str, ...] = (),
    introduce: bool = False,
) -> tuple[QuestionSet, Twins]:
    """Add the twins of a set's questions to another set; raise `CannotDecideError` where no question has any."""
    if into == name:
        raise InputError(f"the twins of {name!r} are not written into itself", hint=f"--into {name}-{attribute}")
    twins = counterfactual(load_set(workspace, name).questions, attribute, groups=groups, introduce=introduce)
    if not twins.questions:
        raise CannotDecideError(
            f"no question of {name!r} names exactly one group by {attribute} ({len(twins.mixed)} name several)",
            hint=f"assay questions counterfactual {name} --attribute {attribute} --into {into} --introduce puts a "
            "sentence in front of each instead",
        )
    questions, _ = QuestionSet.add(workspace.questions_dir, into, twins.questions)
    return questions, twins


@dataclass(frozen=True)
class _SupportJudge:
    """Asks the faithfulness judge whether the passage supports every sentence of the answer."""

    judge: Judge

    async def __call__(self, passage: Passage, question: Question) -> SupportFinding:
        answer = Answer(
            outcome=AnswerOutcome.ANSWERED, text=question.reference or "", contexts=(passage.text,), reason=""
        )
        verdict = await self.judge.judge(Item(id=question.id, question=question.text, answer=answer), repeat=0)
        scored = verdict.outcome is Outcome.SCORED
        reason = verdict.reason if scored else f"{verdict.outcome}: {verdict.reason}"
        return SupportFinding(supported=verdict.value == 1 if scored else None, reason=reason)


async def _keep(
    workspace: Workspace,
    questions: QuestionSet,
    results: AsyncIterator[GeneratedQuestion | Rejection],
    on_result: OnResult,
) -> GenerationReport:
    accepted: list[Question] = []
    rejected: Counter[str] = Counter()
    async for result in results:
        if isinstance(result, GeneratedQuestion):
            accepted.append(result.question)
            questions, _ = QuestionSet.add(workspace.questions_dir, questions.name, [result.question])
        else:
            rejected[result.kind.value] += 1
        on_result(result)
    return GenerationReport(name=questions.name, accepted=tuple(accepted), rejected=dict(rejected), questions=questions)


def _judge_with_a_model(workspace: Workspace, wanted: str | None) -> str:
    name = judge_name(workspace, wanted)
    if name in WITHOUT_LANGUAGE_MODEL:
        raise ConfigurationError(
            f"the judge {name!r} has no language model, and questions are written by one",
            hint="assay questions generate --judge embedded, or import questions of your own",
        )
    if name in workspace.settings.juries:
        raise ConfigurationError(
            f"the judge {name!r} is a jury, and questions are written by one model",
            hint=f"assay questions generate --judge {workspace.settings.juries[name].jury[0]}",
        )
    return name


def _concurrency(workspace: Workspace, judge: str) -> int:
    endpoint = workspace.settings.endpoints.get(judge)
    return min(endpoint.concurrency, _MOST_AT_ONCE) if endpoint else 1
