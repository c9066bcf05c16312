"""The product's own ledger is verified whole, and once for each state of the store."""

import json
from pathlib import Path

import pytest

from governance.evidence._own_log import MEMORY_NAME, OwnLog, look_at_own_log
from governance.record import Record
from governance.verifier import LedgerVerdict
from tests.governance.samples import ME, Place, append, on_both_stores


def memory(place: Place) -> Path:
    """Return where a verification is remembered: beside the key."""
    return place.keys / MEMORY_NAME


def looked(record: Record) -> OwnLog:
    """Look at the ledger of an open store."""
    found = look_at_own_log(record._door)
    assert found is not None
    return found


def marked(place: Place) -> None:
    """Write another root into the memory, so that an answer tells whether it was remembered."""
    known = json.loads(memory(place).read_text(encoding="utf-8"))
    memory(place).write_text(json.dumps({**known, "root": "remembered"}, separators=(",", ":"), sort_keys=True))


@on_both_stores
def test_a_store_that_did_not_change_is_not_verified_again(place: Place) -> None:
    """Opened anew, too; what was recorded since is looked at, with all before it."""
    record = place.open()
    append(record, 3)
    root = looked(record).root
    marked(place)
    assert looked(record).root == looked(place.open()).root == "remembered"
    append(record, 1)
    assert looked(record).root not in ("remembered", root)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report SET digest = 'sha256:0' WHERE seq = 1",
        "UPDATE ledger_entry SET body = body || ' ' WHERE seq = 1",
        "DELETE FROM report WHERE seq = 2",
        "UPDATE ledger_log SET vkey = 'other+00000000+AAAA'",
    ],
)
def test_whatever_was_changed_since_is_found(place: Place, statement: str) -> None:
    """A row of an old entry, too, and however often one looks: only what held is remembered."""
    record = place.open()
    append(record, 3)
    assert looked(record).verdict is LedgerVerdict.OK
    marked(place)
    before = memory(place).read_bytes()
    for name, kind in place.sql("SELECT name, type FROM sqlite_master WHERE type = 'trigger'"):
        place.sql(f"DROP {kind} {name}")
    place.sql(statement)
    assert [looked(record).verdict for _ in range(2)] == [LedgerVerdict.TAMPERED] * 2
    assert memory(place).read_bytes() == before


def test_a_witness_file_that_was_changed_is_held_against_the_store_again(place: Place) -> None:
    """One that is gone leaves nothing to hold it against."""
    record = place.open()
    append(record, 3)
    looked(record)
    marked(place)
    lines = place.witness.read_bytes().splitlines(keepends=True)
    place.witness.write_bytes(b"".join(lines[:-1]))
    assert looked(record).root != "remembered"
    place.witness.unlink()
    assert look_at_own_log(record._door) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"seen":"sha256:0","verdict":"ok"}', None])
def test_a_memory_that_is_none_costs_a_verification_and_no_more(place: Place, content: bytes | None) -> None:
    """Empty, torn, of another state, or a folder that lies in its place."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME, mirror=False)
    memory(place).mkdir() if content is None else memory(place).write_bytes(content)
    assert looked(record).verdict is LedgerVerdict.OK


def test_a_memory_for_the_same_state_that_does_not_say_ok_is_none(place: Place) -> None:
    """Nothing but what held is ever written there."""
    record = place.open()
    root = looked(record).root
    known = json.loads(memory(place).read_text(encoding="utf-8"))
    odd = {**known, "verdict": "tampered", "root": "remembered"}
    memory(place).write_text(json.dumps(odd, separators=(",", ":"), sort_keys=True))
    assert looked(record).root == root
