"""The demo's last stages: what was recorded is mirrored, and the ledger is checked by code that did not write it."""

from collections.abc import Callable
from contextlib import closing

from assay.app.compose import open_record
from assay.app.mirror import sync_mirror
from assay.app.workspace import Workspace
from assay.kernel import AssayError
from governance.verifier import Verification, verify_store, witnessed_notes

__all__ = ["check_ledger", "mirror_runs"]


def mirror_runs(workspace: Workspace, on_message: Callable[[str], None]) -> None:
    """Show the runs in MLflow; what goes wrong there is said and fails nothing, the store is the record."""
    if not workspace.settings.mlflow.enabled:
        on_message("switched off in assay.yaml")
        return
    try:
        result = sync_mirror(workspace, wait=True)
    except AssayError as error:
        on_message(f"not mirrored: {error.message}")
        return
    for run, reason in result.failed:
        on_message(f"{run} waits on the queue: {reason}")
    on_message(f"{len(result.mirrored)} runs mirrored to {workspace.mlflow_uri}, {result.pending} waiting")


def check_ledger(workspace: Workspace) -> Verification:
    """Hold the store's ledger against the key and the witness file, which lie outside the workspace."""
    with closing(open_record(workspace)) as record:
        vkey, doubts = record.vkey, record.doubts()
    witness = workspace.key_dir / "witness.jsonl"
    return verify_store(workspace.store_file, vkey=vkey, trusted=witnessed_notes(witness), doubts=doubts)
