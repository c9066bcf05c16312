"""Own catalogues and rules in a workspace: what is told and decided is under them."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.doctor import CheckState, diagnose
from assay.app.frameworks import framework_of, load_framework
from assay.app.gate import Asked, GateOutputs, gate_run
from assay.app.init import create_workspace
from assay.app.register import load_register, rate_risk
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, MissingError, SystemClock
from governance.gate import Decision
from governance.ledger import Actor
from risks import framework
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.risks.test_own_files import BANK, BANK_RULES

NAMED = "\nrisks: {files: [bank.yaml, rules/bank.yaml]}\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Work in a workspace with two files of its own and a recorded run."""
    made = create_workspace(tmp_path / "shop")
    (made.root / "rules").mkdir()
    (made.root / "bank.yaml").write_text(BANK, encoding="utf-8")
    (made.root / "rules" / "bank.yaml").write_text(BANK_RULES, encoding="utf-8")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(made.root))
    plan = plan_for(["a"])
    log = write_log(made.runs / plan.run, plan, [row("a")])
    with closing(open_record(made)) as record:
        record.ingest_run(log.directory, Actor(id="p-1"), mirror=False)
    return configured(made, NAMED)


def configured(workspace: Workspace, words: str) -> Workspace:
    """Write the end of assay.yaml anew, and read it."""
    file = workspace.root / "assay.yaml"
    file.write_text(file.read_text(encoding="utf-8").partition("\nrisks:")[0] + words, encoding="utf-8")
    return Workspace(workspace.root)


def decided(workspace: Workspace) -> Decision:
    """Gate the run, and return the decision as the record holds it."""
    asked, now = Asked(run=plan_for(["a"]).run), SystemClock().now()
    gate_run(asked, policy=None, outputs=GateOutputs(), workspace=workspace, now=now)
    with closing(open_record(workspace)) as record:
        return record.decisions(plan_for(["a"]).run)[0].decision  # the newest


def test_a_status_is_told_of_own_risks(workspace: Workspace) -> None:
    """The register has them, under the digest of all files."""
    known = load_framework()
    view = load_register(known, None)
    assert view is not None
    assert view.status.framework == known.digest == framework_of(workspace).digest
    assert "B.1" in {one.risk for one in view.status.risks}
    assert [one.control for one in view.status.risks[-1].controls] == ["BANK 1", "DASF 54"]


def test_a_decision_keeps_what_it_was_made_under(workspace: Workspace) -> None:
    """A changed word in one of the files is another digest in the next decision."""
    first = decided(workspace).catalogues["risks"]
    assert first == framework_of(workspace).digest
    (workspace.root / "bank.yaml").write_text(BANK.replace("a rumour", "some rumour"), encoding="utf-8")
    assert decided(workspace).catalogues["risks"] not in {first, framework().digest}
    assert decided(configured(workspace, "")).catalogues["risks"] == framework().digest


def test_an_own_risk_is_rated_however_it_is_typed(workspace: Workspace) -> None:
    """The rating is of the id, under the digest of that day."""
    soon = (SystemClock().now() + timedelta(days=90)).date().isoformat()
    made = rate_risk(
        load_framework(), "b.1", inherent="4x4", residual="2x2", treatment="mitigate", review_by=soon,
        owner=None, due=None, reason="", system=None,
    )  # fmt: skip
    assert (made.risk, made.framework) == ("B.1", framework_of(workspace).digest)
    with pytest.raises(MissingError, match=r"no risk 'B\.1'"):
        framework_of(configured(workspace, "")).risk("B.1")


def test_a_broken_file_stops_whatever_asks_for_risks(workspace: Workspace) -> None:
    """The place is said as assay.yaml names the file; nothing goes on with half of it, and `doctor` says so."""
    (workspace.root / "rules" / "bank.yaml").write_text(BANK_RULES.replace("0.99", "99"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"rules/bank\.yaml#/rules/1/evidence/0/at_least"):
        load_framework()
    with pytest.raises(ConfigurationError, match="expected a share"):
        decided(workspace)
    (found,) = [one for one in diagnose(workspace.root) if one.name == "risks"]
    assert found.state is CheckState.PROBLEM


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("\nrisks: {files: [none.yaml]}\n", "cannot read none.yaml: No such file"),
        ("\nrisks: {file: [bank.yaml]}\n", "files"),
        ("\nrisks: {extensions: [v3]}\n", "v2"),
        ("\nrisks: {built_in: false}\n", "nothing would be in force"),
        ("\nrisks: {files: [bank.yaml, bank.yaml]}\n", "twice"),
        ("\nrisks: {files: [bank.yaml], built_in: false}\n", "there is no catalogue 'dasf' that can be extended"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(workspace: Workspace, words: str, message: str) -> None:
    """Whoever mends assay.yaml learns what."""
    with pytest.raises(ConfigurationError, match=message):
        framework_of(configured(workspace, words))


def test_an_extension_of_ours_is_switched_on(workspace: Workspace) -> None:
    """Once, however often it is named."""
    known = framework_of(configured(workspace, "\nrisks: {extensions: [v2]}\n"), ["v2"])
    assert known.digest == framework(["v2"]).digest
