"""What a gate loads before it decides: nothing that measures."""

import subprocess
import sys

HEAVY = {
    "mlflow",
    "pandas",
    "numpy",
    "pyarrow",
    "torch",
    "streamlit",
    "fastapi",
    "scipy",
    "presidio_analyzer",
    "openpyxl",
}
PROGRAM = """
import sys
import assay.app.gate, assay.cli.gate, governance.record
from governance.record import Record
for service in ("approvals", "evidence", "lineage", "people", "policies", "releases"):
    getattr(Record(_door=None), service)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_gate_loads_no_library_that_measures() -> None:
    """Start-up is most of what a gate costs: `benchmarks/gate.py`."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert not HEAVY & set(done.stdout.split())


def test_who_opens_a_record_and_decides_nothing_reads_no_policy() -> None:
    """The models of policies and the suites that they name are loaded by what decides."""
    program = "import sys, governance.record; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not {"governance.gate._policy", "governance.gate._decide", "evaluation.suites"} & set(done.stdout.split())
