"""What goes wrong outside ends in words, an exit code and the next step, and leaves nothing half-written."""

import contextlib
import hashlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assay.app.init import create_workspace
from tests.journeys.workspaces import ROOT, answers_file, assay, workspace_with_judge

GOOD = '{"id": "g", "question": "What is 3?", "answer": "It is 3.", "contexts": ["It is 3."]}\n'
SMALL_DISK = 640 * 1024  # bytes
ROWS_THAT_DO_NOT_FIT = 500
SMALL_FILE = 256 * 1024  # bytes


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    words: str  # stderr
    document: dict[str, Any]  # last line of stdout


def typed(folder: Path, *arguments: str, **environment: str) -> Ended:
    """Type the command with `--json`; whatever happens, it ends with words and one JSON document, never a traceback."""
    here = {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / "keys")}
    done = assay(*arguments, "--json", folder=folder, environment={**here, **environment})
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Ended(code=done.returncode, words=done.stderr, document=json.loads(done.stdout.rstrip("\n").split("\n")[-1]))


def tree(folder: Path) -> dict[str, str]:
    """Return every file under the folder with the digest of its bytes; links are not followed."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def refused(folder: Path, *arguments: str, says: tuple[str, ...], hint: str, **environment: str) -> None:
    """See the command end with 2, words and next step in both outputs, and no file come, go or change."""
    before = tree(folder)
    ended = typed(folder, *arguments, **environment)
    assert (ended.code, ended.document["exit_code"]) == (2, 2), ended
    assert all(word in ended.document["error"] and word in ended.words for word in says), ended.words
    assert hint in ended.document["hint"], ended.document
    assert f"hint: {ended.document['hint']}" in ended.words
    assert tree(folder) == before


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Make a workspace as `assay init` does."""
    return create_workspace(tmp_path / "w").root


MALFORMED = (GOOD + '{"question": "Who?", answer\n', ("bad.jsonl, line 2, column 22", "not JSON", "expected"))
INCOMPLETE = (GOOD + '{"text": "Who?"}\n', ("bad.jsonl, line 2", "'question'", "missing", "'text'"))
WRONG_TYPE = (GOOD + '{"question": ["Who?"], "answer": "x"}\n', ("line 2", "'question'", "['Who?']", "expected text"))
EMPTY = ("", ("bad.jsonl", "no rows"))


@pytest.mark.parametrize("command", [("run", "--judge", "local", "--answers"), ("questions", "import")])
@pytest.mark.parametrize(("content", "says"), [MALFORMED, INCOMPLETE, WRONG_TYPE, EMPTY])
def test_a_wrong_line_is_named_and_nothing_is_written(
    workspace: Path, command: tuple[str, ...], content: str, says: tuple[str, ...]
) -> None:
    """File, line, field, what was found and what was expected; no run and no question set is begun."""
    (workspace / "bad.jsonl").write_text(content, encoding="utf-8")
    hint = "run the same command again" if content else "one JSON object a line"

    refused(workspace, *command, "bad.jsonl", says=says, hint=hint)


@pytest.mark.parametrize("command", [("run", "--judge", "local", "--answers"), ("questions", "import")])
def test_a_file_that_cannot_be_read_is_named(workspace: Path, command: tuple[str, ...]) -> None:
    """A folder in its place, a link that leads nowhere, a file without permission (root may read that one)."""
    (workspace / "folder.jsonl").mkdir()
    (workspace / "link.jsonl").symlink_to("nowhere.jsonl")
    refused(workspace, *command, "folder.jsonl", says=("folder.jsonl is a folder",), hint="name one file in it")
    refused(workspace, *command, "link.jsonl", says=("link.jsonl", "No such file"), hint="check the path")
    if os.geteuid():
        (workspace / "shut.jsonl").write_text(GOOD, encoding="utf-8")
        (workspace / "shut.jsonl").chmod(0)
        ended = typed(workspace, *command, "shut.jsonl")
        assert (ended.code, "Permission denied" in ended.words) == (2, True)


def test_documents_that_cannot_be_read_are_named_with_their_reasons(workspace: Path) -> None:
    """Where none is left, exit 2; beside a good one, a skipped file is listed and the rest is kept."""
    documents = workspace / "docs"
    documents.mkdir()
    (documents / "broken.pdf").write_text("no PDF", encoding="utf-8")
    (documents / "link.md").symlink_to("nowhere.md")
    alone = typed(workspace, "corpus", "add", "docs")
    assert alone.code == 2
    assert all(word in alone.words for word in ("broken.pdf", "link.md", "leads nowhere", "name a folder with"))
    (documents / "good.md").write_text("# Terms\n\nThe term is ten years.\n", encoding="utf-8")

    ended = typed(workspace, "corpus", "add", "docs")

    assert (ended.code, ended.document["added"]) == (0, ["good.md"])
    assert {file["source"] for file in ended.document["skipped"]} == {"broken.pdf", "link.md"}


