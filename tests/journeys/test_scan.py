"""`assay scan` as people use it: from an empty directory to a result, a report and an entry in the ledger."""

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assay.app.workspace import Workspace
from assay.kernel import commitment
from tests.fakes.filters import plug_in
from tests.journeys.workspaces import assay

PATIENCE_S = 60.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a fresh workspace in which the filters of tests are installed."""
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    for name, value in plug_in(tmp_path / "plug").items():
        monkeypatch.setenv(name, value)
    place = tmp_path / "w"
    place.mkdir()
    assert assay("init", folder=place).returncode == 0
    return place


def rows(folder: Path, texts: list[str]) -> Path:
    """Write texts as JSON Lines."""
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps({"id": f"r{n}", "answer": text}) + "\n" for n, text in enumerate(texts)))
    return path


def document(done: "subprocess.CompletedProcess[str]", *, code: int = 0) -> Any:  # noqa: ANN401  JSON
    """Return the last line of stdout."""
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout.rstrip("\n").split("\n")[-1])


def ids(path: Path) -> list[object]:
    """Return the ids of an output, in its order."""
    return [json.loads(line)["id"] for line in path.read_bytes().split(b"\n") if line]


def test_a_scan_writes_results_a_report_and_an_entry(folder: Path) -> None:
    """The JSON document, the file and the ledger agree, and no text is in any of them."""
    rows(folder, ["SECRET WORDS here", "nothing", "MORE"])
    found = document(assay("scan", "in.jsonl", "--filters", "shout", "--out", "o.jsonl", "--json", folder=folder))
    lines = [json.loads(line) for line in (folder / "o.jsonl").read_text().split("\n") if line]
    assert [line["id"] for line in lines] == ["r0", "r1", "r2"]
    key = (Workspace(folder).key_dir / "text-digest.key").read_bytes()
    assert lines[0]["filters"]["shout"]["findings"][0]["text_digest"] == commitment(key, "SECRET")
    assert (found["outcome"], found["rows"], found["recorded"]) == ("complete", 3, True)
    assert found["output_digest"] == "sha256:" + hashlib.sha256((folder / "o.jsonl").read_bytes()).hexdigest()
    (summary,) = found["filters"]
    assert (summary["flagged"], summary["types"]) == (2, {"SHOUT": {"findings": 3, "rows": 2}})
    page = Path(found["report"]).read_text()
    assert "SECRET" not in page + (Path(found["directory"]) / "scan.json").read_text()
    assert "r2" in page
    entries = document(assay("ledger", "log", "--json", folder=folder))["entries"]
    assert [entry["action"] for entry in entries][-2:] == ["scan.recorded", "report.built"]
    assert assay("ledger", "verify", folder=folder).returncode == 0


def test_a_table_is_read_as_it_comes(folder: Path) -> None:
    """The address stands in the environment; one with a password is refused on the command line."""
    with closing(sqlite3.connect(folder / "w.db")) as connection:
        connection.execute("CREATE TABLE logs (id TEXT, message TEXT)")
        connection.executemany("INSERT INTO logs VALUES (?, ?)", [("b", "LOUD"), ("a", None)])
        connection.commit()
    common = ["--table", "logs", "--filters", "shout", "--out", "o.jsonl", "--json"]
    url = {"WAREHOUSE": f"sqlite:///{folder / 'w.db'}"}
    found = document(assay("scan", "env:WAREHOUSE", *common, folder=folder, environment=url))
    assert ids(folder / "o.jsonl") == ["a", "b"]
    assert found["source"]["kind"] == "sql"
    assert found["filters"][0]["failures"] == {"error": 1}
    refused = assay("scan", "postgresql://u:hunter2@h/db", *common, "--overwrite", folder=folder)
    assert refused.returncode == 2
    assert "env:WAREHOUSE" in refused.stderr
    assert "hunter2" not in refused.stderr + refused.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["in.jsonl", "--filters", "shuot"], "did you mean 'shout'?"),
        (["in.jsonl", "--filters", "shout,shout"], "a filter comes twice"),
        (["nowhere.jsonl", "--filters", "shout"], "cannot read nowhere.jsonl"),
        (["in.jsonl", "--filters", "shout", "--out", "in.jsonl"], "is the input itself"),
        (["in.jsonl", "--filters", "shout", "--text-field", "txt"], "field 'txt': it is missing"),
        (["bad.jsonl", "--filters", "shout"], "bad.jsonl, line 2"),
        (["in.jsonl", "--filters", "shout", "--row-timeout", "-1"], "expected more than 0"),
        (["in.jsonl", "--filters", "shout", "--row-timeout", "0"], "expected more than 0"),
        (["w.db", "--filters", "shout", "--table", "log"], "sqlite:///w.db"),
    ],
)
def test_wrong_usage_ends_with_2_and_writes_nothing(folder: Path, arguments: list[str], said: str) -> None:
    """The message says what to mend; there is no output and no scan."""
    before = rows(folder, ["one"]).read_bytes()
    (folder / "w.db").write_bytes(b"SQLite format 3\0")
    (folder / "bad.jsonl").write_bytes(before + b'{"id": 1, "answer": \n')
    out = [] if "--out" in arguments else ["--out", "o.jsonl"]
    done = assay("scan", *arguments, *out, folder=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (folder / "o.jsonl").exists()
    assert not list((folder / ".assay").glob("scans/*"))
    assert (folder / "in.jsonl").read_bytes() == before


def test_settings_choose_filters_and_their_options(folder: Path) -> None:
    """`scan.filters` and `filters:`; a wrong option ends with 2 before anything is written."""
    settings = (folder / "assay.yaml").read_text()
    chosen = settings.replace("filters: [toxicity, pii, injection, keywords]", "filters: [shout]")
    (folder / "assay.yaml").write_text(chosen.replace("filters: {}", "filters: {shout: {threshold: 0.9}}"))
    rows(folder, ["HALF loud"])
    found = document(assay("scan", "in.jsonl", "--json", folder=folder))
    assert [(one["filter"], one["flagged"]) for one in found["filters"]] == [("shout", 0)]
    (folder / "assay.yaml").write_text(chosen.replace("filters: {}", "filters: {shout: {treshold: 0.9}}"))
    refused = assay("scan", "in.jsonl", folder=folder)
    assert refused.returncode == 2
    assert "the filter 'shout': " in refused.stderr


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start the real command and do not wait for it."""
    command = [sys.executable, "-m", "assay", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_rows(path: Path, size: int, process: "subprocess.Popen[str]") -> None:
    """Wait until a file has so many bytes."""
    until = time.monotonic() + PATIENCE_S
    while not (path.exists() and path.stat().st_size > size):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.01)


