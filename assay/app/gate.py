"""Hold a run or a release against a policy: decide, write what was asked for, and record it where there is a store.

Rules of this place: what is written never takes the place of what is read; a file of an earlier decision is removed
before this one is made, so that a crash leaves no old pass.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.gate_outputs import GateOutputs
from assay.app.gate_policy import PolicyWords, policy_facts
from assay.app.gate_sheet import parts_of, sheet_of
from assay.app.gate_subject import Asked, Decided, decide_about
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError
from governance.gate import Decision, Policy
from reports.gate import GateSheet

if TYPE_CHECKING:
    from governance import Record, RecordedDecision

__all__ = ["Asked", "GateOutputs", "GateResult", "gate_run"]

_NO_WORDS = PolicyWords()


@dataclass(frozen=True)
class GateResult:
    """A decision, and the ledger entry that holds it."""

    sheet: GateSheet

    @property
    def decision(self) -> Decision:
        """What was decided."""
        return self.sheet.decision

    @property
    def id(self) -> str | None:
        """Id of the recorded decision; None where there is no store."""
        return self.sheet.recorded

    @property
    def seq(self) -> int | None:
        """Number of its entry; None where there is no store."""
        return self.sheet.entry


def gate_run(
    asked: Asked,
    *,
    policy: Path | None,
    outputs: GateOutputs,
    workspace: Workspace | None,
    now: datetime,
    words: PolicyWords = _NO_WORDS,
) -> GateResult:
    """Decide about a run or a release, and record it.

    `words` are what the caller says of the policy: a receipt of its registration, and where the change begins.

    Raise `CannotDecideError` without a policy, `InputError` for a malformed one, `IntegrityError` for a run log that
    is not what was recorded.
    """
    named = policy if policy is not None or workspace is None else workspace.gate_file
    outputs.prepare(named, workspace)
    policy_file = _there(named)
    rules = Policy.load(policy_file)
    with _record_of(workspace) as record:
        seal = outputs.seal(record)
        known = policy_facts(rules, policy_file, words, record=record)
        decided = decide_about(asked, rules, known, workspace=workspace, record=record, now=now)
        recorded = _record(decided, record)
        sheet = sheet_of(
            decided.decision,
            decided.candidate,
            policy=rules,
            policy_file=policy_file,
            logs=decided.logs,
            recorded=recorded,
            parts=parts_of(decided.decision, record),
        )
        outputs.write(sheet, seal, system=decided.system)
    return GateResult(sheet)


def _there(policy: Path | None) -> Path:
    if policy is None:
        raise CannotDecideError("no policy was named, and here is no workspace that has one", hint="use --policy FILE")
    return policy


@contextmanager
def _record_of(workspace: Workspace | None) -> "Iterator[Record | None]":
    """Open the store, where there is one."""
    if workspace is None or not workspace.has_store:
        yield None
        return
    with closing(open_record(workspace)) as record:
        yield record


def _record(decided: Decided, record: "Record | None") -> "RecordedDecision | None":
    if record is None or decided.system is None:
        return None
    return record.record_decision(decided.decision, current_actor(record), system=decided.system)
