"""Erasing files of evidence: their bytes are gone from the store's files, what they proved is not."""

import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.erasure import erase
from assay.app.evidence import DocumentOrder, comment_on, review_item, show_item, submit_document
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.kernel import ForbiddenError, InputError, MissingError
from governance.evidence import ItemState
from governance.ledger import Actor
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject, HoldScope
from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes

NAME = "Zacharias Quillfeather"
ME = Actor(id="p-1")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace without anything."""
    return create_workspace(tmp_path / "shop")


def hand_in(workspace: Workspace, name: str, data: bytes, *, of: str = "plan", note: str = "") -> str:
    """Hand in a file from outside the workspace; return the id of the evidence."""
    path = workspace.root.parent / name
    path.write_bytes(data)
    order = DocumentOrder(file=path, kind="document", of=of, expires="2027-06-30", note=note)
    return submit_document(workspace, order).evidence


def bytes_with(workspace: Workspace, text: str) -> list[str]:
    """Return the files of the workspace whose bytes hold a text."""
    found = (path for path in workspace.root.rglob("*") if path.is_file())
    return sorted(path.name for path in found if text.encode() in path.read_bytes())


def verified(workspace: Workspace) -> Verification:
    """Verify as `assay ledger verify` does."""
    keys = workspace.key_dir
    vkey = (keys / "log.vkey").read_text(encoding="utf-8")
    return verify_store(workspace.store_file, vkey=vkey, trusted=witnessed_notes(keys / "witness.jsonl"))


def test_a_file_and_all_words_about_it_go(workspace: Workspace) -> None:
    """Bytes, name, note, review and comment; digest, states and proofs stay, and the erasure says so."""
    made = hand_in(workspace, f"{NAME}.md", f"by {NAME}".encode(), note=f"from {NAME}")
    comment_on(workspace, made, f"ask {NAME}")
    review_item(workspace, made, accept=True, comment=f"as {NAME} says")
    kept = hand_in(workspace, "other.md", b"another one", of="another plan")
    assert bytes_with(workspace, NAME)
    report = erase(workspace, f"evidence:{made}", "request")
    assert report.erasure is not None
    assert report.erasure.places == {"payloads": 3, "originals": 1}
    assert bytes_with(workspace, NAME) == []
    shown = show_item(workspace, made)
    assert (shown.item.state, shown.item.is_kept, shown.item.name, shown.item.note) == (
        *(ItemState.ACCEPTED, False),
        *(None, None),
    )
    assert [one.text for one in shown.comments] == [None]
    with closing(open_record(workspace)) as record:
        assert record.evidence.original(kept) == b"another one"
        with pytest.raises(MissingError, match="was erased"):
            record.evidence.original(made)
    assert (verified(workspace).verdict, verified(workspace).findings) == (LedgerVerdict.OK, ())


def test_a_text_is_found_in_files_that_are_text(workspace: Workspace) -> None:
    """Also inside tags; other files stay."""
    hand_in(workspace, "a.html", b"<p>Zacharias <b>Quill</b>feather</p>")
    hand_in(workspace, "b.md", b"somebody else", of="another plan")
    report = erase(workspace, "text", "request", text=NAME)
    assert report.erasure is not None
    assert report.erasure.places == {"originals": 1}
    assert report.unread == ()
    assert verified(workspace).verdict is LedgerVerdict.OK


def test_what_is_no_text_is_named_and_never_opened(workspace: Workspace, tmp_path: Path) -> None:
    """An archive that would unpack to gigabytes is bytes like others."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, b"\0" * 50_000_000)
    made = hand_in(workspace, "docs.zip", bomb.read_bytes())
    report = erase(workspace, "text", "request", text=NAME)
    assert report.unread == (show_item(workspace, made).item.digest,)
    assert show_item(workspace, made).item.is_kept
    erase(workspace, f"evidence:{made}", "request")
    assert not show_item(workspace, made).item.is_kept


@pytest.mark.parametrize(("kind", "scope"), [(HoldScope.ALL, ""), (HoldScope.SYSTEM, "shop")])
def test_a_hold_keeps_the_file_and_what_was_said_of_it(workspace: Workspace, kind: HoldScope, scope: str) -> None:
    """Through the command and behind it."""
    made = hand_in(workspace, "a.md", NAME.encode())
    with closing(open_record(workspace)) as record:
        record.retention.place_hold(ME, kind, scope, reason="court file 12/26")
    report = erase(workspace, f"evidence:{made}", "request")
    assert report.withheld["originals"] == report.withheld["payloads"] == 1
    item = show_item(workspace, made).item
    assert (item.is_kept, item.name) == (True, "a.md")
    draft = ErasureDraft(
        subject_type=ErasureSubject.EVIDENCE,
        subject=made,
        ground=ErasureGround.REQUEST,
        places={},
        withheld={},
        payloads=(),
        originals=(item.digest,),
    )
    with closing(open_record(workspace)) as record, pytest.raises(ForbiddenError, match="a hold keeps"):
        record.retention.erase(ME, draft, system=None)


def test_an_erased_file_that_comes_again_is_there_again(workspace: Workspace) -> None:
    """The same evidence, with its bytes."""
    made = hand_in(workspace, "a.md", b"the plan")
    erase(workspace, f"evidence:{made}", "mistake")
    assert hand_in(workspace, "a.md", b"the plan") == made
    assert show_item(workspace, made).item.is_kept
    assert verified(workspace).verdict is LedgerVerdict.OK


def test_evidence_that_is_not_there_is_said(workspace: Workspace) -> None:
    """A wrong id erases nothing."""
    with pytest.raises(MissingError, match="no evidence"):
        erase(workspace, "evidence:evidence-0", "request")


def test_a_file_whose_time_is_not_up_stays_on_that_ground(workspace: Workspace) -> None:
    """Ten years, or what the workspace says; another ground is not asked about time."""
    made = hand_in(workspace, "plan.txt", b"a plan")
    with pytest.raises(InputError, match=r"technical_file, 3653 days\): its time is not up"):
        erase(workspace, f"evidence:{made}", "retention_end", rehearse=True)
    assert erase(workspace, f"evidence:{made}", "mistake", rehearse=True).found == {"payloads": 1, "originals": 1}
    with (workspace.root / "assay.yaml").open("a", encoding="utf-8") as settings:
        settings.write("\nretention: {technical_file: 0, texts: 9}\n")
    short = Workspace(workspace.root)
    assert erase(short, f"evidence:{made}", "retention_end").erasure is not None
