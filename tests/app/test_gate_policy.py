"""What the record and the caller tell of a policy: former versions, receipts and keys."""

import json
import os
from pathlib import Path

import pytest

from assay.app.gate_policy import VKEY_VARIABLE, PolicyWords, policy_facts, recorded_facts
from assay.kernel import MissingError
from governance.gate import Policy
from tests.governance.gate.registering import registration
from tests.governance.gate.samples import NOW, POLICY
from tests.governance.people.teams import OWNER
from tests.governance.samples import Place

RELEASE = Policy.parse(POLICY)
EASED = Policy.parse(POLICY.replace("0.7", "0.6"))
STRICTER = Policy.parse(POLICY.replace("0.7", "0.8"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a folder for a store."""
    return Place(tmp_path)


def test_what_got_looser_since_the_former_registered_version_is_told(place: Place) -> None:
    """The version before is the newest of the same name, for a system that the policy is for."""
    record = place.open()
    for policy, system in ((STRICTER, "another"), (RELEASE, "shop"), (EASED, "shop")):
        record.policies.register(policy, OWNER, system=system)

    told = recorded_facts(EASED, record).history

    assert "(entry 2): rules.faithfulness-at-least.at_least: 0.7 became 0.6" in told
    assert recorded_facts(RELEASE, record).history == ""
    assert recorded_facts(Policy.parse(POLICY.replace("0.7", "0.1")), record).history == ""


def test_tightening_is_no_news(place: Place) -> None:
    """A stricter version after an easier one has nothing to say."""
    record = place.open()
    for policy in (EASED, RELEASE):
        record.policies.register(policy, OWNER, system="*")

    assert recorded_facts(RELEASE, record).history == ""


def test_going_back_to_an_easier_version_is_told(place: Place) -> None:
    """Registered again after a stricter one, the old version is looser than what came between."""
    record = place.open()
    first = record.policies.register(EASED, OWNER, system="*")
    record.policies.register(RELEASE, OWNER, system="*")
    record.policies.withdraw(first.id, OWNER, reason="old")
    record.policies.register(EASED, OWNER, system="*")

    assert "0.7 became 0.6" in recorded_facts(EASED, record).history


def test_the_key_of_a_receipt_comes_as_text_file_or_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And without one the receipt's own word counts for nothing."""
    _, receipt, _, key = registration(tmp_path, POLICY, at=NOW)
    text = Path(key).read_text(encoding="utf-8").strip()
    words = [PolicyWords(receipt=Path(receipt), vkey=one) for one in (key, text, None)]

    found = [policy_facts(RELEASE, tmp_path / "gate.yaml", one, record=None) for one in words]
    monkeypatch.setitem(os.environ, VKEY_VARIABLE, key)
    by_variable = policy_facts(RELEASE, tmp_path / "gate.yaml", words[2], record=None)

    assert [one.registered is not None for one in (*found, by_variable)] == [True, True, False, True]
    assert "needs the log's public key from you" in found[2].source


def test_a_receipt_or_key_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A receipt is evidence that may be absent; a key is the caller's own words."""
    _, receipt, _, key = registration(tmp_path, POLICY, at=NOW)
    absent = policy_facts(RELEASE, tmp_path, PolicyWords(receipt=tmp_path / "none", vkey=key), record=None)

    assert (absent.registered, "cannot be read" in absent.source) == (None, True)
    with pytest.raises(MissingError, match="no public key and no file"):
        policy_facts(RELEASE, tmp_path, PolicyWords(receipt=Path(receipt), vkey="none"), record=None)


def test_a_store_of_another_log_than_the_trusted_one_has_no_say(place: Place, tmp_path: Path) -> None:
    """What a job registered in the store that it made itself counts for nothing; the trusted log's receipt does."""
    (tmp_path / "register").mkdir()
    _, receipt, _, key = registration(tmp_path / "register", POLICY, at=NOW)
    record = place.open()
    record.policies.register(RELEASE, OWNER, system="*")
    asked = [PolicyWords(), PolicyWords(vkey=key), PolicyWords(vkey=key, receipt=Path(receipt))]

    found = [policy_facts(RELEASE, tmp_path / "gate.yaml", words, record=record) for words in asked]

    assert [one.registered is not None for one in found] == [True, False, True]
    assert "not the log whose key you trust" in found[1].source
    assert "as the receipt shows" in found[2].source


def test_the_name_of_a_trusted_key_written_into_a_store_proves_nothing(place: Place, tmp_path: Path) -> None:
    """Rows are whoever's who can write to the file; what counts is what the key signed."""
    (tmp_path / "register").mkdir()
    _, _, _, key = registration(tmp_path / "register", POLICY, at=NOW)
    record = place.open()
    record.policies.register(RELEASE, OWNER, system="*")
    record.keys.rotate(OWNER)
    insert = "INSERT INTO ledger_key (seq, vkey) VALUES (1, '{}')"
    place.sql(insert.format(Path(key).read_text(encoding="utf-8").strip()))

    found = policy_facts(RELEASE, tmp_path / "gate.yaml", PolicyWords(vkey=key), record=record)

    assert (found.registered, "does not prove" in found.source) == (None, True)


def test_a_receipt_overrules_nothing_that_the_trusted_log_knows(place: Place, tmp_path: Path) -> None:
    """The store whose log it is knows of an end, under its first key and under its newest."""
    record = place.open()
    made = record.policies.register(RELEASE, OWNER, system="*")
    (tmp_path / "receipt.json").write_text(json.dumps(record.prove(made.seq).document()), encoding="ascii")
    first = record.vkey
    record.policies.withdraw(made.id, OWNER, reason="old")
    record.keys.rotate(OWNER)

    for key in (first, record.vkey):
        words = PolicyWords(receipt=tmp_path / "receipt.json", vkey=key)
        found = policy_facts(RELEASE, tmp_path / "gate.yaml", words, record=record)
        assert found.registered is not None
        assert [one.withdrawn_at is None for one in found.registered] == [False]
