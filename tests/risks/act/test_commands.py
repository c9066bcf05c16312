"""`assay act` in a process of its own, outside any workspace."""

import json
import subprocess
import sys
from pathlib import Path


def assay(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a folder without a workspace."""
    root = str(Path(__file__).parents[3])
    return subprocess.run(
        [sys.executable, "-m", "assay", "act", *arguments],
        cwd=folder,
        env={"PYTHONPATH": root, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_timeline_prints_every_date(tmp_path: Path) -> None:
    """Without --on the document holds them all, under the text version that they are of."""
    done = assay(tmp_path, "timeline", "--json")
    document = json.loads(done.stdout.splitlines()[-1])
    dates = {event["date"] for event in document["timeline"]}
    assert {"2024-08-01", "2025-02-02", "2026-08-02", "2026-12-02", "2027-12-02", "2028-08-02"} <= dates
    assert "2026/1744" in document["text_version"]
    assert "on" not in document


def test_the_timeline_of_a_day_says_what_applies_and_what_is_next(tmp_path: Path) -> None:
    """Two groups beside the whole list."""
    done = assay(tmp_path, "timeline", "--on", "2026-11-21", "--json")
    document = json.loads(done.stdout.splitlines()[-1])
    assert "2026-08-02" in {event["date"] for event in document["applies"]}
    assert document["next"][0]["date"] == "2026-12-02"
    assert len(document["timeline"]) == len(document["past"] + document["applies"] + document["next"])
    shown = assay(tmp_path, "timeline", "--on", "2026-11-21")
    assert "Not legal advice" in shown.stdout


def test_a_day_that_is_none_ends_with_2(tmp_path: Path) -> None:
    """The message repeats what was typed."""
    done = assay(tmp_path, "timeline", "--on", "tomorrow")
    assert (done.returncode, "'tomorrow'" in done.stderr) == (2, True)


def test_a_template_that_is_filled_in_is_classified(tmp_path: Path) -> None:
    """Printed, answered, decided: outside any workspace."""
    printed = assay(tmp_path, "questions").stdout
    filled = printed.replace("person: null", "person: alex").replace("date: null", "date: 2026-11-20")
    open_line = "  subject: {answer: null, reason: null}"
    assert open_line in filled
    (tmp_path / "a.yaml").write_text(filled.replace(open_line, "  subject: {answer: neither, reason: a table}"))
    document = json.loads(assay(tmp_path, "classify", "--answers", "a.yaml", "--json").stdout.splitlines()[-1])
    assert (document["status"], document["classes"], document["open_questions"]) == ("decided", ["none"], [])
    assert document["cases"][0]["explanation"].startswith("Neither an AI system nor a model. Assessed by alex")
    assert {"proposal", "text_version", "catalogue", "answers_digest"} <= set(document)
    assert "Not legal advice" in assay(tmp_path, "classify", "--answers", "a.yaml").stdout


def test_a_description_opens_every_question(tmp_path: Path) -> None:
    """Inconclusive, no class, no case."""
    (tmp_path / "d.txt").write_text("A chatbot that sells shoes.")
    document = json.loads(assay(tmp_path, "classify", "--description", "d.txt", "--json").stdout.splitlines()[-1])
    asked = json.loads(assay(tmp_path, "questions", "--json").stdout.splitlines()[-1])["questions"]
    assert (document["status"], document["classes"], document["cases"]) == ("inconclusive", [], [])
    assert document["open_questions"] == asked


def test_both_files_or_none_end_with_2(tmp_path: Path) -> None:
    """There is one source of answers."""
    assert assay(tmp_path, "classify").returncode == 2
    assert assay(tmp_path, "classify", "--answers", "a", "--description", "d").returncode == 2


def test_duties_are_listed_for_a_class_and_a_role(tmp_path: Path) -> None:
    """Each with provision, dates, kinds of evidence; a class that is none of the Act is refused."""
    asked = ["duties", "--class", "high_risk", "--role", "provider", "--on", "2026-11-21"]
    document = json.loads(assay(tmp_path, *asked, "--json").stdout.splitlines()[-1])
    duty = next(one for one in document["duties"] if one["id"] == "Article 73(2)")
    assert duty["clock"] == {"kind": "deadline", "length": "P15D", "counted_from": "the day of becoming aware"}
    assert duty["dates"][0]["formal"] == "2026-08-02"
    assert duty["evidence"][0]["kind"] == "incident_report"
    shown = assay(tmp_path, *asked).stdout
    assert "annex_iii: bites on" in shown
    assert assay(tmp_path, "duties", "--class", "limited_risk", "--role", "provider").returncode == 2
