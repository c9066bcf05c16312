"""`assay demo`: two versions of a real application, from a folder of documents to two gate decisions and two reports.

Rules of this place: every stage is what a command does, by the same service; a stage that was done is not done again,
so that the same command goes on after a crash; the gate policy is fixed before the first run, and both runs meet it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from assay.app.corpus import add_documents, open_corpus
from assay.app.demo_record import check_ledger, mirror_runs
from assay.app.demo_workspace import prepare_workspace
from assay.app.gate import Asked, GateOutputs, gate_run
from assay.app.policies import register_policy
from assay.app.questions import DEFAULT_SET, generate_questions, load_set
from assay.app.report import ReportFormat, build_report
from assay.app.run import RunRequest, run
from assay.app.runs import record_run
from assay.app.workspace import Workspace
from assay.kernel import AssayError, CannotDecideError, MissingError, SystemClock
from evaluation.questions import GeneratedQuestion, Question, QuestionOrigin, QuestionSet, Rejection, import_questions
from evaluation.runs import RunLog, RunOutcome, RunProgress, compare_runs
from evaluation.statistics import Comparison
from evaluation.weights import Progress, entry_of, path_of, pull
from governance.gate import Decision, DecisionOutcome
from governance.verifier import LedgerVerdict, Verification

__all__ = ["BASELINE", "CANDIDATE", "DemoResult", "Stage", "run_demo"]

BASELINE: Final = "good"
CANDIDATE: Final = "wrong"
GENERATED: Final = 6  # questions written live, beside the reviewed ones
_SEEDS: Final = (0, 1, 2)
_PASSAGE_CHARACTERS: Final = 400

OnMessage = Callable[[str], None]
OnProgress = Callable[[RunProgress], None]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step that was taken."""

    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class DemoResult:
    """What the demo came to, by target."""

    folder: Path
    questions: QuestionSet
    logs: dict[str, RunLog]
    comparisons: tuple[Comparison, ...]  # candidate − baseline
    decisions: dict[str, Decision]
    reports: dict[str, tuple[Path, ...]]
    ledger: Verification
    stages: tuple[Stage, ...]

    @property
    def as_expected(self) -> bool:
        """Whether the gate stopped the broken version, did not fail the other, and the ledger holds."""
        return (
            self.decisions[CANDIDATE].outcome is DecisionOutcome.FAIL
            and self.decisions[BASELINE].outcome is not DecisionOutcome.FAIL
            and self.ledger.verdict is LedgerVerdict.OK
        )


@dataclass
class _Stages:
    """Says which stage begins, and keeps how long each took."""

    on_message: OnMessage
    done: list[Stage] = field(default_factory=list)

    @contextmanager
    def __call__(self, name: str, words: str) -> Iterator[None]:
        self.on_message(f"\n{len(self.done) + 1}. {name}: {words}")
        began = time.monotonic()
        yield
        self.done.append(Stage(name=name, seconds=time.monotonic() - began))


def run_demo(folder: Path, *, on_message: OnMessage, on_progress: OnProgress) -> DemoResult:
    """Do what is not done yet; raise what the services raise, each error with the command that helps."""
    stage = _Stages(on_message)
    with stage("weights", "a local language model, once per user"):
        weights = _weights(on_message)
    with stage("workspace", f"the example, in {folder}"):
        workspace = prepare_workspace(folder, weights)
        register_policy(workspace, workspace.gate_file, system=None)
    with stage("corpus", "documents become passages"):
        change = add_documents(workspace, [workspace.root / "documents"], size=_PASSAGE_CHARACTERS, overlap=0)
        on_message(f"{change.documents} documents, {len(change.skipped)} skipped")
    with stage("questions", f"the reviewed set, and {GENERATED} written live"):
        questions = asyncio.run(_questions(workspace, on_message))
    logs = {}
    for target in (BASELINE, CANDIDATE):
        with stage(f"run {target}", f"ask and judge {len(questions.questions)} questions"):
            logs[target] = _run(workspace, target, questions, on_message, on_progress)
    with stage("compare", f"{CANDIDATE} against {BASELINE}, question by question"):
        comparisons = compare_runs(logs[CANDIDATE], logs[BASELINE])
    with stage("gate", "the policy that was fixed before the runs"):
        decisions = {target: _gate(workspace, target, log) for target, log in logs.items()}
    with stage("report", "HTML and Markdown"):
        reports = {target: tuple(_report(workspace, target, logs)) for target in logs}
    with stage("mirror", "the numbers, in MLflow"):
        mirror_runs(workspace, on_message)
    with stage("ledger", "every entry, every signature"):
        ledger = check_ledger(workspace)
        on_message(f"{ledger.verdict}: {ledger.size} entries, {ledger.findings_total} findings")
    return DemoResult(
        folder=workspace.root,
        questions=questions,
        logs=logs,
        comparisons=comparisons,
        decisions=decisions,
        reports=reports,
        ledger=ledger,
        stages=tuple(stage.done),
    )


