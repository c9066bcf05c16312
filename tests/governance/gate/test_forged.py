"""A run directory made by hand, through the real command: blocked, and what of it cannot be is named."""

from pathlib import Path

import pytest

from tests.evaluation.runs.forging import WAYS, forge
from tests.governance.gate.scenes import Scene, begin_scene


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a workspace whose run passes, and its keys."""
    folder = tmp_path_factory.mktemp("forged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_KEYS", str(folder / "keys"))
        begin_scene(folder / "work")
    return folder


@pytest.fixture
def scene(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return the workspace."""
    monkeypatch.setenv("ASSAY_KEYS", str(shared / "keys"))
    return Scene(shared / "work")


@pytest.mark.parametrize("way", WAYS)
def test_a_directory_made_by_hand_does_not_pass(scene: Scene, tmp_path: Path, way: str) -> None:
    """The run that it was made from passes; the forged one ends with 3 and its name."""
    directory = forge(scene.workspace.runs / "run-1", way, tmp_path / "run-7")

    ended = scene.gate("--run", str(directory), "--policy", "gate.yaml")

    assert ended.code == 3, ended
    assert f"{WAYS[way][0].value}: " in ended.blocking["run.plausible"]


def test_the_run_that_they_were_made_from_passes(scene: Scene) -> None:
    """Without it the table above would prove nothing."""
    assert scene.gate("--run", "run-1").code == 0


def test_a_forged_log_that_somebody_hands_in_does_not_pass_either(scene: Scene, tmp_path: Path) -> None:
    """The record holds whatever is well-formed; that a person handed it in makes no run of it."""
    real = scene.log("run-5").directory
    forge(real, "all ones", tmp_path / "run-5")
    for name in ("run.json", "verdicts.jsonl", "payloads.jsonl"):
        (real / name).write_bytes((tmp_path / "run-5" / name).read_bytes())
    scene.ingest("run-5")

    ended = scene.gate("--run", "run-5")

    assert ended.code == 3, ended
    assert "values: " in ended.blocking["run.plausible"]
