"""Ways in which one thing that a gate expects is not as it was: each takes it away and returns what is typed."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from assay.kernel import format_time
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.evidence import Conclusion, Stated
from tests.governance.gate.scenes import BASE, COMPARING, EARLY, GOOD, ME, Scene, Values

PLAN = "evidence:\n  - {kind: document, of: test plan}\n"
EASED = BASE.replace("at_least: 0.7", "at_least: 0.6")
WITHOUT_AGE = BASE.replace("  max_age_days: 30\n", "")
RUN = ("--run", "run-1")
NEXT = ("--run", "run-2")
_RULE = 3  # the exit code of what cannot be decided


@dataclass(frozen=True, kw_only=True)
class Absence:
    """One thing that is not as it was expected."""

    take: Callable[[Scene], tuple[str, ...]]  # takes it away; returns what is typed after `assay gate`
    blocks: frozenset[str] = frozenset()  # the rules that do not pass; none where nothing is decided
    says: str  # in the reason
    code: int = _RULE


def under(text: str, then: Callable[[Scene], object] | None = None) -> Callable[[Scene], tuple[str, ...]]:
    """Register another policy, and run under it."""

    def take(scene: Scene) -> tuple[str, ...]:
        scene.under(text)
        scene.run()
        if then is not None:
            then(scene)
        return NEXT

    return take


def no_file(scene: Scene) -> tuple[str, ...]:
    """Take the policy away."""
    (scene.root / "gate.yaml").unlink()
    return RUN


def written(text: str) -> Callable[[Scene], tuple[str, ...]]:
    """Put another text where the policy was."""

    def take(scene: Scene) -> tuple[str, ...]:
        scene.write(text)
        return RUN

    return take


def unregistered(scene: Scene) -> tuple[str, ...]:
    """Fix a policy beforehand that nobody registered."""
    scene.write(EASED)
    scene.run()
    return NEXT


def too_late(scene: Scene) -> tuple[str, ...]:
    """Register the policy once the run is known."""
    scene.write(EASED)
    scene.run()
    scene.under(EASED)
    return NEXT


def withdrawn(scene: Scene) -> tuple[str, ...]:
    """End the registration."""
    identity = scene.under(EASED)
    scene.run()
    with scene.record() as record:
        record.policies.withdraw(identity, ME, reason="old")
    return NEXT


def for_another_system(scene: Scene) -> tuple[str, ...]:
    """Register the policy elsewhere alone."""
    scene.under(EASED, system="another")
    scene.run()
    return NEXT


def changed_since(scene: Scene) -> tuple[str, ...]:
    """Register an easier policy and gate the old run under it."""
    scene.under(EASED, at=EARLY)
    return RUN


def no_policy_in_plan(scene: Scene) -> tuple[str, ...]:
    """Run without a policy."""
    scene.run(policy=None)
    return NEXT


def loosened(scene: Scene) -> tuple[str, ...]:
    """Ease the policy in the change under test."""
    git(scene, "init", "-q", "-b", "main")
    git(scene, "add", "gate.yaml")
    git(scene, "commit", "-q", "-m", "a policy")
    scene.under(EASED)
    scene.run()
    return (*NEXT, "--base", "main")


def unreadable_base(scene: Scene) -> tuple[str, ...]:
    """Name a base that nobody fetched."""
    git(scene, "init", "-q", "-b", "main")
    return (*RUN, "--base", "origin/main")


def git(scene: Scene, *arguments: str) -> None:
    """Ask Git as somebody."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(scene.root), *arguments], check=True, capture_output=True)


def ran(values: Values = GOOD, **plan: object) -> Callable[[Scene], tuple[str, ...]]:
    """Record another run."""

    def take(scene: Scene) -> tuple[str, ...]:
        scene.run("run-2", values, **plan)
        return NEXT

    return take


def partial(scene: Scene) -> tuple[str, ...]:
    """Stop before the end."""
    log = scene.log("run-3", GOOD)
    scene.run("run-2", GOOD[:25], questions=log.plan.questions)
    return NEXT


def hand_made(scene: Scene) -> tuple[str, ...]:
    """Write a run log by hand that nobody recorded."""
    scene.log("run-2")
    return NEXT


def copied(scene: Scene) -> tuple[str, ...]:
    """Hand a copy of the log around."""
    shutil.copytree(scene.workspace.runs / "run-1", scene.root / "copy")
    run = scene.root / "copy" / "run.json"
    run.write_bytes(run.read_bytes().replace(b'"run-1"', b'"run-7"'))
    return ("--run", "copy")


def garbage(scene: Scene) -> tuple[str, ...]:
    """Leave no run log that could be read."""
    (scene.workspace.runs / "run-1" / "run.json").write_text("{", encoding="utf-8")
    return RUN


def edited(scene: Scene) -> tuple[str, ...]:
    """Change verdicts after they were recorded."""
    verdicts = scene.workspace.runs / "run-1" / "verdicts.jsonl"
    verdicts.write_bytes(verdicts.read_bytes().replace(b'"latency_ms":7', b'"latency_ms":8', 1))
    return RUN


def retried(scene: Scene) -> tuple[str, ...]:
    """Run the same again until it passes."""
    target, git_state = {"name": "app", "kind": "http", "version": "9", "options": {}}, {"commit": "9"}
    scene.run("run-2", [1.0] * 12 + [0.0] * 18, target=target, git=git_state)
    scene.run("run-3", target=target, git=git_state)
    return ("--run", "run-3")


def superseded(scene: Scene) -> tuple[str, ...]:
    """Compare with what was replaced."""
    scene.ship("1.0", "run-1")
    scene.run("run-2")
    scene.ship("2.0", "run-2")
    scene.under(COMPARING)
    scene.run("run-3")
    return ("--run", "run-3", "--baseline", "run-1")


def expired_approval(scene: Scene) -> tuple[str, ...]:
    """Let a sign-off grow old."""
    scene.under(WITHOUT_AGE + "sign_offs: {needed: 1}\n", at=EARLY)
    log = scene.log("run-2", created_at=format_time(EARLY + timedelta(hours=1)))
    later = EARLY + timedelta(hours=2)
    scene.ingest("run-2", later)
    draft = ApprovalDraft(
        purpose=ApprovalPurpose.DECISION,
        system="default",
        subject_type="run",
        subject="run-2",
        subject_digest=log.digest(),
    )
    with scene.record(later) as record:
        asked = record.approvals.request(ME, draft)
        record.approvals.approve(ME, asked.id, seen=asked.subject_digest)
    return NEXT


def returned(scene: Scene) -> object:
    """Hand the plan in, and give it back."""
    identity = scene.submit()
    with scene.record() as record:
        return record.evidence.return_(ME, identity, comment="it is of another year")


def expired_evidence(scene: Scene) -> object:
    """Hand in a plan that held for a month, long ago."""
    return scene.submit(at=EARLY)


def contradicted(scene: Scene) -> object:
    """Hand in a plan that says of itself that it is not met."""
    stated = Stated(kind="document", of="test plan", conclusion=Conclusion.INCONCLUSIVE)
    return scene.submit(stated=(stated,))
