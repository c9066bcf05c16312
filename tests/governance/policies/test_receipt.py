"""Receipts: a registration is proved without its store, and nothing that is no proof counts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from governance.gate import Policy
from governance.ledger import Actor
from governance.policies import facts_of_receipt
from governance.record import Record
from tests.governance.gate.samples import POLICY
from tests.governance.samples import Place, append

RELEASE = Policy.parse(POLICY)


def receipt_of(record: Record, seq: int) -> dict[str, Any]:
    """Return a receipt as a document."""
    return dict(record.prove(seq).document())


def proved(document: object, vkey: str) -> tuple[object, str]:
    """Return what a receipt shows, and the words."""
    found = facts_of_receipt(json.dumps(document).encode(), vkey)
    return found.registered, found.source


@pytest.fixture
def scene(place: Place) -> tuple[Record, dict[str, Any]]:
    """Return a record with a registered policy, and its receipt."""
    record = place.open()
    append(record, 3)
    made = record.policies.register(RELEASE, Actor(id="p-1"), system="shop")
    append(record, 3)
    return record, receipt_of(record, made.seq)


def test_a_receipt_shows_who_registered_what_for_which_system_and_when(
    place: Place, scene: tuple[Record, dict[str, Any]]
) -> None:
    """The entry says all that the gate asks, and the words say what it cannot know."""
    record, receipt = scene
    (made,) = record.policies.registered("shop")

    found = facts_of_receipt(json.dumps(receipt).encode(), place.vkey)

    assert found.registered is not None
    (one,) = found.registered
    assert (one.digest, one.system, one.seq) == (RELEASE.digest, "shop", made.seq)
    assert (one.registered_at, one.registered_by, one.role, one.author) == (made.registered_at, "p-1", "owner", "p-1")
    assert "a later withdrawal only the store would know" in found.source


def test_a_receipt_outlives_a_new_key(place: Place, scene: tuple[Record, dict[str, Any]]) -> None:
    """Whoever trusts the first key follows the rotation that the receipt brings."""
    record, _ = scene
    first = place.vkey
    record.keys.rotate(Actor(id="p-1"))
    (made,) = record.policies.registered("shop")

    registered, _ = proved(receipt_of(record, made.seq), first)

    assert registered is not None


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another digest": lambda one: {**one, "body": one["body"].replace(RELEASE.digest, "sha256:" + "0" * 64)},
    "another system": lambda one: {**one, "body": one["body"].replace('"shop"', '"desk"')},
    "an earlier time": lambda one: {**one, "body": one["body"].replace("2026-01-02", "2025-01-02")},
    "another path": lambda one: {**one, "path": one["path"][:-1]},
    "another number": lambda one: {**one, "seq": one["seq"] + 1},
    "a number that is none": lambda one: {**one, "seq": "5"},
    "an edited checkpoint": lambda one: {**one, "checkpoint": one["checkpoint"].replace("\n8\n", "\n9\n")},
    "no checkpoint": lambda one: {key: value for key, value in one.items() if key != "checkpoint"},
    "no number": lambda one: {key: value for key, value in one.items() if key != "seq"},
    "no number, and a forged entry": lambda one: {
        **{key: value for key, value in one.items() if key != "seq"},
        "body": one["body"].replace('"shop"', '"desk"'),
    },
    "no object": lambda one: [one],
    "nothing": lambda _: None,
    "another format": lambda one: {**one, "format": "assay-proof/2"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_receipt_shows_nothing(place: Place, scene: tuple[Record, dict[str, Any]], change: str) -> None:
    """Every change is noticed, and is absent evidence with a reason."""
    registered, source = proved(CHANGES[change](scene[1]), place.vkey)

    assert registered is None
    assert source


def test_a_receipt_of_another_log_or_entry_shows_nothing(
    place: Place, scene: tuple[Record, dict[str, Any]], tmp_path: Path
) -> None:
    """The caller's key decides whose word it is, and the entry what it is about."""
    record, receipt = scene
    other = Place(tmp_path / "other")
    other.path.mkdir()
    other.open().close()

    by_another_key, entry_of_a_report = proved(receipt, other.vkey), proved(receipt_of(record, 2), place.vkey)

    assert by_another_key[0] is None
    assert "not signed by the key" in by_another_key[1]
    assert entry_of_a_report == (None, "the receipt is about another entry than the registration of a policy")


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 100_000, b"{}", b'{"format": "assay-proof/1"}', b"null"])
def test_bytes_that_are_no_receipt_show_nothing(place: Place, data: bytes) -> None:
    """Whatever is handed over ends in a reason, never in a crash."""
    place.open().close()

    found = facts_of_receipt(data, place.vkey)

    assert (found.registered, bool(found.source)) == (None, True)


def test_a_key_that_is_none_shows_nothing(scene: tuple[Record, dict[str, Any]]) -> None:
    """A wrong key is no reason to believe the receipt's own."""
    assert proved(scene[1], "no+key")[0] is None


def test_a_withdrawal_is_no_registration(place: Place, scene: tuple[Record, dict[str, Any]]) -> None:
    """The receipt of an end proves no beginning."""
    record, _ = scene
    (made,) = record.policies.registered("shop")
    record.policies.withdraw(made.id, Actor(id="p-1"), reason="old")

    registered, _ = proved(receipt_of(record, record.checkpoint().size - 1), place.vkey)

    assert registered is None
