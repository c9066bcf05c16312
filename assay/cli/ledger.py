"""`assay ledger`: read the ledger, prove an entry, and verify it against checkpoints that left the store.

Rules of this place: `verify` never opens the record, so that it works on what the record would refuse, and its exit
code is a verdict: 0 sound · 1 tampered · 3 cannot decide.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assay.app.compose import open_record
from assay.app.exports import export_proof
from assay.app.workspace import Workspace
from assay.cli._erase import erase
from assay.cli._ledger_keys import ask_quietly, register
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import InputError, MissingError, UnavailableError, digest_text, replace_durably

if TYPE_CHECKING:
    from governance.ledger import KeyFolder
    from governance.verifier import ProofResult, Verification

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Read, prove and verify the ledger.")

_SQLITE: Final = "sqlite:///"

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("log")
def show_log(
    limit: Annotated[int, typer.Option(min=1, help="How many entries, the newest ones.")] = 20, as_json: AsJson = False
) -> None:
    """List the newest entries, oldest first. Example: assay ledger log --limit 5."""
    with closing(open_record(Workspace.find())) as record:
        size = record.checkpoint().size
        entries = record.entries(first=max(0, size - limit), limit=limit)
    if as_json:
        emit_json({"entries": [{**asdict(one), "body": one.body.decode("utf-8")} for one in entries], "size": size})
        return
    cells = ((one.seq, one.at, one.action, one.subject.type, one.subject.id, one.actor.id) for one in entries)
    show_table(["seq>", "at", "action", "subject", "id", "actor"], cells)
    say(f"{size} entries in all")


@app.command("checkpoint")
def show_checkpoint(as_json: AsJson = False) -> None:
    """Print the newest signed checkpoint: keep a copy where the store's owner cannot change it.

    Witnesses that assay.yaml names get it, too. Example: assay ledger checkpoint > checkpoint.txt
    """
    home = Workspace.find()
    with closing(open_record(home)) as record:
        found, vkey = record.checkpoint(), record.vkey
        ask_quietly(home, record)
    if as_json:
        emit_json(
            {
                "origin": found.origin,
                "size": found.size,
                "root": found.root_text,
                "checkpoint": found.note,
                "vkey": vkey,
            }
        )
    else:
        show(found.note.removesuffix("\n"))


@app.command("prove")
def prove(
    seq: Annotated[int | None, typer.Argument(help="Sequence number of the entry.")] = None,
    since: Annotated[
        Path | None, typer.Option("--from", help="A checkpoint that you kept: prove that the ledger continues it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File for the proof.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that an entry is in the ledger, or that it continues a checkpoint, for checking without the store.

    Example: assay ledger prove 2 --from checkpoint.txt --out proof.json
    """
    if seq is None and since is None:
        raise InputError("nothing to prove", hint="assay ledger prove 2, or assay ledger prove --from checkpoint.txt")
    kept = None if since is None else _last_note(since)
    with closing(open_record(Workspace.find())) as record:
        document = record.prove(seq, since=kept).document()
        if out is not None:
            export_proof(record, document, seq, out)
    if out is not None:
        say(f"wrote {out}: assay ledger verify --proof {out} --key log.vkey --trusted CHECKPOINT")
    if as_json:
        emit_json(document)
    elif out is None:
        show(json.dumps(document, indent=1))


