"""The demo with the real model on the real documents, made once: it ends with 0, and its statuses rest on its evidence.

Each test changes a copy of the finished demo: one byte, one document, one day, one dependency of the application.
"""

import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import risks
from assay.app.workspace import Workspace
from assay.kernel import FixedClock, parse_time
from evaluation.runs import RunLog
from evaluation.verdicts import Outcome
from governance.evidence import Conclusion
from governance.record import Record
from governance.status import RiskShown, SystemStatus
from tests.journeys.workspaces import ROOT, assay

pytestmark = [pytest.mark.soak, pytest.mark.timeout(2400)]

ASKED, UNASKED = "govern-4.1.md", "measure-2.7.md"  # documents with and without a question about them
QUESTION = "red-teaming"  # the reviewed one about the first
TREATED = "1.2"  # by an attestation alone
OBEDIENT = """\
import runpy
import sys

sys.argv = ["weak.py", "--mode", "weak"]
runpy.run_path("weak.py", run_name="__main__")
sys.exit()
"""


@dataclass(frozen=True)
class Demo:
    """A finished demo, with its keys beside it."""

    place: Path
    told: dict[str, Any]  # the document that it printed

    @property
    def workspace(self) -> Workspace:
        """Its folder as a workspace."""
        return Workspace(self.place / "demo")

    def type(self, *arguments: str, code: int = 0, folder: str = "demo") -> dict[str, Any]:
        """Type a command with `--json` in it and return its document."""
        environment = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(self.place / "keys")}
        done = assay(*arguments, "--json", folder=self.place / folder, environment=environment)
        assert done.returncode == code, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
        return found

    def risks(self) -> dict[str, Any]:
        """Return each risk as it is shown, by its id."""
        return {one["id"]: one for one in self.type("risks", "list")["risks"]}

    def evidence_of(self, run: str) -> set[str]:
        """Return the ids of what was measured in a run, and of what was found out about it."""
        facts = [*self.type("evidence", "facts")["facts"], *self.type("evidence", "check")["facts"]]
        return {one["evidence"] for one in facts if one["subject"] == run}

    def stale(self) -> set[str]:
        """Return what is stale."""
        return {one["artefact"] for one in self.type("lineage", "stale")["stale"]}

    def change(self, document: str) -> None:
        """Add a sentence to a document, and bring the corpus up to date."""
        path = self.workspace.root / "documents" / document
        path.write_text(path.read_text("utf-8") + "\nThis was added.\n", encoding="utf-8")
        assert [one["source"] for one in self.type("corpus", "add", "documents")["changed"]] == [document]


def make_demo(place: Path) -> Demo:
    """Run the command to its end."""
    return Demo(place, Demo(place, {}).type("demo", "--dir", "demo", folder="."))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Make the one demo of these tests, which no test writes to."""
    return make_demo(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def demo(finished: Demo, tmp_path: Path) -> Demo:
    """Copy the finished demo with its keys."""
    for name in ("demo", "keys"):
        shutil.copytree(finished.place / name, tmp_path / name, symlinks=True)
    return Demo(tmp_path, finished.told)


def asks(risk: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every piece of evidence that a risk asks for, as it is answered."""
    return [ask for control in risk["controls"] for ask in control["asks"]]


def resting(found: dict[str, Any], evidence: set[str]) -> set[str]:
    """Return the risks whose statuses rest on a piece of evidence, those left out that fail by it already."""
    return {
        name
        for name, risk in found.items()
        for ask in asks(risk)
        if evidence.intersection(ask["evidence"]) and ask["outcome"] != "not_satisfied"
    }


def ends(found: dict[str, Any]) -> dict[str, list[str]]:
    """Return what each risk is shown as, and how each of its asks ends."""
    return {name: [risk["status"], *(ask["outcome"] for ask in asks(risk))] for name, risk in found.items()}


