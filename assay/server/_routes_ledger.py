"""The ledger: checkpoints and consistency for everybody with a token, entries and proofs for those who may read them.

Rules of this place: a checkpoint tells a size and a hash, so whoever reads anything may keep one; an entry is of a
system where its rows name one, else of the whole store.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from assay.server._answers import Checkpoint, Consistency, Entry, EntryList, Verification
from assay.server._asking import Caller, Number, Served
from governance.access import ANY_SYSTEM, Permission

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1")
_LARGEST: Final = (1 << 53) - 1


@router.get("/ledger/checkpoint")
def show_checkpoint(served: Served, caller: Caller) -> Checkpoint:
    """Show the newest signed checkpoint: keep a copy where the server's keeper cannot change it."""
    served.access.check_own_place(caller, Permission.READ_RECORD)
    found = served.record.checkpoint()
    return Checkpoint(
        origin=found.origin,
        size=found.size,
        root=found.root_text,
        checkpoint=found.note,
        vkey=served.record.vkey,
    )


@router.get("/ledger/consistency")
def prove_consistency(
    served: Served, caller: Caller, old: Annotated[int, Query(alias="from", ge=0, le=_LARGEST)]
) -> Consistency:
    """Prove that the ledger begins with its own first entries: `from` is the size in a checkpoint that you kept."""
    served.access.check_own_place(caller, Permission.READ_RECORD)
    size, path, checkpoint = served.consistency(old)
    return Consistency(old_size=old, size=size, path=list(path), checkpoint=checkpoint)


@router.get("/ledger/entries")
def list_entries(
    served: Served,
    caller: Caller,
    first: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> EntryList:
    """List entries that the caller may read, oldest first."""
    served.access.check_own_place(caller, Permission.READ_RECORD)
    size = served.record.checkpoint().size
    places = served.record.places(first=first, limit=limit)
    kept = served.access.readable(
        caller, served.record.entries(first=first, limit=limit), lambda one: places.get(one.seq)
    )
    return EntryList(
        entries=[Entry.of(one) for one in kept], size=size, next=first + limit if first + limit < size else None
    )


@router.get("/ledger/proofs/{seq}")
def prove_entry(seq: Number, served: Served, caller: Caller) -> dict[str, Any]:
    """Prove that an entry is in the ledger: the document of `assay ledger prove`, checked without the store."""
    served.access.see(caller, served.record.places(first=seq, limit=1).get(seq), f"entry {seq}")
    return dict(served.record.prove(seq).document())


@router.post("/verify")
def verify(served: Served, caller: Caller, *, fast: bool = False) -> Verification:
    """Verify the ledger on the server: exit code 0 sound, 1 tampered, 3 cannot decide.

    Whoever does not trust the server verifies a copy, with a checkpoint of their own.
    """
    served.access.check_own_place(caller, Permission.VERIFY_RECORD)
    done = served.verifications.verify(is_fast=fast)
    found = done.document
    sees_all = caller.system == ANY_SYSTEM and served.access.may(caller, Permission.VERIFY_RECORD, None)
    return Verification(
        exit_code=done.exit_code,
        verdict=found["verdict"],
        size=found["size"],
        trusted_size=found["trusted_size"],
        findings_total=found["findings_total"],
        findings=found["findings"] if sees_all else None,
        notes=found["notes"] if sees_all else None,
    )