def test_an_empty_corpus_says_how_to_fill_it(workspace: Path) -> None:
    """Generating from nothing, and asking a set that is not there, name the command that comes first."""
    (workspace / "empty").mkdir()
    ended = typed(workspace, "corpus", "add", "empty")
    assert (ended.code, "name a folder with" in ended.words) == (2, True)

    refused(workspace, "questions", "generate", says=("the corpus is empty",), hint="assay corpus add")
    refused(workspace, "run", "--judge", "local", says=("no question set 'default'",), hint="assay questions generate")


def test_missing_weights_name_the_command_that_pulls_them(workspace: Path, tmp_path: Path) -> None:
    """The embedded judge is never replaced by another one silently."""
    (workspace / "a.jsonl").write_text(GOOD, encoding="utf-8")
    cache = str(tmp_path / "no-weights")
    says = ("'judge'", "not on this machine")

    refused(workspace, "run", "--answers", "a.jsonl", says=says, hint="assay models pull judge", ASSAY_CACHE=cache)


def test_a_wrong_name_says_which_names_there_are(workspace: Path) -> None:
    """A judge, a metric, a policy and a run that do not exist; nothing is begun."""
    (workspace / "a.jsonl").write_text(GOOD, encoding="utf-8")
    command = ("run", "--answers", "a.jsonl", "--judge")

    refused(workspace, *command, "none", says=("'none'", "embedded, local"), hint="assay.yaml")
    refused(workspace, *command, "local", "--metrics", "none", says=("'none'",), hint="faithfulness, hit_rate")
    refused(workspace, *command, "local", "--policy", "none.yaml", says=("'none.yaml'",), hint="assay init")
    refused(workspace, *command, "local", "--resume", "none", says=("'none'",), hint="assay runs list")


def test_a_key_that_is_not_set_stops_a_run_before_it_begins(tmp_path: Path) -> None:
    """The variable is named, and the line that sets it."""
    folder = workspace_with_judge(tmp_path / "w", "http://127.0.0.1:9/v1")
    settings = folder / "assay.yaml"
    text = settings.read_text(encoding="utf-8").replace("model: fake-1", "model: fake-1, api_key: env:NOT_SET_KEY")
    settings.write_text(text, encoding="utf-8")
    (folder / "a.jsonl").write_text(GOOD, encoding="utf-8")
    says = ("env:NOT_SET_KEY", "not set")

    refused(folder, "run", "--answers", "a.jsonl", "--judge", "fake", says=says, hint="export NOT_SET_KEY=")


FAILING = {  # behaviour of the endpoint → the typed verdict and what the row's reason says
    "html": ("error", ("not JSON", "Sign in", "expected an OpenAI-compatible")),
    "prose": ("unparsable", ("unreadable twice", "expected one JSON object", "difficult question")),
    "401": ("refused", ("HTTP 401",)),
    "hang": ("timed_out", ("no complete reply within 1 s",)),
    "close": ("error", ("gave no reply after 2 attempts",)),
    "down": ("error", ("gave no reply after 2 attempts", "Connect call failed")),
}


@contextlib.contextmanager
def failing_judge(folder: Path, behaviour: str) -> Iterator[Path]:
    """Serve an endpoint that fails in one way, or that has just gone, and yield a workspace whose judge it is."""
    kind = "plain" if behaviour == "down" else behaviour
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--behaviour", kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            root = workspace_with_judge(folder, process.stdout.readline().strip())
            settings = root / "assay.yaml"
            options = "model: fake-1, timeout_s: 1, max_retries: 1, api_key: env:WRONG_KEY"
            settings.write_text(settings.read_text(encoding="utf-8").replace("model: fake-1", options), "utf-8")
            if behaviour == "down":
                process.kill()
                process.wait()
            yield root
        finally:
            process.kill()


