"""Witnesses beside the key folder's own: files elsewhere, and a real time-stamping authority."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from assay.app._ledger_settings import LedgerSettings
from assay.app.workspace import Workspace
from assay.cli.main import _guarded, build_app
from assay.kernel import ConfigurationError, IntegrityError, UnavailableError
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import Place, append, on_both_stores
from tests.governance.timestamping import Authority, running_authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return an authority that is not asked yet."""
    return Authority(tmp_path / "tsa")


@pytest.fixture
def address(authority: Authority) -> Iterator[str]:
    """Return where it is asked."""
    with running_authority(authority) as url:
        yield url


@on_both_stores
def test_a_file_elsewhere_gets_each_checkpoint_once(place: Place, tmp_path: Path) -> None:
    """What it holds is what the verifier trusts."""
    record, elsewhere = place.open(), tmp_path / "elsewhere.jsonl"
    for _ in range(2):
        append(record, 1)
        assert [record.witnesses.copy_to(elsewhere).is_new for _ in range(2)] == [True, False]
    assert [json.loads(line)["note"].split("\n")[1] for line in elsewhere.read_text().splitlines()] == ["2", "3"]
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(elsewhere))
    assert (result.verdict, result.trusted_size) == (LedgerVerdict.OK, 3)


def test_a_file_that_cannot_be_written_is_told(place: Place, tmp_path: Path) -> None:
    """Nothing that was recorded is lost by it."""
    record = place.open()
    with pytest.raises(UnavailableError, match="cannot append to"):
        record.witnesses.copy_to(tmp_path / "missing" / "file.jsonl")
    append(record, 1)


@on_both_stores
def test_an_authority_stamps_a_checkpoint_once(place: Place, authority: Authority, address: str) -> None:
    """The token is kept, its signature checked, and the ledger does not grow by it."""
    record = place.open()
    append(record, 1)
    first = record.witnesses.stamp(address, authority.root)
    again = record.witnesses.stamp(address, authority.root)
    assert (first.is_new, again.is_new, authority.queries, first.size) == (True, False, 1, 2)
    assert first.time is not None
    assert place.sql("SELECT size, kind, witness FROM ledger_witness") == [(2, "rfc3161", address)]
    assert record.checkpoint().size == 2
    assert verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness)).findings == ()


def test_a_stamp_of_something_else_is_refused(place: Place, authority: Authority, address: str) -> None:
    """An answer to an earlier question, one that is none, and one under another root; nothing is kept."""
    record = place.open()
    record.witnesses.stamp(address)
    authority.reply = (authority.folder / "reply").read_bytes()
    append(record, 1)
    with pytest.raises(IntegrityError, match="a time stamp of something else"):
        record.witnesses.stamp(address)
    authority.reply = b"no stamp"
    with pytest.raises(IntegrityError, match="did not answer with a time stamp"):
        record.witnesses.stamp(address)
    authority.reply = None
    stranger = Authority(place.path / "stranger")
    with pytest.raises(IntegrityError, match="not signed under"):
        record.witnesses.stamp(address, stranger.root)
    assert place.sql("SELECT count(*) FROM ledger_witness WHERE size > 1") == [(0,)]


def test_an_authority_that_does_not_answer_is_told(place: Place) -> None:
    """Nobody listens there."""
    with pytest.raises(UnavailableError, match="does not answer"):
        place.open().witnesses.stamp("http://127.0.0.1:9/")
    with pytest.raises(ConfigurationError, match="cannot read certificates"), running(place) as url:
        place.open().witnesses.stamp(url, place.path / "none.pem")


def running(place: Place) -> AbstractContextManager[str]:
    """Serve an authority of its own."""
    return running_authority(Authority(place.path / "other"))


@pytest.mark.parametrize("address", ["ftp://tsa.example", "tsa.example", "https://me:s3cret@tsa.example/"])
def test_an_address_that_cannot_be_asked_is_refused(address: str) -> None:
    """It would be stored with every token."""
    with pytest.raises(ValueError, match="timestamp_url"):
        LedgerSettings(timestamp_url=address)


def test_the_command_asks_those_that_are_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], authority: Authority
) -> None:
    """Nobody without a setting; each for itself with one; a failure fails the command and no checkpoint."""

    def shell(*arguments: str) -> tuple[int, str]:
        code = _guarded(lambda: build_app("ledger")(args=["ledger", *arguments], prog_name="assay"), as_json=False)
        return code, capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "assay.yaml"
    settings.write_text("version: 1\n", encoding="utf-8")
    assert shell("witness", "--json") == (0, '{"held": [], "failed": []}\n')
    with running_authority(authority) as address:
        settings.write_text(
            f"version: 1\nledger:\n  witness_files: [w.jsonl, no/w.jsonl]\n  timestamp_url: {address}\n"
            "  timestamp_certificate: tsa/root.pem\n",
            encoding="utf-8",
        )
        code, out = shell("witness", "--json")
        document = json.loads(out)
        assert (code, len(document["held"]), [one["witness"] for one in document["failed"]]) == (2, 2, ["no/w.jsonl"])
        assert shell("checkpoint")[0] == 0
    assert shell("rotate-key", "--json")[0] == 0
    assert len(json.loads(shell("keys", "--json")[1])["keys"]) == 2
    assert shell("checkpoint")[0] == 0  # nobody answers any more
    with closing(sqlite3.connect(Workspace.find().store_file)) as database:
        assert database.execute("SELECT size FROM ledger_witness").fetchall() == [(1,)]
