"""`assay incidents` and `assay monitor alerts` as people meet them."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.cli.main import _guarded, build_app
from governance.alerts import AlertDraft, AlertKind
from governance.registry import ModelAlias, ReadVersion, SeenModel, SeenVersion


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace, which is the current folder."""
    (tmp_path / "assay.yaml").write_text("version: 1\nsystems: [{id: shop}]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return Workspace(tmp_path)


def typed(*words: str) -> int:
    """Type a command; return its exit code."""
    return _guarded(lambda: build_app(words[0])(args=list(words), prog_name="assay"), as_json="--json" in words)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401  JSON
    """Type a command that succeeds; return the document in its last line."""
    assert typed(*words, "--json") == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def noticed(here: Workspace, subject: str = "models:/helpdesk@champion") -> str:
    """Raise an alert; return its id."""
    draft = AlertDraft(kind=AlertKind.ALIAS_MOVED, system="shop", subject=subject, details={"found": "9", "at": None})
    with closing(open_record(here)) as record:
        return record.alerts.raise_(local_actor(), draft).id


def test_from_an_alert_to_the_end(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Proposed, opened, declared, reported, closed; the history says who did what in whose words."""
    incident = told(capsys, "incidents", "propose", noticed(here))["id"]
    told(capsys, "incidents", "open", incident, "--comment", "it is so")
    told(
        capsys,
        *("incidents", "declare", incident, "--ground", "health", "--ground", "death", "--aware", "2026-11-20T23:30"),
        *("--zone", "Europe/Berlin", "--comment", "a wrong dose"),
    )
    (listed,) = told(capsys, "incidents", "list")["incidents"]
    assert (listed["grounds"], listed["duty"]) == (["death", "health"], "Article 73(4)")
    assert (listed["aware_at"], listed["due_at"]) == ("2026-11-20T22:30:00.000000Z", "2026-11-30T23:00:00.000000Z")
    told(capsys, "incidents", "report", incident, "--at", "2026-11-21T09:00:00+01:00", "--comment", "file 12/26")
    told(capsys, "incidents", "close", incident, "--comment", "corrected")
    history = told(capsys, "incidents", "show", incident)["history"]
    assert [one["action"].partition(".")[2] for one in history] == [
        "proposed",
        "opened",
        "declared",
        "reported",
        "closed",
    ]
    assert told(capsys, "incidents", "list")["incidents"] == []
    (over,) = told(capsys, "incidents", "list", "--all")["incidents"]
    assert (over["is_overdue"], over["is_late"]) == (False, False)


@pytest.mark.usefixtures("here")
def test_an_overdue_incident_comes_first_and_shouts(capsys: pytest.CaptureFixture[str]) -> None:
    """In the table and in JSON."""
    late = told(capsys, "incidents", "open", "--comment", "late")["id"]
    told(capsys, "incidents", "open", "--comment", "new")
    declared = ("incidents", "declare", late, "--ground", "widespread", "--aware", "2026-01-01", "--comment", "late")
    assert typed(*declared) == 0
    assert "a report is due before 2026-01-04T00:00:00.000000Z (Article 73(3))" in capsys.readouterr().err
    assert [one["is_overdue"] for one in told(capsys, "incidents", "list")["incidents"]] == [True, False]
    assert typed("incidents", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "OVERDUE" in next(line for line in lines if late in line)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("declare", "ID", "--ground", "bad_luck", "--aware", "2026-01-01", "--comment", "c"), "bad_luck is not one"),
        (("declare", "ID", "--ground", "health", "--aware", "yesterday", "--comment", "c"), "'yesterday' is no time"),
        (("declare", "ID", "--ground", "health", "--aware", "2999-01-01", "--comment", "c"), "became aware at"),
        (("report", "ID", "--comment", "c"), "cannot be turned by 'report'"),
        (("close", "incident-0", "--comment", "c"), "there is no incident"),
        (("open", "--comment", " "), "in words"),
        (("propose", "alert-0"), "there is no alert"),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_a_hint(
    here: Workspace, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """Nothing is written."""
    incident = told(capsys, "incidents", "open", "--comment", "it lied")["id"]
    assert typed("incidents", *(incident if word == "ID" else word for word in words)) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "hint: " in error
    with closing(open_record(here)) as record:
        assert len(record.incidents.history(incident)) == 1


def test_words_can_be_erased_and_the_way_stays(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Who was named is gone; that an incident was closed is not."""
    incident = told(capsys, "incidents", "open", "--comment", "Nora Nilsen was told a wrong dose")["id"]
    wanted = here.root / "wanted.txt"
    wanted.write_text("Nora Nilsen", encoding="utf-8")
    told(capsys, "ledger", "erase", "text", "--text-file", str(wanted), "--ground", "request")
    (only,) = told(capsys, "incidents", "show", incident)["history"]
    assert only["incident"]["comment"] is None
    assert typed("incidents", "show", incident) == 0
    assert "(erased)" in capsys.readouterr().out


def test_alerts_are_listed_without_a_word_more_and_settled(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """`assay monitor alerts` is the list; control characters of names reach no terminal."""
    alert = noticed(here, "models:/\x1b[31m@champion")
    assert typed("monitor", "alerts") == 0
    shown = capsys.readouterr().out
    assert alert in shown
    assert "\x1b" not in shown
    assert told(capsys, "monitor", "alerts", "acknowledge", alert, "--comment", "seen")["state"] == "acknowledged"
    assert told(capsys, "monitor", "alerts", "close", alert, "--comment", "over")["state"] == "closed"
    assert told(capsys, "monitor", "alerts", "list")["alerts"] == []
    (closed,) = told(capsys, "monitor", "alerts", "list", "--all", "--system", "shop")["alerts"]
    assert (closed["comment"], closed["details"]) == ("over", {"at": None, "found": "9"})


def test_the_registry_is_shown_from_the_record_alone(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """What was seen, what was told; MLflow is not asked."""
    seen = SeenVersion(name="m", version="1", run=None, source="s3://m", created_at=1, status="READY", stage=None)
    with closing(open_record(here)) as record:
        model = SeenModel(name="m", versions=(seen,), aliases={"champion": "1"})
        record.registry.note_model(local_actor(), "shop", model, {"1": ReadVersion(artefacts="sha256:" + "a" * 64)})
        alias = ModelAlias(model="m", alias="champion", system="shop", version="1", release="release-1")
        record.registry.note_alias(local_actor(), alias)
    found = told(capsys, "mlflow", "registry")
    assert [(one["address"], one["aliases"]) for one in found["models"]] == [("models:/m/1", ["champion"])]
    expected = {"alias": "models:/m@champion", "wanted": None, "release": None, "told": "1", "seen": "1"}
    assert found["aliases"] == [expected]
    assert typed("mlflow", "registry") == 0
    assert "models:/m@champion" in capsys.readouterr().out


def test_an_alias_in_the_settings_is_one_that_mlflow_takes(here: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong one is named before anything starts."""
    (here.root / "assay.yaml").write_text("version: 1\nmlflow: {aliases: {production: 'a/b'}}\n", encoding="utf-8")
    assert typed("mlflow", "registry") == 2
    assert "mlflow" in capsys.readouterr().err
