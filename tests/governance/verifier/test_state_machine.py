"""A ledger's life in any order: what happened to it by our hands verifies, what happened behind our back does not."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from governance.access import Permission
from governance.ledger import Action, Subject
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject
from governance.verifier import LedgerVerdict, verify_proof, verify_store, witnessed_notes
from tests.governance.samples import ME, Place, append
from tests.governance.verifier.stores import attacked, change_body


class LedgerLife(RuleBasedStateMachine):
    """One store, one writer, and somebody who has copies of it."""

    def __init__(self) -> None:
        """Begin with an empty folder."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-life-"))
        self.place = Place(self.folder)
        self.with_payload: list[int] = []
        self.size = 1
        self.copy: tuple[int, Path] | None = None

    @initialize()
    def begin(self) -> None:
        """Make the store."""
        self.record = self.place.open()

    @rule(count=st.integers(1, 3))
    def append(self, count: int) -> None:
        """One change each."""
        append(self.record, count)
        self.size += count

    @rule(count=st.integers(1, 300))
    def append_batch(self, count: int) -> None:
        """Many entries under one checkpoint, each with a payload."""
        with self.record._door.change(ME, Permission.MAKE_EXPORT, None) as change:
            for number in range(count):
                subject = Subject(type="export", id=str(number), version=1, digest=None)
                seq = change.record(Action.EXPORT_MADE, subject, [], payload={"comment": str(number)})
        self.with_payload.append(seq)
        self.size += count

    @rule(post_quantum=st.booleans())
    def rotate(self, post_quantum: bool) -> None:  # noqa: FBT001  Hypothesis names it
        """Let another key sign."""
        self.record.keys.rotate(ME, post_quantum=post_quantum)
        self.size += 1

    @precondition(lambda self: self.with_payload)
    @rule()
    def erase(self) -> None:
        """Take a payload away, as the record does."""
        draft = ErasureDraft(
            subject_type=ErasureSubject.TEXT,
            subject="t-1",
            ground=ErasureGround.REQUEST,
            places={"ledger": 1},
            withheld={},
            payloads=(self.with_payload.pop(),),
        )
        self.record.retention.erase(ME, draft, system=None)
        self.size += 1

    @rule()
    def reopen(self) -> None:
        """Close and open, as another command does."""
        self.record.close()
        self.record = self.place.open()

    @rule()
    def keep_copy(self) -> None:
        """Copy the file, as a thief or a backup program would."""
        self.record.close()
        shutil.copyfile(self.place.store, self.folder / "copy")
        self.copy = (self.size, self.folder / "copy")
        self.record = self.place.open()

    @precondition(lambda self: self.copy is not None and self.copy[0] < self.size)
    @rule()
    def put_copy_back(self) -> None:
        """Find a rollback by the witness file; the newest file is sound again."""
        self.record.close()
        newest = self.place.store.read_bytes()
        assert self.copy is not None
        shutil.copyfile(self.copy[1], self.place.store)
        assert self.verdict() is LedgerVerdict.TAMPERED
        self.place.store.write_bytes(newest)
        self.record = self.place.open()

    @rule()
    def tamper(self) -> None:
        """Find an edit of the first entry; the file as it was is sound again."""
        self.record.close()
        before = self.place.store.read_bytes()
        attacked(self.place, change_body(0, b'"system"', b'"sistem"'))
        assert self.verdict() is LedgerVerdict.TAMPERED
        for one in self.folder.glob("store.sqlite-*"):
            one.unlink()
        self.place.store.write_bytes(before)
        self.record = self.place.open()

    @rule(share=st.integers(0, 99))
    def prove(self, share: int) -> None:
        """Any entry is proved from the first checkpoint that was witnessed."""
        first = next(witnessed_notes(self.place.witness))
        document = self.record.prove(self.size * share // 100, since=first).document()
        vkey = self.record.keys.history()[0].vkey
        result = verify_proof(json.dumps(document).encode(), vkey=vkey, trusted=[first])
        assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())

    def verdict(self) -> LedgerVerdict:
        """Verify what is on the disk."""
        trusted = witnessed_notes(self.place.witness)
        return verify_store(self.place.store, vkey=self.place.vkey, trusted=trusted).verdict

    @invariant()
    def is_sound(self) -> None:
        """Full and fast alike, under any of its keys."""
        if not self.place.store.exists():
            return
        keys = [key.vkey for key in self.record.keys.history()]
        for vkey, is_fast in ((keys[0], True), (keys[-1], False)):
            trusted = witnessed_notes(self.place.witness)
            result = verify_store(self.place.store, vkey=vkey, trusted=trusted, is_fast=is_fast)
            assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())
            assert (result.size, result.keys) == (self.size, tuple(keys))

    def teardown(self) -> None:
        """Remove the folder."""
        self.record.close()
        shutil.rmtree(self.folder)


LedgerLife.TestCase.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLedgerLife = pytest.mark.soak(LedgerLife.TestCase)
