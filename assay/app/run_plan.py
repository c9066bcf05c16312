"""What a run is to do, before anything is started or written: its rows, its judges, its target and its plan.

Rules of this place: everything that can be wrong is found here; two calls with the same settings and files give plans
that differ in id and time alone, so that a run that was cut short is found again.
"""

import itertools
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from assay import __version__
from assay.app.actor import local_actor_id
from assay.app.compose import build_target, judge_name
from assay.app.corpus import corpus_reference
from assay.app.judges import seat_judges
from assay.app.jury_quality import measured_quality
from assay.app.paper_model import described_model
from assay.app.questions import DEFAULT_SET, load_set
from assay.app.run_budget import check_budget
from assay.app.settings import Settings
from assay.app.suite_variations import VariationsWanted, read_variations
from assay.app.suites import Attacks, read_attacks
from assay.app.workspace import Workspace
from assay.kernel import Clock, ConfigurationError, InputError, JsonValue, MissingError, format_time, new_run_id
from evaluation.answers import Item
from evaluation.llm import Budget, Courier
from evaluation.questions import AnswersFile, Question, QuestionSet, import_questions
from evaluation.runs import Origin, QuestionsRef, RunPlan, ids_digest

__all__ = [
    "RunRequest",
    "Work",
    "origin_of",
    "plan_run",
    "read_work",
    "target_name",
    "variations_wanted",
]

_PACKAGES = ("aiohttp", "orjson", "rfc8785", "xllamacpp")
_GIT_S = 10
_IMAGE = re.compile(r"([^@\s]{1,300}@)?sha256:[0-9a-f]{64}")  # the image that the run is made in
_MOST_REPEATS = 1000  # draws of one question; more is a slip of the finger, and would be paid for


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What a person asked for; None and "" mean the workspace's settings."""

    target: str | None = None
    questions: str | None = None  # name of a set, or a file
    answers: Path | None = None
    metrics: tuple[str, ...] = ()
    judge: str | None = None
    repeat: int = 1
    policy: Path | None = None
    limit: int | None = None
    resume: str | None = None
    fresh: bool = False
    budget: Budget | None = None
    order_check: int = 0  # rows that are judged once more with their contexts reversed
    suites: tuple[str, ...] = ()  # attack suites, by name or file, in the place of questions
    canaries: tuple[str, ...] = ()  # texts that stand in the instructions of the application
    vary: int = 0  # variations of each attack, by a language model


@dataclass(frozen=True, kw_only=True)
class Work:
    """The rows of a run."""

    digest: str  # of the question set or the answers file
    answers_digest: str | None
    rows: Callable[[], Iterable[Question | Item]]  # each call starts from the first row
    attacks: Attacks | None = None  # what the rows are, where suites were named
    questions: QuestionSet | None = None  # the whole set, where one is asked
    is_file: bool = False  # whether the set is a file of its own, without a name

    def reference(self) -> QuestionsRef:
        """Count the rows; raise `InputError` when there is none."""
        count, digest = ids_digest(row.id for row in self.rows())
        if not count:
            raise InputError(
                "there is no question to ask", hint="run `assay questions generate` or `assay questions import FILE`"
            )
        return QuestionsRef(digest=self.digest, count=count, ids_digest=digest)


def read_work(workspace: Workspace, request: RunRequest) -> Work:
    """Find and check the rows; raise `InputError` naming file, line and field, or `MissingError`."""
    if request.answers is not None and (request.questions or request.target):
        raise InputError("--answers holds questions and answers: --questions and --target cannot stand beside it")
    if request.limit is not None and request.limit < 1:
        raise InputError(f"--limit is {request.limit!r}, expected 1 or more")
    if (request.canaries or request.vary) and not request.suites:
        raise InputError("--canary and --vary are for --suite", hint="assay run --suite leak --canary TEXT")
    if not 1 <= request.repeat <= _MOST_REPEATS:
        raise InputError(f"--repeat is {request.repeat!r}, expected 1 to {_MOST_REPEATS}")
    if request.suites:
        return _attack_work(workspace, request)
    if request.answers is not None:
        file = AnswersFile(request.answers)
        return Work(
            digest=file.digest, answers_digest=file.digest, rows=lambda: itertools.islice(file.rows(), request.limit)
        )
    wanted = request.questions or DEFAULT_SET
    found = _question_set(workspace, wanted)
    return Work(
        digest=found.digest,
        answers_digest=None,
        rows=lambda: found.questions[: request.limit],
        questions=found,
        is_file=_is_file(wanted),
    )


