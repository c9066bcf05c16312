"""Every way in which judging ends: typed in the run log, counted in the report, and blocking as the policy says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workspaces import ROOT, assay, fake_judge, workspace_with_judge

ENVIRONMENT = {"PYTHONPATH": str(ROOT)}
FAILURES = {"REFUSEME": "filtered", "UNPARSEME": "prose", "TIMEME": "hang", "ERRORME": "html"}
EXPECTED = {
    "REFUSEME": "refused",
    "UNPARSEME": "unparsable",
    "TIMEME": "timed_out",
    "ERRORME": "error",
    "EMPTYME": "not_applicable",
}
GOOD = 55


def workspace(folder: Path, url: str) -> Path:
    """Make a workspace whose judge gives up a call after two seconds."""
    root = workspace_with_judge(folder, url)
    settings = root / "assay.yaml"
    short = settings.read_text(encoding="utf-8").replace(
        "model: fake-1}", "model: fake-1, timeout_s: 2, max_retries: 0}"
    )
    settings.write_text(short, encoding="utf-8")
    return root


def answers(folder: Path) -> Path:
    """Write good rows, and one row for every kind that has no score."""
    words = [*(f"good {number}" for number in range(GOOD)), *EXPECTED]
    rows = [
        {
            "id": word,
            "question": f"What of {word}?",
            "answer": "" if word == "EMPTYME" else f"The matter of {word} stands so.",
            "contexts": [f"The matter of {word} stands so."],
        }
        for word in words
    ]
    path = folder / "answers.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def policy(folder: Path, *, failures: float) -> Path:
    """Write a policy that lets so large a share of the verdicts lack a score."""
    path = folder / f"gate-{failures}.yaml"
    path.write_text(
        "version: 1\nname: kinds\nfixed_beforehand: false\n"
        f"expect:\n  metrics: [relevancy]\n  questions: {{at_least: 10}}\n  judge_card: optional\n"
        "rules:\n  - {metric: relevancy, at_least: 0.5}\n"
        f"max_failures: {{share: {failures}}}\n",
        encoding="utf-8",
    )
    return path


def document(*arguments: str, folder: Path, code: int = 0) -> Any:  # noqa: ANN401  # any JSON document
    """Run a command with `--json`, expect its exit code, and return its document."""
    done = assay(*arguments, "--json", folder=folder, environment=ENVIRONMENT)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout.rstrip("\n").rsplit("\n", 1)[-1])


@pytest.mark.soak
def test_every_kind_is_typed_counted_and_blocks_as_the_policy_says(tmp_path: Path) -> None:
    """Four failures and an empty answer among good rows: exported by name, shown in the report, weighed by the gate."""
    reply = ["--reply", '{"subject": 1, "focus": 1}']
    when = [part for word, kind in FAILURES.items() for part in ("--when", f"{word}={kind}")]
    with fake_judge(tmp_path, options=[*reply, *when]) as fake:
        folder = workspace(tmp_path / "w", fake.url)
        for share, code in ((0.2, 0), (0.01, 3)):
            rules = str(policy(tmp_path, failures=share))
            document("policies", "register", rules, folder=folder)
            run = document(
                "run", "--answers", str(answers(tmp_path)), "--judge", "fake", "--metrics", "relevancy",
                "--policy", rules, folder=folder,
            )  # fmt: skip
            decision = document("gate", "--run", run["run"], "--policy", rules, folder=folder, code=code)
            assert ("run.relevancy.failures" in _blocking(decision)) == (code == 3)

    (estimate,) = run["estimates"]
    assert estimate["failures"] == dict.fromkeys(sorted(EXPECTED.values()), 1)
    assert (estimate["scored"], estimate["applicable"]) == (GOOD, GOOD + 4)
    assert estimate["worst"] < estimate["mean"] == 1

    lines = assay("runs", "export", run["run"], "--format", "jsonl", folder=folder, environment=ENVIRONMENT).stdout
    found = {line["id"]: line for line in map(json.loads, lines.rstrip("\n").split("\n"))}
    assert {word: found[word]["outcome"] for word in EXPECTED} == EXPECTED
    assert all(found[word]["value"] is None and found[word]["reason"] for word in EXPECTED)

    page = tmp_path / "report.md"
    document("report", "build", "evaluation", "--run", run["run"], "--format", "md", "--out", str(page), folder=folder)
    text = page.read_text(encoding="utf-8")
    assert "Relevancy unscored: 1 error, 1 not applicable, 1 refused, 1 timed out, 1 unreadable reply." in text


def _blocking(decision: dict[str, Any]) -> list[str]:
    return [result["rule"] for result in decision["results"] if result["outcome"] != "pass"]