@pytest.mark.parametrize("behaviour", FAILING)
def test_a_failing_judge_gives_typed_verdicts_and_no_score(tmp_path: Path, behaviour: str) -> None:
    """Every row is there with its outcome and why; none has a value; the key is nowhere."""
    outcome, says = FAILING[behaviour]
    command = ("run", "--answers", "answers.jsonl", "--judge", "fake", "--metrics", "relevancy")
    with failing_judge(tmp_path / "w", behaviour) as folder:
        answers_file(folder, rows=3)

        ended = typed(folder, *command, WRONG_KEY="s3cret-w0rd")

    assert (ended.code, ended.document["outcome"], ended.document["recorded"]) == (0, "complete", True), ended
    (estimate,) = ended.document["estimates"]
    assert (estimate["scored"], estimate["mean"], estimate["failures"]) == (0, None, {outcome: 3})
    assert "3 failed" in ended.words
    assert ended.document["failed"] == 3
    assert all(word in ended.document["example"] for word in says)
    reasons = [row["reason"] for row in exported(folder, ended.document["run"])]
    assert all(word in reason for word in says for reason in reasons), reasons
    assert not any(b"s3cret-w0rd" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_run_that_no_judge_answers_says_what_to_mend_and_not_to_gate(tmp_path: Path) -> None:
    """Three rows end as failures; of many, the run stops before every one was tried, and counts none."""
    command = ("run", "--answers", "answers.jsonl", "--judge", "fake", "--metrics", "relevancy")
    environment = {"PYTHONPATH": str(ROOT), "WRONG_KEY": "s3cret-w0rd"}
    with failing_judge(tmp_path / "w", "401") as folder:
        answers_file(folder, rows=3)
        few = assay(*command, folder=folder, environment=environment)
        answers_file(folder, rows=300)
        many = assay(*command, folder=folder, environment=environment)

    assert (few.returncode, "mend the target or judge in assay.yaml" in few.stderr, "assay gate" in few.stderr) == (
        0,
        True,
        False,
    ), few.stderr
    assert many.returncode == 3, many.stderr
    assert "partial, 0 of 300 rows (the first " in many.stdout
    assert " rows all failed, and none is kept: refused: " in many.stdout
    assert "check judges.fake.api_key" in many.stdout
    assert "mend the target or judge in assay.yaml" in many.stderr


def exported(folder: Path, run: str) -> list[dict[str, Any]]:
    """Return the lines of `assay runs export`."""
    done = assay("runs", "export", run, folder=folder, environment={"PYTHONPATH": str(ROOT)})
    return [json.loads(line) for line in done.stdout.split("\n") if line]


class SmallDisk:
    """A folder in which little can be written: a small file system, or a limit on how long a file may grow."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        """Mount it where that is wanted and allowed (in a container it may not be), else limit what commands write."""
        folder.mkdir()
        self.folder = folder
        self._limit = SMALL_FILE
        self.mounted = mounted and _mount(folder, f"size={SMALL_DISK}")

    def fill(self) -> None:
        """Leave no room at all."""
        self._limit = 0
        with contextlib.suppress(OSError), (self.folder / "filler").open("wb", buffering=0) as stream:
            while self.mounted:
                stream.write(b"\0" * 4096)

    def make_room(self) -> None:
        """Have room for everything."""
        self._limit = resource.RLIM_INFINITY
        assert not self.mounted or _mount(self.folder, "remount,size=64m")

    def typed(self, folder: Path, *arguments: str) -> Ended:
        """Type the command under the limit, which commands inherit."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft if self.mounted else self._limit, hard))
        try:
            return typed(folder, *arguments)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _mount(folder: Path, options: str) -> bool:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False)
    return done.returncode == 0


@pytest.fixture(params=["mounted", "limited"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    """Yield a full disk, in both forms; where nothing may be mounted, both are the second."""
    disk = SmallDisk(tmp_path / "disk", mounted=request.param == "mounted")
    yield disk
    if disk.mounted:
        subprocess.run(["umount", "--lazy", str(disk.folder)], check=True)


def test_a_run_on_a_full_disk_stops_with_words_and_goes_on_when_there_is_room(
    tmp_path: Path, small_disk: SmallDisk
) -> None:
    """Exit 2 and whole rows alone; the same command, once there is room, completes it and asks for no row again."""
    answers = answers_file(tmp_path, rows=ROWS_THAT_DO_NOT_FIT)
    command = ("run", "--answers", str(answers), "--judge", "local")
    folder = create_workspace(small_disk.folder / "w").root

    ended = small_disk.typed(folder, *command)

    assert ended.code == 2, ended
    assert "No space left" in ended.words or "File too large" in ended.words
    (run,) = (folder / ".assay" / "runs").iterdir()
    assert f"assay run --resume {run.name}" in ended.document["hint"]
    kept = (run / "verdicts.jsonl").read_bytes()
    assert 0 < kept.count(b"\n") < ROWS_THAT_DO_NOT_FIT
    assert kept.endswith(b"\n")
    small_disk.make_room()
    done = small_disk.typed(folder, *command)
    assert (done.code, done.document["outcome"], done.document["resumed"]) == (0, "complete", True), done
    assert (run / "verdicts.jsonl").read_bytes().startswith(kept)
    assert done.document["found"] == ROWS_THAT_DO_NOT_FIT


def test_a_disk_without_room_for_a_beginning_leaves_nothing_begun(tmp_path: Path, small_disk: SmallDisk) -> None:
    """No run folder without a plan, no half corpus and no half question set: all lists are empty afterwards."""
    answers = str(answers_file(tmp_path, rows=3))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# Terms\n\nThe term is ten years.\n", encoding="utf-8")
    folder = create_workspace(small_disk.folder / "w").root
    small_disk.fill()

    for command in (
        ("run", "--answers", answers, "--judge", "local"),
        ("corpus", "add", str(tmp_path / "docs")),
        ("questions", "import", answers),
    ):
        ended = small_disk.typed(folder, *command)
        assert (ended.code, "free space" in ended.document["hint"]) == (2, True), ended

    small_disk.make_room()
    assert small_disk.typed(folder, "runs", "list").document == {"runs": []}
    assert small_disk.typed(folder, "corpus", "list").document["documents"] == []
    assert small_disk.typed(folder, "questions", "list").document == {"question_sets": []}
