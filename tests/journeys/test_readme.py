"""The README's own-application commands run as they stand, against a real HTTP application and the embedded model."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parents[2]
GATE = (
    'gate() { local e=0; assay gate "$@" > gate.txt || e=$?; cat gate.txt; case $e in 0|1|3) ;; *) return $e;; esac; }'
)
BLOCK = re.compile(r"<!-- journey: own-application -->\n```bash\n(.*?)```", re.DOTALL)
PARAGRAPHS = {
    "leave.md": [
        "Employees have 28 days of paid leave in each calendar year.",
        "Up to five unused days move to the next year and lapse at the end of March.",
    ],
    "travel.md": [
        "Train journeys under four hours are booked in second class.",
        "The daily allowance for meals abroad is 45 euros and needs no receipts.",
    ],
    "security.md": [
        "A lost laptop is reported to the service desk within one hour.",
        "Passwords have at least fourteen characters and are never reused.",
    ],
}


def closest(question: str) -> str:
    """Return the paragraph that shares most words with the question."""
    words = set(re.findall(r"\w+", question.lower()))
    paragraphs = [paragraph for group in PARAGRAPHS.values() for paragraph in group]
    return max(paragraphs, key=lambda text: len(words & set(re.findall(r"\w+", text.lower()))))


class Application(BaseHTTPRequestHandler):
    """Answers with the closest paragraph."""

    def do_POST(self) -> None:
        """Answer one question."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = closest(body["question"])
        data = json.dumps({"answer": found, "contexts": [found]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def application() -> Iterator[int]:
    """Serve the application on a free loopback port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def commands() -> list[str]:
    """Return the README's lines without their comments, the dashboard left to its own test."""
    match = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert match, "the README lost its journey"
    lines = [line.partition("  #")[0].strip() for line in match.group(1).split("\n")]
    return [line for line in lines if line and line != "assay dashboard"]


def test_the_commands_of_the_readme_lead_from_documents_to_a_report(tmp_path: Path) -> None:
    """A stranger's folder and endpoint end in a decision and a report, by copying the commands."""
    (tmp_path / "documents").mkdir()
    for name, paragraphs in PARAGRAPHS.items():
        (tmp_path / "documents" / name).write_text(f"# {name[:-3]}\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    with application() as port:
        script = "\n".join(commands()).replace("--count 24", "--count 4")
        script = script.replace(
            "cd my-app", f"cd my-app\nsed -i s/127.0.0.1:8000/127.0.0.1:{port}/ assay.yaml", 1
        ).replace("assay gate", "gate", 1)
        prelude = f'set -ex\nassay() {{ "{sys.executable}" -m assay "$@"; }}\n{GATE}\n'
        done = subprocess.run(
            ["bash", "-c", prelude + script], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "my-app" / "assay-reports").glob("*.html"))
    decided = (tmp_path / "my-app" / "gate.txt").read_text(encoding="utf-8")
    assert "faithfulness-at-least" in decided
    assert "run.recorded" not in decided
