"""From a document to the report and back, with the real command: two question sets, a gate, a document that changed.

The application is a program that answers from the two documents; the judge is the local one.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workspaces import ROOT, assay

pytestmark = pytest.mark.soak

TEXTS = {"refunds": "Refunds are paid within 14 days.", "shipping": "Parcels are shipped within 2 days."}
APPLICATION = """
import json, sys
TEXTS = {texts!r}
for line in sys.stdin:
    asked = json.loads(line)
    text = next(text for name, text in TEXTS.items() if name in asked["question"])
    print(json.dumps({{"id": asked.get("id"), "answer": text, "contexts": [text]}}), flush=True)
"""


class Shop:
    """A workspace with two documents, a question set about each, and an application."""

    def __init__(self, folder: Path) -> None:
        """Make it with the command."""
        self.folder = folder / "shop"
        self.folder.mkdir()
        self._environment = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder / "keys")}
        self.type("init")
        (self.folder / "app.py").write_text(APPLICATION.format(texts=TEXTS), encoding="utf-8")
        settings = self.folder / "assay.yaml"
        command = json.dumps([sys.executable, "app.py"])
        text = settings.read_text(encoding="utf-8")
        program = f"targets:\n  shop: {{kind: command, command: {command}}}\n"
        settings.write_text(re.sub(r"(?m)^targets:.*$\n", program, text, count=1), encoding="utf-8")
        for name, sentence in TEXTS.items():
            self.write(name, sentence)
            row = {"id": f"q-{name}", "question": f"What of {name}?", "document": f"{name}.md", "reference": sentence}
            (self.folder / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
            self.type("questions", "import", f"{name}.jsonl", "--into", name)

    def type(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Type the command with `--json` and return its document."""
        done = assay(*arguments, "--json", folder=self.folder, environment=self._environment)
        assert done.returncode in codes, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
        return found

    def write(self, name: str, sentence: str) -> None:
        """Write a document, and bring the corpus up to date."""
        (self.folder / "docs").mkdir(exist_ok=True)
        (self.folder / "docs" / f"{name}.md").write_text(f"# {name}\n\n{sentence}\n", encoding="utf-8")
        self.type("corpus", "add", "docs")

    def run(self, questions: str) -> str:
        """Measure the application on a question set; return the run's id."""
        made = self.type("run", "--target", "shop", "--questions", questions, "--judge", "local")
        assert made["recorded"]
        return str(made["run"])

    def stale(self) -> set[str]:
        """Return what is stale, whatever its version."""
        return {one["artefact"].partition("@")[0] for one in self.type("lineage", "stale")["stale"]}


def labels(ties: list[dict[str, Any]], end: str) -> set[str]:
    """Return what is at one end of links."""
    return {f"{one[end]['kind']}:{one[end]['name']}" for one in ties}


def test_evidence_is_followed_from_a_document_to_the_report_and_back(tmp_path: Path) -> None:
    """And a changed document turns exactly the right things stale."""
    shop = Shop(tmp_path)
    refunds, shipping = shop.run("refunds"), shop.run("shipping")
    shop.type("gate", "--run", refunds, codes=(0, 1, 3))
    report = shop.type("report", "build", "evaluation", "--run", refunds)["report"]
    found = shop.type("lineage", "impact", "document:refunds.md")
    assert {"run", "decision", "report", "question_set", "evidence"} <= set(found["counts"])
    (made,) = [one for one in found["impact"] if one["kind"] == "report"]
    assert Path(report).is_file()
    up = labels(shop.type("lineage", "show", f"report:{made['name']}", "--up")["upstream"], "upstream")
    assert {"document:refunds.md", f"run:{refunds}", "question_set:refunds", "target:shop"} <= up
    assert not {"document:shipping.md", f"run:{shipping}"} & up

    assert shop.stale() == set()
    shop.write("refunds", "Refunds are paid within 30 days.")
    stale = shop.stale()
    assert {f"run:{refunds}", "question_set:refunds", f"report:{made['name']}"} <= stale
    assert any(one.startswith("decision:") for one in stale)
    assert not {f"run:{shipping}", "question_set:shipping"} & stale

    shop.write("refunds", TEXTS["refunds"])
    assert shop.stale() == {"corpus:corpus"}
    events = shop.type("export", "openlineage", "--out", "events.jsonl")
    assert len((shop.folder / "events.jsonl").read_text(encoding="utf-8").split("\n")) == events["events"] + 1
    assert shop.type("ledger", "verify")["verdict"] == "ok"
