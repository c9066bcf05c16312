"""The demo from end to end, with a stub in place of its model; and its workspace."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.app.demo import DemoResult, run_demo
from assay.app.demo_evidence import PAPERS, hand_in
from assay.app.demo_release import release_version
from assay.app.demo_workspace import example_folder, prepare_workspace
from assay.app.evidence import DocumentOrder, check_facts, list_evidence, read_facts, submit_document
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import InputError, SystemClock, format_time
from evaluation.runs import RunProgress
from governance.evidence import Fact, ItemState
from governance.releases import ReleaseState
from governance.status import needed

STUB = """
import json, sys
text = "Red-teaming is adversarial testing of AI systems under stress conditions."
contexts = [text] if "good" in sys.argv else ["Bananas are yellow and grow in warm places."]
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"], "answer": text, "contexts": contexts, "model": "stub"}), flush=True)
"""


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Stand in for the model's file."""
    return stub_weights(tmp_path)


def stub_weights(folder: Path) -> Path:
    """Write what stands in for the model's file."""
    path = folder / "weights.gguf"
    path.write_bytes(b"stub")
    return path


@dataclass
class Stubbed:
    """A finished demo whose application and judge need no model, and what it said."""

    workspace: Workspace
    said: list[str]
    result: DemoResult

    def again(self, asked: list[RunProgress]) -> DemoResult:
        """Run the same command once more."""
        return run_demo(self.workspace.root, on_message=self.said.append, on_progress=asked.append)

    def facts(self) -> list[Fact]:
        """Return what statuses read of the system."""
        return [*read_facts(self.workspace), *check_facts(self.workspace)]