def test_a_killed_scan_loses_and_doubles_nothing(folder: Path) -> None:
    """`kill -9` twice, then the same command: the bytes are those of a scan that was never killed."""
    texts = [f"wait {n} LOUD" if n % 5 else f"THIS is {n}" for n in range(300)]
    rows(folder, texts)
    command = ["scan", "in.jsonl", "--filters", "stumble,shout", "--workers", "2", "--json"]
    whole = document(assay(*command, "--out", "whole.jsonl", folder=folder))
    for size in (10_000, 40_000):
        process = start(folder, *command, "--out", "killed.jsonl")
        wait_for_rows(folder / "killed.jsonl", size, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    found = document(assay(*command, "--out", "killed.jsonl", folder=folder))

    assert found["resumed"] is True
    assert (folder / "killed.jsonl").read_bytes() == (folder / "whole.jsonl").read_bytes()
    assert found["filters"] == whole["filters"]


def test_a_scan_that_is_asked_to_stop_is_partial_and_goes_on(folder: Path) -> None:
    """SIGTERM ends it with 3; other filters or another input are then refused, the same command ends it."""
    source = rows(folder, ["wait"] * 400)
    command = ["scan", "in.jsonl", "--filters", "stumble", "--workers", "1", "--out", "o.jsonl", "--json"]
    process = start(folder, *command)
    wait_for_rows(folder / "o.jsonl", 0, process)
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate()
    assert process.returncode == 3, stderr
    partial = json.loads(stdout.rstrip("\n").split("\n")[-1])
    assert (partial["outcome"], partial["reason"]) == ("partial", "it was stopped")
    assert 0 < partial["rows"] == len(ids(folder / "o.jsonl")) < 400

    other = assay("scan", "in.jsonl", "--filters", "quiet", "--out", "o.jsonl", folder=folder)
    assert other.returncode == 2
    assert "different: filters" in other.stderr
    assert "--new" in other.stderr
    before = source.read_bytes()
    source.write_bytes(before + b'{"answer": "more"}\n')
    assert "different: source" in assay(*command, folder=folder).stderr
    source.write_bytes(before)

    found = document(assay(*command, folder=folder))
    assert (found["outcome"], found["resumed"], found["scan"]) == ("complete", True, partial["scan"])
    assert ids(folder / "o.jsonl") == [f"r{n}" for n in range(400)]


def test_new_gives_up_what_was_begun(folder: Path) -> None:
    """And only one scan of that place is unfinished."""
    rows(folder, ["wait"] * 200)
    process = start(folder, "scan", "in.jsonl", "--filters", "stumble", "--workers", "1", "--out", "o.jsonl")
    wait_for_rows(folder / "o.jsonl", 0, process)
    process.kill()
    process.communicate()
    found = document(
        assay("scan", "in.jsonl", "--filters", "quiet", "--out", "o.jsonl", "--new", "--json", folder=folder)
    )
    assert found["resumed"] is False
    assert len(ids(folder / "o.jsonl")) == 200
    assert not list((folder / ".assay").glob("scans/*/state.json"))


def test_a_file_that_is_there_is_never_replaced_unasked(folder: Path) -> None:
    """Neither one's own notes nor the result of a scan that ended; `--overwrite` replaces it, an empty file is none."""
    rows(folder, ["LOUD"])
    command = ["scan", "in.jsonl", "--filters", "shout", "--out", "o.jsonl"]
    (folder / "o.jsonl").write_bytes(b"my notes")
    for more in ([], ["--new"]):
        refused = assay(*command, *more, folder=folder)
        assert refused.returncode == 2
        assert "o.jsonl exists" in refused.stderr
        assert "--overwrite" in refused.stderr
        assert (folder / "o.jsonl").read_bytes() == b"my notes"
    assert not list((folder / ".assay").glob("scans/*"))
    assert assay(*command, "--overwrite", folder=folder).returncode == 0
    result = (folder / "o.jsonl").read_bytes()
    assert b"SHOUT" in result
    assert assay(*command, folder=folder).returncode == 2
    assert (folder / "o.jsonl").read_bytes() == result
    (folder / "o.jsonl").write_bytes(b"")
    assert assay(*command, folder=folder).returncode == 0


def test_each_reason_is_told_with_its_count(folder: Path) -> None:
    """One row that is no text, two without one."""
    (folder / "in.jsonl").write_text('{"text": "a"}\n{"text": 5}\n{"text": null}\n{"id": 1}\n')
    done = assay("scan", "in.jsonl", "--filters", "shout", folder=folder)
    assert done.returncode == 0
    assert "shout: 2 rows could not be read: the text is null or absent" in done.stderr
    assert "shout: 1 row could not be read: the text is of type int" in done.stderr


def test_workers_do_not_outlive_a_killed_scan(folder: Path) -> None:
    """A filter that hangs would else hold a core for ever."""
    rows(folder, ["hang"])
    process = start(folder, "scan", "in.jsonl", "--filters", "stumble")
    until = time.monotonic() + PATIENCE_S
    while not (workers := _children(process.pid)):
        assert time.monotonic() < until
        time.sleep(0.01)
    process.kill()
    process.communicate()
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < until, "a worker lives on"
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def test_hostile_rows_are_read_in_bounded_time(folder: Path) -> None:
    """A line of 1 MB, null bytes, right-to-left and combining marks, 10,000 findings."""
    texts = ["A" * 1_000_000, "\u0000 NUL", "\u202eevil \u0301\u0301 OK", "LOUD " * 10_000, "x" * 10 + "\U0001f600 YES"]
    rows(folder, texts)
    found = document(assay("scan", "in.jsonl", "--filters", "shout", "--out", "o.jsonl", "--json", folder=folder))
    assert found["filters"][0]["types"] == {"SHOUT": {"findings": 10_004, "rows": 5}}
    lines = [
        json.loads(line)["filters"]["shout"]["findings"] for line in (folder / "o.jsonl").read_text().split("\n")[:-1]
    ]
    for text, findings in zip(texts, lines, strict=True):
        assert all(text[one["start"] : one["end"]].isupper() for one in findings)


def test_the_key_of_digests_is_its_owners_alone_and_stays(folder: Path) -> None:
    """Two scans of a workspace use one key."""
    rows(folder, ["LOUD"])
    outs = []
    for name in ("a.jsonl", "b.jsonl"):
        assert assay("scan", "in.jsonl", "--filters", "shout", "--out", name, folder=folder).returncode == 0
        outs.append((folder / name).read_bytes())
    assert outs[0] == outs[1]
    assert (Workspace(folder).key_dir / "text-digest.key").stat().st_mode & 0o777 == 0o600


def test_without_a_workspace_a_scan_says_what_to_type(tmp_path: Path) -> None:
    """Its key and its record have no place yet."""
    done = assay("scan", "in.jsonl", folder=tmp_path)
    assert done.returncode == 2
    assert "assay init" in done.stderr
