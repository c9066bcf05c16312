"""A long ledger for benchmarks, written in bulk by the writer's own tree, signer and entry form.

Rules of this place: what comes out is a store like any other (`verify` finds nothing in it), with one report and its
row for each entry and a signed checkpoint over every so many.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from assay.kernel import canonical_bytes, digest_bytes
from governance.ledger import (
    Action,
    Actor,
    EntryDraft,
    KeyFolder,
    Signer,
    Subject,
    Tree,
    Verifier,
    entry_body,
    leaf_hash,
)
from governance.record import Record

__all__ = ["write_store"]

_AT = "2026-01-02T03:04:05.000000Z"
_BATCH = 10_000


def write_store(folder: Path, entries: int, *, per_checkpoint: int) -> None:
    """Write `store.sqlite` with its keys and witness file into an empty folder."""
    store, keys = folder / "store.sqlite", KeyFolder(folder / "keys")
    record = Record.open(f"sqlite:///{store}", keys.path)
    vkey = record.vkey
    record.close()
    signer = keys.load(Verifier.parse(vkey))
    with closing(sqlite3.connect(store, isolation_level=None)) as database, keys.witness_file.open("a") as witness:
        database.execute("PRAGMA synchronous = OFF")
        for first in range(1, entries, _BATCH):
            database.execute("BEGIN")
            notes = _write_batch(database, signer, range(first, min(first + _BATCH, entries)), per_checkpoint)
            database.execute("COMMIT")
            witness.writelines(json.dumps({"note": note}) + "\n" for note in notes)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _write_batch(database: sqlite3.Connection, signer: Signer, seqs: range, per_checkpoint: int) -> list[str]:
    drafts = [_report(seq) for seq in seqs]
    bodies = [
        entry_body(draft, log=signer.verifier.name, seq=seq) for seq, (draft, _) in zip(seqs, drafts, strict=True)
    ]
    database.executemany("INSERT INTO ledger_entry VALUES (?, ?)", zip(seqs, bodies, strict=True))
    names = ", ".join([*drafts[0][1], "seq"])
    marks = ", ".join("?" * (len(drafts[0][1]) + 1))
    rows = ((*cells.values(), seq) for seq, (_, cells) in zip(seqs, drafts, strict=True))
    database.executemany(f"INSERT INTO report ({names}) VALUES ({marks})", rows)  # noqa: S608  our own names

    def read(level: int, position: int) -> bytes:
        wanted = "SELECT hashes FROM ledger_tile WHERE level = ? AND position = ?"
        found = database.execute(wanted, (level, position)).fetchone()
        return bytes(found[0]) if found else b""

    notes = []
    for start, part in _parts(bodies, per_checkpoint):
        tree = Tree(seqs.start + start, read)
        for (level, position), hashes in tree.grow([leaf_hash(body) for body in part]).items():
            database.execute("INSERT OR REPLACE INTO ledger_tile VALUES (?, ?, ?)", (level, position, hashes))
        checkpoint = signer.sign(tree.size, tree.root())
        database.execute("INSERT INTO ledger_checkpoint VALUES (?, ?)", (checkpoint.size, checkpoint.note))
        notes.append(checkpoint.note)
    return notes


def _parts(bodies: list[bytes], size: int) -> Iterator[tuple[int, list[bytes]]]:
    for start in range(0, len(bodies), size):
        yield start, bodies[start : start + size]


def _report(seq: int) -> tuple[EntryDraft, dict[str, str | int]]:
    digest = digest_bytes(str(seq).encode())
    cells: dict[str, str | int] = {
        "report": f"report-{seq:016x}",
        "kind": "evaluation",
        "format": "html",
        "system": "default",
        "subject": "run-1",
        "digest": digest,
        "as_of": seq,
        "built_at": _AT,
    }
    draft = EntryDraft(
        action=Action.REPORT_BUILT,
        actor=Actor(id="p-1"),
        subject=Subject(type="report", id=str(cells["report"]), version=1, digest=digest),
        at=_AT,
        details={"kind": "evaluation", "rows": 1, "state": digest_bytes(canonical_bytes([["report", {**cells}]]))},
    )
    return draft, cells
