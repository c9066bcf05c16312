"""Stores to attack: a filled one, copies of it, keys that rotate, and entries written past the record."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from assay.kernel import JsonValue, canonical_bytes, digest_bytes
from governance.access import Permission
from governance.ledger import Action, KeyFolder, Signer, Subject, Verifier
from governance.verifier import Verification, verify_store, witnessed_notes
from tests.governance.ledger.test_tree import grown
from tests.governance.samples import ME, Place, append

Attack = Callable[[sqlite3.Connection], object]
SIZE = 12  # entries of the store under attack, the first one included


def fill(place: Place) -> Place:
    """Make a store with a recorded run, reports, and two entries that have payloads."""
    record = place.open()
    place.run("a", "b", of=3)
    record.ingest_run(place.path / "runs" / "run-1", ME)
    append(record, SIZE - 5)
    for name in ("one", "two"):
        with record._door.change(ME, Permission.MAKE_EXPORT, None) as change:
            subject = Subject(type="export", id=name, version=1, digest=None)
            change.record(Action.EXPORT_MADE, subject, [], payload={"comment": f"for auditor {name}"})
    record.close()
    return place


def attacked(place: Place, attack: Attack) -> None:
    """Run the attack with the triggers out of the way, as their owner can, and put them back as a thief would."""
    with closing(sqlite3.connect(place.store)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        attack(database)
        for _, sql in triggers:
            with suppress(sqlite3.OperationalError):  # its table is gone
                database.execute(sql)
        database.commit()


def verified(place: Place, *, trusted: bool = True, is_fast: bool = False) -> Verification:
    """Verify as `assay ledger verify` does, or with the database and the key alone."""
    notes = witnessed_notes(place.witness) if trusted else ()
    return verify_store(place.store, vkey=place.vkey, trusted=notes, is_fast=is_fast)


def positions(result: Verification) -> list[str]:
    """Return where something was found."""
    return [finding.position for finding in result.findings]


def signer_of(place: Place) -> Signer:
    """Return the store's signer, as a thief of the key has it."""
    return KeyFolder(place.keys).load(Verifier.parse(place.vkey))


def body_of(database: sqlite3.Connection, seq: int) -> bytes:
    """Return an entry's bytes."""
    return bytes(database.execute("SELECT body FROM ledger_entry WHERE seq = ?", (seq,)).fetchone()[0])


def bodies_of(database: sqlite3.Connection) -> list[bytes]:
    """Return all entries' bytes."""
    return [bytes(body) for (body,) in database.execute("SELECT body FROM ledger_entry ORDER BY seq")]


def set_body(database: sqlite3.Connection, seq: int, body: bytes) -> None:
    """Replace an entry's bytes."""
    database.execute("UPDATE ledger_entry SET body = ? WHERE seq = ?", (body, seq))


def rebuild_tiles(database: sqlite3.Connection) -> None:
    """Write the tiles that the entries make."""
    database.execute("DELETE FROM ledger_tile")
    for (level, position), hashes in grown(bodies_of(database))[1].items():
        database.execute("INSERT INTO ledger_tile VALUES (?, ?, ?)", (level, position, hashes))


def change_body(seq: int, old: bytes, new: bytes, *, tiles: bool = False) -> Attack:
    """Return the attack that replaces text in an entry, and, thoroughly, in the tiles."""

    def attack(database: sqlite3.Connection) -> None:
        body = body_of(database, seq)
        assert old in body
        set_body(database, seq, body.replace(old, new, 1))
        if tiles:
            rebuild_tiles(database)

    return attack


def add_entry(
    database: sqlite3.Connection,
    action: str,
    subject: Mapping[str, JsonValue],
    details: Mapping[str, JsonValue],
    rows: Mapping[str, Mapping[str, JsonValue]] | None = None,
) -> int:
    """Append an entry with its rows, {table: cells}, and its tiles, unsigned; return its number."""
    last = json.loads(bodies_of(database)[-1])
    seq = int(last["seq"]) + 1
    documents: list[JsonValue] = [[table, {**cells}] for table, cells in (rows or {}).items()]
    sealed: dict[str, JsonValue] = {}
    if documents:
        ordered = sorted(documents, key=canonical_bytes)
        sealed = {"rows": len(documents), "state": digest_bytes(canonical_bytes(ordered))}
    body = {
        **last,
        "seq": seq,
        "action": action,
        "subject": {**subject},
        "details": {**details, **sealed},
        "commitment": None,
    }
    database.execute("INSERT INTO ledger_entry VALUES (?, ?)", (seq, canonical_bytes(body)))
    for table, cells in (rows or {}).items():
        names, marks = ", ".join([*cells, "seq"]), ", ".join("?" * (len(cells) + 1))
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", (*cells.values(), seq))  # noqa: S608  ours
    rebuild_tiles(database)
    return seq


def add_report(database: sqlite3.Connection) -> int:
    """Append one more report, unsigned."""
    seq = len(bodies_of(database))
    digest = f"sha256:{seq:064x}"
    cells: dict[str, JsonValue] = {
        "report": f"r-{seq}",
        "kind": "evaluation",
        "format": "html",
        "system": "default",
        "subject": "run-1",
        "digest": digest,
        "as_of": 1,
        "built_at": "2026-01-02T00:00:00.000000Z",
    }
    subject: dict[str, JsonValue] = {"type": "report", "id": f"r-{seq}", "version": 1, "digest": digest}
    return add_entry(database, "report.built", subject, {}, {"report": cells})


def rotate(
    database: sqlite3.Connection, old: str, new: str, *, second: str | None = None, reason: str = "planned"
) -> int:
    """Append the entry that names the next key, and its row, unsigned."""
    details: dict[str, JsonValue] = {"previous": old, "vkey": new, "reason": reason}
    if second is not None:
        details["post_quantum"] = second
    subject: dict[str, JsonValue] = {
        "type": "key",
        "id": new.split("+")[1],
        "version": 1,
        "digest": digest_bytes(new.encode()),
    }
    seq = add_entry(database, "key.rotated", subject, details)
    database.execute("INSERT INTO ledger_key (seq, vkey, post_quantum) VALUES (?, ?, ?)", (seq, new, second))
    return seq


def signed(database: sqlite3.Connection, *signers: Signer) -> str:
    """Write a checkpoint over all entries, a line by each signer; return it."""
    bodies = bodies_of(database)
    notes = [signer.sign(len(bodies), grown(bodies)[0].root()).note for signer in signers]
    note = notes[0] + "".join(one.split("\n\n", 1)[1] for one in notes[1:])
    database.execute("INSERT INTO ledger_checkpoint VALUES (?, ?)", (len(bodies), note))
    return note


def successor(place: Place, number: int = 1, *, post_quantum: bool = False) -> Signer:
    """Return a signer that may come after the store's own."""
    name = Verifier.parse(place.vkey).name
    return Signer(name, bytes([number]) * 32, bytes([number]) * 32 if post_quantum else None)


def vkey_of(signer: Signer) -> str:
    """Return the published line of a signer's key."""
    return str(signer.verifier)


def keep(place: Place, *notes: str, name: str = "kept.jsonl") -> Path:
    """Write a witness file with these checkpoints."""
    path = place.path / name
    path.write_text("".join(json.dumps({"note": note}) + "\n" for note in notes), encoding="utf-8")
    return path
