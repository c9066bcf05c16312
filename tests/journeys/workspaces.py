"""What journeys share: a fake judge in a process of its own, a workspace that names it, and the real command."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.app.init import create_workspace

__all__ = ["FakeJudge", "answers_file", "assay", "fake_judge", "workspace_with_judge"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class FakeJudge:
    """Where it listens, and what it has received so far."""

    url: str
    log: Path

    def calls(self) -> list[dict[str, Any]]:
        """Return every call received, in order."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").split("\n") if line]


@contextmanager
def fake_judge(folder: Path, *, latency_ms: int = 0, options: Sequence[str] = ()) -> Iterator[FakeJudge]:
    """Serve an OpenAI-compatible judge on loopback until the block ends; `options` are those of the fake."""
    log = folder / "calls.jsonl"
    log.touch()
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--port", "0"]
    command += ["--latency-ms", str(latency_ms), "--log", str(log), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield FakeJudge(url=process.stdout.readline().strip(), log=log)
        finally:
            process.kill()


def workspace_with_judge(folder: Path, url: str, *, extra: str = "") -> Path:
    """Make a workspace whose judge `fake` is at `url`."""
    root = create_workspace(folder).root
    settings = root / "assay.yaml"
    text = settings.read_text(encoding="utf-8")
    judge = f"judges:\n  fake: {{base_url: {json.dumps(url)}, model: fake-1}}\n"
    settings.write_text(text.replace("judges: {}\n", judge) + extra, encoding="utf-8")
    return root


def answers_file(folder: Path, *, rows: int) -> Path:
    """Write `rows` answers with contexts, each different from the others."""
    path = folder / "answers.jsonl"
    lines = [
        {
            "id": f"q{number}",
            "question": f"What is the value of item {number}?",
            "answer": f"The value of item {number} is {number * 7}.",
            "contexts": [f"Item {number} has the value {number * 7}.", "Other items are listed elsewhere."],
            "document": f"doc{number % 5}",
        }
        for number in range(rows)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def assay(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command in `folder` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "assay", *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