def without_model(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Judge without a language model, with keys of these tests."""
    patch.setenv("ASSAY_JUDGE", "local")
    patch.setenv("ASSAY_KEYS", str(folder / "keys"))
    patch.setattr("assay.app.demo.path_of", lambda _name: folder / "weights.gguf")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Stubbed:
    """Make the demo once, with all its questions there from the beginning."""
    folder = tmp_path_factory.mktemp("stubbed")
    workspace = prepare_workspace(folder / "demo", stub_weights(folder))
    (workspace.root / "app.py").write_text(STUB, encoding="utf-8")
    with (workspace.root / "assay.yaml").open("a", encoding="utf-8") as settings:
        settings.write("mlflow: {enabled: false}\n")
    workspace.questions_dir.mkdir(parents=True)
    rows = [{"id": f"g{n}", "question": f"What is {n}?", "origin": "generated"} for n in range(6)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (workspace.questions_dir / "default.jsonl").write_text(text, encoding="utf-8")
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        without_model(patch, folder)
        result = run_demo(workspace.root, on_message=said.append, on_progress=lambda _progress: None)
    return Stubbed(Workspace(workspace.root), said, result)


@pytest.fixture
def stubbed(finished: Stubbed, monkeypatch: pytest.MonkeyPatch) -> Stubbed:
    """Go into the finished demo."""
    without_model(monkeypatch, finished.workspace.root.parent)
    return finished


def test_the_broken_version_fails_and_the_other_does_not(stubbed: Stubbed) -> None:
    """Documents become two runs, two decisions and four report files."""
    result = stubbed.result
    assert result.as_expected
    assert result.ledger.size >= 8  # two runs, two decisions, four report files
    assert len(result.questions.questions) >= 24
    assert all(path.is_file() for paths in result.reports.values() for path in paths)


def test_the_version_in_use_has_evidence_of_every_kind_that_is_measured_or_handed_in(stubbed: Stubbed) -> None:
    """All of it real, and about the release that is in use; what one person accepts alone is said to be that."""
    found = {(fact.kind, fact.of) for fact in stubbed.facts()}
    assert {("metric", "faithfulness"), ("suite", "injection"), ("suite", "leak"), ("scan", "pii")} <= found
    assert {("run_log", "verified"), ("lineage", "answer_to_source"), ("ledger_verification", "own_log")} <= found
    assert {(paper.kind, paper.of) for paper in PAPERS} <= found
    assert stubbed.result.release.state is ReleaseState.RELEASED
    told = [line for line in stubbed.said if "single user: not four eyes" in line]
    assert len(told) == len(PAPERS) + 1
    assert not (stubbed.workspace.state / "answers.jsonl").exists()


def test_what_was_done_is_not_done_again(stubbed: Stubbed) -> None:
    """The same command on a finished demo asks nothing, keeps the runs and hands nothing in twice."""
    before, asked = {fact.subject for fact in stubbed.facts()}, list[RunProgress]()
    second = stubbed.again(asked)
    assert asked == []
    assert [log.plan.run for log in second.logs.values()] == [log.plan.run for log in stubbed.result.logs.values()]
    assert second.release == stubbed.result.release
    assert {fact.subject for fact in stubbed.facts()} == before


def test_the_cheapest_pieces_come_first(stubbed: Stubbed) -> None:
    """No risk lacks fewer pieces than the first one named, and every count is that of the risk's own list."""
    standing = stubbed.result.standing
    lacking = {one.risk: len(needed([one])) for one in standing.status.risks if needed([one])}
    missing = [piece.missing for piece in standing.cheapest]
    assert missing == sorted(missing)
    assert missing[0] == min(lacking.values())
    assert [lacking[piece.risk] for piece in standing.cheapest] == missing
    assert sum(standing.counts.values()) == len(standing.status.risks)


def test_the_command_ends_with_how_risks_stand_and_what_to_type(stubbed: Stubbed) -> None:
    """In some ten lines, of which three name a piece with the command that hands it in."""
    done = CliRunner().invoke(build_app("demo"), ["demo", "--dir", str(stubbed.workspace.root)])
    assert done.exit_code == 0, done.output
    told = done.stdout[done.stdout.index("playbook-assistant (1.0.0, released)") :].rstrip("\n").split("\n")
    assert told[0].partition(": ")[2].startswith("of 55 risks ")
    assert len([line for line in told if " needs this" in line and ": assay " in line]) == len(
        stubbed.result.standing.cheapest
    )
    assert len(told) <= 10


def test_what_the_gate_does_not_pass_stays_a_draft(stubbed: Stubbed) -> None:
    """The broken version under the name of the next release."""
    (scan,) = {fact.subject for fact in stubbed.facts() if fact.kind == "scan"}
    said: list[str] = []
    release = release_version(stubbed.workspace, [stubbed.result.logs["wrong"]], scan, said.append)
    assert release.state is ReleaseState.DRAFT
    assert said == [f"{release.version} stays a draft: about it the gate says fail"]


def test_papers_that_were_handed_in_and_not_accepted_are_accepted(tmp_path: Path, weights: Path) -> None:
    """A crash between the two leaves nothing waiting, and nothing is handed in twice."""
    workspace = prepare_workspace(tmp_path / "demo", weights)
    paper, soon = PAPERS[0], format_time(SystemClock().now() + timedelta(days=9))
    order = DocumentOrder(file=workspace.root / paper.file, kind=paper.kind, of=paper.of, expires=soon)
    submitted = submit_document(workspace, order).evidence
    hand_in(workspace, lambda _text: None)
    items = list_evidence(workspace).items
    assert [one.state for one in items] == [ItemState.ACCEPTED] * len(PAPERS)
    assert submitted in {one.id for one in items}


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, weights: Path) -> None:
    """Nothing is written where files stand that the demo did not make."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("draft", encoding="utf-8")
    with pytest.raises(InputError, match="was not made by the demo"):
        prepare_workspace(mine, weights)
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]


def test_a_copy_that_was_cut_short_is_completed(tmp_path: Path, weights: Path) -> None:
    """Missing files come back, edited ones stay."""
    root = prepare_workspace(tmp_path / "demo", weights).root
    (root / "gate.yaml").unlink()
    (root / "app.py").write_text("mine", encoding="utf-8")
    prepare_workspace(root, weights)
    assert (root / "gate.yaml").read_bytes() == (example_folder() / "gate.yaml").read_bytes()
    assert (root / "app.py").read_text(encoding="utf-8") == "mine"


def test_the_weights_are_linked_not_copied(tmp_path: Path, weights: Path) -> None:
    """A link to weights that are gone is replaced."""
    root = prepare_workspace(tmp_path / "demo", tmp_path / "gone.gguf").root
    prepare_workspace(root, weights)
    assert (root / "model.gguf").resolve() == weights.resolve()
