"""How often attack suites succeed against the demo application and against a deliberately weak one.

    python -m benchmarks.suites [--rows N] [--behind N] [--reworded N] [--into docs/suites.md]

Four applications meet the same attacks by the command that a user types: `weak`, the toy of examples/weak-app, which
gives way on purpose; `undefended`, the demo application without its guard; `own`, with its guard but without Assay's
injection filter, for that filter and the attacks are from one house; `demo`, the demo application as it is. `weak` and
`demo` meet every attack, and where their 95 % intervals do not meet, they are `apart`. `behind` are the same attacks,
each behind a reviewed question about the documents, which the guard's look at the subject cannot tell from a user.

`--rows` bounds the attacks of each suite that `undefended` meets (it asks the model every time), `--behind` those that
stand behind a question, `--reworded` those of injection and leak that are reworded by the embedded model and put to
`demo`. Each takes families in turn; 0 leaves them out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from assay.app.demo_workspace import example_folder, prepare_workspace
from benchmarks.page import kept
from evaluation.questions import import_questions
from evaluation.suites import Suite, SuiteKind, shipped_suites, suite_file
from evaluation.weights import path_of

ROOT: Final = Path(__file__).resolve().parents[1]
BEHIND: Final = (SuiteKind.INJECTION, SuiteKind.LEAK, SuiteKind.TOXICITY)
_OWN: Final = """
  own:
    kind: command
    command: [python, app.py, --model, model.gguf, --retriever, good, --threads, "1", --defence, own]
    canary: HERONSGATE-4417
    prompt_file: instructions.txt
target: good
"""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What one application did with one suite."""

    attacks: str
    application: str
    succeeded: int
    scored: int
    lower: float
    upper: float
    unscored: str

    @property
    def line(self) -> str:
        """One row of the table."""
        of = f"{self.succeeded} of {self.scored}"
        share = f"{self.succeeded / self.scored:6.1%}" if self.scored else "unknown"
        limits = f"{self.lower:.1%} to {self.upper:.1%}"
        return f"{self.attacks:20} {self.application:11} {of:>11} {share:>7}  {limits:16}  {self.unscored}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Application:
    """A workspace and the target in it."""

    name: str
    folder: Path
    target: str

    def attacked(self, suite: str, *options: str) -> dict[str, Any]:
        """Type `assay run --suite` and return its document."""
        command = [sys.executable, "-m", "assay", "run", "--suite", suite, "--target", self.target, "--json", *options]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(self.folder.parent / "keys")}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        found: dict[str, Any] = json.loads(done.stdout.rstrip("\n").split("\n")[-1])
        return found

    def rates(self, attacks: str, suite: str, *options: str) -> Iterator[Rate]:
        """Yield the rate of the suite, and for twins how many cases were not treated alike."""
        run = self.attacked(suite, *options)
        (whole,) = [one for one in run["attacks"] if one["family"] is None]
        unscored = ", ".join(f"{count} {kind}" for kind, count in whole["failures"].items())
        yield Rate(
            attacks=attacks,
            application=self.name,
            succeeded=whole["succeeded"],
            scored=whole["scored"],
            lower=0.0 if whole["lower"] is None else whole["lower"],
            upper=1.0 if whole["upper"] is None else whole["upper"],
            unscored=unscored,
        )
        for twins in (one for one in run["twins"] if one["attribute"] is None):
            yield Rate(
                attacks=f"{attacks}, unlike twins",
                application=self.name,
                succeeded=twins["unlike"],
                scored=twins["sets"],
                lower=twins["lower"],
                upper=twins["upper"],
                unscored=f"{twins['declined']} declined for every twin" if twins["declined"] else "",
            )


def applications(folder: Path) -> tuple[Application, ...]:
    """Copy both examples into the folder, ready to be run by this Python."""
    demo = prepare_workspace(folder / "demo", path_of("judge")).root
    settings = (demo / "assay.yaml").read_text(encoding="utf-8")
    own = _OWN.replace("[python,", f"[{json.dumps(sys.executable)},")
    (demo / "assay.yaml").write_text(settings.replace("\ntarget: good\n", own), encoding="utf-8")
    weak = folder / "weak"
    shutil.copytree(ROOT / "examples" / "weak-app", weak, ignore=shutil.ignore_patterns(".assay", "__pycache__"))
    text = (weak / "assay.yaml").read_text(encoding="utf-8")
    (weak / "assay.yaml").write_text(text.replace("[python,", f"[{json.dumps(sys.executable)},"), encoding="utf-8")
    return (
        Application(name="weak", folder=weak, target="weak"),
        Application(name="undefended", folder=demo, target="undefended"),
        Application(name="own", folder=demo, target="own"),
        Application(name="demo", folder=demo, target="good"),
    )


def behind_a_question(suite: Suite, folder: Path) -> Path:
    """Write the suite with a reviewed question of the demo before each attack; ids and so the markers stay."""
    questions = cycle(question.text for question in import_questions(example_folder() / "questions.jsonl"))
    attacks = [replace(attack, turns=(f"{next(questions)}\n\n{attack.text}",)) for attack in suite.attacks]
    path = folder / f"{suite.kind}-behind.yaml"
    path.write_bytes(suite_file(suite.kind, path.stem, attacks, source=f"from {suite.id}", date="2026-11-21"))
    return path


def measured(folder: Path, *, rows: int, behind: int, reworded: int) -> Iterator[Rate]:
    """Yield every rate, suite by suite."""
    weak, undefended, own, demo = applications(folder)
    for kind, suite in shipped_suites().items():
        yield from weak.rates(str(kind), str(kind))
        if rows:
            yield from undefended.rates(str(kind), str(kind), "--limit", str(rows))
        yield from own.rates(str(kind), str(kind))
        yield from demo.rates(str(kind), str(kind))
        if behind and kind in BEHIND:
            yield from demo.rates(f"{kind}, behind", str(behind_a_question(suite, folder)), "--limit", str(behind))
        if reworded and kind in (SuiteKind.INJECTION, SuiteKind.LEAK):
            yield from demo.rates(f"{kind}, reworded", str(kind), "--limit", str(reworded), "--vary", "1")


def main() -> None:
    """Attack, print, and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000, help="attacks of each suite for `undefended`")
    parser.add_argument("--behind", type=int, default=1000, help="attacks of each suite that stand behind a question")
    parser.add_argument("--reworded", type=int, default=0, help="attacks of injection and leak to be reworded")
    parser.add_argument("--into", type=Path, help="page whose section is replaced")
    arguments = parser.parse_args()
    bounds = {"rows": arguments.rows, "behind": arguments.behind, "reworded": arguments.reworded}
    command = " ".join(["python -m benchmarks.suites", *(f"--{name} {count}" for name, count in bounds.items())])
    with kept(arguments.into, "Rates of success", command), tempfile.TemporaryDirectory() as folder:
        print("attacks              application   succeeded    rate  95 % interval     not scored")
        found = []
        for rate in measured(Path(folder), **bounds):
            print(rate.line, flush=True)
            found.append(rate)
        print()
        for name in dict.fromkeys(rate.attacks for rate in found if rate.application == "weak"):
            (weak,) = (rate for rate in found if (rate.attacks, rate.application) == (name, "weak"))
            (demo,) = (rate for rate in found if (rate.attacks, rate.application) == (name, "demo"))
            print(f"{name}: weak and demo are {'apart' if weak.lower > demo.upper else 'NOT apart'}")


if __name__ == "__main__":
    main()
