"""`assay risks` in a workspace: the portfolio, a system that is not known, and what a rating says."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.cli.main import build_app
from assay.kernel import InputError, MissingError
from governance.ledger import Actor
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.risks.act.systems import PLAIN, answers_text


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a workspace whose store holds a run of the system `default`."""
    made = create_workspace(tmp_path / "shop")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(made.root))
    plan = plan_for(["a"])
    log = write_log(made.runs / plan.run, plan, [row("a")])
    with closing(open_record(made)) as record:
        record.ingest_run(log.directory, Actor(id="p-1"), mirror=False)


def said(*arguments: str) -> dict[str, object]:
    """Return the JSON document of a command that ends with 0."""
    done = CliRunner().invoke(build_app(arguments[0]), [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def evidence_of(document: dict[str, object]) -> set[str]:
    """Return the ids of evidence that a risk's document names."""
    controls = document["controls"]
    assert isinstance(controls, list)
    return {identity for one in controls for ask in one["asks"] for identity in ask["evidence"]}


def test_the_portfolio_counts_the_risks_of_every_system() -> None:
    """All 55 of each; nobody classified anything."""
    systems = said("risks", "portfolio")["systems"]
    assert isinstance(systems, list)
    by_name = {one["system"]: one for one in systems}
    assert "default" in by_name
    assert {sum(one["risks"].values()) for one in systems} == {55}
    assert by_name["default"]["classification"] is None


def test_a_system_that_is_named_has_to_be_known() -> None:
    """A slip of the pen is no system without risks."""
    done = CliRunner().invoke(build_app("risks"), ["risks", "list", "--system", "shp"])
    assert isinstance(done.exception, MissingError)
    assert "no system 'shp'" in done.exception.message


def test_a_risk_says_what_decided_and_what_it_would_take() -> None:
    """The run is too old, and the command that gives a newer one is named."""
    shown = CliRunner().invoke(build_app("risks"), ["risks", "show", "9.8", "--system", "default"])
    assert "more than 30 days old" in shown.stdout
    assert "assay run --metrics faithfulness" in shown.stdout
    assert "Rests on:" in shown.stdout
    document = said("risks", "show", "9.8", "--system", "default")
    assert document["status"] == "undecided"
    assert all(identity in shown.stdout for identity in evidence_of(document))
    assert evidence_of(document)


def test_a_rating_stands_beside_the_status() -> None:
    """Never in it."""
    before = said("risks", "show", "9.1", "--system", "default")
    options = ["--inherent", "5x4", "--residual", "2x2", "--treatment", "mitigate", "--review-by", "2027-03-31"]
    made = said("risks", "assess", "9.1", "--system", "default", *options)
    assert (made["inherent"], made["residual"]) == ("very_high", "low")
    after = said("risks", "show", "9.1", "--system", "default")
    assert after["rating"] is not None
    assert {**after, "rating": None} == before


def test_answers_about_a_system_that_nobody_knows_are_not_recorded(tmp_path: Path) -> None:
    """The template's own name is nobody's system."""
    answers = tmp_path / "answers.json"
    document = json.loads(answers_text(PLAIN))
    answers.write_text(json.dumps({**document, "system": "my-system"}), encoding="utf-8")
    typed = ["act", "classify", "--answers", str(answers), "--record"]
    done = CliRunner().invoke(build_app("act"), typed)
    assert isinstance(done.exception, InputError)
    assert "nobody knows such a system" in done.exception.message
    answers.write_text(json.dumps({**document, "system": "default"}), encoding="utf-8")
    recorded = said(*typed)["recorded"]
    assert isinstance(recorded, dict)
    assert recorded["system"] == "default"


def test_an_attestation_counts_on_the_day_that_is_typed(tmp_path: Path) -> None:
    """As with `assay evidence submit`, the day is the last on which it counts; a day of no calendar is refused."""
    document = tmp_path / "policy.txt"
    document.write_text("policy", encoding="utf-8")
    typed = ["controls", "attest", "DASF 1", "--document", str(document), "--expires"]
    made = said(*typed, "2030-01-01")["evidence"]
    items = said("evidence", "list")["evidence"]
    assert isinstance(items, list)
    ends = [one["expires_at"] for one in items if isinstance(one, dict) and one["id"] == made]
    assert ends == ["2030-01-02T00:00:00.000000Z"]
    done = CliRunner().invoke(build_app("controls"), [*typed, "31.12.2030"])
    assert isinstance(done.exception, InputError)


def test_a_control_that_is_measured_cannot_be_attested(tmp_path: Path) -> None:
    """And of one that asks for several things one has to be named."""
    document = tmp_path / "policy.txt"
    document.write_text("policy", encoding="utf-8")
    typed = ["controls", "attest", "DASF 19", "--document", str(document), "--expires", "2030-01-01", "--of", "nothing"]
    done = CliRunner().invoke(build_app("controls"), typed)
    assert done.exit_code != 0
    assert "asks for no 'nothing'" in str(done.exception)
