"""`assay act duties`, `assign`, `form` and `submit` as a compliance officer meets them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.app.workspace import Workspace
from tests.cli.test_incidents import told, typed
from tests.risks.act.filled import filled, form_text
from tests.risks.act.systems import LISTED, answers_text

CREDIT = {**LISTED, "annex_iii": ["5b"], "profiling": "yes", "roles": ["deployer"], "role_change": "none"}
ON = ("--on", "2028-03-01")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Workspace:
    """Return a workspace whose system scores credit, by a classification that was confirmed."""
    (tmp_path / "assay.yaml").write_text("version: 1\nsystems: [{id: shop}]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(answers_text({**CREDIT, "public_service": "no"}), encoding="utf-8")
    assert typed("systems", "add", "shop", "--purpose", "scores credit") == 0
    made = told(capsys, "act", "classify", "--answers", "a.json", "--record")["recorded"]
    assert typed("act", "confirm", made["id"], "--seen", made["digest"]) == 0
    capsys.readouterr()
    return Workspace(tmp_path)


def duty(capsys: pytest.CaptureFixture[str], provision: str) -> dict[str, Any]:
    """Return one duty as a program sees it."""
    found = told(capsys, "act", "duties", *ON)["duties"]
    return next(one for one in found if one["id"] == provision)


def test_duties_of_a_classification_that_waits_point_to_its_status(
    here: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Recording it again is refused, so the hint leads to where it can be confirmed."""
    (here.root / "b.json").write_text(answers_text({**CREDIT, "public_service": "yes"}), encoding="utf-8")
    assert typed("act", "classify", "--answers", "b.json", "--record") == 0
    capsys.readouterr()
    assert typed("act", "duties", *ON) == 2
    assert "hint: assay act status --system shop" in capsys.readouterr().err


def test_from_an_empty_form_to_complete_evidence(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Assigned, printed with what the record knows, filled in, handed in, accepted, counted."""
    told(capsys, "act", "assign", "27", "--due", "2030-01-31")
    assert typed("act", "form", "fria") == 0
    printed = capsys.readouterr().out
    assert "owed: Article 27(1)(a)" in printed
    assert yaml.safe_load(printed)["from_record"] == ["purpose"]
    (here.root / "fria.yaml").write_text(form_text(filled("fria", system="shop")), encoding="utf-8")
    assert told(capsys, "act", "submit", "fria.yaml", "--check")["submitted"] is None
    before = duty(capsys, "Article 27(1)(a)")
    made = told(capsys, "act", "submit", "fria.yaml")["submitted"]
    waiting = duty(capsys, "Article 27(1)(a)")
    told(capsys, "evidence", "list")
    assert typed("evidence", "accept", made["evidence"]) == 0
    capsys.readouterr()
    after = duty(capsys, "Article 27(1)(a)")
    assert [one["status"] for one in (before, waiting, after)] == ["missing", "undecided", "evidence complete"]
    assert (after["due_by"], after["overdue"], after["owed"]) == ("2030-01-31", False, "owed")
    assert after["evidence"][0]["evidence"] == [made["evidence"]]


def test_a_wrong_form_changes_nothing(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Incomplete, about another system, of a day to come, or not what the record says."""
    wrong = [
        {**filled("literacy", system="shop"), "person": None},
        filled("literacy", system="elsewhere"),
        {**filled("literacy", system="shop"), "date": "2029-01-01"},
        {**filled("literacy", system="shop"), "from_record": ["purpose"]},
    ]
    for number, document in enumerate(wrong):
        path = here.root / f"{number}.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")
        assert typed("act", "submit", str(path)) == 2
    capsys.readouterr()
    assert told(capsys, "evidence", "list")["evidence"] == []
    assert typed("act", "form", "frai") == 2


def test_a_period_that_is_too_short_is_shown_with_what_mends_it(
    here: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until it is long enough, or a hold keeps what there is."""
    plain = duty(capsys, "Article 26(6)")["reasons"]
    with (here.root / "assay.yaml").open("a", encoding="utf-8") as settings:
        settings.write("retention: {logs: 90}\n")
    short = duty(capsys, "Article 26(6)")
    assert (plain, short["status"]) == ([], "undecided")
    assert "write `retention: {logs: 184}` into assay.yaml" in short["reasons"][0]
    kept = {one["id"]: one["kept_days"] for one in told(capsys, "retention", "classes")["classes"]}
    assert (kept["logs"], kept["technical_file"]) == (90, 3653)
    told(capsys, "retention", "hold", "all", "--reason", "a court asked")
    assert duty(capsys, "Article 26(6)")["reasons"] == []


def test_what_people_read_names_owners_and_what_is_open(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Who sees to what, what has no owner, and where to say that something is not owed."""
    assert here.has_store
    told(capsys, "act", "assign", "Article 4", "--due", "2030-01-31")
    assert typed("act", "duties", *ON) == 0
    shown = capsys.readouterr().out
    assert "2030-01-31" in shown
    assert "Without an owner: " in shown
    assert '--of "not owed: PART"' in shown
    assert "compliant" not in shown


def test_a_form_needs_no_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Printed empty, checked, and as data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.yaml").write_text(form_text(filled("monitoring")), encoding="utf-8")
    assert typed("act", "form", "monitoring") == 0
    assert "from_record: []" in capsys.readouterr().out
    assert told(capsys, "act", "submit", "f.yaml", "--check")["conflicts"] == []
    assert {one["id"] for one in told(capsys, "act", "form", "retention")["fields"]} >= {"logs_kept", "documents_kept"}
