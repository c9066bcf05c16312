"""What reading runs costs at the start: readers load no runner and no judge."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["evaluation.runs", "governance.record", "reports"])
def test_a_reader_of_runs_loads_neither_runner_nor_judges(package: str) -> None:
    """The dear modules come when they are named."""
    program = (
        f"import sys, {package}\n"
        "dear = ('evaluation.runs._runner', 'evaluation.runs._export', 'evaluation.judges._registry')\n"
        "print([name for name in dear if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
