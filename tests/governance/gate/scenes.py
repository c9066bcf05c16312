"""A workspace whose one run passes its gate, and what a test takes away from it; the command is typed in it."""

import dataclasses
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assay.app.actor import local_actor
from assay.app.workspace import Workspace
from assay.cli.main import main
from assay.kernel import FixedClock, format_time
from evaluation.runs import FinishedRow, RunLog
from evaluation.verdicts import Outcome, Verdict
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.gate import Policy
from governance.record import Record
from governance.releases import ReleaseDraft
from tests.evaluation.runs.samples import item, plan_for, verdict, write_log

__all__ = ["BASE", "COMPARING", "EARLY", "GOOD", "ME", "Ended", "Scene", "Values", "begin_scene"]

ME = local_actor()
Values = Sequence[float | None]
GOOD: Values = (1.0,) * 30
EARLY = datetime.now(UTC) - timedelta(days=200)  # longer ago than an approval lasts
BASE = """
version: 1
name: release
expect:
  metrics: [faithfulness]
  questions: {at_least: 20}
  max_age_days: 30
  judge_card: optional
rules:
  - {metric: faithfulness, at_least: 0.7}
"""
COMPARING = BASE + "  - {metric: faithfulness, baseline: true, margin: 0.2}\n"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How `assay gate` ended."""

    code: int
    said: str  # on both streams
    blocking: dict[str, str]  # rule → why, of what did not pass; empty where nothing was decided


@dataclass(frozen=True)
class Scene:
    """A workspace with a store, a registered policy and a run that passes under it."""

    root: Path

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return Workspace(self.root)

    def write(self, text: str) -> None:
        """Change the gate policy and tell nobody."""
        (self.root / "gate.yaml").write_text(text, encoding="utf-8")

    @contextmanager
    def record(self, at: datetime | None = None) -> Iterator[Record]:
        """Open the store, now or at another time."""
        workspace = self.workspace
        workspace.prepare_state()
        with closing(Record.open(workspace.store_url, workspace.key_dir, FixedClock(at=at or datetime.now(UTC)))) as it:
            yield it

    def under(self, text: str, *, system: str = "default", at: datetime | None = None) -> str:
        """Change the gate policy and register it; return the registration."""
        self.write(text)
        with self.record(at) as record:
            return record.policies.register(Policy.parse(text), ME, system=system).id

    def log(self, name: str, values: Values = GOOD, **plan: object) -> RunLog:
        """Write a run log of the policy that is there, a row a value, and record nothing."""
        ids = [f"q-{number}" for number in range(len(values))]
        made = dataclasses.replace(
            plan_for(ids),
            run=name,
            created_at=format_time(datetime.now(UTC)),
            policy=Policy.load(self.root / "gate.yaml").digest,
            target={"name": "app", "kind": "http", "version": name, "options": {}},
            git={"commit": name, "dirty": False},  # another application each time
        )
        made = dataclasses.replace(made, **plan)  # type: ignore[arg-type]  # fields by name
        rows = [
            FinishedRow(item=item(one, document=one), repeat=0, verdicts=(_verdict(value),), at=made.created_at)
            for one, value in zip(ids, values, strict=False)
        ]
        return write_log(self.workspace.runs / name, made, rows)

    def ingest(self, name: str, at: datetime | None = None) -> None:
        """Record a run as the one who is at this machine."""
        with self.record(at) as record:
            record.ingest_run(self.workspace.runs / name, ME, mirror=False)

    def run(self, name: str = "run-2", values: Values = GOOD, **plan: object) -> str:
        """Write a run log and record it; return its name."""
        self.log(name, values, **plan)
        self.ingest(name)
        return name

    def submit(self, *, accept: bool = True, at: datetime | None = None, **more: object) -> str:
        """Hand in a plan that holds for a month, and let it count; return its id."""
        stated = (Stated(kind="document", of="test plan", conclusion=Conclusion.SATISFIED),)
        until = (at or datetime.now(UTC)) + timedelta(days=30)
        draft = SubmissionDraft(system="default", data=b"plan", name="plan.pdf", stated=stated, expires_at=until)
        draft = dataclasses.replace(draft, **more)  # type: ignore[arg-type]  # as above
        with self.record(at) as record:
            made = record.evidence.submit(ME, draft).evidence
            if accept:
                record.evidence.accept(ME, made)
        return made

    def ship(self, version: str, run: str) -> str:
        """Put a release of one run together and take it through all of its stations; return its id."""
        with self.record() as record:
            made = record.releases.create(ME, ReleaseDraft(system="default", version=version, runs=(run,)))
        decided = self.gate("--release", made.id)
        assert decided.code == 0, decided
        with self.record() as record:
            record.releases.request(ME, made.id)
            record.releases.take_up(ME, made.id)
            record.releases.approve(ME, made.id, seen=record.approvals.digest_of("release", made.id))
            record.releases.ship(ME, made.id)
        return made.id

    def gate(self, *options: str) -> Ended:
        """Type `assay gate` here."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), chdir(self.root), _typed("gate", *options, "--json"):
            try:
                main()
            except SystemExit as end:
                code = end.code
        document = json.loads(out.getvalue().strip().split("\n")[-1])
        found = [one for one in document.get("results", []) if one["outcome"] != "pass"]
        blocking = {one["rule"]: one["reason"] for one in found}
        return Ended(code=int(code or 0), said=out.getvalue() + err.getvalue(), blocking=blocking)


@contextmanager
def _typed(*arguments: str) -> Iterator[None]:
    before = sys.argv
    sys.argv = ["assay", *arguments]
    try:
        yield
    finally:
        sys.argv = before


def begin_scene(folder: Path) -> Scene:
    """Make the workspace, its registered policy and its run `run-1`."""
    scene = Scene(folder)
    folder.mkdir(parents=True)
    (folder / "assay.yaml").write_text("systems: [{id: default}]\n", encoding="utf-8")
    scene.under(BASE, at=EARLY)
    scene.run("run-1")
    return scene


def _verdict(value: float | None) -> Verdict:
    return verdict(value=value, outcome=Outcome.SCORED if value is not None else Outcome.ERROR)
