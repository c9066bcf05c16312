"""`assay policies`: from a file to a registration, a receipt and its end, as a person types it."""

import json
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from assay.cli.main import main
from tests.governance.gate.scenes import BASE, Scene

EASED = BASE.replace("at_least: 0.7", "at_least: 0.6")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401  a function
    """Return what types a command in a folder: exit code, stdout, stderr."""

    def type_it(folder: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assay", *arguments])
        capsys.readouterr()
        with chdir(folder), pytest.raises(SystemExit) as end:
            main()
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return type_it


@pytest.fixture
def scene(typed: Any, tmp_path: Path) -> Scene:  # noqa: ANN401  as above
    """Return a workspace that `assay init` made."""
    code, _, err = typed(tmp_path, "init", "work")
    assert code == 0, err
    return Scene(tmp_path / "work")


def listed(typed: Any, scene: Scene, *options: str) -> list[dict[str, Any]]:  # noqa: ANN401  as above
    """List the policies."""
    code, out, _ = typed(scene.root, "policies", "list", "--json", *options)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out.split("\n")[-2])["policies"]
    return found


def test_init_registers_the_policy_that_it_wrote(typed: Any, scene: Scene) -> None:  # noqa: ANN401  as above
    """Whoever makes a workspace fixes its first policy by that."""
    (found,) = listed(typed, scene)

    assert (found["name"], found["system"], found["role"]) == ("release", "work", "owner")


def test_init_registers_no_policy_that_was_there(typed: Any, tmp_path: Path) -> None:  # noqa: ANN401  as above
    """What somebody else wrote is theirs to register, and init says so."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "gate.yaml").write_text(BASE, encoding="utf-8")

    code, out, err = typed(tmp_path, "init", "work", "--json")

    assert (code, json.loads(out)["policy_registered"]) == (0, False)
    assert listed(typed, Scene(tmp_path / "work")) == []
    assert not err


def test_a_policy_is_checked_registered_shown_and_withdrawn(typed: Any, scene: Scene) -> None:  # noqa: ANN401  as above
    """Each step says what holds, and an easier version is compared with the one that is in force."""
    scene.write(BASE.replace("name: release", "name: strict"))
    before = typed(scene.root, "policies", "check")
    registered = typed(scene.root, "policies", "register", "--json")
    scene.write(EASED.replace("name: release", "name: strict"))
    eased = typed(scene.root, "policies", "check", "gate.yaml", "--json")
    shown = typed(scene.root, "policies", "show", "strict")
    ended = typed(scene.root, "policies", "withdraw", "strict", "--reason", "it was a trial")

    assert before[0] == 3
    assert "not registered: assay policies register FILE" in before[1]
    assert json.loads(registered[1])["name"] == "strict"
    assert eased[0] == 3
    assert json.loads(eased[1])["looser"] == ["rules.faithfulness-at-least.at_least: 0.7 became 0.6"]
    assert json.loads(shown[1])["document"]["rules"][0]["at_least"] == "0.7"
    assert ended[0] == 0
    assert [one["name"] for one in listed(typed, scene)] == ["release"]
    assert [one["name"] for one in listed(typed, scene, "--all")] == ["strict", "release"]


def test_a_policy_is_found_by_its_id_name_or_digest(typed: Any, scene: Scene) -> None:  # noqa: ANN401  as above
    """One that is registered for several systems has to be named by its id."""
    (found,) = listed(typed, scene)
    shown = [json.loads(typed(scene.root, "policies", "show", found[key])[1]) for key in ("policy", "name", "digest")]
    typed(scene.root, "policies", "register", "--system", "*")

    several = typed(scene.root, "policies", "show", "release")
    nobody = typed(scene.root, "policies", "show", "none")

    assert shown[0] == shown[1] == shown[2]
    assert (several[0], nobody[0]) == (2, 2)
    assert "registered for several systems" in several[2]
    assert found["policy"] in several[2]


def test_a_receipt_lets_a_gate_decide_without_the_store(typed: Any, scene: Scene, tmp_path: Path) -> None:  # noqa: ANN401
    """A runner has the run log, the policy, the receipt and the key that it trusts; without one of them nothing."""
    scene.write(BASE)
    assert typed(scene.root, "policies", "register", "--system", "default", "--receipt", "receipt.json")[0] == 0
    log, key = scene.log("run-1"), scene.workspace.key_dir / "log.vkey"
    runner = tmp_path / "runner"
    (scene.root / "receipt.json").rename(tmp_path / "receipt.json")
    log.directory.rename(runner)
    asked = ("gate", "--run", ".", "--policy", str(scene.root / "gate.yaml"), "--json")
    receipt = ("--registration", str(tmp_path / "receipt.json"))

    ended = [typed(runner, *asked, *more)[0] for more in ((*receipt, "--vkey", str(key)), receipt, ())]
    other = typed(runner, *asked, *receipt, "--vkey", "somebody+00000000+AAAA")

    assert ended == [0, 3, 3]
    assert other[0] == 3
    assert "policy.registered" in other[1]


def test_a_run_whose_policy_nobody_registered_says_so_before_it_asks(typed: Any, scene: Scene) -> None:  # noqa: ANN401
    """The gate would not believe it, and hours of measuring would be lost."""
    row = {"id": "a", "question": "Why?", "answer": "So.", "contexts": ["So."]}
    (scene.root / "answers.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    asked = ("run", "--answers", "answers.jsonl", "--judge", "checks", "--metrics", "faithfulness", "--new")
    quiet = typed(scene.root, *asked)
    scene.write(BASE)
    told = typed(scene.root, *asked)

    assert (quiet[0], told[0]) == (0, 0)
    assert "not registered" not in quiet[2]
    assert "is not registered here; without a receipt the gate will not decide about this run: " in told[2]
