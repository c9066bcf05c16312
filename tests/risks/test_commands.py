"""`assay risks` and `assay controls` in a process of its own, outside any workspace."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.risks.samples import CROSSWALK, EXTENSION, MORE_RULES, RULES, SMALL


def assay(folder: Path, *arguments: str, noun: str = "risks") -> "subprocess.CompletedProcess[str]":
    """Run the command line in a folder without a workspace."""
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "assay", noun, *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": root, "PATH": ""}, capture_output=True, text=True, check=False
    )


def test_the_list_names_every_risk(tmp_path: Path) -> None:
    """The last line is one document whose items carry id, name, component, definition and controls."""
    done = assay(tmp_path, "list", "--json")
    items = json.loads(done.stdout.splitlines()[-1])["risks"]
    assert (done.returncode, len(items)) == (0, 55)
    assert {"id", "name", "component", "definition", "why", "test", "controls"} <= set(items[0])
    assert "9.1" in {item["id"] for item in items}


def test_a_risk_is_shown_with_its_controls(tmp_path: Path) -> None:
    """9.10 is not 9.1, and its controls are named."""
    done = assay(tmp_path, "show", "9.10")
    assert done.returncode == 0
    assert "Accidental exposure" in done.stdout
    assert "DASF 46" in done.stdout
    assert "How to test it: " in done.stdout


def test_an_unknown_risk_ends_with_2_and_a_hint(tmp_path: Path) -> None:
    """The message repeats what was typed."""
    done = assay(tmp_path, "show", "9.99")
    assert done.returncode == 2
    assert "'9.99'" in done.stderr
    assert "assay risks list" in done.stderr


def document(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """Return the last line of stdout as JSON."""
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_list_tells_evidence_and_relations(tmp_path: Path) -> None:
    """For each control of a risk what is asked for, and for each relation how it is known."""
    known = {item["id"]: item for item in document(assay(tmp_path, "list", "--json"))["risks"]}
    guardrails = next(item for item in known["9.1"]["controls"] if item["id"] == "DASF 54")
    assert {"suite", "document"} <= {ask["kind"] for ask in guardrails["evidence"]}
    assert all(row["provenance"] in {"published", "reasoned"} for row in known["9.1"]["related"])


def test_risks_are_found_by_an_entry_of_another_list(tmp_path: Path) -> None:
    """LLM01 of the 2025 edition leads to 9.1; what is related to nothing ends with 2."""
    done = assay(tmp_path, "related", "llm01:2025", "--json")
    assert done.returncode == 0
    rows = document(done)["related"]
    assert {(row["object"], row["edition"]) for row in rows} == {("LLM01", "2025")}
    assert "9.1" in {row["subject"] for row in rows}
    assert assay(tmp_path, "related", "LLM99").returncode == 2
    assert "does not say" in assay(tmp_path, "related", "A.7.4").stdout


def test_the_extension_is_asked_for(tmp_path: Path) -> None:
    """9.12 is no risk until `--extension v2`."""
    assert assay(tmp_path, "show", "9.12").returncode == 2
    done = assay(tmp_path, "show", "9.12", "--extension", "v2", "--json")
    assert (done.returncode, document(done)["catalogue"]["extensions"]) == (0, ["v2"])


def test_a_control_says_what_proves_it_and_what_that_does_not_prove(tmp_path: Path) -> None:
    """In words and as a document, with the risks it is mapped to and no word about a status."""
    told = document(assay(tmp_path, "show", "DASF 54", "--json", noun="controls"))
    assert {"proves", "does_not_prove", "example", "automation", "evidence", "risks", "related"} <= set(told)
    assert "status" not in told
    shown = assay(tmp_path, "show", "DASF 54", noun="controls").stdout
    assert "Does not prove: " in shown
    assert "mapped to 6 risks" in shown
    assert assay(tmp_path, "show", "DASF 99", noun="controls").returncode == 2


def test_own_files_are_validated_together(tmp_path: Path) -> None:
    """Sound files end with 0; a broken one with 2 and every mistake, and nothing is printed as sound."""
    for name, text in {"ours": SMALL, "rules": RULES, "rows": CROSSWALK}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = assay(tmp_path, "validate", "ours.yaml", "rules.yaml", "rows.yaml", "--json")
    assert (done.returncode, [one["notes"] for one in document(done)["files"]]) == (0, [[], [], []])
    (tmp_path / "typo.yaml").write_text(RULES.replace("of: injection", "of: injektion"), encoding="utf-8")
    noted = assay(tmp_path, "validate", "ours.yaml", "typo.yaml")
    assert noted.returncode == 0
    assert "note: typo.yaml: C1 asks for the suite 'injektion', which nothing here gives" in noted.stderr
    (tmp_path / "rules.yaml").write_text(
        RULES.replace("kind: suite", "kind: hope").replace("C1", "C2"), encoding="utf-8"
    )
    broken = assay(tmp_path, "validate", "ours.yaml", "rules.yaml")
    assert (broken.returncode, broken.stdout) == (2, "")
    for pointer in ("/rules/0/evidence/0/kind", "/rules/0/control", "/rules: the control 'C1' has no rule"):
        assert f"rules.yaml#{pointer}" in broken.stderr


def test_own_controls_extend_what_comes_with_the_product(tmp_path: Path) -> None:
    """A file that extends `dasf` is checked against it; a control of it without a rule is a mistake."""
    extension = EXTENSION.replace("extends: small", "extends: dasf").replace("component: data", "component: datasets")
    (tmp_path / "ours.yaml").write_text(
        extension.replace('"1.2"', '"3.9"').replace("{id: C1,", '{id: "DASF 8",'), encoding="utf-8"
    )
    (tmp_path / "rules.yaml").write_text(MORE_RULES, encoding="utf-8")
    done = assay(tmp_path, "validate", "ours.yaml", "rules.yaml")
    assert done.returncode == 0, done.stderr
    assert "0 components, 1 risks, 1 controls" in done.stdout
    alone = assay(tmp_path, "validate", "ours.yaml")
    assert alone.returncode == 2
    assert "ours.yaml#/controls/0/id: the control 'C2' has no rule" in alone.stderr