def plan_run(workspace: Workspace, request: RunRequest, work: Work, clock: Clock) -> RunPlan:
    """Return the plan; raise for a metric, judge, target or policy that is not there or cannot work."""
    metrics = work.attacks.metrics if work.attacks else request.metrics or tuple(workspace.settings.metrics)
    if len(set(metrics)) != len(metrics):
        raise InputError(f"a metric comes twice in {list(metrics)!r}")
    judge = judge_name(workspace, request.judge, metrics)
    check_budget(workspace.settings, request.budget, judge=judge, target=target_name(workspace.settings, request))
    now = clock.now()
    return RunPlan(
        run=new_run_id(now),
        system=workspace.settings.default_system,
        created_at=format_time(now),
        metrics=metrics,
        repeats=request.repeat,
        questions=work.reference(),
        judges=_judge_specs(workspace, judge, metrics, work),
        target=None if work.answers_digest else _target_spec(workspace, request.target),
        answers_digest=work.answers_digest,
        corpus=corpus_reference(workspace),
        policy=_policy_digest(workspace, request.policy),
        environment=_environment(os.environ.get("ASSAY_CONTAINER", "")),
        git=_git(workspace.root),
        seed=0,
        origin=origin_of(os.environ),
    )


def target_name(settings: Settings, request: RunRequest) -> str | None:
    """Return which target a run asks, option before settings; None where the answers are there."""
    if request.answers is not None:
        return None
    return request.target or settings.target or next(iter(settings.targets), "")


def _question_set(workspace: Workspace, wanted: str) -> QuestionSet:
    if _is_file(wanted):
        return QuestionSet(name="file", questions=import_questions(Path(wanted)))
    return load_set(workspace, wanted)


def _is_file(wanted: str) -> bool:
    path = Path(wanted)
    return bool(path.suffix) and path.is_file()


def _attack_work(workspace: Workspace, request: RunRequest) -> Work:
    beside = {
        "--questions": request.questions,
        "--answers": request.answers,
        "--metrics": request.metrics,
        "--order-check": request.order_check,
    }
    if named := [option for option, value in beside.items() if value]:
        raise InputError(
            f"a suite brings its own questions and metrics: {' and '.join(named)} cannot stand beside --suite",
            hint="run the suite by itself",
        )
    target = target_name(workspace.settings, request)
    found = read_attacks(workspace, request.suites, target=target, canaries=request.canaries)
    found = replace(
        found, suites=(*found.suites, *read_variations(workspace, found.suites, variations_wanted(request)))
    )
    return Work(digest=found.digest, answers_digest=None, rows=lambda: found.questions[: request.limit], attacks=found)


def variations_wanted(request: RunRequest) -> VariationsWanted:
    """Return what a request asks of a language model before the attacks."""
    return VariationsWanted(count=request.vary, judge=request.judge, limit=request.limit)


def _judge_specs(
    workspace: Workspace, judge: str, metrics: Sequence[str], work: Work
) -> tuple[Mapping[str, JsonValue], ...]:
    if work.attacks is not None:
        return tuple(one.spec.as_json() for one in work.attacks.judges)
    judges = seat_judges(
        workspace.settings,
        judge,
        metrics,
        lambda name: described_model(workspace.settings, name),
        quality_of=measured_quality(workspace),
    )
    return tuple(one.spec.as_json() for one in judges)


def _target_spec(workspace: Workspace, name: str | None) -> Mapping[str, JsonValue]:
    spec = build_target(workspace, name, Courier(workspace.cache_file), scope="").spec  # the courier is never started
    return {"name": spec.name, "kind": spec.kind, "version": spec.version, "options": dict(spec.options)}


def _policy_digest(workspace: Workspace, named: Path | None) -> str | None:
    # Lazy: policies are pydantic models, and a run without a policy needs none.
    from governance.gate import Policy  # noqa: PLC0415

    path = named or workspace.gate_file
    if named is not None and not named.is_file():
        raise MissingError(f"there is no gate policy {str(named)!r}", hint="`assay init` writes one to start from")
    return Policy.load(path).digest if named is not None or path.is_file() else None


def _environment(container: str) -> Mapping[str, JsonValue]:
    packages: dict[str, JsonValue] = {"assay": __version__}
    for name in _PACKAGES:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if container and not _IMAGE.fullmatch(container):
        raise ConfigurationError(
            f"$ASSAY_CONTAINER is {container[:200]!r}, expected [NAME@]sha256:DIGEST",
            hint="docker inspect --format '{{index .RepoDigests 0}}' IMAGE tells it",
        )
    return {
        "python": platform.python_version(),
        "platform": f"{sys.platform}-{platform.machine()}",
        "packages": packages,
        **({"container": container} if container else {}),
    }


def _git(folder: Path) -> Mapping[str, JsonValue] | None:
    commit = _git_output(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    return {"commit": commit, "dirty": bool(_git_output(folder, "status", "--porcelain", "--untracked-files=no"))}


def _git_output(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's git
            capture_output=True,
            text=True,
            timeout=_GIT_S,
            check=True,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def origin_of(environment: Mapping[str, str]) -> Origin:
    """Who started it, as a pseudonym; CI systems are known by the variables that they all set."""
    actor = local_actor_id(environment)
    if not environment.get("CI"):
        return Origin(kind="person", actor=actor)
    names = ("CI_JOB_URL", "GITHUB_RUN_ID", "BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_BUILDID")
    commits = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "CIRCLE_SHA1", "BUILD_SOURCEVERSION")
    return Origin(kind="ci", actor=actor, job=_first(environment, names), commit=_first(environment, commits))


def _first(environment: Mapping[str, str], names: Iterable[str]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")