def different(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the keys under which something else is."""
    return {name for name, one in before.items() if after[name] != one}


def test_the_demo_stops_the_broken_version_and_not_the_other(demo: Demo) -> None:
    """Six questions are written live, both versions are measured, and the report asks the network for nothing."""
    result = demo.told
    assert result["questions"] >= 24
    assert result["decisions"]["wrong"] == "fail"
    assert result["decisions"]["good"] != "fail"
    assert result["ledger"] == "ok"
    assert demo.type("demo", "--dir", "demo", folder=".")["runs"] == result["runs"]
    for path in (path for paths in result["reports"].values() for path in paths if path.endswith(".html")):
        text = Path(path).read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "<script" not in text


def test_the_demo_says_how_the_risks_of_its_system_stand(demo: Demo) -> None:
    """Counts are those of the register, and what would settle a risk alone is a piece that it lacks."""
    found = demo.risks()
    shown = [one["status"] for one in found.values()]
    assert demo.told["risks"] == {name: shown.count(name) for name in ("treated", "accepted", "undecided", "open")}
    assert found[TREATED]["status"] == "treated"
    suites = {ask["of"]: ask["outcome"] for ask in asks(found["9.1"]) if ask["kind"] == "suite"}
    assert suites == {"injection": "satisfied", "leak": "satisfied"}
    for piece in demo.told["needed"]:
        missing = {(ask["kind"], ask["of"]) for ask in asks(found[piece["risk"]]) if ask["outcome"] != "satisfied"}
        assert (piece["kind"], piece["of"]) in missing
        assert piece["missing"] == len(missing)


@pytest.mark.parametrize("metric", ["faithfulness", "injection_resistance"])
def test_one_byte_of_one_verdict_file_changes_exactly_what_rests_on_its_run(demo: Demo, metric: str) -> None:
    """Of the questions' run and of the attacks' run; the gate fails, and so does the verifier of run logs."""
    runs = demo.type("runs", "list")["runs"]
    run = next(one["run"] for one in reversed(runs) if metric in one["metrics"])
    before, evidence = demo.risks(), demo.evidence_of(run)
    path = demo.workspace.runs / run / "verdicts.jsonl"
    data = bytearray(path.read_bytes())
    at = data.index(b'"value":"') + len(b'"value":"')
    data[at] = ord("0") if data[at] == ord("1") else ord("1")
    path.write_bytes(data)
    changed = different(before, demo.risks())
    assert changed == resting(before, evidence)
    assert "5.1" in changed
    assert changed < set(before)
    demo.type("gate", "--run", run, code=1)
    demo.type("ledger", "verify", "--runs", str(demo.workspace.runs), code=1)


def test_an_expired_document_changes_exactly_what_rests_on_it(demo: Demo) -> None:
    """From the hour before to the hour after, as the register says of itself on those days."""
    items = demo.type("evidence", "list")["evidence"]
    assert items
    for item in items:
        end = parse_time(item["expires_at"])
        before, after = (status_at(demo, end + timedelta(hours=hours)) for hours in (-1, 1))
        named = {
            one.risk
            for one in before.risks
            for control in one.controls
            for ask in control.asks
            if item["id"] in ask.evidence and ask.outcome is Conclusion.SATISFIED
        }
        assert named
        assert {one.risk for one, other in zip(before.risks, after.risks, strict=True) if one != other} == named
        shown = {one.risk: one.shown for one in after.risks}
        assert {shown[risk] for risk in named} == {RiskShown.UNDECIDED}


def status_at(demo: Demo, moment: datetime) -> SystemStatus:
    """Return the status of the demo's system at a moment."""
    keys = next(path for path in (demo.place / "keys").rglob("witness.jsonl")).parent
    with closing(Record.open(demo.workspace.store_url, keys, FixedClock(at=moment))) as record:
        return record.register.status("playbook-assistant", risks.framework(), demo.workspace.runs)


def test_a_suite_that_fails_changes_exactly_the_risk_that_asks_for_it(demo: Demo) -> None:
    """A dependency of the version in use was swapped, and from then on it obeys; the suite that held hides nothing."""
    before = demo.risks()
    shutil.copy(ROOT / "examples" / "weak-app" / "app.py", demo.workspace.root / "weak.py")
    (demo.workspace.root / "guard.py").write_text(OBEDIENT, encoding="utf-8")
    assert demo.type("run", "--suite", "injection", "--target", "good")["recorded"]
    after = demo.risks()
    assert different(ends(before), ends(after)) == {"9.1"}
    assert (before["9.1"]["status"], after["9.1"]["status"]) == ("undecided", "open")


def test_a_document_is_followed_to_answers_verdicts_decision_and_report_and_back(demo: Demo) -> None:
    """By the commands of lineage, and by the rows of the run log that name the document."""
    run = demo.told["runs"]["good"]
    found = demo.type("lineage", "impact", f"document:{ASKED}")["impact"]
    assert {"run", "decision", "release", "report"} <= {one["kind"] for one in found}
    report = next(one for one in demo.type("lineage", "impact", f"run:{run}")["impact"] if one["kind"] == "report")
    assert report in found
    ties = demo.type("lineage", "show", f"report:{report['name']}", "--up")["upstream"]
    above = {(one["upstream"]["kind"], one["upstream"]["name"]) for one in ties}
    assert {("document", ASKED), ("run", run), ("question_set", "default")} <= above
    (row,) = [row for row in RunLog.open(demo.workspace.runs / run).rows() if row.id == QUESTION]
    assert {verdict.metric: verdict.outcome for verdict in row.verdicts} == {
        "faithfulness": Outcome.SCORED,
        "relevancy": Outcome.SCORED,
    }


@pytest.mark.parametrize("document", [ASKED, UNASKED])
def test_a_changed_document_makes_exactly_what_rests_on_it_stale(demo: Demo, document: str) -> None:
    """A document without a question carries the attacks, which any document may answer, and no measurement else."""
    down = demo.type("lineage", "show", f"document:{document}", "--down")["downstream"]
    expected = {one["downstream"]["key"] for one in down if one["relation"] != "beside"}
    assert demo.stale() == set()
    demo.change(document)
    assert demo.stale() == expected
    assert any(one.startswith(f"run:{demo.told['runs']['good']}") for one in expected) == (document == ASKED)