def _weights(on_message: OnMessage) -> Path:
    try:
        return path_of("judge")
    except MissingError:
        entry = entry_of("judge")
        on_message(f"pulling {entry.model}, {entry.size / 1e9:.1f} GB, {entry.licence}")
        return pull("judge", on_progress=_PullTeller(on_message))


@dataclass
class _PullTeller:
    """Says every quarter of the way, and whatever comes with words."""

    on_message: OnMessage
    said: int = 0

    def __call__(self, progress: Progress) -> None:
        quarter = 4 * progress.done // max(1, progress.total)
        if progress.words:
            self.on_message(progress.words)
        elif quarter > self.said:
            self.on_message(f"{25 * quarter} % from {progress.source}")
        self.said = quarter


async def _questions(workspace: Workspace, on_message: OnMessage) -> QuestionSet:
    questions, _ = QuestionSet.add(workspace.questions_dir, DEFAULT_SET, _reviewed(workspace))
    for seed in _SEEDS:
        missing = GENERATED - _generated(questions)
        if missing > 0:
            questions = await _generate(workspace, missing, seed, on_message)
    if _generated(questions) < GENERATED:
        raise CannotDecideError(
            f"{_generated(questions)} of {GENERATED} questions could be generated",
            hint=f"cd {workspace.root} && assay questions generate --seed {len(_SEEDS)}, then assay demo again",
        )
    on_message(f"{len(questions.questions)} questions, {_generated(questions)} of them generated")
    return questions


async def _generate(workspace: Workspace, count: int, seed: int, on_message: OnMessage) -> QuestionSet:
    try:
        await generate_questions(
            workspace, count=count, seed=seed, on_result=lambda one: on_message(_words(one)), on_message=on_message
        )
    except CannotDecideError as error:
        on_message(f"seed {seed}: {error.message}")
    return load_set(workspace, DEFAULT_SET)


def _words(result: GeneratedQuestion | Rejection) -> str:
    if isinstance(result, Rejection):
        return f"a passage was rejected: {result.kind}"
    return f"new: {result.question.text}"


def _reviewed(workspace: Workspace) -> Iterator[Question]:
    """Yield the reviewed questions with the corpus's document ids: one document is one cluster, whoever asks."""
    ids = {document.source: document.id for document in open_corpus(workspace).documents()}
    for question in import_questions(workspace.root / "questions.jsonl"):
        yield replace(question, document=ids.get(question.document or "", question.document))


def _generated(questions: QuestionSet) -> int:
    return sum(question.origin is QuestionOrigin.GENERATED for question in questions.questions)


def _run(
    workspace: Workspace, target: str, questions: QuestionSet, on_message: OnMessage, on_progress: OnProgress
) -> RunLog:
    finished = _finished(workspace, target, questions)
    if finished is not None:
        on_message(f"was done before: {finished.plan.run}")
        record_run(workspace, finished.directory)
        return finished
    request = RunRequest(target=target, questions=DEFAULT_SET, policy=workspace.gate_file)
    result = run(workspace, request, on_message=on_message, on_progress=on_progress)
    if result.completeness.outcome is not RunOutcome.COMPLETE:
        raise CannotDecideError(
            f"the run of {target!r} is partial: {result.stopped or result.completeness.reason}",
            hint="the same command goes on where it stopped",
        )
    return result.log


def _finished(workspace: Workspace, target: str, questions: QuestionSet) -> RunLog | None:
    """Return the newest complete run of this target over these questions."""
    for folder in sorted(workspace.runs.glob("*/"), key=lambda path: path.name, reverse=True):
        try:
            log = RunLog.open(folder)
        except AssayError:  # not a run log, or one that was never begun
            continue
        asked = log.plan.target is not None and log.plan.target.get("name") == target
        same = log.plan.questions.digest == questions.digest
        if asked and same and log.completeness().outcome is RunOutcome.COMPLETE:
            return log
    return None


def _gate(workspace: Workspace, target: str, log: RunLog) -> Decision:
    workspace.reports_dir.mkdir(parents=True, exist_ok=True)
    return gate_run(
        Asked(run=log.plan.run),
        policy=workspace.gate_file,
        outputs=GateOutputs(markdown=workspace.reports_dir / f"gate-{target}.md"),
        workspace=workspace,
        now=SystemClock().now(),
    ).decision


def _report(workspace: Workspace, target: str, logs: dict[str, RunLog]) -> Iterator[Path]:
    baseline = logs[BASELINE].plan.run if target != BASELINE else None
    for kind in (ReportFormat.HTML, ReportFormat.MARKDOWN):
        out = workspace.reports_dir / f"{target}.{kind.value}"
        yield build_report(workspace, run=logs[target].plan.run, baseline=baseline, kind=kind, out=out).path
