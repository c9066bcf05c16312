"""`assay demo`: two versions of a real application, from a folder of documents to two decisions and 55 statuses.

Rules of this place: every stage is what a command does, by the same service; a stage that was done is not done again,
so that the same command goes on after a crash; the gate policy is fixed before the first run, and both runs meet it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.corpus import add_documents
from assay.app.demo_evidence import SUITES, attack, hand_in, scan_answers
from assay.app.demo_questions import GENERATED, prepare_questions
from assay.app.demo_record import check_ledger, mirror_runs
from assay.app.demo_release import release_version
from assay.app.demo_runs import Runner
from assay.app.demo_status import Standing, stand
from assay.app.demo_workspace import prepare_workspace
from assay.app.gate import Asked, GateOutputs, gate_run
from assay.app.policies import register_policy
from assay.app.questions import DEFAULT_SET
from assay.app.report import ReportFormat, build_report
from assay.app.run import RunRequest
from assay.app.workspace import Workspace
from assay.kernel import MissingError, SystemClock
from evaluation.questions import QuestionSet
from evaluation.runs import RunLog, RunProgress, compare_runs
from evaluation.statistics import Comparison
from evaluation.weights import Progress, entry_of, path_of, pull
from governance.gate import Decision, DecisionOutcome
from governance.verifier import LedgerVerdict, Verification

if TYPE_CHECKING:
    from governance.releases import Release

__all__ = ["BASELINE", "CANDIDATE", "DemoResult", "Stage", "run_demo"]

BASELINE: Final = "good"
CANDIDATE: Final = "wrong"
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
    release: "Release"  # of the baseline
    reports: dict[str, tuple[Path, ...]]
    ledger: Verification
    standing: Standing
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
    workspace = _prepare(stage, folder)
    with stage("questions", f"the reviewed set, and {GENERATED} written live"):
        questions = asyncio.run(prepare_questions(workspace, on_message))
    runner = Runner(workspace=workspace, on_message=on_message, on_progress=on_progress)
    logs = _measure(stage, runner, questions)
    with stage("compare", f"{CANDIDATE} against {BASELINE}, question by question"):
        comparisons = compare_runs(logs[CANDIDATE], logs[BASELINE])
    with stage("gate", "the policy that was fixed before the runs"):
        decisions = {target: _gate(workspace, target, log) for target, log in logs.items()}
    release = _gather(stage, runner, logs[BASELINE])
    with stage("report", "HTML and Markdown"):
        reports = {target: tuple(_report(workspace, target, logs)) for target in logs}
    with stage("mirror", "the numbers, in MLflow"):
        mirror_runs(workspace, on_message)
    with stage("ledger", "every entry, every signature"):
        ledger = check_ledger(workspace)
        on_message(f"{ledger.verdict}: {ledger.size} entries, {ledger.findings_total} findings")
    with stage("status", "55 risks, each with what its evidence says"):
        standing = stand(workspace)
    return DemoResult(
        folder=workspace.root,
        questions=questions,
        logs=logs,
        comparisons=comparisons,
        decisions=decisions,
        release=release,
        reports=reports,
        ledger=ledger,
        standing=standing,
        stages=tuple(stage.done),
    )


def _prepare(stage: _Stages, folder: Path) -> Workspace:
    with stage("weights", "a local language model, once per user"):
        weights = _weights(stage.on_message)
    with stage("workspace", f"the example, in {folder}"):
        workspace = prepare_workspace(folder, weights)
        register_policy(workspace, workspace.gate_file, system=None)
    with stage("corpus", "documents become passages"):
        change = add_documents(workspace, [workspace.root / "documents"], size=_PASSAGE_CHARACTERS, overlap=0)
        stage.on_message(f"{change.documents} documents, {len(change.skipped)} skipped")
    return workspace


def _measure(stage: _Stages, runner: Runner, questions: QuestionSet) -> dict[str, RunLog]:
    logs = {}
    for target in (BASELINE, CANDIDATE):
        with stage(f"run {target}", f"ask and judge {len(questions.questions)} questions"):
            request = RunRequest(target=target, questions=DEFAULT_SET, policy=runner.workspace.gate_file)
            logs[target] = runner.measure(request, questions.digest)
    return logs


def _gather(stage: _Stages, runner: Runner, log: RunLog) -> "Release":
    """Get what statuses rest on beside the run: all of it about the version in use."""
    workspace = runner.workspace
    with stage("attack", f"{' and '.join(SUITES)} suites, against {BASELINE}"):
        attacks = attack(runner, BASELINE)
    with stage("scan", f"what {BASELINE} answered, with the default filters"):
        found = scan_answers(workspace, (log, attacks), stage.on_message)
    with stage("papers", "what no measurement can know"):
        hand_in(workspace, stage.on_message)
    with stage("release", f"{BASELINE}, as it was measured"):
        return release_version(workspace, (log, attacks), found, stage.on_message)


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
