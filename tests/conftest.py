"""What every test gets: no telemetry, no user folders of the machine, and, in CI, no skips."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from assay.app.gate_base import CHANGE_VARIABLES
from assay.app.gate_policy import VKEY_VARIABLE
from assay.app.privacy import silence_telemetry

silence_telemetry()
# A shell that starts us in the background has Ctrl-C ignored, and so would every command that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep keys and settings of the person who runs the tests out of them; the weights' cache is shared on purpose."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("ASSAY_KEYS", str(folder / "keys"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("ASSAY_MLFLOW_SYNC", "by_hand")  # no test leaves a process behind
    for name in ("ASSAY_WORKSPACE", "ASSAY_JUDGE", "ASSAY_TARGET", "ASSAY_STORE", "ASSAY_SYSTEM", "ASSAY_GATE"):
        monkeypatch.delenv(name, raising=False)
    for name in (VKEY_VARIABLE, *CHANGE_VARIABLES):  # where the tests themselves run for a change request
        monkeypatch.delenv(name, raising=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where ASSAY_SKIP_IS_FAILURE is set, a skip fails: an unrun check is not a passed one."""
    report = yield
    if report.skipped and os.environ.get("ASSAY_SKIP_IS_FAILURE") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in {call.when}: {report.longrepr}"
    return report


@pytest.fixture
def root() -> Path:
    """Return the folder of the checkout."""
    return Path(__file__).parent.parent
