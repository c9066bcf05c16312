"""A run has its own time limit, from the settings."""

import json
from pathlib import Path

from tests.journeys.workspaces import answers_file, assay, fake_judge, workspace_with_judge


def test_a_run_past_its_time_stops_as_partial_and_can_be_gone_on_with(tmp_path: Path) -> None:
    """The limit of assay.yaml ends the run; the same command without it ends the rest."""
    with fake_judge(tmp_path, latency_ms=300) as fake:
        folder = workspace_with_judge(tmp_path / "w", fake.url)
        settings = folder / "assay.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("row_timeout_s: 1800", "run_timeout_s: 1.0"), encoding="utf-8")
        answers = answers_file(folder, rows=60)
        cut = assay("run", "--answers", str(answers), "--judge", "fake", "--json", folder=folder)
        settings.write_text(text, encoding="utf-8")
        rest = assay("run", "--answers", str(answers), "--judge", "fake", "--json", folder=folder)

    assert cut.returncode == 3, cut.stderr
    assert json.loads(cut.stdout.strip().split("\n")[-1])["outcome"] == "partial"
    assert json.loads(rest.stdout.strip().split("\n")[-1])["outcome"] == "complete"