@app.command("verifier")
def write_verifier(
    out: Annotated[Path | None, typer.Option(help="File to write. Default: standard output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the verifier as one file that needs Python alone, for whoever has no Assay.

    Example: assay ledger verifier --out verify_ledger.py
    """
    # Lazy: the parser of Python costs start-up time.
    from governance.verifier.single_file import single_file  # noqa: PLC0415

    program = single_file()
    if out is not None:
        replace_durably(out, program.encode())
        say(f"wrote {out}: python {out} STORE --key log.vkey --trusted checkpoint.txt")
    if as_json:
        text = program if out is None else None
        emit_json({"file": None if out is None else str(out), "digest": digest_text(program), "program": text})
    elif out is None:
        show(program.removesuffix("\n"))


@app.command("verify")
def verify(
    trusted: Annotated[
        Path | None, typer.Option(help="A checkpoint that you kept, or a witness file. Default: our witness file.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The public key. Default: the workspace's own.")] = None,
    store: Annotated[Path | None, typer.Option(help="A SQLite store. Default: the workspace's own.")] = None,
    proof: Annotated[Path | None, typer.Option(help="A proof of `prove`, in place of a store.")] = None,
    runs: Annotated[Path | None, typer.Option(help="Folder of run logs, to be held against the record.")] = None,
    tsa_cert: Annotated[Path | None, typer.Option(help="Certificate of the time-stamping authority.")] = None,
    is_fast: Annotated[bool, typer.Option("--fast", help="Hashes, tree and checkpoints alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Recompute the ledger and hold it against checkpoints that left it: 0 sound, 1 tampered, 3 cannot decide.

    Example: assay ledger verify --trusted checkpoint.txt
    """
    if proof is not None:
        _answer_proof(_proved(proof, key, _checked(trusted)), as_json=as_json)
    home = None if store is not None and key is not None and trusted is not None else Workspace.find()
    keys = None if home is None else _keys_of(home)
    former = () if keys is None else keys.former_logs()
    witness = None if keys is None else _if_there(keys.witness_file)
    doubts = [str(one) for one in former]
    if keys is not None and (trusted is None or _is_same(trusted, keys.witness_file)):
        doubts += filter(None, [keys.witness_doubt()])
    with _readable(store, home, _checked(trusted) or witness) as (path, notes):
        result = _verified(
            store=path,
            key=key or (None if keys is None else _if_there(keys.public_file)),
            trusted=notes,
            doubts=doubts,
            is_fast=is_fast,
            runs=runs,
            tsa_cert=tsa_cert,
        )
    logs = [{"folder": str(one.folder), "entries": one.entries} for one in former]
    _answer(result, logs, as_json=as_json)


register(app)  # after the commands of every day: help lists them in this order
app.command("erase")(erase)


def _answer(result: "Verification", logs: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    # Lazy: as in _verified
    from governance.verifier import EXIT_CODES, as_document, findings_in_words, notes_in_words  # noqa: PLC0415

    if as_json:
        emit_json({**as_document(result), "former_logs": logs})
    else:
        for line in findings_in_words(result):
            show(line)
        for line in notes_in_words(result.notes):
            say(line)
    raise typer.Exit(EXIT_CODES[result.verdict])


def _proved(proof: Path, key: Path | None, trusted: Path | None) -> "ProofResult":
    # Lazy: as in _verified
    from governance.verifier import trusted_notes, verify_proof  # noqa: PLC0415

    try:
        return verify_proof(
            proof.read_bytes(), vkey=_read_key(key), trusted=() if trusted is None else trusted_notes(trusted)
        )
    except OSError as error:
        raise InputError(
            f"cannot read {error.filename}: {error.strerror}", hint="assay ledger prove writes one"
        ) from error


def _answer_proof(result: "ProofResult", *, as_json: bool) -> None:
    # Lazy: as in _verified
    from governance.verifier import EXIT_CODES, as_document, notes_in_words, proof_in_words  # noqa: PLC0415

    if as_json:
        emit_json(as_document(result))
    else:
        for line in proof_in_words(result):
            show(line)
        for line in notes_in_words(result.notes):
            say(line)
    raise typer.Exit(EXIT_CODES[result.verdict])


def _keys_of(home: Workspace) -> "KeyFolder | None":
    # Lazy: signatures and SQLAlchemy cost start-up time.
    from governance.ledger import KeyFolder  # noqa: PLC0415

    try:
        return KeyFolder(home.key_dir)
    except MissingError as error:
        if home.store_file.exists():  # without a store nothing was ever signed
            say(f"note: {error.message}: {error.hint}")
        return None


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _verified(
    *,
    store: Path,
    key: Path | None,
    trusted: Path | None,
    doubts: Sequence[str],
    is_fast: bool,
    runs: Path | None,
    tsa_cert: Path | None,
) -> "Verification":
    # Lazy: signatures cost start-up time.
    from governance.verifier import BrokenError, trusted_notes, verify_store  # noqa: PLC0415

    try:
        return verify_store(
            store,
            vkey=_read_key(key),
            trusted=() if trusted is None else trusted_notes(trusted),
            doubts=doubts,
            is_fast=is_fast,
            runs=runs,
            stamp_certificate=None if tsa_cert is None else tsa_cert.read_bytes(),
        )
    except FileNotFoundError as error:
        raise MissingError(f"there is no file {error}", hint="assay run, or name one with --store, --key") from error
    except BrokenError as error:
        raise InputError(
            f"{tsa_cert}: {error}", hint="name the certificate that signs the authority's tokens"
        ) from error
    except OSError as error:
        raise UnavailableError(f"cannot read: {error}", hint="check the permissions") from error


def _read_key(key: Path | None) -> str | None:
    # Lazy: as in _verified
    from governance.verifier import is_key  # noqa: PLC0415

    if key is None:
        return None
    try:
        vkey = key.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MissingError(f"there is no file {key}", hint="name the public key, log.vkey") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{key} is no text: {error}", hint="name the public key, log.vkey") from error
    if not is_key(vkey):
        raise InputError(f"{key} holds no public key, got {vkey[:80]!r}", hint="name the public key, log.vkey")
    return vkey


def _checked(trusted: Path | None) -> Path | None:
    """Refuse a file without a checkpoint: what was named by mistake is no evidence of tampering."""
    if trusted is not None:
        _last_note(trusted)
    return trusted


def _last_note(path: Path) -> str:
    # Lazy: as in _verified
    from governance.verifier import is_note, trusted_notes  # noqa: PLC0415

    found = None
    try:
        for note in trusted_notes(path):
            found = note if is_note(note) else found
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", hint="assay ledger checkpoint > FILE writes one"
        ) from error
    if found is None:
        raise InputError(f"{path} holds no checkpoint", hint="assay ledger checkpoint > FILE writes one")
    return found


@contextmanager
def _readable(store: Path | None, home: Workspace | None, trusted: Path | None) -> Iterator[tuple[Path, Path | None]]:
    """Give the SQLite file to read; of a store on a server a copy in one state, which is gone afterwards.

    What is trusted is copied before it: a writer that goes on may witness more than the copy holds.
    """
    url = "" if home is None else home.store_url
    if store is not None or url.startswith(_SQLITE):
        yield store or Path(url.removeprefix(_SQLITE)), trusted
        return
    # Lazy: SQLAlchemy costs start-up time.
    from governance.snapshot import copy_store_at  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="assay-verify-") as name:
        folder = Path(name)
        kept = None if trusted is None else Path(shutil.copyfile(trusted, folder / trusted.name))
        copy_store_at(url, folder / "store.sqlite")
        yield folder / "store.sqlite", kept


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None
