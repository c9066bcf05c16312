"""Registers as workbooks: 500 systems × 55 risks out and back again, processor time and memory.

    python -m benchmarks.workbooks [--systems 500] [--into docs/quality.md]

Rules of this place: the commands themselves are measured, each in a process of its own, from start to end, over a store
that holds a rating of every risk; the peers are openpyxl alone, writing the same cells of the register without
styles, and reading them. Reading again must find nothing to record.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from benchmarks.page import kept
from governance.ratings import RatingDraft, Treatment
from governance.systems import SystemProfile
from risks import framework

_PEER_OUT: Final = """
import sys
from openpyxl import Workbook, load_workbook
source = load_workbook(sys.argv[1], read_only=True)["Register"]
rows = [[cell for cell in row] for row in source.iter_rows(values_only=True)]
import time
began = time.process_time()
book = Workbook(write_only=True)
sheet = book.create_sheet("Register")
for row in rows:
    sheet.append(row)
book.save(sys.argv[2])
print(time.process_time() - began)
"""
_PEER_IN: Final = """
import sys, time
from openpyxl import load_workbook
began = time.process_time()
load_workbook(sys.argv[1])
print(time.process_time() - began)
"""


@dataclass(frozen=True)
class _Measured:
    seconds: float  # of the processor
    mebibytes: float
    said: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", type=int, default=500)
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    command = f"python -m benchmarks.workbooks {' '.join(sys.argv[1:])}".strip()
    with kept(options.into, "Registers as workbooks", command), tempfile.TemporaryDirectory() as folder:
        os.environ["ASSAY_KEYS"] = str(Path(folder) / "keys")
        workspace = create_workspace(Path(folder) / "shop")
        os.environ["ASSAY_WORKSPACE"] = str(workspace.root)
        _fill(workspace, options.systems)
        _measure(Path(folder))


def _fill(workspace: Workspace, systems: int) -> None:
    known, actor = framework(), local_actor()
    review_by = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    with closing(open_record(workspace)) as record:
        for number in range(systems):
            system = f"system-{number}"
            record.inventory.add(actor, system, SystemProfile(name=system, purpose="", owner=actor.id))
            drafts = [
                RatingDraft(
                    system=system, risk=risk.id, owner=actor.id, review_by=review_by, treatment=Treatment.MITIGATE,
                    inherent_likelihood=4, inherent_impact=5, residual_likelihood=2, residual_impact=3,
                    reason=f"measured by the suite for {risk.id} of {system}",
                )
                for risk in known.catalogue.risks
            ]  # fmt: skip
            record.ratings.rate_all(actor, drafts, known)


def _measure(folder: Path) -> None:
    book, other = folder / "register.xlsx", folder / "other.xlsx"
    out = _assay("risks", "export", str(book), "--system", "*", "--json")
    made = json.loads(out.said.split("\n")[-1])
    back = _assay("risks", "import", str(book), "--json")
    found = json.loads(back.said.split("\n")[-1])
    peer_out, peer_in = _python(_PEER_OUT, str(book), str(other)), _python(_PEER_IN, str(book))
    size = book.stat().st_size / 2**20
    print(f"{len(made['systems'])} systems, {made['rows']} rows of the register, {size:.1f} MiB with all sheets")
    print(f"export: {out.seconds:.1f} s of one core, {out.mebibytes:.0f} MiB of memory at most")
    print(f"  openpyxl alone, the register without styles: {peer_out:.1f} s; ratio {out.seconds / peer_out:.1f}")
    print(f"import, preview: {back.seconds:.1f} s of one core, {back.mebibytes:.0f} MiB of memory at most")
    print(f"  openpyxl alone, opening the workbook: {peer_in:.1f} s; ratio {back.seconds / peer_in:.1f}")
    print(f"read again: {found['unchanged']} of {found['read']} rows unchanged, {len(found['problems'])} problems")


def _assay(*arguments: str) -> _Measured:
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen([sys.executable, "-m", "assay.cli.main", *arguments], stdout=said)
        _, status, used = os.wait4(child.pid, 0)
        said.seek(0)
        text = said.read().decode("utf-8").strip()
    if status:
        raise SystemExit(f"assay {' '.join(arguments)} ended with {status}")
    return _Measured(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


def _python(program: str, *arguments: str) -> float:
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
