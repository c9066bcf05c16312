"""The demo from end to end, with a stub in place of its model; and its workspace."""

import json
from pathlib import Path

import pytest

from assay.app.demo import run_demo
from assay.app.demo_workspace import example_folder, prepare_workspace
from assay.app.workspace import Workspace
from assay.kernel import InputError
from evaluation.runs import RunProgress

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
    path = tmp_path / "weights.gguf"
    path.write_bytes(b"stub")
    return path


@pytest.fixture
def stubbed(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Make a demo workspace whose application and judge need no model, and whose questions are all there."""
    monkeypatch.setenv("ASSAY_JUDGE", "local")
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr("assay.app.demo.path_of", lambda _name: weights)
    workspace = prepare_workspace(tmp_path / "demo", weights)
    (workspace.root / "app.py").write_text(STUB, encoding="utf-8")
    with (workspace.root / "assay.yaml").open("a", encoding="utf-8") as settings:
        settings.write("mlflow: {enabled: false}\n")
    workspace.questions_dir.mkdir(parents=True)
    rows = [{"id": f"g{n}", "question": f"What is {n}?", "origin": "generated"} for n in range(6)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (workspace.questions_dir / "default.jsonl").write_text(text, encoding="utf-8")
    return workspace


def _silent(_progress: RunProgress) -> None:
    pass


def test_the_broken_version_fails_and_the_other_does_not(stubbed: Workspace) -> None:
    """Documents become two runs, two decisions and four report files."""
    said: list[str] = []
    result = run_demo(stubbed.root, on_message=said.append, on_progress=_silent)
    assert result.as_expected
    assert result.ledger.size >= 8  # two runs, two decisions, four report files
    assert len(result.questions.questions) >= 24
    assert all(path.is_file() for paths in result.reports.values() for path in paths)


def test_what_was_done_is_not_done_again(stubbed: Workspace) -> None:
    """The same command on a finished demo asks nothing and keeps the runs."""
    first = run_demo(stubbed.root, on_message=lambda _text: None, on_progress=_silent)
    asked: list[RunProgress] = []
    second = run_demo(stubbed.root, on_message=lambda _text: None, on_progress=asked.append)
    assert asked == []
    assert [log.plan.run for log in second.logs.values()] == [log.plan.run for log in first.logs.values()]


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
